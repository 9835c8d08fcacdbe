"""Predictions for a list of mixtures: `python -m pipeline.predict --input mixtures.csv --output predictions.csv`."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.advising import predict_sheet
from pipeline.advisory import load_advisor
from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_table, write_csv
from pipeline.common.stage import run, say
from pipeline.learning import MEDIAN, STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER
from pipeline.records import COMPOSITION, require_columns


def main() -> None:
    """Read the mixtures, predict each, write them in the same order."""
    arguments = _arguments()
    if arguments.input.resolve() == arguments.output.resolve():
        raise UserError(f"{arguments.output}: is the input file; name another file for the predictions")
    table = read_table(arguments.input)
    require_columns(arguments.input, table, COMPOSITION)
    if table.empty:
        raise UserError([Problem(str(arguments.input), 0, "", "", "a header without rows; add one row a mixture")])
    advisor = load_advisor()
    predicted = predict_sheet(table, str(arguments.input), advisor)
    write_csv(arguments.output, predicted)
    n_missing = int(predicted["log10_conductivity"].isna().sum())
    say(f"predict: {len(predicted) - n_missing} of {len(predicted)} mixtures predicted: {arguments.output}")
    if n_missing:
        say(f"predict: {n_missing} without a prediction; the column 'problems' says why")
    for target in (TRANSFERENCE_NUMBER, STABILITY_WINDOW, TENSILE_STRENGTH):
        if target.name not in advisor.models:
            say(f"predict: {target.name} is empty in every row: fewer than two works on composites hold a number of it")
        elif (training := advisor.models[target.name][1]["training"])["learner"] == MEDIAN:
            say(f"predict: {target.name} is the median of the record in every row: {training['reason']}")


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
