"""A booster on all records, one for each left-out fold, and the intervals that these give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.common.errors import UserError
from pipeline.learning import boosting
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.bounds import Floats
from pipeline.learning.conformal import Difficulty, cv_plus, fit_difficulty
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners import PhaseModels, Task
from pipeline.learning.similarity import Located, leaf_distance
from pipeline.learning.splits import Fold
from pipeline.learning.targets import Target

_CHUNK_ROWS = 20_000
Intervals = Mapping[float, tuple[Floats, Floats]]
"""Lower and upper bounds by nominal coverage."""


@dataclass(frozen=True)
class Ensemble:
    """What predicts one target.

    Attributes:
        target: What is predicted.
        feature_names: The columns it reads, in order.
        hyperparameters: Those of every booster.
        model: The booster fitted to all records; gives the predicted value.
        members: Boosters, each fitted without one fold of works.
        scores: For each member, the absolute errors on the records of its left-out fold, each over its difficulty.
        difficulty: How the expected error grows with the distance to what was measured.
        references: What it learned from but for public sets: features, a row a record, by record id.
        phases: Models of the neat phases whose predictions are features as well; None if there are none.
    """

    target: Target
    feature_names: tuple[str, ...]
    hyperparameters: Hyperparameters
    model: Any
    members: tuple[Any, ...]
    scores: tuple[Floats, ...]
    difficulty: Difficulty
    references: pd.DataFrame
    phases: PhaseModels | None = None

    def predict(self, features: pd.DataFrame) -> Floats:
        """Predict n rows, shape (n,), on the learned scale."""
        return boosting.predict(self.model, self.columns(features), self.target)

    def intervals(self, features: pd.DataFrame, confidences: Sequence[float]) -> Intervals:
        """Return the intervals of n rows for each nominal coverage, on the learned scale.

        CV+ with folds made of whole primary works, so that an error counts as it would for a new paper, in
        proportion to the error that is expected at the row's distance from what was measured. An interval is widened
        where needed to hold the predicted value.

        Args:
            features: n rows; columns beyond those of the model are not read.
            confidences: Nominal coverages, between 0 and 1.

        Returns:
            Lower and upper bounds, each of shape (n,), by nominal coverage.
        """
        used = self.columns(features)
        bounds = {level: np.empty((2, len(used))) for level in confidences}
        for start in range(0, len(used), _CHUNK_ROWS):
            chunk = used.iloc[start : start + _CHUNK_ROWS]
            by_member = [boosting.predict(member, chunk, self.target) for member in self.members]
            middle = boosting.predict(self.model, chunk, self.target)
            difficulty = self.difficulty.at(self.distance(chunk))
            for level, ends in bounds.items():
                lower, upper = cv_plus(by_member, self.scores, difficulty, level)
                held = np.minimum(lower, middle), np.maximum(upper, middle)
                ends[:, start : start + len(chunk)] = self.target.clip(np.array(held))
        return {level: (ends[0], ends[1]) for level, ends in bounds.items()}

    def interval(self, features: pd.DataFrame, confidence: float) -> tuple[Floats, Floats]:
        """Return `intervals` for one nominal coverage: lower and upper bounds, each of shape (n,)."""
        return self.intervals(features, [confidence])[confidence]

    def distance(self, features: pd.DataFrame) -> Floats:
        """Return how far n rows lie from what was measured, in the model's own leaves, shape (n,), from 0 to 1."""
        return leaf_distance(self.leaves(features), self.leaves(self.references))

    def leaves(self, features: pd.DataFrame) -> npt.NDArray[np.int32]:
        """Return the leaf in which each of n rows ends, in each tree, shape (n, trees)."""
        return boosting.leaves(self.model, self.columns(features))

    def located(self, features: pd.DataFrame) -> Located:
        """Return where n rows lie: in the features that the model reads, and in its leaves."""
        return Located(self.columns(features), self.leaves(features))

    def columns(self, features: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that the model reads, in its order.

        Raises:
            UserError: A column is missing: the features are those of another version.
        """
        if self.phases is not None:
            features = self.phases.extend(features)
        if missing := [name for name in self.feature_names if name not in features]:
            raise UserError(
                f"the model of {self.target.name} reads {', '.join(missing)}, which this version does not describe; "
                "run `dvc repro` to train anew"
            )
        return features[list(self.feature_names)]


def fit_ensemble(evidence: Evidence, folds: Sequence[Fold], task: Task, phases: PhaseModels | None = None) -> Ensemble:
    """Fit the booster on all rows and one without each fold.

    Args:
        evidence: n records.
        folds: Splits of them by primary work.
        task: Target, hyperparameters, seed, threads.
        phases: Models whose predictions are features as well.
    """
    features = evidence.features if phases is None else phases.extend(evidence.features)
    labels, members, errors, distances = evidence.labels, [], [], []
    for fold in folds:
        member = _fitted_to(fold.train, evidence, features, task)
        is_number = np.isfinite(labels[fold.test])
        unseen = features.iloc[fold.test[is_number]]
        references = features.iloc[fold.train[~evidence.is_public[fold.train]]]
        members.append(member)
        errors.append(np.abs(labels[fold.test[is_number]] - boosting.predict(member, unseen, task.target)))
        distances.append(leaf_distance(boosting.leaves(member, unseen), boosting.leaves(member, references)))
    difficulty = fit_difficulty(np.concatenate([[], *distances]), np.concatenate([[], *errors]))
    return Ensemble(
        target=task.target,
        feature_names=tuple(features.columns),
        hyperparameters=task.hyperparameters,
        model=_fitted_to(np.arange(len(evidence)), evidence, features, task),
        members=tuple(members),
        scores=tuple(np.sort(e / difficulty.at(d)) for e, d in zip(errors, distances, strict=True)),
        difficulty=difficulty,
        references=evidence.features[~evidence.is_public].set_axis(evidence.keys["record_id"][~evidence.is_public]),
        phases=phases,
    )


def _fitted_to(rows: npt.NDArray[np.intp], evidence: Evidence, features: pd.DataFrame, task: Task) -> Any:
    weights = evidence.take(rows).weights
    return boosting.fit(
        features.iloc[rows],
        evidence.bounds[rows],
        task.target,
        task.hyperparameters,
        task.seed,
        task.n_threads,
        weights,
        task.device,
    )
