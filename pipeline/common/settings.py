"""params.yaml, parsed once into frozen models that refuse unknown keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pipeline.common import layout
from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_yaml

M = TypeVar("M", bound=BaseModel)


class Frozen(BaseModel):
    """A settings model: immutable, no unknown keys, every number finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_truth(cls, given: Any, info: ValidationInfo) -> Any:
        """Refuse a truth where a number is asked for, which would count as 1 or 0."""
        kinds = {cls.model_fields[str(info.field_name)].annotation}
        kinds |= {part for kind in kinds for part in get_args(kind)}
        if isinstance(given, bool) and kinds & {int, float} and bool not in kinds:
            raise ValueError("a number was expected; true, yes and on are none")
        return given


class IngestSettings(Frozen):
    """How ingest treats faults."""

    max_rejected_rows: int = Field(ge=0)
    """The run stops when more rows than this cannot be read."""


class FeaturizeSettings(Frozen):
    """Which features models learn from."""

    min_different_rows: int = Field(ge=1, le=1000)
    """Records that a feature has to tell from the others; fewer teach nothing that holds."""


class Budget(Frozen):
    """How much work goes into comparing and tuning."""

    n_partitions: int = Field(ge=1, le=50)
    """How often the works are dealt anew into outer folds; errors are means over all of them."""
    n_outer_folds: int = Field(ge=2, le=20)
    """Folds by primary work on which the learners are compared."""
    n_inner_folds: int = Field(ge=2, le=20)
    """Folds by primary work, inside each outer training set, for tuning and for intervals."""
    n_trials: int = Field(ge=1, le=10_000)
    """Optuna trials for each tuning, at most."""
    batch_size: int = Field(ge=1, le=100)
    """Trials asked for at once; part of the settings because the trials depend on it."""
    patience: int = Field(ge=1, le=1000)
    """Batches in a row that may fail to lower the error before tuning stops."""
    n_forest_trees: int = Field(ge=1, le=10_000)
    """Trees of the forests."""


class TrainSettings(Frozen):
    """How models are compared, tuned and trained."""

    seed: int = Field(ge=0, lt=2**31)
    """Seed of every generator."""
    budget: str
    """Which of the budgets is spent."""
    budgets: dict[str, Budget]
    confidence: float = Field(gt=0.5, lt=1)
    """Nominal coverage of the prediction intervals that are shown."""
    measured_confidences: tuple[float, ...] = Field(min_length=1)
    """Nominal coverages at which calibration is measured."""
    n_threads: int = Field(ge=1, le=256)
    """XGBoost threads; part of the settings because the last digits depend on it."""
    n_workers: int = Field(ge=1, le=256)
    """Processes that compare and tune; no number depends on it."""
    device: str = Field(default="cpu", pattern=r"^(cpu|cuda(:\d+)?)$")
    """Where XGBoost grows trees: cpu, cuda, or cuda:1 of several; the last digits depend on it."""

    @model_validator(mode="after")
    def _is_consistent(self) -> TrainSettings:
        if self.budget not in self.budgets:
            raise ValueError(f"budget {self.budget!r} is none of {', '.join(self.budgets)}")
        if self.confidence not in self.measured_confidences:
            raise ValueError(f"confidence {self.confidence:g} has to be one of measured_confidences")
        if not all(0 < level < 1 for level in self.measured_confidences):
            raise ValueError("measured_confidences have to lie between 0 and 1")
        return self

    @property
    def spent(self) -> Budget:
        """The budget that is spent."""
        return self.budgets[self.budget]


class AblationSettings(Frozen):
    """How the worth of features is measured."""

    n_partitions: int = Field(ge=1, le=100)
    """How often the works are dealt anew into folds."""
    n_repeats: int = Field(ge=1, le=100)
    """How often each model that leaves a component out is fitted, each time with another seed."""


class RankSettings(Frozen):
    """What a ranking keeps."""

    n_ranked: int = Field(ge=1, le=100_000)
    """Distinct combinations that the ranking lists."""
    n_neighbours: int = Field(ge=1, le=50)
    """Nearest measured records shown beside each combination."""
    n_explained: int = Field(ge=1, le=1000)
    """Best combinations of which it is said what drives them."""
    n_drawn: int = Field(ge=0, le=100_000)
    """Mixtures drawn at random beside the best, from which the next batch may be chosen."""
    seed: int = Field(ge=0, lt=2**31)
    """Seed of that draw."""


class StabilitySettings(Frozen):
    """How it is measured how stable the order of a ranking is."""

    n_top: int = Field(ge=1, le=1000)
    """Best combinations that are compared."""
    n_resampled: int = Field(ge=1, le=1000)
    """Models fitted to works drawn anew with replacement."""
    n_reseeded: int = Field(ge=1, le=1000)
    """Models fitted to the same works with another seed."""


FAIL, RED = "fail", "red"


class Wire(Frozen):
    """A trip-wire."""

    on_trip: Literal["fail", "red"]
    """Whether the run stops where it trips, or the reports say so in red."""


class SureWire(Frozen):
    """A trip-wire on what is certainly wrong: the run always stops."""

    on_trip: Literal["fail"]


class CoverageWire(Wire):
    """A trip-wire on the coverage of intervals."""

    false_alarm_rate: float = Field(gt=0, lt=0.5)
    """How often chance alone may trip it."""


class GainWire(Wire):
    """A trip-wire on what a model is better than the median."""

    least_gain: float = Field(ge=-10, le=10)
    """By how much its error has to be smaller, on the learned scale."""


class ShareWire(Wire):
    """A trip-wire on new components."""

    most_new_share: float = Field(ge=0, le=1)
    """Share of the polymers, salts or fillers that may be new."""


class RangeWire(Wire):
    """A trip-wire on the range of values."""

    margin: float = Field(ge=0, le=100)
    """How far a value may lie beyond the range, as a share of the range."""


class CountWire(Wire):
    """A trip-wire on records."""

    most: int = Field(ge=0)
    """How many may be concerned."""


class EnergyWire(Wire):
    """A trip-wire on activation energies."""

    lowest_eV: float = Field(ge=-10, le=10)  # noqa: N815
    highest_eV: float = Field(ge=-10, le=10)  # noqa: N815


class ConductivityWire(Wire):
    """A trip-wire on what candidates are said to conduct."""

    highest_S_cm: float = Field(gt=0, le=1000)  # noqa: N815
    """What no lithium electrolyte is known to reach."""


class TripWires(Frozen):
    """What says that a run went wrong, and what becomes of the run then."""

    impossible_records: Wire
    activation_energy: EnergyWire
    new_components: ShareWire
    values_beyond_range: RangeWire
    records_lost: CountWire
    records_changed: CountWire
    leaking_split: SureWire
    coverage: CoverageWire
    worse_than_median: GainWire
    falling_with_temperature: Wire
    impossible_predictions: Wire
    faster_than_known: ConductivityWire

    def on_trip(self, wire: str) -> str:
        """Return what becomes of the run where a wire trips: "fail" or "red"."""
        return str(getattr(self, wire).on_trip)


class Settings(Frozen):
    """All of params.yaml."""

    ingest: IngestSettings
    featurize: FeaturizeSettings
    train: TrainSettings
    ablation: AblationSettings
    rank: RankSettings
    stability: StabilitySettings
    trip_wires: TripWires


def load_settings(path: Path = layout.PARAMS) -> Settings:
    """Read params.yaml.

    Raises:
        UserError: The file is not YAML, or a key is missing, unknown or out of its limits.
    """
    return parse_settings(path, read_yaml(path), Settings)


def parse_settings(path: Path, content: Any, model: type[M]) -> M:
    """Check what a YAML file holds against a settings model.

    Raises:
        UserError: Every fault at once, each with its key, value and what was expected.
    """
    if not isinstance(content, dict):
        raise UserError(f"{path}: keys and values were expected, as in the shipped file; it holds {content!r:.80}")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise UserError([_problem(path, detail) for detail in error.errors()]) from None


def _problem(path: Path, detail: Any) -> Problem:
    key = ".".join(str(part) for part in detail["loc"])
    is_told = detail["type"] != "missing" and not isinstance(detail["input"], dict)
    value = str(detail["input"]) if is_told else ""
    message = {
        "tuple_type": "a list such as [PEO] was expected",
        "missing": "this key is missing",
        "extra_forbidden": "no such key; check its spelling (a newer version may know more: `git pull`)",
    }
    return Problem(str(path), 0, key, value, message.get(detail["type"], detail["msg"].removeprefix("Value error, ")))
