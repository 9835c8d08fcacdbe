import numpy as np
import pandas as pd
import pytest

from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, TARGETS, TENSILE_STRENGTH, TRANSFERENCE_NUMBER, Target


def record(
    target: Target, value: float, lower: float | None = None, upper: float | None = None, **kept
) -> pd.DataFrame:
    row = {
        target.lower_column: value if lower is None else lower,
        target.upper_column: value if upper is None else upper,
        "confidence": "",
        "is_ambiguous": False,
        "sample_id": f"a sample with {value}",
        "sample_rank": 0,
        "origin": "literature",
    }
    return pd.DataFrame([row | kept])


def test_a_tenth_of_a_millisiemens_per_centimetre_is_learned_as_minus_four():
    assert CONDUCTIVITY.bounds(record(CONDUCTIVITY, 1e-4)).middle == pytest.approx([-4])


def test_a_hundred_megapascals_are_learned_as_two():
    assert TENSILE_STRENGTH.bounds(record(TENSILE_STRENGTH, 100.0)).middle == pytest.approx([2])


@pytest.mark.parametrize(("target", "value"), [(TRANSFERENCE_NUMBER, 0.42), (STABILITY_WINDOW, 4.9)])
def test_transference_numbers_and_windows_are_learned_as_they_are(target, value):
    assert target.bounds(record(target, value)).middle.tolist() == [value]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_value_known_from_one_side_only_is_learned_as_a_bound_and_is_no_number(target):
    least = target.bounds(record(target, np.nan, lower=0.5, upper=np.inf, is_ambiguous=True))
    assert least.lower == pytest.approx([np.log10(0.5) if target.is_logarithmic else 0.5])
    assert least.upper.tolist() == [np.inf]
    assert np.isnan(least.middle).all()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_doubtful_row_is_not_learned(target):
    assert np.isfinite(target.bounds(record(target, 0.5, confidence="low")).middle).all()
    assert np.isnan(target.bounds(record(target, 0.5, confidence="doubtful")).middle).all()


@pytest.mark.parametrize("target", [CONDUCTIVITY, TENSILE_STRENGTH], ids=lambda target: target.name)
def test_readings_a_decade_apart_are_not_learned(target):
    assert np.isnan(target.bounds(record(target, 3e-2, 1e-2, 1e-1, is_ambiguous=True)).middle).all()


@pytest.mark.parametrize("target", [CONDUCTIVITY, TENSILE_STRENGTH], ids=lambda target: target.name)
def test_readings_within_half_a_decade_are_learned(target):
    middle = target.bounds(record(target, 1e-2, 1e-2, 3e-2, is_ambiguous=True)).middle
    assert middle == pytest.approx([np.log10(3e-4) / 2])


def test_a_wide_range_that_the_source_means_is_learned_with_its_bounds():
    known = CONDUCTIVITY.bounds(record(CONDUCTIVITY, 1e-4, 1e-5, 1e-3))
    assert (known.lower, known.middle, known.upper) == (pytest.approx([-5]), pytest.approx([-4]), pytest.approx([-3]))


def test_one_row_in_doubt_leaves_the_others():
    doubtful = record(CONDUCTIVITY, 1e-4, confidence="doubtful")
    rows = pd.concat([record(CONDUCTIVITY, 1e-3), doubtful], ignore_index=True)
    assert CONDUCTIVITY.bounds(rows).middle == pytest.approx([-3, np.nan], nan_ok=True)


def test_of_a_sample_that_two_places_describe_the_believed_value_is_learned():
    places = [record(CONDUCTIVITY, 3.1e-4, sample_rank=1), record(CONDUCTIVITY, 1.6e-4, sample_rank=0)]
    rows = pd.concat(places, ignore_index=True).assign(sample_id="brush-coated LLZTO")
    assert CONDUCTIVITY.bounds(rows).middle == pytest.approx([np.nan, np.log10(1.6e-4)], nan_ok=True)


def test_a_transference_number_is_a_share():
    assert TRANSFERENCE_NUMBER.clip(np.array([-0.2, 0.0, 0.5, 1.0, 1.3])).tolist() == [0, 0, 0.5, 1, 1]


def test_the_best_and_the_worst_measured_conductors_lie_within_the_limits():
    # Li9.54Si1.74P1.44S11.7Cl0.3: 25 mS/cm (Kato et al., Nat. Energy 1, 16030, 2016); neat PVDF: about 1e-14 S/cm.
    measured = np.log10([25e-3, 1e-14])
    assert CONDUCTIVITY.clip(measured).tolist() == measured.tolist()


def test_targets_have_names_and_columns_of_their_own():
    for names in ({t.name for t in TARGETS}, {t.lower_column for t in TARGETS}, {t.label for t in TARGETS}):
        assert len(names) == len(TARGETS)
