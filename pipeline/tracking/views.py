"""Which columns MLflow's table of runs shows first: a saved view, kept as a tag of the experiment.

MLflow has no interface for saved views; the tag is what its pages write (seen in 3.17). A version that reads another
form shows its own columns instead.
"""

from __future__ import annotations

import json

from pipeline.tracking.names import CAMPAIGN_PREFIX, MODELS_EXPERIMENT

KEY = "review"
_TAG = f"mlflow.sharedViewState.{KEY}"
_TITLE = "Review"
_FIXED = {"attributes.`Run Name`": 260, "runDateAndNestInfo": 130, "duration": 80}
_OF_MODELS = {
    "metrics.`conductivity/error`": 140,
    "metrics.`conductivity/error_of_median`": 200,
    "metrics.`conductivity/spearman_rho`": 190,
    "params.`n_records`": 90,
    "params.`train.budget`": 110,
}
_OF_CAMPAIGNS = {
    "metrics.`best/conductivity_mS_cm`": 190,
    "metrics.`best/conductivity_lower_mS_cm`": 230,
    "metrics.`top_20/shared_with_previous_run`": 240,
    "params.`temperature_C`": 110,
}


def view_of(experiment: str) -> dict[str, str]:
    """Return the tag that keeps the columns a reviewer looks at first."""
    is_campaign = experiment != MODELS_EXPERIMENT and experiment.startswith(CAMPAIGN_PREFIX)
    saved = {"name": _TITLE, "createdAt": 0, "updatedAt": 0, "state": json.dumps(_state(is_campaign))}
    return {_TAG: json.dumps(saved)}


def address(experiment_id: str) -> str:
    """Return where MLflow's pages show that view, after the server's address."""
    return f"/#/experiments/{experiment_id}/runs?viewStateShareKey={KEY}&workflowType=machine_learning"


def _state(is_campaign: bool) -> dict[str, object]:
    columns = _OF_CAMPAIGNS if is_campaign else _OF_MODELS
    return {
        "searchFilter": "",
        "orderByKey": "attributes.start_time",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": list(columns),
        "columnOrder": [*_FIXED, *columns],
        "columnWidths": _FIXED | columns,
        "runsExpanded": {},
        "runsPinned": [],
        "runsHidden": [],
        "runsVisibilityMap": {},
        "runsHiddenMode": "FIRST_10_RUNS",
        "viewMaximized": False,
        "runListHidden": False,
        "isAccordionReordered": False,
        "useGroupedValuesInCharts": True,
        "hideEmptyCharts": True,
        "groupBy": None,
        "groupsExpanded": {},
        "autoRefreshEnabled": True,
        "globalLineChartConfig": {"xAxisKey": "step", "lineSmoothness": 0, "selectedXAxisMetricKey": ""},
    }
