"""Runs in MLflow: publishing them, finding them, comparing them. The only room that knows MLflow.

What takes long to import is imported where it is used.
"""

from pipeline.tracking.comparing import (
    CampaignChange,
    MetricChange,
    ParamChange,
    RunComparison,
    RunName,
    compare_runs,
)

__all__ = ["CampaignChange", "MetricChange", "ParamChange", "RunComparison", "RunName", "compare_runs"]
