"""Why a mixture is predicted to conduct as it does, and what one change would do."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from features import RECIPROCAL_TEMPERATURE, Feature, dictionary
from pipeline.advising.advisor import Advisor, Mixture
from pipeline.advising.drivers import drivers
from pipeline.learning import (
    BASE,
    CONDUCTIVITY,
    by_block,
    contributions,
    counterfactuals,
    judge_domain,
    possible_changes,
    strongest,
)

_N_NEAREST = 5
_N_STRONGEST = 3
Found = dict[str, Any]
"""What is said of a mixture, as JSON can hold it."""


def explain(advisor: Advisor, mixture: Mixture) -> Found:
    """Return all that is said of one mixture, as JSON can hold it.

    Args:
        advisor: Predicts and knows the records.
        mixture: Its cells as `RowReader.read_mixture` gives them.

    Returns:
        `mixture` in words; the conductivity with `lower` and `upper` (log₁₀ of S/cm) and `confidence`; `domain`
        (verdict and reason); `drivers`, what each choice adds; `adds`, what each block of features adds;
        `nearest` records; `changes`, what one change would do.
    """
    table = pd.DataFrame([mixture])
    features = advisor.describe(table)
    lower, upper = advisor.ensemble.interval(features, advisor.confidence)
    return {
        "mixture": in_words(mixture),
        CONDUCTIVITY.name: float(advisor.ensemble.predict(features)[0]),
        "lower": float(lower[0]),
        "upper": float(upper[0]),
        "confidence": advisor.confidence,
        "domain": _judge(advisor, table).iloc[0].to_dict(),
        "drivers": asdict(drivers(advisor, mixture)),
        "adds": _adds(advisor, features),
        "nearest": [asdict(neighbour) for neighbour in advisor.nearest(mixture, _N_NEAREST)],
        "changes": changes(advisor, mixture).to_dict("records"),
    }


def changes(advisor: Advisor, mixture: Mixture) -> pd.DataFrame:
    """Say what one change of a mixture would do to its predicted conductivity.

    Returns:
        One row a change, as `learning.counterfactuals` gives them, largest first.
    """
    possible = list(possible_changes(mixture, advisor.domain, advisor.library))
    return counterfactuals(mixture, possible, advisor.conductivity, lambda mixtures: _judge(advisor, mixtures))


def _judge(advisor: Advisor, mixtures: pd.DataFrame) -> pd.DataFrame:
    """Say of n mixtures whether the model of the conductivity knows of such."""
    located = advisor.ensemble.located(advisor.describe(mixtures))
    references = advisor.ensemble.located(advisor.ensemble.references)
    return judge_domain(advisor.domain, mixtures, located, references, advisor.library)


def _adds(advisor: Advisor, features: pd.DataFrame) -> Found:
    """Return what the mean and each block add to the prediction, and which features of a block add most."""
    described = {feature.name: feature for feature in dictionary(advisor.library)}
    blocks = {name: feature.block for name, feature in described.items()}
    read = advisor.ensemble.columns(features)
    added = contributions(advisor.ensemble.model, read)
    total = by_block(added, blocks).iloc[0]
    leading = strongest(added.iloc[0], blocks, _N_STRONGEST)
    found: Found = {BASE: float(total[BASE])}
    for block in total.index.drop(BASE):
        rows = leading.get(block, pd.Series(dtype=float))
        found[block] = {
            "total": float(total[block]),
            "strongest": [
                {"feature": name, "words": _feature_in_words(name, float(read[name].iloc[0]), described), "adds": x}
                for name, x in zip(map(str, rows.index), rows.tolist(), strict=True)
            ],
        }
    return found


def in_words(mixture: dict[str, Any]) -> str:
    """Write a mixture in one line: "PEO / LLZTO 10 wt%, LiTFSI, particles, 30 °C"."""
    filler = f"{mixture['filler']} {mixture.get('filler_amount', '')}".strip()
    phases = " / ".join(part for part in (mixture["polymer"], filler) if part)
    tags = mixture["architecture_tags"].replace("_", " ").replace(";", ", ")
    degrees = mixture["temperature_C"]
    temperature = f"{degrees:g} °C" if math.isfinite(degrees) else "temperature not stated"
    additives = mixture["additives"].replace(";", ", ")
    return ", ".join(part for part in (phases, mixture["salt"], tags, additives, temperature) if part)


def _feature_in_words(name: str, value: float, described: dict[str, Feature]) -> str:
    feature = described.get(name)
    meaning = feature.meaning.split(":")[0] if feature else name.replace("_", " ")
    if not math.isfinite(value):
        return f"{meaning}: not known"
    if name == RECIPROCAL_TEMPERATURE.name:
        return f"{1000 / value - 273.15:.0f} °C".replace("-", "−")
    if feature and feature.unit == "0/1":
        return f"{meaning}: {'yes' if value else 'no'}"
    unit = f" {feature.unit}" if feature and feature.unit != "1" else ""
    return f"{meaning}: {f'{value:.3g}'.replace('-', '−')}{unit}"
