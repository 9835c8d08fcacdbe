"""Why mixtures are predicted to conduct as they do: `python -m pipeline.explain --input mixtures.csv`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from pipeline.advising import Found, explain_sheet
from pipeline.advisory import load_advisor
from pipeline.common.errors import UserError
from pipeline.common.files import read_table, write_json
from pipeline.common.stage import run, say
from pipeline.learning import BASE, CONDUCTIVITY
from pipeline.records import COMPOSITION, require_columns

_LEAST_SHOWN = 0.005
_N_SHOWN = 3
"""Changes of one kind that are shown; the JSON holds all of them."""


def as_text(found: Found) -> str:
    """Write what was found of one mixture as text that a chemist reads."""
    if found["problems"]:
        return "\n".join([f"row {found['row']}: not explained", *(f"    {problem}" for problem in found["problems"])])
    adds, judged = found["adds"], found["domain"]
    lines = [
        f"row {found['row']}: {found['mixture']}",
        f"  log₁₀ of the conductivity in S/cm: {_plain(found[CONDUCTIVITY.name])}, "
        f"{100 * found['confidence']:g} % interval {_plain(found['lower'])} to {_plain(found['upper'])}",
        f"  {judged['verdict']}: {judged['reason']}",
        f"  what adds to the mean of {_plain(adds[BASE])}, in decades:",
    ]
    blocks = {block: part for block, part in adds.items() if block != BASE}
    for block, part in sorted(blocks.items(), key=lambda item: -abs(item[1]["total"])):
        lines.append(f"    {_signed(part['total'])}  {block}")
        told = [one for one in part["strongest"] if abs(one["adds"]) >= _LEAST_SHOWN]
        lines += [f"             {_signed(one['adds'])}  {one['words']}" for one in told]
    lines.append("  measured records that the model treats most alike, by the share of its trees that do:")
    lines += [f"    {100 * one['similarity']:.0f} %  {one['measured']}" for one in found["nearest"]]
    lines.append("  with one thing changed, in decades:")
    lines += [f"    {_change_in_words(change)}" for change in _shown(found["changes"])]
    if not found["changes"]:
        lines.append("    nothing that could be changed moves the prediction")
    return "\n".join(lines)


def _shown(changes: list[Found]) -> list[Found]:
    """Return the largest changes of each kind, in the order in which they came."""
    table = pd.DataFrame(changes, columns=["kind"])
    return [change for change, place in zip(changes, table.groupby("kind").cumcount(), strict=True) if place < _N_SHOWN]


def _change_in_words(change: Found) -> str:
    mark = f" (leads to the {change['verdict']} of what was measured)" if change["is_less_known"] else ""
    return f"{_signed(change['difference'])}  {change['words']}{mark}"


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "−")


def _plain(number: float) -> str:
    return _signed(number).removeprefix("+")


def main() -> None:
    """Read the mixtures, explain each, print it."""
    arguments = _arguments()
    table = read_table(arguments.input)
    require_columns(arguments.input, table, COMPOSITION)
    if arguments.row is not None:
        if arguments.row not in table.index:
            raise UserError(f"{arguments.input}: no mixture in row {arguments.row}; the header is row 1")
        table = table.loc[[arguments.row]]
    found = explain_sheet(table, str(arguments.input), load_advisor())
    if arguments.output:
        write_json(arguments.output, found)
    say(json.dumps(found, indent=2, ensure_ascii=False) if arguments.json else "\n\n".join(map(as_text, found)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.explain",
        description="Say why mixtures are predicted to conduct as they do, and what would change it.",
        epilog="The input has the columns of data/raw/lab/examples/mixtures.csv.",
    )
    parser.add_argument("--input", type=Path, required=True, help="CSV with one mixture a row")
    parser.add_argument("--row", type=int, help="explain this row alone, as a spreadsheet numbers it (the header is 1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--output", type=Path, help="JSON to write as well")
    return parser.parse_args()


if __name__ == "__main__":
    run("explain", main)
