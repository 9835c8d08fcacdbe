"""`explain`: what drives a prediction, how sure it is, which papers stand behind it, and what one change would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands import asking
from pipeline.commands.asking import Cells, Wanted, wanted
from pipeline.commands.showing import Screen, as_found, plain, show_json, signed
from pipeline.common.errors import UserError
from pipeline.common.names import refuse_place

if TYPE_CHECKING:
    from pipeline.advising import Found
    from pipeline.watching import Tripped

EXAMPLES = (
    'explain --polymer PEO --salt LiTFSI --filler LLZTO --loading 10 --architecture "wires;aligned" --temperature 60',
    "explain data/raw/lab/examples/mixtures.csv --row 3 --details",
)
_LEAST_DRIVING = 0.05
"""Decades below which a driver is not told by its number, which would be ±0.0."""
_LEAST_SHOWN = 0.005
_N_SHOWN = 3
"""Changes of one kind that are shown; the JSON holds all of them."""
Row = Annotated[int | None, typer.Option(help="this row of the sheet alone, as a spreadsheet numbers it (header = 1)")]
Details = Annotated[bool, typer.Option("--details", help="show what each block of features adds, too")]
Output = Annotated[Path | None, typer.Option(metavar="FILE.json", help="file to write the JSON document to as well")]


def explain(
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
    row: Row = None,
    details: Details = False,
    output: Output = None,
    as_json: asking.AsJson = False,
) -> None:
    """Say what drives a prediction, and what would change it.

    A mixture that cannot be read is named with the reason; the others are explained, and the exit code is 1.
    """
    cells = Cells(
        polymer, salt, salt_ratio, salt_ratio_unit, filler, loading, loading_unit, particle_size, architecture,
        additives, temperature,
    )  # fmt: skip
    asked = _of_row(wanted(sheet, cells), row)
    if output:
        refuse_place(output, sheet)
    found, red = _explained(asked)
    document = {"mixtures": [_with_units(one) for one in found], "trip_wires": as_found(red)}
    if output:
        from pipeline.common.files import write_json

        write_json(output, document)
    if as_json:
        show_json(document)
    else:
        _show(found, asked, details, red)
    if any(one["problems"] for one in found):
        raise typer.Exit(1)


def _of_row(asked: Wanted, row: int | None) -> Wanted:
    if row is None:
        return asked
    if asked.is_typed or row not in asked.table.index:
        raise UserError(f"{asked.name}: no mixture in row {row}; the header is row 1")
    return Wanted(asked.name, asked.table.loc[[row]])


def _explained(asked: Wanted) -> tuple[list[Found], tuple[Tripped, ...]]:
    from pipeline.advising import explain_sheet
    from pipeline.advisory import load_advisor

    advisor, red = load_advisor()
    asked.refuse_faults(advisor.vocabulary)
    return explain_sheet(asked.table, asked.name, advisor), red


def _with_units(found: Any) -> Any:
    """Return what was found under names that hold their unit."""
    if isinstance(found, dict):
        return {_NAMES.get(name, name): _with_units(value) for name, value in found.items()}
    return [_with_units(value) for value in found] if isinstance(found, list | tuple) else found


_NAMES = {
    "log10_conductivity": "log10_conductivity_S_cm",
    "lower": "log10_conductivity_lower_S_cm",
    "upper": "log10_conductivity_upper_S_cm",
    "predicted": "log10_conductivity_S_cm",
    "base": "base_log10_S_cm",
    "adds": "adds_decades",
    "total": "total_decades",
    "difference": "difference_decades",
    "confidence": "interval_coverage",
}


def _show(found: list[Found], asked: Wanted, details: bool, red: tuple[Tripped, ...]) -> None:
    screen = Screen()
    for place, one in enumerate(found):
        if place:
            screen.say("")
        row = "" if asked.is_typed else f"row {one['row']}: "
        if one["problems"]:
            screen.say(f"{row}not explained", *(f"    {problem}" for problem in one["problems"]))
            continue
        screen.say(f"{row}{one['mixture']}", *_drivers(one), *_interval(one), *_nearest(one), *_changes(one))
        screen.say(*(_blocks(one) if details else ()))
    screen.say_red("these predictions", red)


def _drivers(found: Found) -> Iterator[str]:
    """Say what each choice adds, the largest first."""
    driven = found["drivers"]
    mean = f"the mean of {driven['n_background']} measured composites, {plain(driven['base'])}"
    yield f"  what drives it, against {mean}:"
    told = [part for part in driven["parts"] if abs(part["adds"]) >= _LEAST_DRIVING]
    for part in told:
        yield f"    {part['words']} {signed(part['adds'])} decades"
    if rest := [part["words"] for part in driven["parts"] if part not in told]:
        yield f"    less than {_LEAST_DRIVING:g} decades each: {', '.join(rest)}"


def _interval(found: Found) -> Iterator[str]:
    from pipeline.learning import CONDUCTIVITY
    from pipeline.records import scientific

    numbers = [found[name] for name in (CONDUCTIVITY.name, "lower", "upper")]
    value, lower, upper = (scientific(10**number) for number in numbers)
    coverage = f"{100 * found['confidence']:g} % interval"
    yield f"  conductivity {value} S/cm, {coverage} {lower} to {upper}"
    value, lower, upper = map(plain, numbers)
    yield f"  log₁₀ of the conductivity in S/cm: {value}, {coverage} {lower} to {upper}"
    yield f"  {found['domain']['verdict']}: {found['domain']['reason']}"


def _nearest(found: Found) -> Iterator[str]:
    yield "  measured records that the model treats most alike, by the share of its trees that do:"
    for one in found["nearest"]:
        yield f"    {100 * one['similarity']:.0f} %  {one['measured']}"


def _changes(found: Found) -> Iterator[str]:
    """Say what the first changes of each kind would do; each kind comes with its largest first."""
    yield "  with one thing changed, in decades:"
    n_told: Counter[str] = Counter()
    for change in found["changes"]:
        n_told[change["kind"]] += 1
        if n_told[change["kind"]] <= _N_SHOWN:
            mark = f" (leads to the {change['verdict']} of what was measured)" if change["is_less_known"] else ""
            yield f"    {signed(change['difference'], 2)}  {change['words']}{mark}"
    if not found["changes"]:
        yield "    nothing that could be changed moves the prediction"


def _blocks(found: Found) -> Iterator[str]:
    """Say what each block of features adds, the largest first, and which features in it most."""
    from pipeline.learning import BASE

    adds = found["adds"]
    yield f"  what adds to the mean of {plain(adds[BASE])}, in decades:"
    blocks = {block: part for block, part in adds.items() if block != BASE}
    for block, part in sorted(blocks.items(), key=lambda item: -abs(item[1]["total"])):
        yield f"    {signed(part['total'], 2)}  {block}"
        for one in part["strongest"]:
            if abs(one["adds"]) >= _LEAST_SHOWN:
                yield f"             {signed(one['adds'], 2)}  {one['words']}"
