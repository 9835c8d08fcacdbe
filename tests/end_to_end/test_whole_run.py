from __future__ import annotations

import json
import sqlite3
from math import prod
from pathlib import Path

import pandas as pd
import pytest

from pipeline import ablate
from pipeline.learning import feature_sets

TARGETS = ("log10_conductivity", "transference_number", "stability_window_V", "log10_tensile_strength")
LITERATURE = "data/raw/literature/000_layered_to_3d.csv"


def parent_runs(folder: Path) -> list[str]:
    """The runs of the training and of each campaign."""
    with sqlite3.connect(folder / "experiments/mlflow/mlflow.db") as store:
        return [
            row[0]
            for row in store.execute(
                "select run_uuid from runs join experiments using (experiment_id) "
                "where runs.lifecycle_stage = 'active' and status = 'FINISHED' "
                "and run_uuid not in (select run_uuid from tags where key = 'mlflow.parentRunId') "
                "order by experiments.name, start_time"
            )
        ]


def n_experiments(folder: Path) -> int:
    """The training and each campaign."""
    return 1 + len(list((folder / "experiments").glob("*.yaml")))


def n_trials(folder: Path) -> int:
    return len(pd.read_csv(folder / "data/processed/trials.csv"))


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


LEARNERS = {
    "median",
    "family_median",
    "ridge",
    "gaussian_process",
    "random_forest",
    "extra_trees",
    "random_forest_on_names",
    "xgboost",
    "xgboost_on_bounds",
}
LEVELS = ("50%", "60%", "70%", "80%", "90%")


@pytest.fixture
def metrics(finished):
    return json.loads((finished / "data/processed/metrics.json").read_text())


@pytest.fixture
def held_out(finished):
    return pd.read_csv(finished / "data/processed/out_of_fold.csv")


def manifest_of(folder: Path, target: str):
    return json.loads((folder / "data/processed/models" / target / "manifest.json").read_text())


@pytest.mark.parametrize("target", TARGETS)
def test_every_learner_is_scored_on_the_same_held_out_works(metrics, held_out, target):
    scores, rows = metrics[target], held_out[(held_out["target"] == target) & held_out["measured"].notna()]
    assert scores["is_compared"]
    assert set(scores["learners"]) >= LEARNERS
    assert set(scores["gains"]) == set(scores["learners"]) - {"xgboost"}
    assert (scores["n_records"], scores["n_works"]) == (rows["record_id"].nunique(), rows["work_id"].nunique())
    for learner, of in scores["learners"].items():
        by_work = (rows[learner] - rows["measured"]).abs().groupby(rows["work_id"]).mean()
        assert of["mean_absolute_error"] == pytest.approx(by_work.mean())
        assert of["mean_absolute_error"] <= of["root_mean_square_error"]
        assert -1 <= of["spearman_rho"] <= 1


def test_physics_alone_is_judged_on_the_conductivity_alone(metrics):
    for target in TARGETS:
        assert ("mixing_rule" in metrics[target]["learners"]) == (target == "log10_conductivity")


@pytest.mark.parametrize("target", TARGETS)
def test_a_gain_is_the_difference_of_the_errors_and_proven_by_its_p_value(metrics, target):
    scores = metrics[target]
    for baseline, gain in scores["gains"].items():
        errors = [scores["learners"][name]["mean_absolute_error"] for name in (baseline, "xgboost")]
        assert gain["gain"] == pytest.approx(errors[0] - errors[1], abs=1e-5)
        assert gain["lower"] <= gain["gain"] <= gain["upper"]
        assert 0 < gain["p_value"] <= 1


@pytest.mark.parametrize("target", TARGETS)
def test_what_predicts_a_target_is_what_the_comparison_proves(finished, metrics, target):
    scores = metrics[target]
    over_median = scores["gains"]["median"]
    is_proven = over_median["gain"] > 0 and over_median["p_value"] < 0.05
    assert (scores["champion"] == "median") == (not is_proven and target != "log10_conductivity")
    assert f"{over_median['gain']:.3f}" in scores["reason"]
    training = manifest_of(finished, target)["training"]
    assert (training["learner"], training["reason"]) == (scores["champion"], scores["reason"])
    for name in scores["beaten_by"]:
        errors = [scores["learners"][each]["mean_absolute_error"] for each in (name, scores["champion"])]
        assert errors[0] < errors[1]


@pytest.mark.parametrize("target", TARGETS)
def test_every_learner_that_can_be_kept_has_intervals_at_every_level(metrics, target):
    of_kept = metrics[target]["intervals"]
    assert {"xgboost", "xgboost_on_bounds", "median"} <= set(of_kept) <= set(metrics[target]["learners"])
    assert metrics[target]["champion"] in of_kept
    for by_level in of_kept.values():
        assert set(by_level) == {*LEVELS, "calibration_error"}
        widths = [by_level[level]["mean_width"] for level in LEVELS]
        coverages = [by_level[level]["coverage"] for level in LEVELS]
        assert widths == sorted(widths)
        assert coverages == sorted(coverages)
        off = [abs(coverage - nominal) for coverage, nominal in zip(coverages, (0.5, 0.6, 0.7, 0.8, 0.9), strict=True)]
        assert by_level["calibration_error"] == pytest.approx(sum(off) / 5)
        assert by_level["calibration_error"] < 0.15


def test_the_coverage_is_the_share_of_held_out_records_inside(metrics, held_out):
    rows = held_out[(held_out["target"] == "log10_conductivity") & held_out["measured"].notna()]
    is_inside = rows["measured"].between(rows["xgboost_lower_80"], rows["xgboost_upper_80"])
    assert metrics["log10_conductivity"]["intervals"]["xgboost"]["80%"]["coverage"] == pytest.approx(is_inside.mean())


def test_errors_are_told_apart_by_family_and_by_distance(metrics, held_out):
    scores = metrics["log10_conductivity"]
    rows = held_out[(held_out["target"] == "log10_conductivity") & held_out["measured"].notna()]
    for column in ("polymer_family", "filler_family"):
        counted = rows.groupby(column)["record_id"].nunique()
        listed = {entry["family"]: entry["n_records"] for entry in scores["families"][column]}
        assert listed == counted[counted >= 15].to_dict()
        assert all(set(entry["coverage"]) == set(LEVELS) for entry in scores["families"][column])
    distances = [part["distance"] for part in scores["error_by_distance"]]
    assert distances == sorted(distances)
    assert len(distances) == 5
    assert sum(part["n_records"] for part in scores["error_by_distance"]) == len(rows)


def test_how_far_works_differ_is_measured_with_its_number_of_pairs(finished, metrics):
    table = pd.read_csv(finished / "data/processed/noise_floor.csv")
    for target in TARGETS:
        floor, ladder = metrics[target]["noise_floor"], table[table["target"] == target]
        assert ladder["n_pairs"].iloc[0] == ladder["n_pairs"].max() > 0
        assert ladder["is_headline"].sum() == 1
        assert floor["smallest"] <= floor["lower_quartile"] <= floor["median_difference"] <= floor["upper_quartile"]
        assert floor["upper_quartile"] <= floor["largest"]
        assert floor["lowest_mean_absolute_error"] == pytest.approx(floor["mean_difference"] / 2)
        assert 2 <= floor["n_works"] <= metrics[target]["n_works"]


def test_every_target_is_scored_on_polymers_and_filler_families_left_out(metrics):
    for target in TARGETS:
        for left_out in ("new_polymer", "new_filler_family"):
            scores = metrics[target][left_out]
            assert scores["n_left_out"] > 5
            errors = [scores[learner]["mean_absolute_error"] for learner in ("xgboost", "median")]
            assert min(errors) > 0
            assert scores["xgboost_gain_over_median"]["gain"] == pytest.approx(errors[1] - errors[0], abs=1e-5)
            assert 0 < scores["xgboost_gain_over_median"]["p_value"] <= 1


def test_the_backtest_ranks_nothing_that_was_known(finished):
    table = pd.read_csv(finished / "data/processed/backtest.csv")
    records = pd.read_parquet(finished / "data/processed/records.parquet").set_index("record_id")
    assert not table.duplicated(["last_known_year", "record_id"]).any()
    assert table["last_known_year"].min() >= 2016
    of = records.loc[table["record_id"]]
    assert (of["year"].to_numpy(int) > table["last_known_year"]).all()
    assert ((of["polymer"] != "") & (of["filler"] != "") & (of["origin"] != "public")).all()
    assert (of["temperature_C"].between(20, 30).to_numpy() == table["is_near_room_temperature"]).all()


def test_the_backtest_sets_the_model_beside_what_needs_none(finished, metrics):
    by_strategy = {row["strategy"]: row for row in metrics["backtest"]}
    table = pd.read_csv(finished / "data/processed/backtest.csv")
    next_year = table[(table["year"] == table["last_known_year"] + 1) & table["is_near_room_temperature"]]
    assert len(by_strategy) == len(metrics["backtest"])
    assert {"xgboost", "family_median", "wet_first"} < set(by_strategy) <= set(table.columns)
    for row in by_strategy.values():
        assert row["n_records"] == next_year["record_id"].nunique()
        assert row["lower"] <= row["enrichment"] <= row["upper"]
        assert row["enrichment"] <= row["highest"]
        assert row["enrichment"] == pytest.approx(row["found"] / row["expected"])


def test_no_feature_that_models_read_is_constant_doubled_or_undocumented(finished):
    features = pd.read_parquet(finished / "data/processed/features.parquet").drop(columns=["record_id", "work_id"])
    dictionary = pd.read_csv(finished / "data/processed/feature_dictionary.csv", keep_default_na=False)
    read = features[list(dictionary["name"][dictionary["is_used"]])]
    assert read.columns.isin(features.columns).all()
    assert (read.nunique() > 1).all()
    assert not read.T.duplicated().any()
    assert (dictionary[["unit", "meaning", "formula", "source", "missing"]] != "").all(axis=None)
    assert ((dictionary["why_not_used"] == "") == dictionary["is_used"]).all()


def test_the_report_explains_every_feature(finished):
    page = (finished / "data/processed/reports/room_temperature/index.html").read_text("utf-8")
    dictionary = pd.read_csv(finished / "data/processed/feature_dictionary.csv")
    explained = page.split('id="dictionary"')[1].split("</details>")[0].replace("<wbr>", "")
    assert explained.count("<tr>") == len(dictionary) + 1
    assert all(f"<td>{name}</td>" in explained for name in dictionary["name"])


def test_the_ablation_judges_sets_of_features_on_the_same_records_and_the_page_lists_them_all(
    finished, monkeypatch, capsys
):
    sets = {}

    def first_two(*described):
        sets.update(feature_sets(*described))
        return dict(list(sets.items())[:2])  # the others are judged the same way, and take minutes

    monkeypatch.chdir(finished)
    monkeypatch.setattr(ablate, "feature_sets", first_two)
    ablate.main()
    printed = capsys.readouterr().out
    table = pd.read_csv("data/processed/ablation.csv")
    assert table.groupby("held_out")["n_records"].nunique().to_dict() == dict.fromkeys(set(table["held_out"]), 1)
    assert set(table["held_out"]) == {"new_work", "new_polymer", "new_filler_family"}
    assert set(table["features"]) == {*list(sets)[:2], "median of the record"}
    assert all(f"| {name} |" in printed for name in table["features"])
    documented = Path("docs/MODELS.md").read_text("utf-8")
    missing = [f"| {name} | {features.shape[1]} |" for name, features in sets.items()]
    assert [row for row in missing if row not in documented] == [], "run `make ablation` and copy its table"


def test_no_held_out_record_was_learned_from_with_its_work(finished):
    held_out = pd.read_csv(finished / "data/processed/out_of_fold.csv")
    assert (held_out.groupby(["target", "partition", "work_id"])["fold"].nunique() == 1).all()


def test_a_campaign_covers_more_than_a_billion_mixtures(finished):
    asked = json.loads((finished / "data/processed/rankings/room_temperature.json").read_text())
    assert asked["n_candidates"] == prod(asked["shape"].values()) > 1_000_000_000
    left = [gate["n_left"] for gate in asked["funnel"]]
    assert left[0] == asked["n_candidates"]
    assert left == sorted(left, reverse=True)
    assert left[-1] > 100_000_000


def test_every_campaign_has_a_worksheet_of_what_to_make_next(finished):
    rankings = finished / "data/processed/rankings"
    for path in rankings.glob("*.csv"):
        batch = pd.read_csv(rankings / "batches" / path.name)
        assert len(batch) == 8
        assert not batch.duplicated(["polymer", "filler", "salt", "architecture", "additives"]).any()
        assert batch["reason"].str.endswith(".").all()


def test_a_worksheet_can_be_handed_back_as_what_is_being_made(finished, run):
    rankings, campaigns = finished / "data/processed/rankings", finished / "experiments"
    handed_back = finished / "data/raw/lab/march.csv"
    sheet = rankings / "batches/sulfide_based.csv"
    seal = finished / "data/processed/seals/rank.json"
    written = [seal, *rankings.rglob("*"), *campaigns.glob("*.yaml")]
    kept = {path: path.read_bytes() for path in written if path.is_file()}
    handed_back.write_bytes(kept[sheet])
    for path in campaigns.glob("*.yaml"):
        if path.stem != sheet.stem:
            path.unlink()
    try:
        assert run(".venv/bin/python", "-m", "pipeline.rank").returncode == 0
        both = pd.concat([pd.read_csv(handed_back), pd.read_csv(sheet)])
        assert len(both) == 16
        assert not both.duplicated(["polymer", "filler", "salt", "architecture", "additives"]).any()
    finally:
        handed_back.unlink()
        for path, content in kept.items():
            path.write_bytes(content)


def test_a_ranking_is_sorted_and_names_the_papers_behind_it(finished):
    ranking = pd.read_csv(finished / "data/processed/rankings/room_temperature.csv")
    records = pd.read_parquet(finished / "data/processed/records.parquet")
    assert ranking["log10_conductivity_lower"].is_monotonic_decreasing
    assert (ranking["log10_conductivity_lower"] <= ranking["log10_conductivity"]).all()
    assert (ranking["log10_conductivity"] <= ranking["log10_conductivity_upper"]).all()
    assert not ranking.duplicated(["polymer", "filler"]).any()
    assert ranking["nearest_1_record_id"].isin(records["record_id"]).all()


def test_nothing_runs_again_when_nothing_changed(finished, reproduce, outputs):
    before = outputs(finished)
    done = reproduce()
    assert "Data and pipelines are up to date" in done.stdout + done.stderr
    assert outputs(finished) == before


def test_the_run_in_mlflow_holds_the_errors_on_new_materials(finished):
    metrics = json.loads((finished / "data/processed/metrics.json").read_text())["log10_conductivity"]
    with sqlite3.connect(finished / "experiments/mlflow/mlflow.db") as store:
        shown = dict(store.execute("select key, value from latest_metrics where key like 'conductivity/error%_new_%'"))
    assert shown == {
        f"conductivity/error_of_{learner}_{left_out}": pytest.approx(
            metrics[left_out][learner]["mean_absolute_error"], rel=1e-3
        )
        for left_out in ("new_polymer", "new_filler_family")
        for learner in ("xgboost", "median")
    }


def test_publishing_again_doubles_no_run(finished, run):
    runs, trials = parent_runs(finished), trial_runs(finished)
    assert (len(runs), trials) == (n_experiments(finished), n_trials(finished))
    assert run(".venv/bin/python", "-m", "pipeline.publish").returncode == 0
    assert (parent_runs(finished), trial_runs(finished)) == (runs, trials)


def test_what_a_killed_publish_left_is_replaced(finished, run):
    with sqlite3.connect(finished / "experiments/mlflow/mlflow.db") as store:
        store.executemany(
            "update runs set status = 'RUNNING' where run_uuid = ?", [(each,) for each in parent_runs(finished)]
        )
    assert run(".venv/bin/python", "-m", "pipeline.publish").returncode == 0
    assert (len(parent_runs(finished)), trial_runs(finished)) == (n_experiments(finished), n_trials(finished))


def test_the_same_input_gives_the_same_bytes(finished, reproduce, outputs):
    """Of all stages but the long ones; that training does is told on smaller records in tests/learning."""
    before = outputs(finished)
    done = reproduce("--force", "--single-item", "ingest", "package", "featurize", "advise", "report")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Running stage") == 5
    assert outputs(finished) == before


@pytest.mark.parametrize(
    ("file", "changes", "words"),
    [
        (
            LITERATURE,
            {",65,1.0×10−4,S/cm": ",-300,12,S/m2"},
            ["000_layered_to_3d.csv", "row 2", "temperature_C", "'-300'", "conductivity", "S/m2"],
        ),
        (LITERATURE, {"1.0×10−4": "12"}, ["row 2", "conductivity", "'12'", "1e-20 to 1"]),
        (LITERATURE, {"conductivity_unit": "unit"}, ["row 1", "conductivity_unit", "missing"]),
        (
            "params.yaml",
            {"n_trials: 4": "n_trails: 4", "n_ranked: 500": "n_ranked: many"},
            ["params.yaml", "train.budgets.quick.n_trails", "no such key", "rank.n_ranked", "valid integer"],
        ),
        ("params.yaml", {"ingest:": "ingest: ["}, ["params.yaml", "line: 3"]),
        (
            "experiments/room_temperature.yaml",
            {"PVDF-TrFE": "PVDF-Unobtainium"},
            ["experiments/room_temperature.yaml", "polymers", "PVDF-Unobtainium"],
        ),
        ("data/raw/components/polymers.csv", {"*CCO*": "*CC(O*"}, ["polymers.csv", "psmiles", "*CC(O*"]),
    ],
)
def test_bad_input_stops_the_run_and_touches_nothing(finished, reproduce, outputs, file, changes, words):
    path, before = finished / file, outputs(finished)
    sound = changed = path.read_text()
    for old, new in changes.items():
        assert old in changed
        changed = changed.replace(old, new, 1)
    path.write_text(changed)
    try:
        done = reproduce()
    finally:
        path.write_text(sound)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    for word in words:
        assert word in said
    after = outputs(finished)
    told = ("data/processed/rejected.csv", "data/processed/seals/ingest.json")  # the faults, and their hash
    assert after | {file: before[file] for file in told} == before


def test_lab_files_that_are_no_tables_are_named(finished, reproduce, outputs):
    contents = {"nothing.csv": "", "no_header.csv": "polymer,filler\n", "no_text.csv": "\x00\x01"}
    files, before = {finished / "data/raw/lab" / name: text for name, text in contents.items()}, outputs(finished)
    for path, text in files.items():
        path.write_text(text)
    try:
        done = reproduce()
    finally:
        for path in files:
            path.unlink()
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert all(f"data/raw/lab/{name}" in said for name in contents), said
    assert "Traceback" not in said
    assert outputs(finished) == before
