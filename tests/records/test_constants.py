import csv
import math
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common.errors import UserError
from pipeline.common.layout import CONSTANTS
from pipeline.records.constants import PROPERTIES, is_cas_number, load_constants

SHIPPED = Path(__file__).parents[2] / CONSTANTS
HEADER = "kind,name,property,value,source,note\n"


@pytest.fixture
def load(tmp_path, library):
    def load_lines(*lines):
        path = tmp_path / "constants.csv"
        path.write_text(HEADER + "".join(f"{line},\n" for line in lines), "utf-8")
        return load_constants(path, library)

    return load_lines


@pytest.fixture(scope="module")
def shipped(library):
    return load_constants(SHIPPED, library)


@pytest.mark.parametrize("number", ["25322-68-3", "90076-65-6", "21324-40-3", "9011-14-7", "7732-18-5"])
def test_a_cas_number_ends_in_its_check_digit(number):
    assert is_cas_number(number)


@pytest.mark.parametrize("number", ["25322-68-4", "25322-86-3", "2532268-3", "25322-68-", "", "7-18-5", "PEO"])
def test_another_digit_or_form_is_no_cas_number(number):
    assert not is_cas_number(number)


@given(st.integers(10, 9999999), st.integers(0, 99))
def test_one_check_digit_of_ten_is_right(first, second):
    assert sum(is_cas_number(f"{first}-{second:02d}-{check}") for check in range(10)) == 1


def test_a_constant_is_found_by_kind_name_and_property(load):
    assert load("polymers,PEO,Tg_C,-67.15,a paper") == {("polymers", "PEO", "Tg_C"): -67.15}


def test_of_several_sources_the_median_counts(load):
    lines = [f"polymers,PEO,Tg_C,{celsius},a paper" for celsius in (-60, -67, -10)]
    assert load(*lines) == {("polymers", "PEO", "Tg_C"): -60}


def test_where_values_span_decades_the_geometric_median_counts(load):
    lines = [f"fillers,LLZO,conductivity_25C_S_cm,{number},a paper" for number in ("1e-6", "1e-4", "3e-4", "1e-3")]
    (conductivity,) = load(*lines).values()
    assert conductivity == pytest.approx(math.sqrt(1e-4 * 3e-4))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("polymers,PTMC,Tg_C,-30–-15", -22.5),
        ("polymers,PEO,density_g_cm3,1.1–1.3", 1.2),
        ("polymers,PEO,Tg_C,~-60", -60),
        ("fillers,LLZO,conductivity_25C_S_cm,1e-4–1e-3", 10**-3.5),
        ("fillers,LLZO,conductivity_25C_S_cm,~10−4", 1e-4),
    ],
)
def test_a_range_counts_as_its_middle(load, line, number):
    (loaded,) = load(f"{line},a paper").values()
    assert loaded == pytest.approx(number)


def test_a_bound_is_no_number(load):
    assert load("polymers,PEO,oxidation_limit_V,>4.2,a paper") == {}
    (loaded,) = load(
        "polymers,PEO,oxidation_limit_V,>4.2,a paper", "polymers,PEO,oxidation_limit_V,4.5,another"
    ).values()
    assert loaded == 4.5


@given(st.lists(st.floats(1e-12, 0.9), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(tmp_path_factory, library, values, dice):
    path = tmp_path_factory.getbasetemp() / "constants.csv"
    loaded = []
    for order in (values, dice.sample(values, len(values))):
        lines = "".join(f"fillers,LLZO,conductivity_25C_S_cm,{value!r},a paper,\n" for value in order)
        path.write_text(HEADER + lines, "utf-8")
        loaded += load_constants(path, library).values()
    assert loaded[0] == loaded[1]
    assert min(values) * (1 - 1e-9) <= loaded[0] <= max(values) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("values", "known"),
    [
        (["true"], [1]),
        (["false"], [0]),
        (["false", "false"], [0]),
        (["true", "false"], []),
        (["true", "true", "false"], []),
    ],
)
def test_a_truth_that_sources_contradict_is_unknown(load, values, known):
    lines = [f"fillers,LATP,stable_against_lithium,{value},a paper" for value in values]
    assert list(load(*lines).values()) == known


def test_a_cas_number_is_checked_and_no_constant(load):
    assert load("polymers,PEO,cas,25322-68-3,a supplier") == {}


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("metals,PEO,Tg_C,-67,a paper", "kind", "one of polymers, salts, fillers, additives was expected"),
        ("polymers,PEOO,Tg_C,-67,a paper", "name", "a name of polymers.csv was expected"),
        ("salts,PEO,Tg_C,-67,a paper", "name", "a name of salts.csv was expected"),
        ("polymers,PEO,colour,1,a paper", "property", "one of Tg_C, Tm_C"),
        (
            "salts,LiTFSI,Tg_C,-67,a paper",
            "property",
            "one of anion_volume_nm3, crystal_anion_volume_nm3, dissociation_class, cas was expected",
        ),
        ("polymers,PEO,Tg_C,cold,a paper", "value", "is not a quantity"),
        ("polymers,PEO,Tg_C,,a paper", "value", "is not a quantity"),
        ("polymers,PEO,Tg_C,206 K,a paper", "value", "without a unit"),
        ("polymers,PEO,Tg_C,-273,a paper", "value", "of -150 to 500 was expected"),
        ("polymers,PEO,Tg_C,true,a paper", "value", "is not a quantity"),
        ("polymers,PEO,density_g_cm3,1.1–1100,a paper", "value", "density, g/cm³, .* of 0.1 to 25 was expected"),
        ("fillers,LLZO,stable_against_lithium,0.5,a paper", "value", "true or false was expected"),
        ("fillers,LLZO,stable_against_lithium,yes,a paper", "value", "true or false was expected"),
        ("polymers,PEO,cas,25322-68-4,a supplier", "value", "last digit checks"),
        ("polymers,PEO,Tg_C,-67,", "source", "every value needs its source"),
    ],
)
def test_a_fault_is_named_with_row_and_column(load, line, column, reason):
    with pytest.raises(UserError, match=reason) as refusal:
        load("polymers,PEO,Tm_C,65,a paper", line)
    (problem,) = refusal.value.problems
    assert (problem.row, problem.column) == (3, column)
    assert problem.value == dict(zip(HEADER.split(","), line.split(","), strict=False))[column]


def test_all_faults_are_named_at_once(load):
    with pytest.raises(UserError) as refusal:
        load("polymers,PEOO,Tg_C,-67,a paper", "polymers,PEO,Tg_C,cold,a paper", "polymers,PEO,Tg_C,-67,")
    assert [problem.row for problem in refusal.value.problems] == [2, 3, 4]


def test_a_missing_column_is_named(tmp_path, library):
    (tmp_path / "constants.csv").write_text("kind,name,property,value\npolymers,PEO,Tg_C,-67\n")
    with pytest.raises(UserError, match="column source: this column is missing"):
        load_constants(tmp_path / "constants.csv", library)


def test_every_shipped_value_has_a_source():
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 500
    assert all(row["source"].strip() and row["value"].strip() for row in rows)


def test_every_property_is_known_of_a_shipped_component_and_within_its_limits(shipped):
    for kind, properties in PROPERTIES.items():
        for name, known in properties.items():
            values = [value for key, value in shipped.items() if key[0] == kind and key[2] == name]
            assert values, (kind, name)
            assert known.lowest <= min(values) <= max(values) <= known.highest


def test_peo_is_softer_than_pmma_and_frozen_far_below_room_temperature(shipped):
    assert shipped["polymers", "PEO", "Tg_C"] < -50
    assert shipped["polymers", "PEO", "Tg_C"] < 25 < shipped["polymers", "PMMA", "Tg_C"]


def test_a_polymer_melts_above_its_glass_transition(shipped):
    both = [name for kind, name, prop in shipped if kind == "polymers" and prop == "Tm_C"]
    pairs = [
        (shipped["polymers", name, "Tg_C"], shipped["polymers", name, "Tm_C"])
        for name in both
        if ("polymers", name, "Tg_C") in shipped
    ]
    assert len(pairs) > 5
    assert all(glass < melting for glass, melting in pairs)


def test_a_liquid_boils_above_where_it_melts(shipped):
    boiling = {name: value for (kind, name, prop), value in shipped.items() if prop == "boiling_point_C"}
    melting = {name: value for (kind, name, prop), value in shipped.items() if prop == "melting_point_C"}
    assert len(boiling.keys() & melting.keys()) > 10
    assert all(melting[name] < boiling[name] for name in boiling.keys() & melting.keys())


def test_a_garnet_is_denser_than_silica_and_silica_than_a_polymer(shipped):
    garnet, silica = (shipped["fillers", name, "density_g_cm3"] for name in ("LLZO", "SiO2"))
    assert garnet > 5 > silica > shipped["polymers", "PEO", "density_g_cm3"]


def test_the_larger_imide_has_the_larger_volume_and_pf6_is_smaller(shipped):
    tfsi, fsi, pf6 = (shipped["salts", name, "anion_volume_nm3"] for name in ("LiTFSI", "LiFSI", "LiPF6"))
    assert tfsi > fsi > pf6


def test_titanium_is_reduced_by_lithium_and_zirconium_is_not(shipped):
    stable = {name: shipped["fillers", name, "stable_against_lithium"] for name in ("LATP", "LLTO", "LLZO")}
    assert stable == {"LATP": 0, "LLTO": 0, "LLZO": 1}


def test_a_sulfide_conducts_better_than_a_garnet(shipped):
    sulfide, garnet = (shipped["fillers", name, "conductivity_25C_S_cm"] for name in ("LGPS", "LLZO"))
    assert sulfide > 10 * garnet


def test_cyclic_carbonates_are_more_polar_than_linear_ones(shipped):
    permittivity = {name: shipped["additives", name, "dielectric_constant"] for name in ("EC", "PC", "DMC", "DEC")}
    assert min(permittivity["EC"], permittivity["PC"]) > 10 * max(permittivity["DMC"], permittivity["DEC"])


def test_a_polymer_is_lighter_than_any_ceramic_on_average(shipped):
    density = {
        kind: statistics.fmean(value for key, value in shipped.items() if key[0] == kind and key[2] == "density_g_cm3")
        for kind in ("polymers", "fillers")
    }
    assert density["polymers"] < density["fillers"]
