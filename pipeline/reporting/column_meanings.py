"""What each column of a ranking, of a worksheet and of a funnel says: one place for people, spreadsheets and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from pipeline.screening import COLUMNS, COST


@dataclass(frozen=True)
class ColumnMeaning:
    """What one column says.

    Attributes:
        name: The column, as it stands in the file.
        unit: Unit of its numbers; empty for text and for plain numbers.
        meaning: In words.
        number_format: How a spreadsheet shows its numbers, in the code of Excel.
    """

    name: str
    unit: str = ""
    meaning: str = ""
    number_format: str = "General"


def ranking_column(name: str) -> ColumnMeaning:
    """Say what a column of a ranking says; an empty meaning for a column that is not known here."""
    return _RANKING.get(name) or _by_pattern(name) or ColumnMeaning(name)


def worksheet_column(name: str) -> ColumnMeaning:
    """Say what a column of a worksheet of the next experiments says."""
    return _WORKSHEET.get(name) or ranking_column(name)


def funnel_column(name: str) -> ColumnMeaning:
    """Say what a column of the funnel says."""
    return _FUNNEL.get(name) or ColumnMeaning(name)


def column_meanings(names: Iterable[str], describe: Callable[[str], ColumnMeaning] = ranking_column) -> pd.DataFrame:
    """List what columns say.

    Args:
        names: Columns, in order.
        describe: Which table they stand in: `ranking_column`, `worksheet_column` or `funnel_column`.

    Returns:
        A row a column: `column`, `unit`, `meaning`.
    """
    known = [describe(name) for name in names]
    return pd.DataFrame(
        {
            "column": [column.name for column in known],
            "unit": [column.unit for column in known],
            "meaning": [column.meaning for column in known],
        },
        dtype="str",
    )


def _by_name(*columns: ColumnMeaning) -> dict[str, ColumnMeaning]:
    return {column.name: column for column in columns}


_SMALL, _TWO, _LOADING = "0.00E+00", "0.00", "0.0##"
_SHOWN_AS = {COST: "0", "next_best_loading": _LOADING, "next_best_loading_difference": _TWO}
"""Number formats of the columns that `rank` describes itself."""
_INTERVAL_END = "end of the prediction interval of"
_MIXTURE = (
    ColumnMeaning("polymer", "", "host polymer; a blend names its parts and their shares"),
    ColumnMeaning("salt", "", "lithium salt"),
    ColumnMeaning("salt_ratio", "", "amount of salt, in the unit that the next column names; empty where not stated"),
    ColumnMeaning("salt_ratio_unit", "", "how the amount of salt is counted, such as EO:Li"),
    ColumnMeaning("filler", "", "inorganic filler; a mixture names its parts"),
    ColumnMeaning("filler_wt_fraction", "wt fraction", "filler over the whole electrolyte, by mass", _LOADING),
    ColumnMeaning("particle_size_nm", "nm", "size of the filler's particles"),
    ColumnMeaning("architecture", "", "how the filler is arranged, and how the film is built"),
    ColumnMeaning("additive", "", "level of the campaign's axis of additives"),
    ColumnMeaning("additives", "", "what is added beside polymer, salt and filler, joined by semicolons"),
    ColumnMeaning("temperature_C", "°C", "temperature of the predictions"),
)
_RANKING = _by_name(
    ColumnMeaning("rank", "", "place in the campaign's order, from 1"),
    ColumnMeaning("mixture", "", "number of the mixture in the campaign's space, so that it can be found again"),
    *_MIXTURE,
    ColumnMeaning(
        "filler_wt_fraction_from", "wt fraction", "lowest loading that the model cannot tell from this one", _LOADING
    ),
    ColumnMeaning(
        "filler_wt_fraction_to", "wt fraction", "highest loading that the model cannot tell from this one", _LOADING
    ),
    ColumnMeaning("log10_conductivity", "log₁₀ S/cm", "predicted ionic conductivity", _TWO),
    ColumnMeaning("conductivity_S_cm", "S/cm", "predicted ionic conductivity", _SMALL),
    ColumnMeaning("transference_number", "", "predicted lithium transference number, 0 to 1", _TWO),
    ColumnMeaning("stability_window_V", "V", "predicted upper end of the stability window against lithium", _TWO),
    ColumnMeaning("log10_tensile_strength", "log₁₀ MPa", "predicted tensile strength", _TWO),
    ColumnMeaning(
        "verdict",
        "",
        "whether the mixture lies inside, at the edge or outside of what the model of the conductivity knows",
    ),
    ColumnMeaning("domain", "", "why the verdict is what it is"),
    *(ColumnMeaning(name, of["unit"], of["meaning"], _SHOWN_AS.get(name, "General")) for name, of in COLUMNS.items()),
    ColumnMeaning(
        "pareto_rank", "", "front by the predicted values: nothing listed beats front 1 in all goals at once"
    ),
    ColumnMeaning("pareto_rank_pessimistic", "", "front by the lower ends of the intervals"),
    ColumnMeaning("desirability", "", "how well the goals are met together, 0 to 1, by the predicted values", _TWO),
    ColumnMeaning(
        "desirability_pessimistic", "", "how well the goals are met together, 0 to 1, by the lower ends", _TWO
    ),
    ColumnMeaning(
        "probability_of_meeting_all", "", "probability that all limits of the goals are met, errors independent", _TWO
    ),
    ColumnMeaning(
        "probability_of_meeting_all_lowest",
        "",
        "the lowest that it can be, however the errors depend on each other",
        _TWO,
    ),
    ColumnMeaning(
        "probability_of_meeting_all_highest",
        "",
        "the highest that it can be, however the errors depend on each other",
        _TWO,
    ),
    ColumnMeaning("unknown_goals", "", "goals of which nothing is known for this mixture, joined by semicolons"),
)
_WORKSHEET = _by_name(
    ColumnMeaning("status", "", "PENDING: being made, no result yet; DONE: a result stands in the row"),
    ColumnMeaning("filler_amount", "", "filler to weigh in, in the unit that the next column names", _LOADING),
    ColumnMeaning("filler_unit", "", "how the amount of filler is counted"),
    ColumnMeaning("architecture", "", "architecture in the tags in which results are read, joined by semicolons"),
    ColumnMeaning("temperature_C", "°C", "temperature at which to measure"),
    ColumnMeaning("conductivity", "", "to be filled in: measured conductivity, in the unit that the next column names"),
    ColumnMeaning("conductivity_unit", "", "unit of the measured conductivity"),
    ColumnMeaning("transference_number", "", "to be filled in: measured lithium transference number", _TWO),
    ColumnMeaning("stability_window_V", "V", "to be filled in: measured stability window", _TWO),
    ColumnMeaning("tensile_strength_MPa", "MPa", "to be filled in: measured tensile strength"),
    ColumnMeaning("note", "", "to be filled in: anything that a reader should know"),
    ColumnMeaning("way_to_build", "", "how the filler is arranged, and how the film is built, in words"),
    ColumnMeaning("predicted_conductivity_S_cm", "S/cm", "predicted conductivity", _SMALL),
    ColumnMeaning("predicted_conductivity_lower_S_cm", "S/cm", f"lower {_INTERVAL_END} the conductivity", _SMALL),
    ColumnMeaning("predicted_conductivity_upper_S_cm", "S/cm", f"upper {_INTERVAL_END} the conductivity", _SMALL),
    ColumnMeaning("predicted_value", "log₁₀ S/cm", "predicted conductivity", _TWO),
    ColumnMeaning("acquisition_value", "", "worth of making it in this batch, 1 for the first", _TWO),
    ColumnMeaning("expected_improvement", "decades", "expected gain over the best measured mixture", "0.000"),
    ColumnMeaning("predicted_improvement_decades", "decades", "expected gain over the best measured mixture", "0.000"),
    ColumnMeaning("probability_of_beating_best", "", "probability of beating the best measured mixture", _TWO),
    ColumnMeaning(
        "predicted_probability_of_beating_best", "", "probability of beating the best measured mixture", _TWO
    ),
    ColumnMeaning(
        "probability_of_success", "", "probability of passing the batch's threshold; empty without one", _TWO
    ),
    ColumnMeaning(
        "predicted_probability_of_success", "", "probability of passing the batch's threshold; empty without one", _TWO
    ),
    ColumnMeaning("reason", "", "why it is in the batch"),
    ColumnMeaning("campaign", "", "campaign that asked for it"),
)
_FUNNEL = _by_name(
    ColumnMeaning("limit", "", "what a mixture has to keep"),
    ColumnMeaning("mixtures_left", "", "mixtures that keep this limit and all above it", "#,##0"),
    ColumnMeaning("it_alone_would_drop", "", "mixtures that this limit would drop if it were the only one", "#,##0"),
    ColumnMeaning("source", "", "where the limit comes from"),
)


def _by_pattern(name: str) -> ColumnMeaning | None:
    """Say what a column says whose name is put together: a neighbour, an end of an interval, a goal's probability."""
    if found := re.fullmatch(r"nearest_(\d+)(_record_id)?", name):
        said = "measured mixture nearest to this one, by the leaves of the model, with its value and its paper"
        return ColumnMeaning(
            name, "", f"record of number {found[1]} below" if found[2] else f"number {found[1]}: {said}"
        )
    if (found := re.fullmatch(r"(.+)_(lower|upper)", name)) and (of := _RANKING.get(found[1])):
        return ColumnMeaning(name, of.unit, f"{found[2]} {_INTERVAL_END} {found[1]}", of.number_format)
    if found := re.fullmatch(r"probability_(.+)", name):
        return ColumnMeaning(name, "", f"probability that the limit on {found[1]} is met", _TWO)
    return None
