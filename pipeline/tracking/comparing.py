"""Two runs held against each other: settings, records, errors with what chance makes of them, each campaign's order."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities import Run

    from pipeline.tracking.changes import RecordChanges
    from pipeline.tracking.finding import Found, Runs
    from pipeline.tracking.grouped import Judgement
    from pipeline.tracking.store import Store
    from pipeline.tracking.top import Moves

_SAID_OTHERWISE = ".why"


@dataclass(frozen=True)
class RunName:
    """A run as people know it."""

    run_id: str
    name: str
    experiment: str


@dataclass(frozen=True)
class ParamChange:
    """A setting or choice that differs; None where a run does not hold it."""

    name: str
    first: str | None
    second: str | None


@dataclass(frozen=True)
class MetricChange:
    """A number of both runs; None where a run does not hold it.

    Attributes:
        name: The metric's.
        first: In the first run.
        second: In the second run.
        difference: The second less the first.
        is_proven: Whether the difference is more than chance, by works that both held out; None where that was not
            tested.
    """

    name: str
    first: float | None
    second: float | None
    difference: float | None
    is_proven: bool | None


@dataclass(frozen=True)
class CampaignChange:
    """What became of a campaign's order."""

    campaign: str
    first: RunName
    second: RunName
    params: tuple[ParamChange, ...]
    metrics: tuple[MetricChange, ...]
    moves: Moves


@dataclass(frozen=True)
class RunComparison:
    """Two runs held against each other.

    Attributes:
        first: The one.
        second: The other; differences are second less first.
        changes: All that differs in what they were made from, in words.
        params: Settings and choices of the training that differ.
        metrics: Numbers of the training in both runs.
        judgements: By target, by how much the second run's model is better on the works that both held out.
        records: Ids of records that were added, removed and changed.
        campaigns: What became of each campaign that both runs ranked.
    """

    first: RunName
    second: RunName
    changes: tuple[str, ...]
    params: tuple[ParamChange, ...]
    metrics: tuple[MetricChange, ...]
    judgements: dict[str, Judgement]
    records: RecordChanges
    campaigns: tuple[CampaignChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def compare_runs(first: str, second: str) -> RunComparison:
    """Compare two published runs of the store that the environment names, or of the one in `experiments/mlflow`.

    Args:
        first: The one: `latest` or `previous` run of the training, a run's id or the beginning of one, or a run's name.
            A campaign's run stands for itself and the training behind it.
        second: The other.

    Raises:
        UserError: There is no such run, or several; the message lists what there is. Or the store cannot be used.
    """
    from pipeline.tracking.changes import changes, record_changes
    from pipeline.tracking.finding import Runs
    from pipeline.tracking.login import log_in
    from pipeline.tracking.store import connect, refusals
    from pipeline.tracking.writing import inputs_of

    log_in()
    store = connect()
    with refusals():
        one, other = _both(Runs.of(store), first, second)
        before, now = (inputs_of(store, found.run.info.run_id) for found in (one, other))
        judgements = _judgements(store, one.models, other.models)
        return RunComparison(
            first=_name(one.run),
            second=_name(other.run),
            changes=tuple(changes(before, now)),
            params=_params(one.models, other.models),
            metrics=_metrics(one.models, other.models, judgements),
            judgements=judgements,
            records=record_changes(before, now),
            campaigns=tuple(
                _campaign(store, name, one.campaigns[name], other.campaigns[name])
                for name in one.campaigns
                if name in other.campaigns
            ),
        )


def _both(runs: Runs, first: str, second: str) -> tuple[Found, Found]:
    """Find two runs; every fault is told at once."""
    from pipeline.common.errors import UserError

    found, faults = [], []
    for asked in (first, second):
        try:
            found.append(runs.find(asked))
        except UserError as error:
            faults.append(str(error))
    if faults:
        raise UserError("\n".join(dict.fromkeys(faults)))
    return found[0], found[1]


def _name(run: Run) -> RunName:
    from pipeline.tracking import names

    campaign = run.data.tags.get(names.CAMPAIGN)
    experiment = names.experiment_of(campaign) if campaign else names.MODELS_EXPERIMENT
    return RunName(str(run.info.run_id), str(run.info.run_name), experiment)


def _params(first: Run, second: Run) -> tuple[ParamChange, ...]:
    before, now = first.data.params, second.data.params
    return tuple(
        ParamChange(name, before.get(name), now.get(name))
        for name in sorted(before | now)
        if before.get(name) != now.get(name) and not name.endswith(_SAID_OTHERWISE)
    )


def _metrics(first: Run, second: Run, judgements: dict[str, Judgement]) -> tuple[MetricChange, ...]:
    from pipeline.tracking.names import BY_FOLD, group_of

    proven = {f"{group_of(target)}/error": judgement.is_different for target, judgement in judgements.items()}
    before, now = first.data.metrics, second.data.metrics
    return tuple(
        MetricChange(
            name,
            before.get(name),
            now.get(name),
            now[name] - before[name] if name in before and name in now else None,
            proven.get(name),
        )
        for name in sorted(before | now)
        if BY_FOLD not in name
    )


def _judgements(store: Store, first: Run, second: Run) -> dict[str, Judgement]:
    from pipeline.learning import TARGETS
    from pipeline.tracking.grouped import judge, read_held_out

    before, now = (_table(store, run, read_held_out, "out_of_fold.csv") for run in (first, second))
    found = {}
    for target in TARGETS:
        learners = [run.data.params.get(f"{target.name}.predicted_by", "") for run in (first, second)]
        seed = int(second.data.params["train.seed"])
        judgement = judge(before, now, (learners[0], learners[1]), target.name, seed)
        if judgement is not None:
            found[target.name] = judgement
    return found


def _campaign(store: Store, name: str, first: Run, second: Run) -> CampaignChange:
    from pipeline.tracking.names import RANKING
    from pipeline.tracking.top import moves, read_ranking

    before, now = (_table(store, run, read_ranking, RANKING) for run in (first, second))
    return CampaignChange(
        name, _name(first), _name(second), _params(first, second), _metrics(first, second, {}), moves(before, now)
    )


def _table(store: Store, run: Run, read: Any, place: str) -> pd.DataFrame:
    from pipeline.tracking.writing import artifact

    with tempfile.TemporaryDirectory() as folder:
        table: pd.DataFrame = read(artifact(store, run.info.run_id, place, Path(folder)))
    return table
