"""`compare`: what changed from one run to another, and what that did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from pipeline.commands.asking import AsJson
from pipeline.commands.showing import Screen, show_json, table

EXAMPLES = ("compare previous latest",)
_N_RECORDS = 10
_N_DIGITS = 4
_PROVEN: Mapping[bool | None, str] = {True: "proven", False: "not proven", None: ""}
_MOVES = {"risen": "rose", "fallen": "fell", "new": "new", "gone": "gone"}
First = Annotated[
    str, typer.Argument(metavar="RUN", help="a run's id or its beginning, its name, `latest` or `previous`")
]
Second = Annotated[str, typer.Argument(metavar="RUN", help="the run that it is compared with, named likewise")]
Found = Mapping[str, Any]
"""What `compare_runs` returns, as a dictionary."""


def compare(first: First, second: Second, as_json: AsJson = False) -> None:
    """Compare two runs: what changed, and what that did.

    Settings, errors on held-out papers, records, and the first 20 of each campaign. Differences are the second run less
    the first. Runs are those of the MLflow store to which `dvc repro` publishes.
    """
    from pipeline.tracking import compare_runs

    found = compare_runs(first, second).as_dict()
    if as_json:
        show_json(found)
    else:
        _show(found, Screen())


def _show(found: Found, screen: Screen) -> None:
    for place in ("first", "second"):
        run = found[place]
        screen.say(f"{place}: {run['name']} ({run['run_id'][:8]}, {run['experiment']})")
    screen.say("what changed:", *_bullets(found["changes"]))
    _show_params(found["params"], screen)
    screen.say(*_records(found["records"]))
    _show_metrics(found["metrics"], screen)
    for campaign in found["campaigns"]:
        screen.say("", f"{campaign['campaign']}:")
        _show_params(campaign["params"], screen)
        _show_metrics(campaign["metrics"], screen)
        screen.say(*_moves(campaign["moves"]))


def _bullets(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines] or ["  nothing"]


def _show_params(params: Sequence[Found], screen: Screen) -> None:
    rows = [(param["name"], param["first"] or "–", param["second"] or "–") for param in params]
    if rows:
        screen.print(table((), ("setting", "first", "second"), rows))


def _records(records: Found) -> Iterator[str]:
    """Count records that came, went or say something else, and name the first ones."""
    for kind in ("added", "removed", "changed"):
        ids = records[kind]
        more = f" and {len(ids) - _N_RECORDS} more" if len(ids) > _N_RECORDS else ""
        yield f"records {kind}: {len(ids)}{': ' if ids else ''}{', '.join(ids[:_N_RECORDS])}{more}"


def _show_metrics(metrics: Sequence[Found], screen: Screen) -> None:
    """Show the numbers that differ, and those of which it was tested whether they do."""
    told = [one for one in metrics if one["first"] != one["second"] or one["is_proven"] is not None]
    numbers = [
        (_number(one["first"]), _number(one["second"]), _difference(one["difference"]), _PROVEN[one["is_proven"]])
        for one in told
    ]
    rows = [(*row, one["name"]) for row, one in zip(numbers, told, strict=True)]
    if rows:
        screen.print(table(("first", "second", "difference", "by works"), ("number",), rows))
    if n_same := len(metrics) - len(told):
        screen.say(f"the same in both: {n_same} numbers")


def _moves(moves: Found) -> Iterator[str]:
    """Say how many of the first pairs both runs hold, and which moved."""
    yield f"of the {moves['n_top']} first pairs of polymer and filler {moves['overlap']} are in both"
    for kind, verb in _MOVES.items():
        for pair in moves[kind]:
            places = f"{pair['first_rank'] or 'not listed'} → {pair['second_rank'] or 'not listed'}"
            yield f"  {verb}: {pair['polymer']} / {pair['filler']}, {places}"


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:.{_N_DIGITS}g}".replace("-", "−")


def _difference(number: float | None) -> str:
    return "" if number is None else f"{number:+.{_N_DIGITS}g}".replace("-", "−")
