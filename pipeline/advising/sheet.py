"""What is said of every mixture of a sheet that a person wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pandas as pd

from features import Library, split_mixture
from pipeline.advising.advisor import Advisor
from pipeline.advising.explaining import Found, explain
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER
from pipeline.records import Reading, RowReader, Vocabulary

_ESSENTIAL = frozenset({"polymer", "filler", "filler_amount", "filler_unit", "temperature_C"})
_PREDICTED = {
    CONDUCTIVITY.name: "log10_conductivity",
    f"{CONDUCTIVITY.name}_lower": "lower",
    f"{CONDUCTIVITY.name}_upper": "upper",
    TRANSFERENCE_NUMBER.name: "transference_number",
    STABILITY_WINDOW.name: "stability_window_V",
}
_STRENGTH = "tensile_strength_MPa"


def read_mixtures(table: pd.DataFrame, name: str, vocabulary: Vocabulary) -> Iterator[tuple[int, Reading]]:
    """Read every row of a sheet as a mixture.

    Args:
        table: n rows of text with at least the columns of `COMPOSITION`, by row number.
        name: The file's name, for messages.
        vocabulary: Resolves the names.
    """
    reader = RowReader(name, vocabulary)
    for number, row in table.iterrows():
        yield int(str(number)), reader.read_mixture(int(str(number)), dict(row))


def explain_sheet(table: pd.DataFrame, name: str, advisor: Advisor) -> list[Found]:
    """Explain every row of a sheet.

    Returns:
        For each row `row`, `problems` in words and, where there are none, what `explain` returns.
    """
    found: list[Found] = []
    for number, reading in read_mixtures(table, name, advisor.vocabulary):
        problems = [f"{problem.column}: {problem.reason}" for problem in reading.problems]
        explained = {} if problems else explain(advisor, reading.record)
        found.append({"row": number, "problems": problems, **explained})
    return found


def predict_sheet(table: pd.DataFrame, name: str, advisor: Advisor) -> pd.DataFrame:
    """Predict every row of a table of mixtures.

    Args:
        table: n rows of text with at least the columns of `COMPOSITION`.
        name: The file's name, for messages.
        advisor: Predicts.

    Returns:
        n rows in the same order: the columns that came in, then `log10_conductivity` with `lower` and `upper` (S/cm,
        log₁₀), `transference_number`, `stability_window_V`, `tensile_strength_MPa`, `flags` and `problems`. A
        column that came in under the name of a prediction is called `given_<name>`. What nothing predicts is NaN.
    """
    readings = [reading for _, reading in read_mixtures(table, name, advisor.vocabulary)]
    rows = [_predicted_row(reading) for reading in readings]
    sound = [position for position, reading in enumerate(readings) if _can_be_predicted(reading)]
    if sound:
        mixtures = pd.DataFrame([readings[position].record for position in sound])
        found = advisor.predict(mixtures).to_dict("records")
        for position, prediction in zip(sound, found, strict=True):
            rows[position] |= {shown: round(prediction.get(key, np.nan), 4) for key, shown in _PREDICTED.items()}
            rows[position][_STRENGTH] = round(10 ** prediction.get(TENSILE_STRENGTH.name, np.nan), 2)
            rows[position]["flags"] = _flags(readings[position], prediction, advisor.library)
    results = pd.DataFrame(rows, index=table.index)
    return pd.concat([table.rename(columns=_given_names(table.columns, results.columns)), results], axis=1)


def _given_names(given: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Return another name for each column that came in under a name that is taken, so that no name stands twice."""
    names: dict[str, str] = {}
    for column in given:
        name = column
        while name in taken or (name != column and name in {*given, *names.values()}):
            name = f"given_{name}"
        names[column] = name
    return names


def _predicted_row(reading: Reading) -> dict[str, Any]:
    """Return a row without predictions yet, with the row's faults in words."""
    empty = dict.fromkeys([*_PREDICTED.values(), _STRENGTH], np.nan)
    problems = "; ".join(f"{problem.column}: {problem.reason}" for problem in reading.problems)
    return {**empty, "flags": "", "problems": problems}


def _can_be_predicted(reading: Reading) -> bool:
    return not _ESSENTIAL & {problem.column for problem in reading.problems}


def _flags(reading: Reading, prediction: dict[Any, Any], library: Library) -> str:
    record: dict[str, Any] = reading.record
    flags = [prediction["domain"]]
    if not record["is_temperature_stated"]:
        flags.append("temperature not given")
    if record["filler"] and not any(np.isfinite(record[f"filler_{kind}_fraction"]) for kind in ("wt", "vol")):
        flags.append("loading not given as one number")
    flags += [
        f"structure of {name} not defined"
        for name, _ in split_mixture(record["polymer"])
        if "*" not in name and not library.polymers[name]["psmiles"]
    ]
    flags += [
        f"formula of {name} not defined"
        for name, _ in split_mixture(record["filler"])
        if name in library.fillers and not library.fillers[name]["formula"]
    ]
    flags += [f"predicted without the {problem.column} {problem.value}" for problem in reading.problems]
    return "; ".join(flags)
