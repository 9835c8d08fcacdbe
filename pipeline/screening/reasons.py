"""Why each experiment is in the batch, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.learning import Floats
from pipeline.screening.diversity import Choice
from pipeline.screening.experiments import BatchSettings
from pipeline.screening.mixtures import differences

_SEVERAL = 2


def reasons(
    rows: pd.DataFrame,
    choice: Choice,
    pending: Sequence[int],
    told: pd.DataFrame,
    ranks: Floats,
    is_cold: bool,
    settings: BatchSettings,
) -> list[str]:
    """Write one sentence for each chosen row.

    Args:
        rows: Canonical mixtures: candidates, and what was made.
        choice: The k chosen rows.
        pending: Rows of mixtures that are being made.
        told: `predicted_value`, `expected_improvement`, `probability_of_beating_best`, `probability_of_success` of the
            chosen, k rows.
        ranks: The place of each among all candidates by worth alone, shape (k,).
        is_cold: Whether the batch covers the space.
        settings: By what it was chosen.
    """
    sentences = []
    for place, row in enumerate(choice.rows):
        if is_cold:
            gap = choice.merits[place]
            merit = f"{gap:.2f} spreads from the nearest mixture made or chosen" if gap else "nearest to the middle"
            merit = f"Covers what is not known: {merit}"
        else:
            merit = _merit(told.iloc[place], int(ranks[place]), settings)
        sentences.append(f"{merit}{_unlike(rows, row, [*pending, *choice.rows[:place]])}.")
    return sentences


def _merit(told: pd.Series, rank: int, settings: BatchSettings) -> str:
    beats = told["probability_of_beating_best"]
    chance = "" if np.isnan(beats) else f", beats the best measured with probability {beats:.2f}"
    if settings.by != "probability_of_success":
        return f"Number {rank} by {settings.by.replace('_', ' ')} ({told[settings.by]:.3f}){chance}"
    reaches = f"reaches {settings.threshold:g} with probability {told['probability_of_success']:.2f}"
    return f"Number {rank} by probability of success: {reaches}{chance}"


def _unlike(rows: pd.DataFrame, row: int, earlier: Sequence[int]) -> str:
    """Say in what a mixture differs from the one among earlier ones that shares most with it."""
    if not earlier:
        return ""
    fewest = min((differences(rows.iloc[row], rows.iloc[other]) for other in earlier), key=len)
    named = " and ".join([", ".join(fewest[:-1]), fewest[-1]] if len(fewest) >= _SEVERAL else fewest)
    return f"; differs in {named} from the most alike of those pending or before it"
