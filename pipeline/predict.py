"""Predictions for a list of mixtures: `python -m pipeline.predict --input mixtures.csv --output predictions.csv`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features import Library, featurize, split_mixture
from pipeline.common import layout
from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_table, write_csv
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, MEDIAN, STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER, load_all
from pipeline.records import COMPOSITION, Reading, RowReader, load_vocabulary, require_columns
from pipeline.screening import Models, predictions

_ESSENTIAL = frozenset({"polymer", "filler", "filler_amount", "filler_unit", "temperature_C"})
_PREDICTED = {
    CONDUCTIVITY.name: "log10_conductivity",
    f"{CONDUCTIVITY.name}_lower": "lower",
    f"{CONDUCTIVITY.name}_upper": "upper",
    TRANSFERENCE_NUMBER.name: "transference_number",
    STABILITY_WINDOW.name: "stability_window_V",
}
_STRENGTH = "tensile_strength_MPa"


def main() -> None:
    """Read the mixtures, predict each, write them in the same order."""
    arguments = _arguments()
    if arguments.input.resolve() == arguments.output.resolve():
        raise UserError(f"{arguments.output}: is the input file; name another file for the predictions")
    table = read_table(arguments.input)
    require_columns(arguments.input, table, COMPOSITION)
    if table.empty:
        raise UserError([Problem(str(arguments.input), 0, "", "", "a header without rows; add one row a mixture")])
    models = load_all(layout.MODELS)
    predicted = predict(table, str(arguments.input), models)
    write_csv(arguments.output, predicted)
    n_missing = int(predicted["log10_conductivity"].isna().sum())
    say(f"predict: {len(predicted) - n_missing} of {len(predicted)} mixtures predicted: {arguments.output}")
    if n_missing:
        say(f"predict: {n_missing} without a prediction; the column 'problems' says why")
    for target in (TRANSFERENCE_NUMBER, STABILITY_WINDOW, TENSILE_STRENGTH):
        if target.name not in models:
            say(f"predict: {target.name} is empty in every row: fewer than two works on composites hold a number of it")
        elif (training := models[target.name][1]["training"])["learner"] == MEDIAN:
            say(f"predict: {target.name} is the median of the record in every row: {training['reason']}")


def predict(table: pd.DataFrame, name: str, models: Models) -> pd.DataFrame:
    """Predict every row of a table of mixtures.

    Args:
        table: n rows of text with at least the columns of `COMPOSITION`.
        name: The file's name, for messages.
        models: Ensembles and manifests by target.

    Returns:
        n rows in the same order: the columns that came in, then `log10_conductivity` with `lower` and `upper` (S/cm,
        log₁₀), `transference_number`, `stability_window_V`, `tensile_strength_MPa`, `flags` and `problems`. A
        column that came in under the name of a prediction is called `given_<name>`. What nothing predicts is NaN.
    """
    vocabulary = load_vocabulary(layout.COMPONENTS)
    reader = RowReader(name, vocabulary)
    readings = [reader.read_mixture(int(str(number)), dict(row)) for number, row in table.iterrows()]
    rows = [_predicted_row(reading) for reading in readings]
    sound = [position for position, reading in enumerate(readings) if _can_be_predicted(reading)]
    if sound:
        mixtures = pd.DataFrame([readings[position].record for position in sound])
        found = predictions(mixtures, featurize(mixtures, vocabulary.library), models, vocabulary.library).to_dict(
            "records"
        )
        for position, prediction in zip(sound, found, strict=True):
            rows[position] |= {shown: round(prediction.get(key, np.nan), 4) for key, shown in _PREDICTED.items()}
            rows[position][_STRENGTH] = round(10 ** prediction.get(TENSILE_STRENGTH.name, np.nan), 2)
            rows[position]["flags"] = _flags(readings[position], prediction, vocabulary.library)
    results = pd.DataFrame(rows, index=table.index)
    given = table.rename(columns={name: f"given_{name}" for name in results.columns})
    return pd.concat([given, results], axis=1)


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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.predict",
        description="Predict the properties of a list of mixtures.",
        epilog="The input has the columns of data/raw/lab/examples/mixtures.csv; a polymer is a name or a repeat unit "
        "such as *CCO*, a filler a name or a formula.",
    )
    parser.add_argument("--input", type=Path, required=True, help="CSV with one mixture a row")
    parser.add_argument("--output", type=Path, required=True, help="CSV to write")
    return parser.parse_args()


if __name__ == "__main__":
    run("predict", main)
