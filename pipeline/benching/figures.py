"""The figures of `make bench`: key, meaning, unit, and what was aimed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import ge, le

from pipeline.benching.spaces import SIZES

STAGES = (
    "ingest",
    "package",
    "featurize",
    "train",
    "backtest",
    "evaluate",
    "rank",
    "stability",
    "advise",
    "check",
    "report",
    "publish",
)
"""The stages of dvc.yaml, a module each."""
YES_OR_NO = "yes/no"


@dataclass(frozen=True)
class Goal:
    """What a figure should be.

    Attributes:
        words: "at least" or "at most".
        number: In the figure's unit.
    """

    words: str
    number: float

    def is_met(self, number: float) -> bool:
        """Say whether a number is what it should be."""
        return _SIGNS[self.words](number, self.number)


_SIGNS: dict[str, Callable[[float, float], bool]] = {"at least": ge, "at most": le}


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        meaning: What was measured, in words.
        unit: In which unit; `YES_OR_NO` where it is 1 or 0.
        goal: What was aimed at, if anything.
    """

    meaning: str
    unit: str
    goal: Goal | None = None


_FAST = "tables, plan and search"
FIGURES: dict[str, Figure] = {
    "exact_s": Figure(f"exact 1000 best of 10⁹ by the predicted value, {_FAST}", "s"),
    "chunks_s": Figure("the same by listing, describing and predicting all in chunks of 100,000, extrapolated", "s"),
    "exact_ratio": Figure("how many times faster the exact search is than chunks", "×", Goal("at least", 1000)),
    "exact_peak_MiB": Figure("peak memory of the exact search in a fresh process", "MiB", Goal("at most", 2048)),
    "unpruned_s": Figure(f"the same best by looking at all that the model tells apart, {_FAST}", "s"),
    "unpruned_ratio": Figure("how many times faster that is than chunks", "×", Goal("at least", 100)),
    "bound_s": Figure(f"exact 1000 best of 10⁹ by the lower bound of a 10-member ensemble, {_FAST}", "s"),
    "bound_chunks_s": Figure("the same in chunks with the ensemble's interval, extrapolated", "s"),
    "bound_ratio": Figure("how many times faster the exact search is, by the bound", "×", Goal("at least", 300)),
    "bound_peak_MiB": Figure("peak memory of that in a fresh process, fitting included", "MiB", Goal("at most", 2048)),
    "compile_s": Figure("compiling the search, once a machine and in none of the figures above", "s"),
    "is_same_unpruned": Figure("10⁸: pruned and unpruned search give the same indices and numbers", YES_OR_NO),
    "is_confirmed": Figure("10⁹: XGBoost predicts what was found, to the last bit, by both orders", YES_OR_NO),
    **{
        f"grow_1e{len(str(size)) - 1}_{unit}": Figure(f"exact 1000 best of {size:.0e} mixtures, {what}", unit)
        for size in SIZES
        for unit, what in (("s", _FAST), ("MiB", "peak memory of the process until then"))
    },
    "featurize_rate": Figure("mixtures described, component descriptions known", "1/s"),
    "tune_rate": Figure("tuning trials of the conductivity, budget quick, one process", "1/s"),
    "publish_s": Figure("MLflow: 100 trials into a new SQLite store, each in one batch; its set-up left out", "s"),
    "publish_rate": Figure("MLflow: trials of those", "1/s"),
    **{f"import_{name}_s": Figure(f"a fresh Python that imports pipeline.{name}", "s") for name in STAGES},
    "import_xgboost_s": Figure("a fresh Python that imports xgboost", "s"),
    "repro_s": Figure("`dvc repro` from nothing in a fresh clone, budget default, compiling included", "s"),
    "repro_again_s": Figure("`dvc repro` again with nothing changed", "s"),
    "repro_again_ratio": Figure("that, over a Python that imports xgboost", "×", Goal("at most", 1)),
}
