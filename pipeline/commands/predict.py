"""`predict`: conductivity, transference number, window and strength of mixtures, each with how far it is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands import asking
from pipeline.commands.asking import Cells, Wanted, wanted
from pipeline.commands.showing import Screen, as_found, plain, show_json, table
from pipeline.common.names import refuse_place

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.advising import Advisor
    from pipeline.watching import Tripped

EXAMPLES = (
    "predict --polymer PEO --salt LiTFSI --filler LLZTO --loading 10",
    "predict data/raw/lab/examples/mixtures.csv --output predictions.csv",
)
Output = Annotated[Path | None, typer.Option(metavar="FILE.csv", help="CSV to write: the sheet and the predictions")]


def predict(
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
    output: Output = None,
    as_json: asking.AsJson = False,
) -> None:
    """Predict the properties of one mixture, or of a sheet.

    A mixture that cannot be read is named with the reason; the others are predicted, and the exit code is 1.
    """
    cells = Cells(
        polymer, salt, salt_ratio, salt_ratio_unit, filler, loading, loading_unit, particle_size, architecture,
        additives, temperature,
    )  # fmt: skip
    asked = wanted(sheet, cells)
    if output:
        refuse_place(output, sheet)
    found, advisor, red = _predicted(asked)
    if output:
        from pipeline.common.files import write_csv

        write_csv(output, found)
    document = _document(asked, found, advisor)
    if as_json:
        show_json(document | {"trip_wires": as_found(red)})
    else:
        _show(document, output, red)
    if document["n_predicted"] < len(found):
        raise typer.Exit(1)


def _predicted(asked: Wanted) -> tuple[pd.DataFrame, Advisor, tuple[Tripped, ...]]:
    from pipeline.advising import predict_sheet
    from pipeline.advisory import load_advisor

    advisor, red = load_advisor()
    asked.refuse_faults(advisor.vocabulary)
    return predict_sheet(asked.table, asked.name, advisor), advisor, red


def _document(asked: Wanted, found: pd.DataFrame, advisor: Advisor) -> dict[str, Any]:
    """Return all that is said, under names that hold their unit."""
    given = asked.table.to_dict("index")
    mixtures = [
        {"row": number, "given": given[number], **_numbers(row), "flags": row["flags"], "problems": row["problems"]}
        for number, row in found.to_dict("index").items()
    ]
    n_predicted = int(found["log10_conductivity"].notna().sum())
    return {
        "mixtures": mixtures,
        "n_predicted": n_predicted,
        "interval_coverage": advisor.confidence,
        "notes": _notes(advisor),
    }


def _numbers(row: dict[Any, Any]) -> dict[str, float]:
    ends = {"": "log10_conductivity", "_lower": "lower", "_upper": "upper"}
    return {
        **{f"conductivity{end}_S_cm": float(f"{10 ** row[name]:.3e}") for end, name in ends.items()},
        **{f"log10_conductivity{end}_S_cm": row[name] for end, name in ends.items()},
        **{name: row[name] for name in ("transference_number", "stability_window_V", "tensile_strength_MPa")},
    }


def _notes(advisor: Advisor) -> list[str]:
    """Say of which properties nothing or the median alone is predicted."""
    from pipeline.learning import MEDIAN, STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER

    notes = []
    for target in (TRANSFERENCE_NUMBER, STABILITY_WINDOW, TENSILE_STRENGTH):
        if target.name not in advisor.models:
            notes.append(f"{target.name} is empty in every row: fewer than two works on composites hold a number of it")
        elif (training := advisor.models[target.name][1]["training"])["learner"] == MEDIAN:
            notes.append(f"{target.name} is the median of the record in every row: {training['reason']}")
    return notes


def _show(document: dict[str, Any], output: Path | None, red: tuple[Tripped, ...]) -> None:
    from pipeline.records import scientific

    screen, mixtures = Screen(), document["mixtures"]
    interval = f"{100 * document['interval_coverage']:g} % interval"
    rows = [
        (
            str(one["row"]),
            scientific(one["conductivity_S_cm"]),
            _range(scientific(one["conductivity_lower_S_cm"]), scientific(one["conductivity_upper_S_cm"])),
            plain(one["transference_number"]),
            plain(one["stability_window_V"], 1),
            plain(one["tensile_strength_MPa"], 1),
            _in_words(one["given"]),
        )
        for one in mixtures
    ]
    screen.print(table(("row", "S/cm", interval, "t₊", "V", "MPa"), ("mixture",), rows))
    for one in mixtures:
        screen.say(f"row {one['row']}: {'; '.join(filter(None, (one['flags'], one['problems'])))}")
    n_predicted, n_all = document["n_predicted"], len(mixtures)
    screen.say(f"predict: {n_predicted} of {n_all} mixtures predicted{f': {output}' if output else ''}")
    if n_predicted < n_all:
        screen.say(f"predict: {n_all - n_predicted} without a prediction; 'problems' says why")
    screen.say(*(f"predict: {note}" for note in document["notes"]))
    screen.say_red("these predictions", red)


def _range(lower: str, upper: str) -> str:
    return f"{lower} to {upper}" if lower else ""


def _in_words(given: dict[str, str]) -> str:
    """Write a mixture as it was asked for."""
    filler = " ".join(filter(None, (given["filler"], given["filler_amount"], given["filler_unit"])))
    phases = " / ".join(filter(None, (given["polymer"], filler)))
    degrees = given["temperature_C"]
    temperature = f"{degrees} °C" if degrees.lstrip("-−").replace(".", "", 1).isdecimal() else degrees
    return ", ".join(filter(None, (phases, given["salt"], given["architecture"], given["additives"], temperature)))
