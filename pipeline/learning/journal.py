"""Finished batches of a search on disk, so that one that was killed goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import xgboost
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from pipeline.learning.evidence import Evidence
from pipeline.learning.splits import Fold

_CODE = sorted(Path(__file__).parent.glob("*.py"))


@dataclass(frozen=True)
class Journal:
    """The file of one search.

    Attributes:
        path: An Optuna journal, named after all that decides the search; None for a search that is not noted.
    """

    path: Path | None

    @classmethod
    def of(cls, folder: Path | None, evidence: Evidence, folds: Sequence[Fold], search: Any) -> Journal:
        """Return the journal of a search: of these records, folds and settings, and of this code.

        Args:
            folder: Where journals lie; None notes nothing.
            evidence: The records.
            folds: Their splits.
            search: The settings; workers and folder decide nothing and are not part of the name.
        """
        if folder is None:
            return cls(None)
        folder.mkdir(parents=True, exist_ok=True)
        settings = (search.target.name, search.effort, search.seed, search.n_threads, optuna.__version__)
        told = hashlib.sha256(f"{settings} {xgboost.__version__} {list(evidence.features)}".encode())
        for array in (evidence.features.to_numpy(float), evidence.bounds.lower, evidence.bounds.upper):
            told.update(np.ascontiguousarray(array).tobytes())
        told.update(pd.util.hash_pandas_object(evidence.keys["work_id"]).to_numpy().tobytes())
        for fold in folds:
            told.update(fold.train.tobytes() + b"|" + fold.test.tobytes())
        for source in _CODE:
            told.update(source.read_bytes())
        return cls(folder / f"{told.hexdigest()}.log")

    def read(self, batch_size: int) -> list[optuna.trial.FrozenTrial]:
        """Return the trials of the batches that were finished, in order."""
        if self.path is None or not self.path.exists():
            return []
        trials: list[optuna.trial.FrozenTrial] = self._study().trials
        return trials[: len(trials) // batch_size * batch_size]

    def write(self, trials: list[optuna.trial.FrozenTrial]) -> None:
        """Note the trials that are not yet in the journal."""
        if self.path is not None:
            study = self._study()
            study.add_trials(trials[len(study.trials) :])

    def _study(self) -> optuna.Study:
        self._drop_torn_line()
        storage = JournalStorage(JournalFileBackend(str(self.path)))
        return optuna.create_study(storage=storage, study_name="search", load_if_exists=True)

    def _drop_torn_line(self) -> None:
        """Cut off what a killed process left of a line: Optuna reads no journal with half a line in it."""
        if self.path is None or not self.path.exists():
            return
        content = self.path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            self.path.write_bytes(whole)
