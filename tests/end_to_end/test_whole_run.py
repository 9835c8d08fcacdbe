from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

TARGETS = ("log10_conductivity", "transference_number", "stability_window_V", "log10_tensile_strength")
LITERATURE = "data/raw/literature/000_layered_to_3d.csv"


def processed(folder: Path) -> dict[str, str]:
    files = sorted(path for path in (folder / "data/processed").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def parent_runs(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "experiments/mlflow/mlflow.db") as store:
        return [
            row[0]
            for row in store.execute(
                "select run_uuid from runs where lifecycle_stage = 'active' and status = 'FINISHED' "
                "and run_uuid not in (select run_uuid from tags where key = 'mlflow.parentRunId')"
            )
        ]


def trial_runs(folder: Path) -> int:
    with sqlite3.connect(folder / "experiments/mlflow/mlflow.db") as store:
        return store.execute(
            "select count(*) from tags join runs using (run_uuid) "
            "where key = 'mlflow.parentRunId' and lifecycle_stage = 'active'"
        ).fetchone()[0]


def test_every_table_row_is_a_record(finished):
    records = pd.read_parquet(finished / "data/processed/records.parquet")
    in_table = records[records["locator"].str.match(r"Table [123], row \d+[ab]?$")]
    assert in_table.groupby("source").size().to_dict() == {"000": 35, "001": 35, "003": 44, "004": 35}
    in_text = records[records["locator"].str.startswith("text, ")]
    assert in_text.groupby("source").size().to_dict() == {"000": 13, "001": 17, "002": 31, "003": 22, "004": 4}


def test_every_target_is_scored_against_its_baselines(finished):
    metrics = json.loads((finished / "data/processed/metrics.json").read_text())
    for target in TARGETS:
        for learner in ("xgboost", "random_forest", "median"):
            assert set(metrics[target][learner]) == {"mean_absolute_error", "root_mean_square_error", "spearman_rho"}
            assert len(metrics[target]["mean_absolute_error_by_partition"][learner]) == 2
        assert metrics[target]["n_works"] <= metrics[target]["n_records"]


def test_every_target_is_scored_on_polymers_and_filler_families_left_out(finished):
    metrics = json.loads((finished / "data/processed/metrics.json").read_text())
    for target in TARGETS:
        for left_out in ("new_polymer", "new_filler_family"):
            scores = metrics[target][left_out]
            assert scores["n_left_out"] > 5
            assert scores["xgboost"]["mean_absolute_error"] > 0 < scores["median"]["mean_absolute_error"]


def test_no_feature_that_models_read_is_constant_doubled_or_undocumented(finished):
    features = pd.read_parquet(finished / "data/processed/features.parquet").drop(columns=["record_id", "work_id"])
    dictionary = pd.read_csv(finished / "data/processed/feature_dictionary.csv", keep_default_na=False)
    assert list(features.columns) == list(dictionary["name"][dictionary["is_used"]])
    assert (features.nunique() > 1).all()
    assert not features.T.duplicated().any()
    assert (dictionary[["unit", "meaning", "formula", "source", "missing"]] != "").all(axis=None)
    assert ((dictionary["why_not_used"] == "") == dictionary["is_used"]).all()


def test_the_report_explains_every_feature(finished):
    page = (finished / "data/processed/reports/room_temperature/index.html").read_text("utf-8")
    dictionary = pd.read_csv(finished / "data/processed/feature_dictionary.csv")
    explained = page.split('id="dictionary"')[1].split("</details>")[0].replace("<wbr>", "")
    assert explained.count("<tr>") == len(dictionary) + 1
    assert all(f"<td>{name}</td>" in explained for name in dictionary["name"])


def test_the_ablation_compares_every_set_of_features_on_the_same_records(finished, run):
    done = run(".venv/bin/python", "-m", "pipeline.ablate")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(finished / "data/processed/ablation.csv")
    assert table.groupby("held_out")["n_records"].nunique().to_dict() == dict.fromkeys(set(table["held_out"]), 1)
    assert set(table["held_out"]) == {"new_work", "new_polymer", "new_filler_family"}
    documented = (finished / "docs/MODELS.md").read_text("utf-8")
    for name, rows in table.groupby("features"):
        assert f"| {name} |" in done.stdout
        assert f"| {name} | {rows['n_features'].iloc[0] or ''} |" in documented


def test_no_held_out_record_was_learned_from_with_its_work(finished):
    held_out = pd.read_csv(finished / "data/processed/out_of_fold.csv")
    assert (held_out.groupby(["target", "partition", "work_id"])["fold"].nunique() == 1).all()


def test_more_than_a_hundred_thousand_candidates_are_scored(finished):
    asked = json.loads((finished / "data/processed/rankings/room_temperature.json").read_text())
    assert asked["funnel"][-1]["n_left"] > 100_000


def test_a_ranking_is_sorted_and_names_the_papers_behind_it(finished):
    ranking = pd.read_csv(finished / "data/processed/rankings/room_temperature.csv")
    records = pd.read_parquet(finished / "data/processed/records.parquet")
    assert ranking["log10_conductivity_lower"].is_monotonic_decreasing
    assert (ranking["log10_conductivity_lower"] <= ranking["log10_conductivity"]).all()
    assert (ranking["log10_conductivity"] <= ranking["log10_conductivity_upper"]).all()
    assert not ranking.duplicated(["polymer", "filler"]).any()
    assert ranking["nearest_1_record_id"].isin(records["record_id"]).all()


def test_nothing_runs_again_when_nothing_changed(finished, reproduce):
    before = processed(finished)
    done = reproduce()
    assert "Data and pipelines are up to date" in done.stdout + done.stderr
    assert processed(finished) == before


def test_the_same_input_gives_the_same_bytes(finished, reproduce):
    before = processed(finished)
    assert reproduce("--force").returncode == 0
    assert processed(finished) == before


def test_the_run_in_mlflow_holds_the_errors_on_new_materials(finished):
    metrics = json.loads((finished / "data/processed/metrics.json").read_text())["log10_conductivity"]
    with sqlite3.connect(finished / "experiments/mlflow/mlflow.db") as store:
        shown = dict(store.execute("select key, value from latest_metrics where key like 'log10_conductivity/new_%'"))
    assert shown == {
        f"log10_conductivity/{left_out}/{learner}_mean_absolute_error": metrics[left_out][learner][
            "mean_absolute_error"
        ]
        for left_out in ("new_polymer", "new_filler_family")
        for learner in ("xgboost", "median")
    }


def test_publishing_again_doubles_no_run(finished, run):
    runs, trials = parent_runs(finished), trial_runs(finished)
    assert (len(runs), trials) == (1, 3 * len(TARGETS))
    assert run(".venv/bin/python", "-m", "pipeline.publish").returncode == 0
    assert (parent_runs(finished), trial_runs(finished)) == (runs, trials)


def test_what_a_killed_publish_left_is_replaced(finished, run):
    with sqlite3.connect(finished / "experiments/mlflow/mlflow.db") as store:
        store.execute("update runs set status = 'RUNNING' where run_uuid = ?", parent_runs(finished))
    assert run(".venv/bin/python", "-m", "pipeline.publish").returncode == 0
    assert (len(parent_runs(finished)), trial_runs(finished)) == (1, 3 * len(TARGETS))


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (LITERATURE, "S/cm", "S/m2", ["000_layered_to_3d.csv", "row 2", "conductivity", "S/m2"]),
        (LITERATURE, "1.0×10−4", "12", ["row 2", "conductivity", "'12'", "1e-20 to 1"]),
        (LITERATURE, ",65,1.0×10−4", ",-300,1.0×10−4", ["row 2", "temperature_C", "-300"]),
        (LITERATURE, "conductivity_unit", "unit", ["row 1", "conductivity_unit", "missing"]),
        ("params.yaml", "n_trials: 3", "n_trails: 3", ["params.yaml", "train.n_trails", "no such key"]),
        ("params.yaml", "ingest:", "ingest: [", ["params.yaml", "line: 3"]),
        (
            "experiments/room_temperature.yaml",
            "PVDF-TrFE",
            "PVDF-Unobtainium",
            ["experiments/room_temperature.yaml", "polymers", "PVDF-Unobtainium"],
        ),
        ("data/raw/components/polymers.csv", "*CCO*", "*CC(O*", ["polymers.csv", "psmiles", "*CC(O*"]),
    ],
)
def test_bad_input_stops_the_run_and_touches_nothing(finished, reproduce, file, old, new, words):
    path, before = finished / file, processed(finished)
    sound = path.read_text()
    assert old in sound
    path.write_text(sound.replace(old, new, 1))
    try:
        done = reproduce()
    finally:
        path.write_text(sound)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    for word in words:
        assert word in said
    after = processed(finished)
    rejected = "data/processed/rejected.csv"
    assert {**after, rejected: before[rejected]} == before


@pytest.mark.parametrize("content", ["", "polymer,filler\n", "\x00\x01"])
def test_a_lab_file_that_is_no_table_is_named(finished, reproduce, content):
    path, before = finished / "data/raw/lab/mine.csv", processed(finished)
    path.write_text(content)
    try:
        done = reproduce()
    finally:
        path.unlink()
    assert done.returncode != 0
    assert "data/raw/lab/mine.csv" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert processed(finished) == before


def test_a_changed_number_changes_records_model_and_ranking_and_is_a_second_run(finished, reproduce):
    reproduce()
    before, runs = processed(finished), parent_runs(finished)
    path = finished / LITERATURE
    sound = path.read_text()
    path.write_text(sound.replace("2.8×10−3", "2.8×10−5", 1))
    try:
        assert reproduce().returncode == 0
        after, runs_after = processed(finished), parent_runs(finished)
    finally:
        path.write_text(sound)
        reproduce()
    for changed in ("records.parquet", "models/log10_conductivity/model.ubj", "rankings/room_temperature.csv"):
        assert after[f"data/processed/{changed}"] != before[f"data/processed/{changed}"]
    assert len(runs_after) == len(runs) + 1
    assert processed(finished) == before


def test_a_measurement_of_the_lab_becomes_a_record(finished, reproduce):
    path = finished / "data/raw/lab/mine.csv"
    path.write_text((finished / "data/raw/lab/examples/results.csv").read_text())
    try:
        assert reproduce("ingest").returncode == 0
        records = pd.read_parquet(finished / "data/processed/records.parquet").set_index("record_id")
    finally:
        path.unlink()
        reproduce()
    assert records.loc["lab-mine-3", "conductivity_S_cm"] == pytest.approx(3e-4)
    assert records.loc["lab-mine-3", "work_id"] == "lab-mine"
    assert records.loc["lab-mine-4", "polymer"] == "PPC"
