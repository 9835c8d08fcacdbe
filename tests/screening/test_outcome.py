import math

import numpy as np
import pandas as pd
import pytest

from features import INPUT_COLUMNS
from pipeline.common.files import write_csv
from pipeline.common.settings import RankSettings
from pipeline.learning import CONDUCTIVITY
from pipeline.records import RawFiles, gather
from pipeline.screening import TEXT_COLUMNS, Made, next_batch, outcome_of, screen

N_RANKED = 9
SETTINGS = RankSettings(n_ranked=N_RANKED, n_neighbours=2, n_explained=3, n_drawn=40, seed=3)


@pytest.fixture
def made(measured):
    records = measured.records.assign(citation="A. Author", locator="its abstract", filler_amount="", source="p01")
    records = records.assign(is_temperature_stated=True)
    return Made(records, CONDUCTIVITY.bounds(records).middle, pd.DataFrame(columns=list(INPUT_COLUMNS)))


@pytest.fixture
def outcome(ask, models, knowledge, made):
    def of(**changes):
        campaign = ask(**{"batch": {"n": 4}} | changes)
        return outcome_of(campaign, screen(campaign, models, knowledge, N_RANKED), models, knowledge, made, SETTINGS)

    return of


def test_every_ranking_says_what_a_buyer_asks_whatever_its_goals(outcome):
    plain, traded = outcome(), outcome(goals={"conductivity_S_cm": {}, "element_cost_USD_kg": {}})
    asked = ["element_cost_USD_kg", "critical_elements", "in_stock", "rank_by_predicted_value", "next_best_loading"]
    pd.testing.assert_frame_equal(plain.ranking[asked], traded.ranking[asked])
    assert plain.ranking["element_cost_USD_kg"].gt(0).all()
    assert not traded.ranking.columns.duplicated().any()
    assert {"critical_elements", "in_stock"} <= set(TEXT_COLUMNS)
    assert set(plain.facts["columns"]) <= set(plain.ranking)
    assert plain.facts["columns"]["element_cost_USD_kg"]["unit"] == "USD/kg"


def test_the_place_by_predicted_value_is_that_of_the_list_in_another_order(outcome):
    by_lower, by_value = outcome().ranking, outcome(order_by="mean").ranking
    assert sorted(by_lower["rank_by_predicted_value"]) == by_lower["rank"].tolist()
    ordered = by_lower.sort_values("rank_by_predicted_value")
    assert ordered[CONDUCTIVITY.name].is_monotonic_decreasing
    assert by_value["rank_by_predicted_value"].tolist() == by_value["rank"].tolist()


def test_a_batch_goes_out_as_a_worksheet_and_comes_back_as_results(outcome, tmp_path, vocabulary, works):
    sheet = outcome(salt_ratio={"value": (16.0,), "unit": "EO:Li"}).worksheet
    assert sheet["status"].tolist() == ["PENDING"] * 4
    lower, middle, upper = (sheet[f"predicted_conductivity{end}_S_cm"] for end in ("_lower", "", "_upper"))
    assert ((lower <= middle) & (middle <= upper)).all()
    filled = sheet.assign(status="DONE", conductivity=[1e-4, 2e-4, 3e-4, 4e-4])
    write_csv(tmp_path / "march.csv", filled)
    gathered = gather(RawFiles(lab=(tmp_path / "march.csv",)), vocabulary, works)
    assert gathered.problems == []
    read = pd.DataFrame(gathered.records)
    assert read["conductivity_S_cm"].tolist() == filled["conductivity"].tolist()
    assert read[["polymer", "salt", "filler", "salt_ratio"]].equals(sheet[["polymer", "salt", "filler", "salt_ratio"]])
    assert read["filler_wt_fraction"].mul(100).round(6).tolist() == sheet["filler_amount"].tolist()


def test_what_a_worksheet_predicts_is_what_the_batch_was_chosen_by(ask, models, knowledge, made, outcome):
    sheet, campaign = outcome().worksheet, ask(batch={"n": 4})
    screened = screen(campaign, models, knowledge, N_RANKED)
    batch = next_batch(campaign, screened, models, knowledge, made, 40, np.random.default_rng(SETTINGS.seed))
    assert sheet["mixture"].tolist() == batch["mixture"].tolist()
    printed = [math.log10(number) for number in sheet["predicted_conductivity_S_cm"]]
    assert printed == pytest.approx(batch["predicted_value"].tolist(), abs=1e-3)
