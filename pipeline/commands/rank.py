"""`rank`: the best mixtures of a campaign, as it stands or with a few things changed, without running the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands.asking import AsJson
from pipeline.commands.changing import Changes
from pipeline.commands.showing import Screen, as_found, show_json, table
from pipeline.common.errors import UserError
from pipeline.common.names import refuse_folder

if TYPE_CHECKING:
    from pipeline.commands.campaigns import Chosen, Ranked

EXAMPLES = (
    "rank",
    "rank sulfide_based --temperature 60 --without Ge --n 5",
    "rank --last --n 3",
)
_SYMBOL = "SYMBOL"
Campaign = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="a name in experiments/, or the path of a YAML file")]
Number = Annotated[int, typer.Option("--n", min=1, help="mixtures that are shown")]
Last = Annotated[bool, typer.Option("--last", help="show what the last `dvc repro` ranked, and rank nothing")]
Temperature = Annotated[float | None, typer.Option(metavar="°C", help="temperature at which mixtures are compared")]
Without = Annotated[list[str] | None, typer.Option(metavar=_SYMBOL, help="element to exclude; may be repeated")]
WithoutProcessing = Annotated[
    list[str] | None, typer.Option(metavar="TAG", help="architecture tag to exclude; may be repeated")
]
WithoutCritical = Annotated[bool, typer.Option("--without-critical", help="exclude critical raw materials of the EU")]
OnlyStock = Annotated[bool, typer.Option("--only-stock", help="only what data/raw/lab/inventory.csv lists")]
OnlyKnown = Annotated[bool, typer.Option("--only-known", help="only polymers and fillers that were measured")]
AgainstLithium = Annotated[bool, typer.Option("--against-lithium", help="only what lithium metal does not reduce")]
Cathode = Annotated[float | None, typer.Option(metavar="V", help="voltage of the cathode that the polymer has to bear")]
Window = Annotated[float | None, typer.Option(metavar="V", help="least predicted stability window")]
FillerCost = Annotated[float | None, typer.Option(metavar="USD/kg", help="most that a filler's elements may cost")]
Asked = Annotated[str | None, typer.Option(metavar="WORDS", help="the question in words, as reports print it")]
Output = Annotated[Path | None, typer.Option(metavar="FOLDER", help="writes ranking.csv and worksheet.csv there")]
Save = Annotated[str | None, typer.Option(metavar="NAME", help="keeps the campaign as experiments/NAME.yaml")]


def rank(
    campaign: Campaign = "",
    number: Number = 10,
    temperature: Temperature = None,
    without: Without = None,
    without_processing: WithoutProcessing = None,
    without_critical: WithoutCritical = False,
    only_stock: OnlyStock = False,
    only_known: OnlyKnown = False,
    against_lithium: AgainstLithium = False,
    cathode: Cathode = None,
    window: Window = None,
    filler_cost: FillerCost = None,
    question: Asked = None,
    output: Output = None,
    save: Save = None,
    last: Last = False,
    as_json: AsJson = False,
) -> None:
    """Rank a campaign now; without a name, list the campaigns.

    Its file in experiments/ stays as it is; what options change counts for this ranking alone, unless --save keeps it.
    The order is exact for the model, as that of `dvc repro` is. Where nothing keeps the limits the exit code is 1.
    """
    from pipeline.commands.campaigns import chosen, free_place

    switched = {
        "exclude_critical_elements": without_critical,
        "only_inventory": only_stock,
        "require_known_components": only_known,
        "stable_against_lithium_metal": against_lithium,
        "cathode_voltage_V": cathode,
        "min_stability_window_V": window,
        "max_filler_element_cost_USD_kg": filler_cost,
    }
    limits = {key: value for key, value in switched.items() if value not in (None, False)}
    changes = Changes(question, temperature, tuple(without or ()), tuple(without_processing or ()), limits)
    is_as_it_stands = not (changes.in_words() or question is not None or output or save is not None)
    if (last or not campaign) and not is_as_it_stands:
        raise UserError("options that change, write or save a ranking need a CAMPAIGN and no --last; see rank --help")
    if last:
        _tell_last(campaign, number, as_json)
    elif not campaign:
        _list(as_json)
    else:
        place = None if save is None else free_place(save)
        if output is not None:
            refuse_folder(output)
        _rank(chosen(campaign, changes), number, output, place, as_json)


def _rank(asked: Chosen, number: int, output: Path | None, place: Path | None, as_json: bool) -> None:
    from pipeline.commands.campaigns import ranked

    found = ranked(asked)
    written = [] if output is None else found.write(output)
    if place is not None:
        asked.save(place)
        written.append(place)
    _tell([found], number, as_json, written)
    if found.ranking.empty:
        raise typer.Exit(1)


def _tell_last(campaign: str, number: int, as_json: bool) -> None:
    """Show what the last run ranked, and what its trip-wires say of it."""
    from pipeline.commands.campaigns import last_rankings

    _tell(last_rankings(campaign), number, as_json)


def _list(as_json: bool) -> None:
    from pipeline.commands.campaigns import listed_campaigns

    campaigns = listed_campaigns()
    if as_json:
        show_json({"campaigns": campaigns})
        return
    screen = Screen()
    rows = [(f"{one['n_mixtures']:,}", f"{one['temperature_C']:g}", one["name"], one["question"]) for one in campaigns]
    screen.print(table(("mixtures", "°C"), ("campaign", "question"), rows))


def _tell(found: list[Ranked], number: int, as_json: bool, written: list[Path] | None = None) -> None:
    """Show what was ranked by one run, and what its trip-wires say of it."""
    files, red = [str(path) for path in written or ()], found[0].tripped
    if as_json:
        campaigns = [one.as_dict(number) for one in found]
        show_json({"campaigns": campaigns, "written": files, "trip_wires": as_found(red)})
        return
    screen = Screen()
    for one in found:
        _show(one, number, screen)
    screen.say(*(f"rank: wrote {path}" for path in files))
    screen.say_red("these rankings", red)


def _show(found: Ranked, number: int, screen: Screen) -> None:
    facts, best = found.facts, found.ranking.head(number)
    screen.say(f"{found.name}: {facts['question']}")
    if best.empty:
        screen.say(f"none of {facts['n_candidates']:,} mixtures keeps the limits:")
        gates = [(f"{gate['n_left']:,}", gate["name"], gate["reason"]) for gate in facts["funnel"]]
        screen.print(table(("left",), ("limit", "what falls"), gates))
        return
    degrees, n_left = facts["temperature_C"], facts["funnel"][-1]["n_left"]
    screen.say(
        f"the {len(best)} best at {degrees:g} °C of {facts['n_candidates']:,} mixtures, {n_left:,} within the limits"
    )
    rows = [_row(row) for row in best.to_dict("records")]
    screen.print(table(("rank", "S/cm", "interval"), ("mixture", "known"), rows))
    if found.report:
        screen.say(f"report: {found.report}")
    screen.say("")


def _row(row: dict[Any, Any]) -> tuple[str, ...]:
    from pipeline.records import scientific

    lower, upper = (scientific(10 ** row[f"log10_conductivity_{end}"]) for end in ("lower", "upper"))
    ratio = "" if not row["salt_ratio_unit"] else f" {row['salt_ratio_unit']} {row['salt_ratio']:g}"
    additive = "" if row["additive"] == "none" else row["additive"]
    phases = f"{row['polymer']} / {row['filler']} {100 * row['filler_wt_fraction']:.4g} wt%"
    mixture = ", ".join(filter(None, (phases, row["architecture"], f"{row['salt']}{ratio}", additive)))
    return f"{row['rank']:.0f}", scientific(row["conductivity_S_cm"]), f"{lower} to {upper}", mixture, row["verdict"]
