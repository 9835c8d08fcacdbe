import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.crystal import UnitCell, cell_volume, describe, dictionary

GARNET = UnitCell("Li56.0La24.0Zr16.0O96.0", (12.9682, 12.9682, 12.9682), (90.0, 90.0, 90.0), 230, "I a -3 d")
HEXAGONAL = UnitCell("Li6.0Ti12.0P18.0O72.0", (8.512, 8.512, 20.858), (90.0, 90.0, 120.0), 167, "R -3 c")


def test_the_cubic_garnet_has_the_density_that_diffraction_gives():
    described = describe(GARNET)
    # 8 formula units of 839.7 u in 12.9682³ Å³: 5.11 g/cm³ (Awaka et al., Chem. Lett. 40, 60, 2011: 5.107)
    assert described["crystal_density_g_cm3"] == pytest.approx(5.11, abs=0.01)
    assert described["crystal_volume_A3"] == pytest.approx(12.9682**3)
    assert described["crystal_atoms"] == 192
    assert described["crystal_volume_per_anion_A3"] == pytest.approx(12.9682**3 / 96)
    assert described["crystal_system"] == 6
    assert described["crystal_axial_ratio"] == 1


def test_a_hexagonal_cell_holds_half_root_three_of_a_square_one():
    assert cell_volume(HEXAGONAL) == pytest.approx(8.512**2 * 20.858 * math.sqrt(3) / 2)


def test_the_primitive_cell_of_a_face_centred_cubic_lattice_is_a_quarter_of_the_cubic_one():
    primitive = replace(GARNET, axes_A=(1 / math.sqrt(2),) * 3, angles_deg=(60.0, 60.0, 60.0))
    assert cell_volume(primitive) == pytest.approx(1 / 4)


@pytest.mark.parametrize(
    ("space_group", "system"),
    [(1, 0), (2, 0), (3, 1), (15, 1), (62, 2), (142, 3), (167, 4), (168, 5), (194, 5), (227, 6)],
)
def test_the_crystal_system_follows_from_the_space_group(space_group, system):
    assert describe(replace(GARNET, space_group=space_group))["crystal_system"] == system


def test_a_solid_without_lithium_has_no_room_for_each_lithium():
    assert math.isnan(describe(replace(GARNET, content="Al2O3"))["crystal_volume_per_lithium_A3"])


@pytest.mark.parametrize(
    "change",
    [
        {"space_group": 0},
        {"space_group": 231},
        {"axes_A": (0.0, 1.0, 1.0)},
        {"angles_deg": (10.0, 20.0, 90.0)},
        {"angles_deg": (90.0, 90.0, 0.0)},
        {"angles_deg": (90.0, 90.0, 180.0)},
        {"content": ""},
        {"content": "Xx3"},
    ],
)
def test_what_is_no_unit_cell_is_refused(change):
    with pytest.raises(ValueError):  # noqa: PT011
        describe(replace(GARNET, **change))


def test_every_number_has_its_line_in_the_dictionary():
    assert list(describe(GARNET)) == [feature.name for feature in dictionary()]


@given(st.permutations([0, 1, 2]))
def test_the_volume_does_not_depend_on_which_axis_comes_first(order):
    turned = replace(
        HEXAGONAL,
        axes_A=tuple(HEXAGONAL.axes_A[i] for i in order),
        angles_deg=tuple(HEXAGONAL.angles_deg[i] for i in order),
    )
    assert cell_volume(turned) == pytest.approx(cell_volume(HEXAGONAL))
