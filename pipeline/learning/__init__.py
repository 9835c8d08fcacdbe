"""Targets, splits, learners and how they are compared, tuning, intervals, and models on disk."""

from pipeline.learning.ablation import compare_sets, feature_sets
from pipeline.learning.backtest import rank_by_year
from pipeline.learning.boosting import CPU, UNTUNED, has_cuda
from pipeline.learning.boosting import fit as fit_booster
from pipeline.learning.boosting import predict as predict_booster
from pipeline.learning.bounds import Bounds, Floats
from pipeline.learning.censored import fit_process
from pipeline.learning.champion import Champion, choose
from pipeline.learning.comparison import DISTANCE, HELD_OUT_TEXTS, bound_columns
from pipeline.learning.domain import MEASURED_APART, MEASURED_TOGETHER, VERDICTS, Domain, fit_domain
from pipeline.learning.domain import judge as judge_domain
from pipeline.learning.ensemble import Ensemble, fit_ensemble
from pipeline.learning.evidence import Corpus, Evidence, gather_evidence
from pipeline.learning.explanation import (
    BASE,
    by_block,
    contributions,
    counterfactuals,
    possible_changes,
    strongest,
)
from pipeline.learning.hindsight import HEADLINE as BACKTEST_HEADLINE
from pipeline.learning.hindsight import enrichment, error_by_year
from pipeline.learning.journal import Notes, as_notes
from pipeline.learning.kept import KEPT
from pipeline.learning.ladder import (
    RANDOM,
    Names,
    Sheet,
    SheetLearner,
    boosters,
    hold_out,
    median,
    process,
    sheet_scores,
)
from pipeline.learning.leaks import groups_of
from pipeline.learning.learners import (
    BOUNDS,
    FAMILY_MEDIAN,
    LEARNERS,
    MEDIAN,
    NAMES,
    TRANSFER,
    WITH_PHASES,
    WITH_PUBLIC,
    XGBOOST,
    Task,
)
from pipeline.learning.manifest import OWN_HASH, read_manifest
from pipeline.learning.noise import HEADLINE, noise_ladder
from pipeline.learning.novelty import NOVELTIES, leave_each_out
from pipeline.learning.refitting import fit_resampled, fit_reseeded
from pipeline.learning.scores import (
    calibration_error,
    coverage_by,
    gain_between,
    interval_scores,
    is_proven,
    point_scores,
    summary,
    weights_of,
)
from pipeline.learning.similarity import N_NEAREST, Leaves, Located, error_by_distance, most_similar
from pipeline.learning.splits import folds_by_work
from pipeline.learning.store import load, load_all, save
from pipeline.learning.targets import (
    CONDUCTIVITY,
    STABILITY_WINDOW,
    TARGETS,
    TENSILE_STRENGTH,
    TRANSFERENCE_NUMBER,
    Target,
)
from pipeline.learning.training import Trained, as_table, compare, n_works, task_of, train

__all__ = [
    "BACKTEST_HEADLINE",
    "BASE",
    "BOUNDS",
    "CONDUCTIVITY",
    "CPU",
    "DISTANCE",
    "FAMILY_MEDIAN",
    "HEADLINE",
    "HELD_OUT_TEXTS",
    "KEPT",
    "LEARNERS",
    "MEASURED_APART",
    "MEASURED_TOGETHER",
    "MEDIAN",
    "NAMES",
    "NOVELTIES",
    "N_NEAREST",
    "OWN_HASH",
    "RANDOM",
    "STABILITY_WINDOW",
    "TARGETS",
    "TENSILE_STRENGTH",
    "TRANSFER",
    "TRANSFERENCE_NUMBER",
    "UNTUNED",
    "VERDICTS",
    "WITH_PHASES",
    "WITH_PUBLIC",
    "XGBOOST",
    "Bounds",
    "Champion",
    "Corpus",
    "Domain",
    "Ensemble",
    "Evidence",
    "Floats",
    "Leaves",
    "Located",
    "Names",
    "Notes",
    "Sheet",
    "SheetLearner",
    "Target",
    "Task",
    "Trained",
    "as_notes",
    "as_table",
    "boosters",
    "bound_columns",
    "by_block",
    "calibration_error",
    "choose",
    "compare",
    "compare_sets",
    "contributions",
    "counterfactuals",
    "coverage_by",
    "enrichment",
    "error_by_distance",
    "error_by_year",
    "feature_sets",
    "fit_booster",
    "fit_domain",
    "fit_ensemble",
    "fit_process",
    "fit_resampled",
    "fit_reseeded",
    "folds_by_work",
    "gain_between",
    "gather_evidence",
    "groups_of",
    "has_cuda",
    "hold_out",
    "interval_scores",
    "is_proven",
    "judge_domain",
    "leave_each_out",
    "load",
    "load_all",
    "median",
    "most_similar",
    "n_works",
    "noise_ladder",
    "point_scores",
    "possible_changes",
    "predict_booster",
    "process",
    "rank_by_year",
    "read_manifest",
    "save",
    "sheet_scores",
    "strongest",
    "summary",
    "task_of",
    "train",
    "weights_of",
]
