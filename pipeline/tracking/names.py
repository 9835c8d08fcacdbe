"""What things are called in MLflow: experiments, tags, artifacts, registered models."""

from __future__ import annotations

MODELS_EXPERIMENT = "ionscreen: models"
CAMPAIGN_PREFIX = "ionscreen: "
MODELS_NOTE = (
    "The training: one run for each time that records, settings or code changed the models, named after what changed. "
    "Each holds errors on held-out works by target and by fold, the tuning trials as nested runs, and the models."
)
CAMPAIGN_NOTE = (
    "One campaign of `experiments/`: one run for each time that its ranking or its report changed, named after what "
    "changed. Each holds the ranked report, the ranking, the worksheet of the next experiments, and how far its top 20 "
    "is that of the run before."
)

CONTENT = "ionscreen.content"
"""Tag: hash over all that a run shows, its identity."""
NUMBER = "ionscreen.publication"
"""Tag: the how-manieth publication of an experiment put this run last; the highest is the newest."""
IS_COMPLETE = "ionscreen.is_complete"
"""Tag: set last, once a run holds all that it shows. MLflow's own status says less: logging a model ends a run."""
MODELS_CONTENT = "ionscreen.models_content"
"""Tag of a campaign's run: the identity of the models' run."""
MODELS_RUN = "ionscreen.models_run"
"""Tag of a campaign's run: the id of the models' run."""
CAMPAIGN = "ionscreen.campaign"
"""Tag of a campaign's run: the campaign's name."""
TRIP_WIRES = "ionscreen.trip_wires"
"""Tag: the trip-wires that say that something is wrong with the run, or that all hold."""
ALL_HOLD = "all hold"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"
STORE_VERSION = "ionscreen.store_version"
"""Tag of an experiment: how what it holds is written."""
KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Experiment tag with which MLflow's pages show runs, and no chats."""
FINISHED = "FINISHED"

INPUTS = "inputs.json"
"""Artifact: what a run was made from, by which the next one is named."""
OUT_OF_FOLD = "out_of_fold.csv"
RANKING = "ranking.csv"

MANIFEST = "ionscreen.manifest_sha256"
"""Tag of a model version: the hash of the model's manifest, its identity."""
LEARNER = "ionscreen.learner"
DECISION = "ionscreen.decision"
"""Tag of a model version: why it is champion or not, in words."""
VERDICT = "ionscreen.verdict"
"""Tag of a model version: champion or challenger, as it was decided when it was registered."""
IS_DECIDED = "ionscreen.is_decided"
"""Tag of a model version: set once its alias stands."""
CHAMPION = "champion"
CHALLENGER = "challenger"

QUEUE = "ionscreen.publishing"
"""Registered model without models: its versions are the tickets by which publishers wait for each other."""
QUEUE_NOTE = "Holds no model. Who publishes draws a version of it as a ticket, so that one writes at a time."
TOKEN = "ionscreen.token"
"""Tag of a ticket: who drew it, for the case that a network asked twice."""
PROCESS = "ionscreen.process"
"""Tag of a ticket: the process that drew it."""
HOLDER = "ionscreen.holder"
"""Tag of a ticket: who drew it, in words."""
SIGN_OF_LIFE = "ionscreen.sign_of_life"
"""Tag of a ticket: another one after each step of its holder."""

BY_FOLD = "_by_fold"
"""Ends the group of metrics of a target that hold its errors fold by fold."""


def group_of(target: str) -> str:
    """Name the group in which MLflow shows a target's metrics, short enough for the head of a column."""
    return target.removeprefix("log10_").removesuffix("_V")


def experiment_of(campaign: str) -> str:
    """Name the experiment of a campaign."""
    return f"{CAMPAIGN_PREFIX}{campaign}" if campaign != "models" else f"{CAMPAIGN_PREFIX}campaign models"


def registered_model_of(target: str) -> str:
    """Name the registered model of a target."""
    return f"ionscreen.{target}"
