"""params.yaml, parsed once into frozen models that refuse unknown keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.common import layout
from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_yaml

M = TypeVar("M", bound=BaseModel)


class Frozen(BaseModel):
    """A settings model: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class IngestSettings(Frozen):
    """How ingest treats faults."""

    max_rejected_rows: int = Field(ge=0)
    """The run stops when more rows than this cannot be read."""


class FeaturizeSettings(Frozen):
    """Which features models learn from."""

    min_different_rows: int = Field(ge=1, le=1000)
    """Records that a feature has to tell from the others; fewer teach nothing that holds."""


class TrainSettings(Frozen):
    """How models are compared, tuned and trained."""

    seed: int = Field(ge=0, lt=2**31)
    """Seed of every generator."""
    n_partitions: int = Field(ge=1, le=50)
    """How often the works are dealt anew into outer folds; errors are means over all of them."""
    n_outer_folds: int = Field(ge=2, le=20)
    """Folds by primary work on which the learners are compared."""
    n_inner_folds: int = Field(ge=2, le=20)
    """Folds by primary work, inside each outer training set, on which hyperparameters are tuned."""
    n_trials: int = Field(ge=1, le=10_000)
    """Optuna trials for each tuning."""
    n_forest_trees: int = Field(ge=1, le=10_000)
    """Trees of the random forest."""
    confidence: float = Field(gt=0.5, lt=1)
    """Nominal coverage of the prediction intervals."""
    n_threads: int = Field(ge=1, le=256)
    """XGBoost threads; part of the settings because the last digits depend on it."""


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


class Settings(Frozen):
    """All of params.yaml."""

    ingest: IngestSettings
    featurize: FeaturizeSettings
    train: TrainSettings
    ablation: AblationSettings
    rank: RankSettings


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
    value = "" if detail["type"] == "missing" else str(detail["input"])
    message = {
        "tuple_type": "a list such as [PEO] was expected",
        "missing": "this key is missing",
        "extra_forbidden": "no such key; check its spelling",
    }
    return Problem(str(path), 0, key, value, message.get(detail["type"], detail["msg"]))
