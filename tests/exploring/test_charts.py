from __future__ import annotations

import pytest

from pipeline.exploring.answers import Answers
from pipeline.exploring.charts import COLOURS, loading_rows, loading_spec, temperature_rows, temperature_spec
from pipeline.exploring.choice import Choice


@pytest.fixture
def drawn(advisor):
    answers = Answers(advisor, (("test", 0, 0),))

    def of(**choices):
        headlines = {letter: answers.headline(choice.cells()) for letter, choice in choices.items()}
        return {letter: (headline, answers.curves(headline)) for letter, headline in headlines.items()}

    return of


LLZO = Choice(filler="LLZO", loading=20.0, temperature_C=40.0)


@pytest.mark.parametrize("spec", [temperature_spec(), loading_spec()])
def test_a_chart_asks_for_the_rows_that_are_sent(spec, drawn):
    layers = [spec | layer for layer in spec["layer"]]
    named = {layer["data"]["name"] for layer in layers}
    assert named == set(temperature_rows(drawn(A=LLZO))) == {"curve", "measured", "here"}
    fields = {
        (layer["data"]["name"], channel["field"])
        for layer in layers
        for channels in layer["encoding"].values()
        for channel in (channels if isinstance(channels, list) else [channels])
        if "field" in channel
    }
    for rows in (temperature_rows(drawn(A=LLZO)), loading_rows(drawn(A=LLZO))):
        for name, field in fields:
            assert field in rows[name], (name, field)


def test_the_mark_of_the_mixture_lies_where_it_was_chosen(drawn):
    found = drawn(A=LLZO)
    headline, _ = found["A"]
    here = temperature_rows(found)["here"].iloc[0]
    assert here["x"] == pytest.approx(1000 / 313.15)
    assert here["value"] == pytest.approx(10**headline.predicted)
    assert loading_rows(found)["here"]["x"].tolist() == [0.2]


def test_each_mixture_has_its_curve_in_its_colour(drawn):
    rows = temperature_rows(drawn(A=LLZO, B=Choice(filler="Al2O3")))
    assert dict(rows["curve"].groupby("mixture")["colour"].unique().map(list)) == {
        "A": [COLOURS["A"]],
        "B": [COLOURS["B"]],
    }
    assert set(rows["measured"]["mixture"]) == {"A", "B"}
    assert (rows["curve"]["lower"] <= rows["curve"]["value"]).all()
    assert (rows["curve"]["value"] <= rows["curve"]["upper"]).all()


def test_only_what_was_measured_on_the_pair_stands_behind(drawn, made_up):
    known = made_up[(made_up["polymer"] == "PEO") & (made_up["filler"] == "LLZO")]
    assert sorted(temperature_rows(drawn(A=LLZO))["measured"]["value"]) == sorted(known["conductivity_S_cm"])


def test_nothing_is_seen_of_a_pair_that_nobody_measured(drawn):
    measured = temperature_rows(drawn(A=Choice(polymer="PAN", filler="LATP")))["measured"]
    assert measured["colour"].tolist() == ["transparent"]


def test_a_loading_that_is_not_stated_has_no_place_on_its_axis(drawn):
    here = loading_rows(drawn(A=Choice(filler="LLZO", loading_unit="not stated")))["here"]
    assert here["colour"].tolist() == ["transparent"]


def test_what_is_hardly_measured_is_a_stretch_of_its_own(drawn):
    """The made-up records hold 25 and 60 °C."""
    curve = temperature_rows(drawn(A=LLZO))["curve"]
    within = curve["stated"].between(25, 60)
    assert (curve["part"] == 0).equals(within)
    assert len(set(curve.loc[curve["stated"] < 25, "part"])) == 1
    assert not set(curve.loc[curve["stated"] < 25, "part"]) & set(curve.loc[curve["stated"] > 60, "part"])
    assert set(loading_rows(drawn(A=LLZO))["curve"]["part"]) == {0}
