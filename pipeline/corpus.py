"""What several stages learn from: the records, how they are described, and what is known of their components."""

from __future__ import annotations

from pipeline.common import layout
from pipeline.common.files import read_csv, read_parquet
from pipeline.learning import Corpus
from pipeline.records import load_vocabulary, read_records


def load_corpus() -> Corpus:
    """Read records, features and components as the stages before wrote them.

    Raises:
        UserError: A file is missing or damaged.
    """
    dictionary = read_csv(layout.FEATURE_DICTIONARY)
    return Corpus(
        read_records(layout.RECORDS),
        read_parquet(layout.FEATURES).drop(columns=["record_id", "work_id"]),
        tuple(dictionary["name"][dictionary["is_used"]]),
        load_vocabulary(layout.COMPONENTS).library,
    )
