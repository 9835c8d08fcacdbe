"""What is being made: mixtures whose results are not there yet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from features import INPUT_COLUMNS
from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_table
from pipeline.records import RowReader, Vocabulary


def load_pending(path: Path, vocabulary: Vocabulary) -> pd.DataFrame:
    """Read the mixtures that are being made.

    Args:
        path: A CSV with the columns of data/raw/lab/examples/mixtures.csv, a row a mixture, as the worksheet of a batch
            has them; further columns are not read. No file: nothing is being made.
        vocabulary: Resolves the names.

    Returns:
        A row a mixture, with the columns of `features.INPUT_COLUMNS`.

    Raises:
        UserError: Every cell that cannot be read, with row, column and what was expected.
    """
    if not path.is_file():
        return pd.DataFrame(columns=list(INPUT_COLUMNS))
    reader = RowReader(str(path), vocabulary)
    table = read_table(path)
    readings = [reader.read_mixture(int(str(number)), dict(row)) for number, row in table.iterrows()]
    problems: list[Problem] = [problem for reading in readings for problem in reading.problems]
    if problems:
        raise UserError(problems)
    return pd.DataFrame([reading.record for reading in readings], columns=list(INPUT_COLUMNS))
