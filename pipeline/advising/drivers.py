"""What drives a prediction, in the terms in which a mixture is chosen: "3D framework +0.3 decades".

Shapley values (Lundberg and Lee, NeurIPS 30 (2017), arXiv 1705.07874) of the choices that make a mixture, against
measured composites: the mean, over all orders in which the choices could be made, of what making this one changes. They
are exact: every one of the 2ⁿ combinations of choices is predicted for every composite of the background. They say how
the model computes, not what causes what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import join_lists, split_mixture
from pipeline.advising.advisor import Advisor, Mixture
from pipeline.learning import Floats

_LIQUID_TAGS = frozenset({"gel", "plasticised", "residual_solvent"})
"""Tags that tell of a liquid or softener in the film, as additives do."""
_BUILT, _WET = "_tags_of_the_structure", "_tags_of_liquids"
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "polymer": ("polymer",),
    "salt": ("salt", "salt_ratio", "salt_ratio_unit"),
    "filler": ("filler", "particle_size_nm"),
    "loading": ("filler_wt_fraction", "filler_vol_fraction"),
    "architecture": (_BUILT,),
    "additives": ("additives", _WET),
    "temperature": ("temperature_C",),
}
"""What is chosen, and the columns that hold it."""


@dataclass(frozen=True)
class Driver:
    """What one choice adds to a prediction.

    Attributes:
        choice: What is chosen: polymer, salt, filler, loading, architecture, additives, temperature.
        words: What it is in this mixture: "3D framework".
        adds: What it adds, in decades.
    """

    choice: str
    words: str
    adds: float


@dataclass(frozen=True)
class Drivers:
    """A prediction taken apart.

    Attributes:
        base: Mean of the predictions of the background, log₁₀ of S/cm.
        predicted: The prediction, which is the base and all that is added.
        n_background: Measured composites that the mixture is compared with.
        parts: What each choice adds, largest first.
    """

    base: float
    predicted: float
    n_background: int
    parts: tuple[Driver, ...]


def drivers(advisor: Advisor, mixture: Mixture) -> Drivers:
    """Say what each choice of a mixture adds to its predicted conductivity.

    Args:
        advisor: Predicts; its background is what the mixture is compared with.
        mixture: The cells of one mixture.
    """
    background = _with_parted_tags(advisor.background)
    made = _with_parted_tags(pd.DataFrame([mixture])).iloc[0]
    masks = coalitions(len(_CHOICES))
    hybrids = _hybrids(made, background, masks)
    means = advisor.conductivity(hybrids).reshape(len(masks), -1).mean(axis=1)
    words = _words(mixture)
    parts = [Driver(choice, words[choice], float(adds)) for choice, adds in zip(_CHOICES, shapley(means), strict=True)]
    parts.sort(key=lambda part: -abs(part.adds))
    return Drivers(float(means[0]), float(means[-1]), len(background), tuple(parts))


def coalitions(n_players: int) -> npt.NDArray[np.bool_]:
    """Return every subset of n players as a mask, shape (2ⁿ, n); row k holds player i where bit i of k is set."""
    bits = np.arange(2**n_players)[:, None] >> np.arange(n_players)
    return np.asarray(bits & 1, dtype=np.bool_)


def shapley(worths: Floats) -> Floats:
    """Return the Shapley values of n players.

    Args:
        worths: What each coalition is worth, in the order of `coalitions`, shape (2ⁿ,).

    Returns:
        Shape (n,); they sum to the worth of all less that of none.
    """
    n = len(worths).bit_length() - 1
    values = np.zeros(n)
    for player in range(n):
        others = [other for other in range(n) if other != player]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for subset in combinations(others, size):
                without = sum(1 << member for member in subset)
                values[player] += weight * (worths[without | 1 << player] - worths[without])
    return values


def _with_parted_tags(mixtures: pd.DataFrame) -> pd.DataFrame:
    tags = [text.split(";") for text in mixtures["architecture_tags"]]
    return mixtures.assign(
        **{
            _BUILT: [join_lists(tag for tag in listed if tag not in _LIQUID_TAGS) for listed in tags],
            _WET: [join_lists(tag for tag in listed if tag in _LIQUID_TAGS) for listed in tags],
        }
    )


def _hybrids(made: pd.Series, background: pd.DataFrame, masks: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return a row for each coalition and record: what is chosen from the mixture, the rest from the record."""
    columns: dict[str, Any] = {}
    for place, names in enumerate(_CHOICES.values()):
        is_chosen = np.repeat(masks[:, place], len(background))
        for name in names:
            columns[name] = np.where(is_chosen, made[name], np.tile(background[name].to_numpy(), len(masks)))
    hybrids = pd.DataFrame(columns)
    tags = [join_lists(pair) for pair in zip(hybrids.pop(_BUILT), hybrids.pop(_WET), strict=True)]
    return hybrids.assign(architecture_tags=tags)


def _words(mixture: Mixture) -> dict[str, str]:
    """Say what each choice is in a mixture."""
    tags: Sequence[str] = [tag for tag in mixture["architecture_tags"].split(";") if tag]
    liquids = [tag for tag in tags if tag in _LIQUID_TAGS and not mixture["additives"]]
    size, ratio = mixture.get("particle_size_nm", np.nan), mixture.get("salt_ratio", np.nan)
    salt = mixture["salt"] or "salt not stated"
    return {
        "polymer": mixture["polymer"] or "no polymer",
        "salt": salt if pd.isna(ratio) else f"{salt}, {mixture['salt_ratio_unit']} {ratio:g}",
        "filler": (mixture["filler"] or "no filler") + ("" if pd.isna(size) else f", {size:g} nm"),
        "loading": loading_in_words(mixture),
        "architecture": _spaced(tag for tag in tags if tag not in _LIQUID_TAGS) or "architecture not stated",
        "additives": _spaced([*mixture["additives"].split(";"), *liquids]) or "no additive",
        "temperature": temperature_in_words(mixture["temperature_C"]),
    }


def _spaced(names: Any) -> str:
    return ", ".join(name.replace("_", " ") for name in names if name)


def loading_in_words(mixture: Mixture) -> str:
    """Write a mixture's loading: "10 wt%", "5 vol%", "loading not stated", "no filler"."""
    if not split_mixture(mixture["filler"]):
        return "no filler"
    for kind in ("wt", "vol"):
        fraction = mixture.get(f"filler_{kind}_fraction", np.nan)
        if not pd.isna(fraction):
            return f"{100 * fraction:.4g} {kind}%"
    return "loading not stated"


def temperature_in_words(temperature_C: float) -> str:  # noqa: N803
    """Write a temperature: "30 °C", or that it is not stated."""
    return "temperature not stated" if pd.isna(temperature_C) else f"{temperature_C:g} °C".replace("-", "−")
