"""Print all that the MLflow store of the environment holds, but for ids and times.

A program of its own, so that none of MLflow's connections outlives it.
"""

import json
import re

from pipeline.tracking import store

ID = re.compile(r"m-[0-9a-f]{32}|\b[0-9a-f]{32}\b|\([0-9a-f]{8}\)|experiments/\d+")
SERVERS_OWN = "mlflow.user"


def contents() -> str:
    client = store.connect().client
    runs = []
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id]):
            tags = {key: value for key, value in run.data.tags.items() if key != SERVERS_OWN}
            files = sorted(file.path for file in client.list_artifacts(run.info.run_id))
            runs.append([experiment.name, run.info.run_name, run.data.params, run.data.metrics, tags, files])
    versions = [[v.name, str(v.version), v.tags, v.description] for v in client.search_model_versions()]
    aliases = {
        model.name: {alias: str(version) for alias, version in model.aliases.items()}
        for model in client.search_registered_models()
    }
    told = {"runs": sorted(runs, key=str), "versions": sorted(versions, key=str), "aliases": aliases}
    return ID.sub("ID", json.dumps(told, sort_keys=True))


if __name__ == "__main__":
    print(contents())
