"""Two runs' models held against each other on the works that both held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.common.files import read_gapped_csv
from pipeline.learning import HELD_OUT_TEXTS, gain_between, is_proven

_FIRST, _SECOND = "first", "second"
_KEYS = ["record_id", "work_id"]


@dataclass(frozen=True)
class Judgement:
    """How much better a second model is than a first one.

    Attributes:
        gain: By how much its mean absolute error is lower, mean over works.
        lower: Lower end of the gain's 95 % interval over works.
        upper: Upper end.
        p_value: Of the paired permutation test over works, two-sided.
        n_records: Records that both held out.
        n_works: Works that they are from.
        is_proven: Whether the second is proven better.
        is_different: Whether one of them is proven better.
    """

    gain: float
    lower: float
    upper: float
    p_value: float
    n_records: int
    n_works: int
    is_proven: bool
    is_different: bool

    def __str__(self) -> str:
        on = f"on {self.n_records} records of {self.n_works} works that both held out"
        if self.gain == self.lower == self.upper == 0:
            return f"not proven better: as far off {on}"
        better = "proven better" if self.is_proven else "not proven better"
        return (
            f"{better}: its error is lower by {self.gain:.3f} (95 % interval {self.lower:.3f} to {self.upper:.3f}, "
            f"p = {self.p_value:.2g}, {on})"
        )


def judge(
    first: pd.DataFrame, second: pd.DataFrame, learners: tuple[str, str], target: str, seed: int
) -> Judgement | None:
    """Compare two models by their predictions of held-out works.

    Both are held against what the second run takes for measured, so that a corrected number does not count for the
    one that learned it. A record that was dealt several times counts by its mean error.

    Args:
        first: Predictions of held-out records of the one run, as `train` writes them.
        second: Those of the other run.
        learners: What predicts the target in the first and in the second run.
        target: Which target.
        seed: Seed of bootstrap and permutations.

    Returns:
        The judgement; None where both held out no record.
    """
    of_first, of_second = first[first["target"] == target], second[second["target"] == target]
    if learners[0] not in of_first or learners[1] not in of_second:
        return None
    truth = of_second[of_second["measured"].notna()].drop_duplicates("record_id").set_index("record_id")
    errors = pd.DataFrame(
        {
            name: _errors(rows, learner, truth["measured"])
            for name, rows, learner in ((_FIRST, of_first, learners[0]), (_SECOND, of_second, learners[1]))
        }
    ).dropna()
    if errors.empty:
        return None
    paired = errors.assign(measured=0.0, work_id=truth["work_id"].reindex(errors.index))
    gain = gain_between(paired, _SECOND, _FIRST, seed)
    back = gain | {"gain": -gain["gain"]}
    return Judgement(
        **gain,
        n_records=len(paired),
        n_works=int(paired["work_id"].nunique()),
        is_proven=is_proven(gain),
        is_different=is_proven(gain) or is_proven(back),
    )


def read_held_out(path: Path) -> pd.DataFrame:
    """Read predictions of held-out records."""
    return read_gapped_csv(path, HELD_OUT_TEXTS)


def _errors(rows: pd.DataFrame, learner: str, measured: pd.Series) -> pd.Series:
    """Return the mean absolute error for each record, by its id."""
    off = (rows[learner] - measured.reindex(rows["record_id"]).to_numpy()).abs()
    return pd.Series(off.groupby(rows["record_id"].to_numpy()).mean())
