"""What is being made: mixtures whose results are not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from features import INPUT_COLUMNS
from pipeline.common.errors import Problem, UserError
from pipeline.records import Vocabulary, listed_rows, pending_rows


def load_pending(path: Path, vocabulary: Vocabulary, lab: Sequence[Path] = ()) -> pd.DataFrame:
    """Read the mixtures that are being made.

    Args:
        path: A CSV with the columns of data/raw/lab/examples/mixtures.csv, a row a mixture; further columns are not
            read. No file: nothing stands there.
        vocabulary: Resolves the names.
        lab: Files of the lab's results; their rows of the status PENDING count as well.

    Returns:
        A row a mixture, each once, with the columns of `features.INPUT_COLUMNS`.

    Raises:
        UserError: Every cell that cannot be read, with row, column and what was expected.
    """
    listed = listed_rows(path, vocabulary) if path.is_file() else []
    readings = [*listed, *(reading for sheet in lab for reading in pending_rows(sheet, vocabulary))]
    problems: list[Problem] = [problem for reading in readings for problem in reading.problems]
    if problems:
        raise UserError(problems)
    made = pd.DataFrame([reading.record for reading in readings], columns=list(INPUT_COLUMNS))
    return made.drop_duplicates(ignore_index=True)
