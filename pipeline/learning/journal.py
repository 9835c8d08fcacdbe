"""Finished batches of a search, noted so that one that was killed goes on and several runs share what is done."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import xgboost
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

from pipeline.common.errors import UserError
from pipeline.learning.evidence import Evidence
from pipeline.learning.splits import Fold

Notes = Path | str
"""Where searches are noted: a folder, in which each has an Optuna journal of its own, or the URL of a database in which
each is an Optuna study, such as "postgresql+psycopg://host/ionscreen"."""
_CODE = sorted(Path(__file__).parent.glob("*.py"))
_PLACE = "place"
_OTHER_TABLES = "compatible with the table schema"
"""What Optuna says of a database that another version of it has set up."""


def as_notes(text: str) -> Notes:
    """Read where searches are noted from what a user typed, a URL or a folder.

    Raises:
        UserError: It cannot be written to; the message holds no password.
    """
    notes: Notes = text if "://" in text else Path(text).absolute()
    try:
        with _study(notes, "reachable"):
            return notes
    except _OtherTablesError:
        raise UserError(
            f"--study {_without_password(notes)}: its tables are of another Optuna than {optuna.__version__}, which is "
            "installed; `optuna storage upgrade --storage URL` brings older ones up to date, or take another database"
        ) from None
    except Exception as error:  # SQLAlchemy's, its drivers' and the file system's have no base class of their own
        # Drivers repeat the address in their messages.
        reason = type(error).__name__ if isinstance(notes, str) else f"{type(error).__name__}: {error}"
        raise UserError(
            f"--study {_without_password(notes)}: cannot be used ({reason}); a folder, or a URL such as "
            "postgresql+psycopg://host/database was expected, with its driver installed (pip install "
            "'ionscreen[cluster]') and its server running"
        ) from None


def _without_password(notes: Notes) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(notes).render_as_string(hide_password=True) if isinstance(notes, str) else str(notes)
    except ArgumentError:
        return "URL"


class _OtherTablesError(RuntimeError):
    """The tables of a database are those of another Optuna."""


@dataclass(frozen=True)
class Journal:
    """What is noted of one search.

    Several runs may do one search at a time. Each writes the same trials, since nothing but what the search is named
    after decides them; so a trial carries its place in the search, and the first one noted of each place counts.

    Attributes:
        notes: Where it is noted; None for a search that is not.
        name: Named after all that decides the search.
    """

    notes: Notes | None
    name: str

    @classmethod
    def of(cls, notes: Notes | None, evidence: Evidence, folds: Sequence[Fold], search: Any) -> Journal:
        """Return the journal of a search: of these records, folds and settings, and of this code.

        Args:
            notes: Where searches are noted; None notes nothing.
            evidence: The records.
            folds: Their splits.
            search: The settings; workers and notes decide nothing and are not part of the name.
        """
        if notes is None:
            return cls(None, "")
        settings = (search.target.name, search.effort, search.seed, search.n_threads, search.device, optuna.__version__)
        told = hashlib.sha256(f"{settings} {xgboost.__version__} {list(evidence.features)}".encode())
        for array in (evidence.features.to_numpy(float), evidence.bounds.lower, evidence.bounds.upper):
            told.update(np.ascontiguousarray(array).tobytes())
        told.update(pd.util.hash_pandas_object(evidence.keys["work_id"]).to_numpy().tobytes())
        for fold in folds:
            told.update(fold.train.tobytes() + b"|" + fold.test.tobytes())
        for source in _CODE:
            told.update(source.read_bytes())
        return cls(notes, told.hexdigest())

    def read(self, batch_size: int) -> list[optuna.trial.FrozenTrial]:
        """Return the trials of the batches that were finished, in order."""
        if self.notes is None:
            return []
        with _study(self.notes, self.name) as study:
            noted = _by_place(study)
        n_whole = next(place for place in range(len(noted) + 1) if place not in noted) // batch_size * batch_size
        return [noted[place] for place in range(n_whole)]

    def write(self, trials: list[optuna.trial.FrozenTrial]) -> None:
        """Note the trials that are not yet noted."""
        if self.notes is None:
            return
        with _study(self.notes, self.name) as study:
            noted = _by_place(study)
            for place, trial in enumerate(trials):
                if place not in noted:
                    placed = copy.deepcopy(trial)
                    placed.set_user_attr(_PLACE, place)
                    study.add_trial(placed)


def _by_place(study: optuna.Study) -> dict[int, optuna.trial.FrozenTrial]:
    """Return the first trial that was noted of each place."""
    noted: dict[int, optuna.trial.FrozenTrial] = {}
    for trial in study.trials:
        noted.setdefault(trial.user_attrs[_PLACE], trial)
    return noted


@contextmanager
def _study(notes: Notes, name: str) -> Iterator[optuna.Study]:
    """Open the study of one search, made if there is none."""
    if isinstance(notes, Path):
        notes.mkdir(parents=True, exist_ok=True)
        yield optuna.create_study(storage=_journal(notes / f"{name}.log"), study_name=name, load_if_exists=True)
        return
    from sqlalchemy.pool import NullPool

    try:
        storage = RDBStorage(notes, engine_kwargs={"poolclass": NullPool})
    except RuntimeError as error:
        raise (_OtherTablesError if _OTHER_TABLES in str(error) else RuntimeError)(str(error)) from error
    try:
        yield optuna.create_study(storage=storage, study_name=name, load_if_exists=True)
    finally:
        storage.remove_session()


def _journal(path: Path) -> JournalStorage:
    """Open an Optuna journal, without what a killed process left of its last line: nothing could be added to that.

    The path is made absolute: a lock is a link to it, and one that a killed process left is told by what it links to.
    """
    absolute = str(path.absolute())
    lock = JournalFileSymlinkLock(absolute)
    lock.acquire()
    try:
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            path.write_bytes(whole)
    finally:
        lock.release()
    return JournalStorage(JournalFileBackend(absolute, lock))
