from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exploring.address import PREFIXES, as_query, read_address
from pipeline.exploring.choice import FIELDS, Choice

ONE = {"polymer": "PEO", "filler": "LLZTO", "filler_amount": "10", "filler_unit": "wt%", "temperature_C": "30"}


def test_an_address_of_two_mixtures_says_both(vocabulary):
    first = Choice(polymer="PVDF", temperature_C=60.0)
    second = Choice(filler="LATP", second_filler="Al2O3", filler_percent=80.0, additives=("SN",))
    asked = read_address(as_query({"A": first.cells(), "B": second.cells()}), vocabulary)
    assert asked.told == ()
    assert {letter: choice.cells() for letter, choice in asked.choices.items()} == {
        "A": first.cells(),
        "B": {**second.cells(), "filler": "Al2O3:0.200000 + LATP:0.800000"},
    }


def test_an_address_without_a_mixture_says_nothing(vocabulary):
    assert read_address({}, vocabulary).choices == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"polymer": "<script>alert(1)</script>"}, "'<script>alert(1)</script>' is not a known polymer"),
        ({"filler": "Unobtainium"}, "'Unobtainium' is not a known filler"),
        ({"filler_amount": "lots"}, "filler_amount: 'lots'"),
        ({"salt": "LiTFSI", "salt_ratio": "-3", "salt_ratio_unit": "EO:Li"}, "salt_ratio: '-3'"),
        ({"temperature_C": "-300"}, "30 °C is shown"),
        ({"temperature_C": "250"}, "160 °C is shown"),
        ({"temperature_C": "nan"}, "30 °C is shown"),
        ({"architecture": "particles;levitating"}, "'levitating' is not a known tag"),
        ({"colour": "red"}, "'colour' is no key of a mixture"),
        ({"polymer": "P" * 5000}, "longer than 1000 characters"),
        ({"polymer": "", "filler": ""}, "PEO is shown"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_shown(vocabulary, changed, said):
    asked = read_address({**ONE, **changed}, vocabulary)
    assert any(said in line for line in asked.told), asked.told
    choice = asked.choices["A"]
    assert read_address(as_query({"A": choice.cells()}), vocabulary).told == ()
    assert -60 <= choice.temperature_C <= 160


def test_an_address_that_states_all_has_nothing_told_of_it(vocabulary):
    assert read_address(ONE, vocabulary).told == ()


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}{%print(1)%}",
    "${jndi:ldap://x}",
    "../../../../etc/passwd",
    "/etc/passwd\0.csv",
    "file:///etc/passwd",
    "room_temperature/../../lab",
    "'; DROP TABLE runs; --",
    "=cmd|' /C calc'!A0",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "-1e999",
    "0x10",
    "１０",
    "10" * 400,
    "\ufffd\ufffd",
    "\u202eOEP",
    "\r\nSet-Cookie: a=b",
    "A" * 100_000,
)


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_an_address_says_a_mixture_is_shown_that_the_page_itself_could_write(vocabulary, field):
    for payload in HOSTILE:
        asked = read_address({**ONE, field: payload}, vocabulary)
        again = read_address(as_query({"A": asked.choices["A"].cells()}), vocabulary)
        assert again.told == (), (payload, again.told)
        assert max(map(len, asked.told), default=0) < 1000


KEYS = st.sampled_from([prefix + field for prefix in PREFIXES.values() for field in FIELDS])


@settings(max_examples=40)
@given(query=st.dictionaries(KEYS | st.text(max_size=20), st.text(max_size=40) | st.sampled_from(HOSTILE), max_size=30))
def test_an_address_is_read_whatever_it_says(vocabulary, query):
    asked = read_address(query, vocabulary)
    for choice in asked.choices.values():
        assert -60 <= choice.temperature_C <= 160
        assert choice.polymer or choice.filler


def test_of_a_thousand_unknown_keys_each_is_told_in_one_short_line(vocabulary):
    asked = read_address({f"<b>{number}" * 50: "x" for number in range(1000)}, vocabulary)
    assert asked.choices == {}
    assert max(map(len, asked.told)) < 200
