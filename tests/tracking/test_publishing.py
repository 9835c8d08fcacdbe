"""What stands in a store after publishing: nothing twice, nothing half, each run named after what changed."""

from __future__ import annotations

import pytest

from pipeline.common.errors import UserError
from pipeline.tracking import names, publishing
from tests.tracking.conftest import CAMPAIGN, PAIRS, MadeUp, write

MODELS, ALPHA = "ionscreen: models", "ionscreen: alpha"
MODEL = "ionscreen.log10_conductivity"


def runs_of(store, experiment):
    return store.runs(store.experiment(experiment, ""))


def run_names(store, experiment):
    return [run.info.run_name for run in runs_of(store, experiment)]


def everything(store):
    experiments = store.client.search_experiments()
    runs = [run for each in experiments for run in store.client.search_runs([each.experiment_id])]
    versions = store.client.search_model_versions()
    return len(experiments), len(runs), len(versions)


def aliases(store):
    return {alias: int(version) for alias, version in store.client.get_registered_model(MODEL).aliases.items()}


def decision(store, version):
    return store.client.get_model_version(MODEL, str(version)).tags[names.DECISION]


def test_publishing_again_changes_nothing(publish_made_up, store):
    publish_made_up()
    before = everything(store)
    assert any("holds this run already" in line for line in publish_made_up())
    assert everything(store) == before == (3, 4, 1)  # with MLflow's own experiment; two trials


def test_runs_are_named_after_what_changed(publish_made_up, store):
    publish_made_up()
    publish_made_up(lab=("march",))
    publish_made_up(lab=("march",), settings={"budget: default ": "budget: quick "}, error=0.4)
    assert run_names(store, MODELS) == ["train.budget default → quick", "+1 record of march: lab", "first run"]


def test_a_changed_limit_names_the_campaigns_run_and_leaves_the_models_alone(publish_made_up, store):
    publish_made_up()
    publish_made_up(campaign=CAMPAIGN | {"limits": {"exclude_elements": ["Ti", "Ge"]}}, pairs=PAIRS[1:])
    assert run_names(store, ALPHA) == ["limits.exclude_elements + Ge", "first run"]
    assert run_names(store, MODELS) == ["first run"]


def test_a_campaigns_run_says_what_was_asked_and_how_the_order_moved(publish_made_up, store):
    publish_made_up()
    publish_made_up(pairs=(PAIRS[1], PAIRS[0], ("PCL", "BN"), PAIRS[3]))
    run = runs_of(store, ALPHA)[0]
    assert run.data.params["temperature_C"] == "60"
    assert run.data.params["limits.exclude_elements"] == "Ti"
    assert (run.data.params["n_polymers"], run.data.params["n_fillers"]) == ("3", "4")
    assert run.data.metrics["top_20/shared_with_previous_run"] == 3
    assert run.data.metrics["top_20/kept_when_reseeded"] == 0.7
    note = run.data.tags[names.NOTE]
    assert "3 of the first 4 pairs" in note
    assert "PCL with BN: not listed → 3" in note
    assert runs_of(store, MODELS)[0].info.run_id in note
    assert "<b>" not in note


def test_metrics_stand_by_target_and_by_fold(publish_made_up, store):
    publish_made_up()
    run_id = runs_of(store, MODELS)[0].info.run_id
    assert store.client.get_run(run_id).data.metrics["conductivity/error"] == 0.5
    history = store.client.get_metric_history(run_id, "conductivity_by_fold/error_of_xgboost")
    assert [metric.step for metric in history] == [1, 2, 3, 4]
    assert all(metric.value == pytest.approx(0.5, abs=0.02) for metric in history)


def test_the_run_holds_data_set_trials_and_files(publish_made_up, store):
    publish_made_up()
    run = runs_of(store, MODELS)[0]
    assert [each.dataset.name for each in run.inputs.dataset_inputs] == ["records"]
    below = store.client.search_runs([run.info.experiment_id], f"tags.`{names.PARENT}` = '{run.info.run_id}'")
    assert {trial.info.run_name for trial in below} == {"log10_conductivity, trial 0", "log10_conductivity, trial 1"}
    shown = {file.path for file in store.client.list_artifacts(run.info.run_id)}
    assert shown >= {"parity.html", "errors.json", "errors_by_fold.png", "models", "out_of_fold.csv"}
    campaign = runs_of(store, ALPHA)[0]
    shown = {file.path for file in store.client.list_artifacts(campaign.info.run_id)}
    assert shown >= {
        "report",
        "ranking.csv",
        "next_batch.csv",
        "alpha.yaml",
        "top.json",
        "top_20.png",
        "stability.json",
    }


@pytest.mark.parametrize("step", ["_log_numbers", "_log_files"])
def test_what_a_killed_publish_left_is_replaced(publish_made_up, store, monkeypatch, step):
    class Killed(BaseException):
        pass

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"pipeline.tracking.writing.{step}", killed)
        with pytest.raises(Killed):
            publish_made_up()
    publish_made_up()
    assert everything(store) == (3, 4, 1)
    experiment = store.experiment(MODELS, "")
    assert len(store.client.search_logged_models([experiment])) == 1
    (run,) = runs_of(store, MODELS)
    assert run.data.metrics["conductivity/error"] == 0.5
    assert "parity.html" in {file.path for file in store.client.list_artifacts(run.info.run_id)}


def test_a_champion_that_was_decided_but_not_named_is_named(publish_made_up, store, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*arguments):
        raise Killed

    publish_made_up()
    with monkeypatch.context() as patch:
        patch.setattr("mlflow.MlflowClient.delete_registered_model_alias", killed)
        with pytest.raises(Killed):
            publish_made_up(error=0.3)
    publish_made_up(error=0.3)
    assert aliases(store) == {"champion": 2}


def test_a_model_that_is_not_proven_better_stays_challenger(publish_made_up, store):
    publish_made_up()
    assert aliases(store) == {"champion": 1}
    publish_made_up(lab=("march",))
    assert aliases(store) == {"champion": 1, "challenger": 2}
    assert "not proven better" in decision(store, 2)
    assert "40 works that both held out" in decision(store, 2)


def test_a_worse_model_does_not_become_champion(publish_made_up, store):
    publish_made_up()
    publish_made_up(error=0.7)
    assert aliases(store) == {"champion": 1, "challenger": 2}
    assert "lower by -0.200" in decision(store, 2)


def test_a_model_that_is_proven_better_becomes_champion(publish_made_up, store):
    publish_made_up()
    publish_made_up(error=0.3)
    assert aliases(store) == {"champion": 2}
    assert "proven better: its error is lower by 0.200" in decision(store, 2)
    assert "p = " in decision(store, 2)


def test_a_median_is_judged_as_any_other_model(publish_made_up, store):
    publish_made_up(learner="median")
    publish_made_up()
    assert aliases(store) == {"champion": 2}
    assert "xgboost against version 1 (median)" in decision(store, 2)


def test_models_without_a_common_work_are_not_compared(publish_made_up, store):
    publish_made_up(works=MadeUp().works[:20])
    publish_made_up(works=MadeUp().works[20:], error=0.1)
    assert aliases(store) == {"champion": 1, "challenger": 2}
    assert "no work was held out by both" in decision(store, 2)


def test_who_goes_back_to_a_former_run_finds_it_on_top_and_not_twice(publish_made_up, store):
    publish_made_up()
    publish_made_up(error=0.7)
    publish_made_up()
    assert len(runs_of(store, MODELS)) == 2
    assert run_names(store, MODELS)[0] == "first run"
    publish_made_up(lab=("march",), error=0.6)
    assert run_names(store, MODELS)[0] == "+1 record of march: lab"


def test_a_missing_file_is_named(place):
    write(MadeUp())
    (place / "data/processed/parity.html").unlink()
    with pytest.raises(UserError, match=r"parity\.html: no such file"):
        publishing.publish(print)
