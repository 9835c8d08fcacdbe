import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records.quantities import Quantity
from pipeline.records.units import convert


def _one(unit, target, number=1.0):
    return convert(Quantity(number, number, number), unit, target).value


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "S/cm",
            "S cm-1",
            "S cm−1",
            "S cm⁻¹",
            "S·cm−1",
            "S.cm-1",
            "S cm^-1",
            "S cm^{-1}",
            "S cm^{−1}",
            "S cm{-1}",
            "S cm**-1",
        ),
        *("S**1 cm**-1", "S¹ cm⁻¹", "Ω−1 cm−1", "Ω⁻¹ cm⁻¹", "ohm^-1 cm^-1", "siemens/cm", "siemens /cm"),
    ],
)
def test_siemens_per_centimetre_is_written_in_many_ways(unit):
    assert _one(unit, "S/cm") == pytest.approx(1)


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("mS/cm", "S/cm", 1e-3),
        ("mS cm⁻¹", "S/cm", 1e-3),
        ("mS·cm−1", "S/cm", 1e-3),
        ("µS/cm", "S/cm", 1e-6),
        ("μS/cm", "S/cm", 1e-6),
        ("S/m", "S/cm", 1e-2),
        ("S m−1", "S/cm", 1e-2),
        ("GPa", "MPa", 1e3),
        ("kPa", "MPa", 1e-3),
        ("mV", "V", 1e-3),
        ("days", "h", 24),
        ("min", "h", 1 / 60),
        ("mAh g−1", "mAh/g", 1),
        ("Ah/kg", "mAh/g", 1),
        ("A h g⁻¹", "mAh/g", 1e3),
        ("µA cm−2", "mA/cm**2", 1e-3),
        ("mA h g-1", "Ah/kg", 1),
        ("A  h", "mAh", 1e3),
        ("mg cm−2", "mg/cm**2", 1),
        ("kg/m2", "mg/cm**2", 100),
        ("kg/m²", "mg/cm**2", 100),
        ("m^{2}", "cm**2", 1e4),
        ("m³", "cm^3", 1e6),
        ("m4", "cm**4", 1e8),
        ("m⁴", "cm**4", 1e8),
        ("cm−4", "m^{-4}", 1e8),
        ("kHz", "Hz", 1e3),
        ("count", "cycles", 1),
        ("%", "ppm", 1e4),
    ],
)
def test_a_unit_has_its_factor(unit, target, factor):
    assert _one(unit, target) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("unit", "number", "celsius"),
    [
        *(
            ("K", 298.15, 25),
            ("K", 273.15, 0),
            ("K", 0, -273.15),
            ("°K", 0, -273.15),
            ("degF", 212, 100),
            ("°F", 212, 100),
        ),
        *((celsius, 60, 60) for celsius in ("°C", "℃", "ºC", "C")),
    ],
)
def test_a_temperature_has_an_offset(unit, number, celsius):
    assert _one(unit, "degC", number) == pytest.approx(celsius, abs=1e-9)


@pytest.mark.parametrize(
    "unit",
    [
        *("V vs. Li/Li+", "V vs Li+/Li", "V versus Li", "V (vs. Li/Li+)", "V ( vs.  Li)", "V  (vs Li/Li⁺)", "Vvs. Li"),
        *(
            "V vs. Li⁺/Li",
            "V vs. Li+ / Li",
            "V vs. Li/Li^+",
            "V vs. Li^+/Li",
            "V vs. Li metal",
            "V vs. Li⁰",
            "V vs. Li/ Li⁰ )",
        ),
    ],
)
def test_the_reference_of_a_potential_is_left_off(unit):
    assert _one(unit, "V", 4.5) == 4.5
    assert _one(f"m{unit}", "V", 4500) == 4.5


def test_twelve_digits_are_kept():
    assert _one("GPa", "MPa", 1.23456789012345) == 1234.56789012


def test_a_number_too_large_for_the_unit_wanted_is_refused():
    assert _one("GPa", "MPa", 1e300) == 1e303
    with pytest.raises(ValueError, match=r"1e\+306 GPa is beyond any number in MPa"):
        _one("GPa", "MPa", 1e306)


def test_units_of_120_characters_are_read_and_longer_ones_are_not():
    longest = f"V{' ' * 113}vs. Li"
    assert _one(longest, "V") == 1
    with pytest.raises(ValueError, match="121 characters are no unit; V was expected"):
        _one(f"{longest} ", "V")


@pytest.mark.parametrize(
    "reference",
    ["LiFePO4", "Li4Ti5O12", "Li-In", "Li-In/Li+", "LiIn", "Na/Na+", "Ag/AgCl", "SHE", "Li/Na", "La", "Li/Li+ (LFP)"],
)
def test_a_potential_against_another_electrode_is_refused_and_not_read_as_against_lithium(reference):
    for unit in (f"V vs. {reference}", f"V vs {reference}", f"mV (versus {reference})"):
        with pytest.raises(ValueError, match=r"is not a unit of this quantity; V was expected, against Li/Li\+"):
            _one(unit, "V")


def test_an_open_bound_stays_open():
    above = convert(Quantity(200.0, math.inf, math.nan), "mS/cm", "S/cm")
    assert (above.lower, above.upper) == (pytest.approx(0.2), math.inf)
    assert math.isnan(above.value)
    assert convert(Quantity(-math.inf, 300.0, math.nan), "K", "degC").lower == -math.inf


def test_the_converted_quantity_carries_its_new_unit():
    assert convert(Quantity(1.0, 1.0, 1.0, "mS/cm"), "mS/cm", "S/cm").unit == "S/cm"


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("S/m2", "S/cm"),
        ("S", "S/cm"),
        ("S cm", "S/cm"),
        ("Ω cm", "S/cm"),
        ("V", "S/cm"),
        ("eV", "V"),
        ("V", "MPa"),
        ("h", "degC"),
        ("h", "cycles"),
        ("MPa", "mAh/g"),
        ("furlongs", "V"),
        ("", "V"),
        (" ", "V"),
        ("000", "cycles"),
        ("S/cm/0", "S/cm"),
        ("V; DROP TABLE", "V"),
        ("V" * 41, "V"),
        ("5 V", "V"),
        ("V + V", "V"),
        ("V 1", "V"),
        ("V5", "V"),
        ("V vs. Na/Na+", "V"),
        ("V Qm4 Qm4 qm-4 qm-4", "V"),
        ("S**{2", "S/cm"),
        ("V{-1", "V"),
        ("V1}", "V"),
        ("%{2", "%"),
        ("%{2}", "V"),
        ("%|", "%"),
        ("MPa °", "MPa"),
        ("MPa·º⁻¹", "MPa"),
        ("° ", "%"),
        ("V·m·m·m·m/m⁴/m", "V/m"),
    ],
)
def test_a_unit_of_another_dimension_or_none_is_refused_by_name(unit, target):
    with pytest.raises(ValueError, match="is not a unit") as refusal:
        _one(unit, target)
    assert f"{target} was expected" in str(refusal.value)
    assert repr(unit) in str(refusal.value)


@given(st.floats(-1e3, 1e3), st.floats(0, 1e3), st.sampled_from([("mS/cm", "S/cm"), ("K", "degC"), ("GPa", "MPa")]))
def test_conversion_keeps_the_order_of_the_bounds(lower, width, units):
    converted = convert(Quantity(lower, lower + width, lower + width / 2), *units)
    assert converted.lower <= converted.value <= converted.upper


@given(
    st.one_of(
        st.text(max_size=12),
        st.text("SVcmKhgAΩµ°%/·. −-⁻¹²", max_size=8),
        st.text("SmKΩµ%/·. -^*{}()[]12", max_size=8),
    ),
    st.sampled_from(["S/cm", "V", "degC", "mAh/g", "%"]),
)
def test_any_text_is_a_unit_or_refused(unit, target):
    try:
        value = _one(unit, target)
    except ValueError:
        return
    assert math.isfinite(value)
