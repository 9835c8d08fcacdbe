"""From printed tables to one table of records: parsing, vocabulary, works, schema, quarantine."""

from pipeline.records.columns import COMPOSITION, CONDUCTIVITY, DOUBTFUL, MEASURED, TEMPERATURE, QuantityColumn
from pipeline.records.gathering import Gathered, gather, require_columns
from pipeline.records.quantities import as_measured, scientific
from pipeline.records.reading import Reading, RowReader
from pipeline.records.schema import as_records
from pipeline.records.vocabulary import Vocabulary, load_vocabulary
from pipeline.records.works import Work, Works, load_works

__all__ = [
    "COMPOSITION",
    "CONDUCTIVITY",
    "DOUBTFUL",
    "MEASURED",
    "TEMPERATURE",
    "Gathered",
    "QuantityColumn",
    "Reading",
    "RowReader",
    "Vocabulary",
    "Work",
    "Works",
    "as_measured",
    "as_records",
    "gather",
    "load_vocabulary",
    "load_works",
    "require_columns",
    "scientific",
]
