"""`nearest`: the measured records that the model treats most alike, with value, temperature and citation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands import asking
from pipeline.commands.asking import Cells, Wanted, wanted
from pipeline.commands.showing import Screen, as_found, show_json, table

if TYPE_CHECKING:
    from pipeline.advising import Advisor, Neighbour
    from pipeline.records import Reading
    from pipeline.watching import Tripped

EXAMPLES = (
    "nearest --polymer PVDF-HFP --salt LiTFSI --filler LLZTO --loading 10 --temperature 25 --n 3",
    "nearest data/raw/lab/examples/mixtures.csv --json",
)
_MOST = 100
Number = Annotated[int, typer.Option("--n", min=1, max=_MOST, help="records shown for each mixture")]


def nearest(
    sheet: asking.Sheet = None,
    polymer: asking.Polymer = "",
    salt: asking.Salt = "",
    salt_ratio: asking.SaltRatio = "",
    salt_ratio_unit: asking.SaltRatioUnit = "",
    filler: asking.Filler = "",
    loading: asking.Loading = "",
    loading_unit: asking.LoadingUnit = "",
    particle_size: asking.ParticleSize = "",
    architecture: asking.Architecture = "",
    additives: asking.Additives = "",
    temperature: asking.Temperature = "",
    number: Number = 5,
    as_json: asking.AsJson = False,
) -> None:
    """List the measured records behind a prediction.

    Each comes with its value, temperature and paper. A mixture that cannot be read is named with the reason, and the
    exit code is 1.
    """
    cells = Cells(
        polymer, salt, salt_ratio, salt_ratio_unit, filler, loading, loading_unit, particle_size, architecture,
        additives, temperature,
    )  # fmt: skip
    asked = wanted(sheet, cells)
    found, red = _found(asked, number)
    if as_json:
        show_json({"mixtures": found, "trip_wires": as_found(red)})
    else:
        _show(found, asked, red)
    if any(one["problems"] for one in found):
        raise typer.Exit(1)


def _found(asked: Wanted, n_nearest: int) -> tuple[list[dict[str, Any]], tuple[Tripped, ...]]:
    from pipeline.advising import read_mixtures
    from pipeline.advisory import load_advisor

    advisor, red = load_advisor()
    asked.refuse_faults(advisor.vocabulary)
    readings = read_mixtures(asked.table, asked.name, advisor.vocabulary)
    return [_of_mixture(number, reading, advisor, n_nearest) for number, reading in readings], red


def _of_mixture(number: int, reading: Reading, advisor: Advisor, n_nearest: int) -> dict[str, Any]:
    from pipeline.advising import in_words

    problems = [f"{problem.column}: {problem.reason}" for problem in reading.problems]
    if problems:
        return {"row": number, "problems": problems, "mixture": "", "nearest": []}
    neighbours = [_record(neighbour, advisor) for neighbour in advisor.nearest(reading.record, n_nearest)]
    return {"row": number, "problems": [], "mixture": in_words(reading.record), "nearest": neighbours}


def _record(neighbour: Neighbour, advisor: Advisor) -> dict[str, Any]:
    from pipeline.screening import conductivity, mixture, place

    record: Any = advisor.by_id.loc[neighbour.record_id]
    return {
        "record_id": neighbour.record_id,
        "similarity": neighbour.similarity,
        "mixture": mixture(record),
        "measured": conductivity(record),
        "conductivity_lower_S_cm": record["conductivity_lower_S_cm"],
        "conductivity_upper_S_cm": record["conductivity_upper_S_cm"],
        "temperature_C": record["temperature_C"],
        "citation": record["citation"],
        "doi": record["doi"],
        "place": place(record),
    }


def _degrees(temperature_C: float) -> str:  # noqa: N803
    return "" if math.isnan(temperature_C) else f"{temperature_C:g}".replace("-", "−")


def _show(found: list[dict[str, Any]], asked: Wanted, red: tuple[Tripped, ...]) -> None:
    screen = Screen()
    for one in found:
        row = "" if asked.is_typed else f"row {one['row']}: "
        if one["problems"]:
            screen.say(f"{row}not read", *(f"    {problem}" for problem in one["problems"]))
            continue
        screen.say(f"{row}{one['mixture']}")
        rows = [
            (
                f"{100 * near['similarity']:.0f} %",
                near["measured"].removesuffix(" S/cm"),
                _degrees(near["temperature_C"]),
                near["mixture"],
                "; ".join(filter(None, (near["citation"], near["place"]))),
            )
            for near in one["nearest"]
        ]
        screen.print(table(("alike", "S/cm", "°C"), ("mixture", "paper and place"), rows))
    screen.say_red("these records", red)
