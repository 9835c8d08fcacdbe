import numpy as np
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE
from pipeline.common.files import read_csv, write_csv
from pipeline.learning.backtest import (
    STRATEGIES,
    best_dry_known_plus_filler,
    best_known_plus_filler,
    rank_by_year,
)
from pipeline.learning.boosting import CONSTANT, UNTUNED
from pipeline.learning.bounds import Bounds
from pipeline.learning.evidence import Evidence
from pipeline.learning.hindsight import HEADLINE, _found_at_random, _judged, enrichment, enrichment_by_cut_off
from pipeline.learning.learners import Task
from pipeline.learning.targets import CONDUCTIVITY

TASK = Task(CONDUCTIVITY, UNTUNED, 0, 1, 1)
MIXTURE = {
    "year": 2010,
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "SiO2",
    "filler_wt_fraction": np.nan,
    "temperature_C": 25.0,
    "architecture_tags": "",
    "additives": "",
    "salt_ratio": np.nan,
    "particle_size_nm": np.nan,
    "polymer_family": "polyether",
    "filler_family": "inert_oxide",
    "mixing_rule": np.nan,
    "architecture_is_wet": 0.0,
    "value": -4.0,
}
FEATURES = ["filler_wt_fraction", "architecture_is_wet", RECIPROCAL_TEMPERATURE.name]


@pytest.fixture(autouse=True, scope="module")
def few_fits_and_draws():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.learning.backtest._N_FITS", 1)
        patch.setattr("pipeline.learning.hindsight._N_DRAWS", 500)
        yield


def evidence_of(*mixtures: dict[str, object]) -> Evidence:
    """Records that differ from PEO with SiO2 at 25 °C as told, each of a work of its own unless told."""
    rows = pd.DataFrame(
        [
            MIXTURE | {"record_id": f"record {number:02d}", "work_id": f"work {number:02d}"} | mixture
            for number, mixture in enumerate(mixtures)
        ]
    ).astype({"year": "Int64"})
    rows[RECIPROCAL_TEMPERATURE.name] = 1000 / (rows["temperature_C"] + 273.15)
    n = len(rows)
    keys = rows.drop(columns=["architecture_is_wet", "value", RECIPROCAL_TEMPERATURE.name])
    values = Bounds.exactly(rows["value"].to_numpy(float))
    return Evidence(keys, rows[FEATURES], values, np.ones(n, dtype=bool), np.zeros(n, dtype=bool))


@pytest.fixture(scope="module")
def published():
    """Twelve works up to 2016 and six in each of three years after it; wet ones conduct better."""
    generator = np.random.default_rng(11)
    years = [2008] * 12 + [2017] * 6 + [2018] * 6 + [2019] * 6
    return evidence_of(
        *(
            {"year": year, "architecture_is_wet": wet, "temperature_C": 20.0 + number % 3, "value": -5 + wet + noise}
            for number, (year, wet, noise) in enumerate(
                zip(years, np.tile([0.0, 1.0, 0.0], 10), generator.normal(0, 0.3, 30), strict=True)
            )
        )
    )


@pytest.fixture(scope="module")
def ranked(published):
    return rank_by_year(published, TASK)


def with_values(evidence: Evidence, is_changed: np.ndarray) -> Evidence:
    return evidence.with_bounds(Bounds.exactly(np.where(is_changed, -9.0 - np.arange(len(evidence)), evidence.labels)))


def test_each_cut_off_ranks_all_that_came_later(ranked):
    assert ranked.groupby("last_known_year").size().to_dict() == {2016: 18, 2017: 12, 2018: 6}
    assert (ranked["year"] > ranked["last_known_year"]).all()


def test_nothing_that_was_measured_later_moves_a_score(published, ranked):
    for cut_off, rows in ranked.groupby("last_known_year"):
        is_later = (published.keys["year"] > cut_off).to_numpy(bool)
        changed = rank_by_year(with_values(published, is_later), TASK)
        columns = ["record_id", *STRATEGIES]
        expected = rows[columns].reset_index(drop=True)
        at_cut_off = changed[changed["last_known_year"] == cut_off].reset_index(drop=True)
        pd.testing.assert_frame_equal(at_cut_off[columns], expected)
        assert not at_cut_off["measured"].equals(rows["measured"].reset_index(drop=True))


def test_a_strategy_cannot_look_at_what_it_ranks(published, monkeypatch):
    monkeypatch.setitem(STRATEGIES, "wet_first", lambda *seen: seen[1].labels)
    assert rank_by_year(published, TASK)["wet_first"].isna().all()


def test_what_was_measured_before_moves_the_scores(published, ranked):
    is_known = (published.keys["year"] <= 2016).to_numpy(bool)
    changed = rank_by_year(with_values(published, is_known), TASK)
    assert not np.allclose(changed["xgboost"], ranked["xgboost"])


def test_hyperparameters_of_the_task_are_not_used_since_they_were_tuned_on_what_came_later(published, ranked):
    tuned = Task(CONDUCTIVITY, CONSTANT, 0, 1, 1)
    pd.testing.assert_frame_equal(rank_by_year(published, tuned), ranked)


def test_what_a_later_work_repeats_of_an_earlier_one_is_not_held_out(published, ranked):
    values = published.labels.copy()
    repeated = published.keys["record_id"].to_list().index("record 14")
    same_temperature = published.keys["record_id"].to_list().index("record 02")
    values[repeated] = values[same_temperature]
    again = rank_by_year(published.with_bounds(Bounds.exactly(values)), TASK)
    assert "record 14" in set(ranked["record_id"])
    assert set(ranked["record_id"]) - set(again["record_id"]) == {"record 14"}


def test_records_of_unknown_year_or_without_a_number_are_not_ranked(published):
    years = published.keys["year"].mask(published.keys["record_id"] == "record 20")
    upper = np.where(published.keys["record_id"] == "record 21", np.inf, published.bounds.upper)
    bounds = Bounds(published.bounds.lower, upper)
    evidence = Evidence(
        published.keys.assign(year=years), published.features, bounds, published.is_judged, published.is_public
    )
    assert not {"record 20", "record 21"} & set(rank_by_year(evidence, TASK)["record_id"])


def test_where_less_than_ten_works_are_known_nothing_is_ranked(published):
    few = published.take(np.arange(5, len(published)))
    assert set(rank_by_year(few, TASK)["last_known_year"]) == {2017, 2018}
    none = rank_by_year(published.take(np.arange(5)), TASK)
    assert len(none) == 0
    assert set(STRATEGIES) < set(none.columns)
    assert len(enrichment(none, 0)) == 0


def test_a_chemist_takes_the_best_known_and_adds_filler():
    known = evidence_of(
        {"value": -3.0, "filler_wt_fraction": 0.1},
        {"value": -1.0, "temperature_C": 90.0, "polymer": "PVDF", "polymer_family": "fluoropolymer"},
    )
    other_polymer = {"polymer": "PVDF", "polymer_family": "fluoropolymer"}
    in_order = [
        {"filler_wt_fraction": 0.4},
        {"filler_wt_fraction": 0.2},
        {},  # as much as is usual, 10 wt%
        {"filler_wt_fraction": 0.05},
        {"filler": "Al2O3", "filler_wt_fraction": 0.9},
        {"filler": "LLZTO", "filler_family": "garnet", "filler_wt_fraction": 0.9},
        {"polymer": "PEGDA"},
        {"polymer": "PEGDA", "filler": "LLZTO", "filler_family": "garnet", "filler_wt_fraction": 0.9},
        other_polymer | {"filler_wt_fraction": 0.9},
        {"architecture_is_wet": 1.0, "filler_wt_fraction": 0.9},
    ]
    scores = best_known_plus_filler(known, evidence_of(*in_order).unlabelled(), TASK)
    assert scores.tolist() == list(range(len(in_order)))[::-1]


def test_the_best_dry_composite_is_imitated_apart():
    known = evidence_of({"value": -2.0, "architecture_is_wet": 1.0}, {"value": -4.0})
    wet_and_dry = evidence_of({"architecture_is_wet": 1.0}, {}).unlabelled()
    assert np.argmax(best_known_plus_filler(known, wet_and_dry, TASK)) == 0
    assert np.argmax(best_dry_known_plus_filler(known, wet_and_dry, TASK)) == 1
    nothing_near_room_temperature = evidence_of({"temperature_C": 80.0})
    assert best_known_plus_filler(nothing_near_room_temperature, wet_and_dry, TASK).tolist() == [0, 0]


def test_a_gel_comes_before_a_dry_film_without_a_model():
    mixtures = evidence_of({}, {"architecture_is_wet": 1.0}, {})
    assert STRATEGIES["wet_first"](mixtures, mixtures.unlabelled(), TASK).tolist() == [0, 1, 0]


def table_of(measured, scores, cut_off=2016, work_ids=None, **columns) -> pd.DataFrame:
    n = len(measured)
    works = [f"work {number:03d}" for number in range(n)] if work_ids is None else work_ids
    table = pd.DataFrame(
        {
            "last_known_year": cut_off,
            "record_id": [f"{cut_off} record {number:03d}" for number in range(n)],
            "work_id": works,
            "year": cut_off + 1,
            "is_near_room_temperature": True,
            "is_temperature_stated": True,
            "is_wet": False,
            "measured": np.asarray(measured, dtype=float),
            **dict.fromkeys(STRATEGIES, np.asarray(scores, dtype=float)),
        }
    )
    return table.assign(**columns)


def headline(table: pd.DataFrame, strategy: str = "xgboost", **changes) -> pd.Series:
    return row_of(enrichment(table, 0), strategy, **changes)


def row_of(rows: pd.DataFrame, strategy: str = "xgboost", **changes) -> pd.Series:
    chosen = HEADLINE | {"strategy": strategy} | changes
    (row,) = (row for _, row in rows.iterrows() if all(row[name] == value for name, value in chosen.items()))
    return row


@pytest.mark.parametrize(("share", "expected", "highest"), [(0.1, 0.1, 10.0), (0.2, 0.2, 5.0)])
def test_a_perfect_order_finds_all_of_the_best(share, expected, highest):
    row = headline(table_of(np.arange(10), np.arange(10)), chosen_share=share)
    assert (row["found"], row["expected"]) == pytest.approx((1.0, expected))
    assert row["enrichment"] == row["highest"] == pytest.approx(highest)


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_an_order_upside_down_finds_nothing_and_a_constant_as_much_as_chance(share):
    measured = np.arange(30)
    assert headline(table_of(measured, -measured), chosen_share=share)["enrichment"] == 0
    constant = headline(table_of(measured, np.zeros(30)), chosen_share=share)
    assert constant["enrichment"] == pytest.approx(1)
    assert constant["random_lower"] < 1 < constant["random_upper"]
    assert constant["p_value"] > 0.2


def test_orders_that_put_every_record_at_every_place_once_are_enriched_by_one_on_average():
    order = np.random.default_rng(1).permutation(10)
    row = headline(
        pd.concat([table_of(np.arange(10), np.roll(order, year - 2000), year) for year in range(2000, 2010)])
    )
    assert row["enrichment"] == pytest.approx(1)


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_random_orders_are_enriched_by_one_on_average(share):
    judged = pd.concat([_judged(table_of(np.arange(20), np.zeros(20), year), share) for year in (2016, 2017)])
    found = _found_at_random(judged, np.random.default_rng(0))
    best, chosen = judged["best"].sum() / 2, judged["capacity"].sum() / 2
    assert found.mean() == pytest.approx(2 * best * chosen / 20, rel=0.1)
    assert 0 <= found.min() < found.max() <= 2 * best


def test_one_choice_among_ten_finds_the_best_with_a_chance_of_one_in_ten():
    row = headline(table_of(np.arange(10), np.arange(10)), chosen_share=0.1)
    assert row["p_value"] == pytest.approx(0.1, abs=0.04)


def test_found_and_expected_are_summed_over_the_cut_offs_and_each_is_shown_apart():
    measured = np.arange(10)
    both = pd.concat([table_of(measured, measured), table_of(measured, -measured, 2017)])
    assert headline(both)["enrichment"] == pytest.approx(5 / 2)
    apart = enrichment_by_cut_off(both, 0)
    chosen = apart[(apart["strategy"] == "xgboost") & (apart["chosen_share"] == 0.2)]
    assert chosen.set_index("last_known_year")["enrichment"].to_dict() == pytest.approx({2016: 5, 2017: 0})


def test_a_work_counts_as_one_however_many_records_it_has():
    generator = np.random.default_rng(2)
    measured, scores = np.arange(20.0), generator.permutation(20).astype(float)
    often = np.repeat(np.arange(20), np.where(np.arange(20) % 7 == 0, 4, 1))
    once = headline(table_of(measured, scores))
    repeated = headline(table_of(measured[often], scores[often], work_ids=[f"work {work:03d}" for work in often]))
    names = ["found", "expected", "enrichment", "lower", "upper"]
    assert repeated[names].tolist() == pytest.approx(once[names].tolist())
    assert (repeated["n_records"], repeated["n_works"]) == (29, 20)


def test_all_that_equal_the_last_of_the_best_are_among_them():
    measured = [5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    row = headline(table_of(measured, measured))
    assert row["n_best"] == 3
    assert (row["found"], row["enrichment"]) == pytest.approx((3.0, 10 / 3))


def test_of_equal_scores_that_partly_fit_each_counts_by_the_part_that_fits():
    # Two of ten may be chosen, four share the first place: the best one is chosen with a chance of one half.
    scores = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert headline(table_of(10 - np.arange(10), scores))["found"] == pytest.approx(0.5)


def test_hot_wet_and_unstated_records_compete_only_where_the_conditions_say_so():
    table = table_of(np.arange(40), np.arange(40)).assign(
        is_near_room_temperature=np.arange(40) < 20,
        is_temperature_stated=np.arange(40) < 30,
        is_wet=np.arange(40) < 10,
    )
    rows = enrichment(table, 0)
    numbers = {name: row_of(rows, conditions=name)["n_records"] for name in rows["conditions"].unique()}
    assert numbers == {
        "near_room_temperature": 20,
        "dry_near_room_temperature": 10,
        "near_room_temperature_or_unstated": 30,
        "all_temperatures": 40,
    }


def test_next_year_counts_what_appears_the_year_after_the_cut_off_and_all_later_the_rest_too():
    table = table_of(np.arange(40), np.arange(40), year=np.where(np.arange(40) < 30, 2017, 2019))
    rows = enrichment(table, 0)
    assert row_of(rows)["n_records"] == 30
    assert row_of(rows, held_out="all_later")["n_records"] == 40


def test_the_lead_over_a_worse_strategy_is_proven_where_it_is_large():
    measured = np.arange(100.0)
    row = headline(table_of(measured, measured, family_median=-measured), "family_median")
    assert row["enrichment"] == 0
    assert row["lead"] == pytest.approx(5)
    assert 0 < row["lead_lower"] < 5
    assert headline(table_of(measured, measured))["p_value"] < 0.01


def test_a_table_that_was_written_and_read_tells_the_same(tmp_path, ranked):
    path = tmp_path / "backtest.csv"
    write_csv(path, ranked)
    pd.testing.assert_frame_equal(enrichment(read_csv(path), 0), enrichment(ranked, 0))
