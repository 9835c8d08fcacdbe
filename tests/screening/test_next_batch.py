import numpy as np
import pandas as pd
import pytest

from features import INPUT_COLUMNS, featurize
from pipeline.learning import CONDUCTIVITY
from pipeline.screening import Knowledge, Made, Space, next_batch, screen
from pipeline.screening.next_batch import candidates, draw, is_in_stock, known_of

GENERATOR = 5
NOTHING = pd.DataFrame(columns=list(INPUT_COLUMNS))
COMPONENTS = ["polymer", "filler", "salt", "architecture", "additive"]


@pytest.fixture
def made(measured):
    middle = CONDUCTIVITY.bounds(measured.records).middle
    return Made(measured.records, middle, NOTHING)


@pytest.fixture
def choose(ask, models, knowledge, made):
    def of(pending=NOTHING, known=knowledge, n_drawn=40, **changes):
        campaign = ask(**{"batch": {"n": 5}} | changes)
        screened = screen(campaign, models, known, 6)
        now_made = Made(made.measured, made.log10_conductivity, pending)
        return next_batch(campaign, screened, models, known, now_made, n_drawn, np.random.default_rng(GENERATOR))

    return of


def test_members_differ_in_a_component_and_keep_the_limits(choose):
    batch = choose(limits={"exclude_elements": ("Ge", "Ti"), "min_stability_window_V": 4.5})
    assert len(batch) == 5
    assert not batch.duplicated(COMPONENTS).any()
    assert not batch["filler"].isin(["LAGP", "LATP"]).any()
    assert ((batch["architecture"] != "cross-linked") | (batch["polymer"] == "PEO")).all()
    assert batch["reason"].str.len().gt(20).all()


def test_the_same_campaign_comes_to_the_same_batch(choose):
    pd.testing.assert_frame_equal(choose(), choose())


def test_what_is_being_made_is_not_proposed_again(choose):
    first = choose()
    again = choose(pending=first[list(INPUT_COLUMNS)])
    both = pd.concat([first, again])
    assert not both.duplicated(COMPONENTS).any()


def test_what_is_in_stock_goes_first(choose, knowledge):
    stock = frozenset({"PVDF", "Al2O3", "LLZO", "LiTFSI"})
    stocked = Knowledge(knowledge.library, knowledge.facts, knowledge.domain, stock)
    batch = choose(known=stocked, batch={"n": 3, "out_of_stock_factor": 0.0})
    assert set(batch["polymer"]) | set(batch["filler"]) | set(batch["salt"]) <= stock
    flags = is_in_stock(batch.assign(salt=["LiTFSI", "LiClO4", "LiTFSI"], additives=["", "", "SN"]), stocked)
    assert flags.tolist() == [True, False, False]
    assert is_in_stock(batch, knowledge) is None


def test_candidates_are_the_best_by_both_orders_and_some_of_all_others(ask, models, knowledge):
    campaign = ask()
    screened = screen(campaign, models, knowledge, 6)
    by_value = screen(ask(order_by="mean"), models, knowledge, 6)
    found = candidates(campaign, screened, models, knowledge, 30, np.random.default_rng(0))
    assert {*screened.indices, *by_value.indices} <= set(found)
    assert 6 < len(found) <= 6 + 6 + 30
    assert (np.diff(found) > 0).all()


def test_a_draw_is_of_what_is_allowed_and_of_nothing_twice(ask):
    space = Space.of(ask())
    filler = np.array([True, False, False, False])
    drawn = draw(space, [(("filler",), filler)], 10_000, np.random.default_rng(1))
    allowed = np.flatnonzero(space.mixtures(np.arange(space.size))["filler"] == "LLZO")
    assert sorted(drawn) == allowed.tolist()  # so many draws meet all of so few
    assert draw(space, [(("filler",), np.zeros(4, dtype=bool))], 10, np.random.default_rng(1)).tolist() == []


def test_gels_are_no_measure_of_dry_films(ask, knowledge, made):
    wet = made.measured.assign(architecture_tags="particles;gel", temperature_C=30.0)
    dry = made.measured.assign(temperature_C=30.0)
    both = pd.concat([wet, dry], ignore_index=True)
    numbers = np.repeat([-2.0, -4.0], len(wet))
    offered = featurize(dry, knowledge.library)
    assert known_of(ask(), offered, knowledge, Made(both, numbers, NOTHING)).best == -4
    mixed = featurize(both, knowledge.library)
    assert known_of(ask(), mixed, knowledge, Made(both, numbers, NOTHING)).best == -2


def test_nothing_left_is_no_batch(choose):
    assert choose(fillers=("LAGP",), limits={"exclude_elements": ("Ge",)}).empty
