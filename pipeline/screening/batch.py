"""The next batch of experiments: good by the calibrated predictions, unlike each other, affordable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from pipeline.learning import Floats
from pipeline.screening import mixtures as mixture
from pipeline.screening.diversity import Choice, Places, choose_diverse, cover, scaled
from pipeline.screening.experiments import BatchSettings, Candidates, Known
from pipeline.screening.predictive import Forecast, Predictive
from pipeline.screening.reasons import reasons

COLUMNS = (
    "position",
    "acquisition_value",
    "predicted_value",
    "expected_improvement",
    "probability_of_beating_best",
    "probability_of_success",
    "reason",
)
_JUDGED = COLUMNS[2:6]


@dataclass(frozen=True)
class _Rows:
    """Candidates in the order of their content, then what counts as chosen: pending, in a cold start measured too."""

    table: pd.DataFrame
    places: Places
    kinds: npt.NDArray[np.int64]
    n_candidates: int
    n_pending: int


def choose_batch(
    candidates: Candidates, forecast: Forecast | None, known: Known, settings: BatchSettings
) -> pd.DataFrame:
    """Choose the next experiments.

    With a model each candidate is worth more the higher its predicted value, its expected improvement over the best
    measured value (Jones, Schonlau and Welch, J. Glob. Optim. 13, 455 (1998), doi 10.1023/A:1008306431147) or its
    probability of success, divided by cost^cost_weight and multiplied by `out_of_stock_factor` where it is not in
    stock; `diversity.choose_diverse` then chooses. Without a model, with fewer measured mixtures than `least_measured`,
    or where expected improvement is asked and nothing comparable was measured, `diversity.cover` chooses what leaves no
    candidate far from a measured, pending or chosen one. Nothing is drawn: the same candidates, in whatever order, give
    the same mixtures.

    Args:
        candidates: n mixtures.
        forecast: What a model says of them; None without a model.
        known: What was made and is being made.
        settings: How to choose.

    Returns:
        One row a chosen experiment, in order, at most `settings.n`, with the columns of `COLUMNS`: `position` among
        the candidates; `acquisition_value`, what it was worth beside those before it (in a cold start the distance to
        the nearest of them); predictions NaN where there is no model, no best value or no threshold; `reason`,
        one sentence. Fewer rows where no candidate is left that differs from all others in a component.

    Raises:
        UserError: A cost is not a positive number.
    """
    is_cold = _is_cold(forecast, known, settings)
    table = mixture.canonical(candidates.mixtures.table)
    order = mixture.by_content(table)
    judged = _judged(forecast, known.best, settings.threshold, len(table))
    worth = np.ones(len(table)) if forecast is None or is_cold else _worth(forecast.predictive, judged[settings.by])
    priced = np.where(_is_open(table, known, settings), worth * candidates.discount(settings), np.nan)
    rows = _rows(table, order, candidates, None if is_cold else forecast, known, is_cold)
    choice = _chosen(rows, priced[order], settings, is_cold)
    positions = order[choice.rows]
    told = judged.iloc[positions].reset_index(drop=True)
    ranks = rankdata(-worth, method="min")[positions]
    return told.assign(
        position=positions,
        acquisition_value=choice.merits,
        reason=[]
        if told.empty
        else reasons(
            rows.table,
            choice,
            range(rows.n_candidates, rows.n_candidates + rows.n_pending),
            told,
            ranks,
            is_cold,
            settings,
        ),
    )[list(COLUMNS)]


def _is_cold(forecast: Forecast | None, known: Known, settings: BatchSettings) -> bool:
    has_nothing_to_improve = settings.by == "expected_improvement" and known.best is None
    return forecast is None or len(known.measured) < settings.least_measured or has_nothing_to_improve


def _judged(forecast: Forecast | None, best: float | None, threshold: float | None, n: int) -> pd.DataFrame:
    """Return what the forecast says of n candidates; NaN where it, the best value or the threshold is missing."""
    nothing = np.full(n, np.nan)
    if forecast is None:
        return pd.DataFrame(dict.fromkeys(_JUDGED, nothing))
    predictive = forecast.predictive
    columns = (
        predictive.at(0.0),
        nothing if best is None else predictive.mean_excess(best),
        nothing if best is None else predictive.probability_above(best),
        nothing if threshold is None else predictive.probability_above(threshold),
    )
    return pd.DataFrame(dict(zip(_JUDGED, columns, strict=True)))


def _worth(predictive: Predictive, judged: pd.Series[float]) -> Floats:
    """Return what each of n candidates is worth, 0 or more, shape (n,).

    A predicted value may be negative, which no worth is, so a spread more is worth e times as much; the spread is half
    the central 68 % of the distributions, in the median. What differs by less than the model errs thus gives way to
    what is unlike the rest. The spread is one for all, since the width of an interval tells candidates apart worse than
    it looks.
    """
    values = np.asarray(judged, dtype=np.float64)
    if judged.name != "predicted_value" or not len(values):
        return values
    spread = float(np.median(predictive.at(1.0) - predictive.at(-1.0))) / 2 or 1.0
    return np.asarray(np.exp((values - values.max()) / spread), dtype=np.float64)


def _is_open(table: pd.DataFrame, known: Known, settings: BatchSettings) -> npt.NDArray[np.bool_]:
    """Say which candidates may be proposed: neither pending nor, unless repeats are wanted, measured, shape (n,)."""
    is_pending = mixture.is_among(table, mixture.canonical(known.pending.table))
    if settings.repeats_measured:
        return ~is_pending
    return ~is_pending & ~mixture.is_among(table, mixture.canonical(known.measured.table))


def _rows(
    table: pd.DataFrame,
    order: npt.NDArray[np.intp],
    candidates: Candidates,
    forecast: Forecast | None,
    known: Known,
    is_cold: bool,
) -> _Rows:
    """Put the candidates in the order of their content and beside them what counts as chosen."""
    beside = [known.pending, *([known.measured] if is_cold else [])]
    features = candidates.mixtures.features
    names = list(features.columns)
    all_features = pd.concat([features.iloc[order], *(made.features[names] for made in beside)], ignore_index=True)
    all_rows = pd.concat([table.iloc[order], *(mixture.canonical(made.table) for made in beside)], ignore_index=True)
    kinds = mixture.kinds(all_rows)
    n_told_apart = len(table) + len(known.pending)
    kinds[n_told_apart:] = -1 - np.arange(len(kinds) - n_told_apart)  # what is measured closes no kind
    references = features.iloc[order] if is_cold else known.measured.features[names]
    if forecast is None:
        leaves = np.empty((len(all_rows), 0), dtype=np.int32)
    else:
        leaves = np.concatenate([forecast.leaves[order], forecast.pending_leaves])
    return _Rows(all_rows, Places(scaled(all_features, references), leaves), kinds, len(table), len(known.pending))


def _chosen(rows: _Rows, values: Floats, settings: BatchSettings, is_cold: bool) -> Choice:
    worth = np.concatenate([values, np.full(len(rows.table) - rows.n_candidates, np.nan)])
    before = range(rows.n_candidates, len(rows.table))
    if is_cold:
        return cover(rows.places, worth, rows.kinds, settings.n, before)
    return choose_diverse(rows.places, worth, rows.kinds, settings.diversity_weight, settings.n, before)
