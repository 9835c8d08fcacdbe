"""How far a mixture is from what was measured, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

MEASURED_TOGETHER = "measured together"
MEASURED_APART = "each measured, not together"


def verdicts(mixtures: pd.DataFrame, training: dict[str, Any]) -> list[str]:
    """Say of each mixture which of its components the model has seen.

    Args:
        mixtures: n rows with `polymer`, `filler` and `temperature_C`.
        training: What the model was trained on, as its manifest keeps it.

    Returns:
        One verdict a row; several remarks are joined by "; ".
    """
    polymers, fillers, pairs = (set(training[key]) for key in ("polymers", "fillers", "pairs"))
    coldest, hottest = training["temperature_C"]
    remarks = []
    for polymer, filler, temperature in zip(
        mixtures["polymer"], mixtures["filler"], mixtures["temperature_C"], strict=True
    ):
        unseen = []
        if polymer not in polymers:
            unseen.append(f"polymer {polymer} never measured" if polymer else "nothing without a polymer measured")
        if filler not in fillers:
            unseen.append(f"filler {filler} never measured" if filler else "nothing without a filler measured")
        if not unseen:
            unseen = [MEASURED_TOGETHER if f"{polymer} | {filler}" in pairs else MEASURED_APART]
        if temperature < coldest or temperature > hottest:
            unseen.append(f"outside the measured {coldest:g} to {hottest:g} °C")
        remarks.append("; ".join(unseen))
    return remarks
