"""Runs found by what people call them: an id or its beginning, a name, `latest`, `previous`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.common.errors import UserError
from pipeline.tracking import names
from pipeline.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run

LATEST, PREVIOUS = "latest", "previous"
_N_LISTED = 10
_SHORT_ID = 8


@dataclass(frozen=True)
class Found:
    """A run of the training, and the runs of campaigns that go with it.

    Attributes:
        run: The one that was asked for.
        models: The run of the training.
        campaigns: By campaign, its newest run with these models; where a campaign's run was asked for, that alone.
    """

    run: Run
    models: Run
    campaigns: Mapping[str, Run]


@dataclass(frozen=True)
class Runs:
    """All publications of a store, of each experiment the newest first.

    Attributes:
        models: Those of the training.
        campaigns: Those of each campaign.
    """

    models: list[Run]
    campaigns: dict[str, list[Run]]

    @classmethod
    def of(cls, store: Store) -> Runs:
        """Read them."""
        found = {experiment.name: store.runs(experiment.experiment_id) for experiment in store.experiments()}
        models = found.pop(names.MODELS_EXPERIMENT, [])
        campaigns = {runs[0].data.tags[names.CAMPAIGN]: runs for runs in found.values() if runs}
        return cls(models, campaigns)

    def find(self, asked: str) -> Found:
        """Find what somebody asks for.

        Args:
            asked: `latest` or `previous` run of the training, a run's id or the beginning of one, or a run's name.

        Raises:
            UserError: There is no such run, or more than one.
        """
        run = self._one(asked.strip())
        if (name := run.data.tags.get(names.CAMPAIGN)) is None:
            return Found(run, run, self._with_models(run))
        content = run.data.tags[names.MODELS_CONTENT]
        models = next((each for each in self.models if each.data.tags[names.CONTENT] == content), None)
        if models is None:
            raise UserError(f"{asked}: the run of its models is gone from the store; run `make publish` again")
        return Found(run, models, {name: run})

    def _with_models(self, models: Run) -> dict[str, Run]:
        content = models.data.tags[names.CONTENT]
        found = {}
        for name, runs in sorted(self.campaigns.items()):
            with_it = [run for run in runs if run.data.tags[names.MODELS_CONTENT] == content]
            if with_it:
                found[name] = with_it[0]
        return found

    def _one(self, asked: str) -> Run:
        by_word = dict(zip((LATEST, PREVIOUS), self.models, strict=False))
        if asked in by_word:
            return by_word[asked]
        everything = [*self.models, *(run for runs in self.campaigns.values() for run in runs)]
        matching = [run for run in everything if asked in (run.info.run_id, run.info.run_name)]
        matching = matching or [run for run in everything if asked and run.info.run_id.startswith(asked)]
        if len(matching) == 1:
            return matching[0]
        what = "several runs are called so" if matching else "no such run"
        raise UserError(f"{asked!r}: {what}; {self._listed(matching or everything)}")

    def _listed(self, runs: list[Run]) -> str:
        if not runs:
            return "nothing was published yet; run `dvc repro`"
        lines = [
            f"  {run.info.run_id[:_SHORT_ID]}  {run.data.tags.get(names.CAMPAIGN, 'models')}: {run.info.run_name}"
            for run in runs[:_N_LISTED]
        ]
        more = [f"  and {len(runs) - _N_LISTED} more"] if len(runs) > _N_LISTED else []
        words = f"{LATEST}, {PREVIOUS}, a name or the beginning of an id was expected:"
        return "\n".join([words, *lines, *more])
