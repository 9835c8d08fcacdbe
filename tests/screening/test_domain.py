import pandas as pd
import pytest

from pipeline.screening.domain import MEASURED_APART, MEASURED_TOGETHER, verdicts

TRAINING = {
    "polymers": ["PEO", "PVDF"],
    "fillers": ["", "LATP", "LLZO"],
    "pairs": ["PEO | LLZO", "PVDF | LATP", "PEO | "],
    "temperature_C": [-20.0, 120.0],
}


def verdict(polymer, filler, temperature=25.0):
    mixtures = pd.DataFrame({"polymer": [polymer], "filler": [filler], "temperature_C": [temperature]})
    return verdicts(mixtures, TRAINING)[0]


@pytest.mark.parametrize(
    ("polymer", "filler", "said"),
    [
        ("PEO", "LLZO", MEASURED_TOGETHER),
        ("PEO", "", MEASURED_TOGETHER),
        ("PEO", "LATP", MEASURED_APART),
        ("PAN", "LATP", "polymer PAN never measured"),
        ("PVDF", "BN", "filler BN never measured"),
        ("PAN", "BN", "polymer PAN never measured; filler BN never measured"),
    ],
)
def test_a_verdict_names_what_was_never_measured(polymer, filler, said):
    assert verdict(polymer, filler) == said


@pytest.mark.parametrize("temperature", [-40.0, 121.0])
def test_a_temperature_that_nobody_measured_at_is_said_beside_the_rest(temperature):
    assert verdict("PEO", "LLZO", temperature) == (f"{MEASURED_TOGETHER}; outside the measured -20 to 120 °C")
    assert verdict("PAN", "LLZO", temperature) == "polymer PAN never measured; outside the measured -20 to 120 °C"


@pytest.mark.parametrize("temperature", [-20.0, 120.0])
def test_the_coldest_and_the_hottest_measurement_lie_within_the_domain(temperature):
    assert verdict("PEO", "LLZO", temperature) == MEASURED_TOGETHER


def test_together_and_apart_are_different_words():
    assert MEASURED_TOGETHER != MEASURED_APART
    assert "not together" in MEASURED_APART


def test_each_mixture_has_its_own_verdict():
    mixtures = pd.DataFrame({"polymer": ["PAN", "PEO"], "filler": ["LLZO", "LLZO"], "temperature_C": 25.0})
    assert verdicts(mixtures, TRAINING) == ["polymer PAN never measured", MEASURED_TOGETHER]
