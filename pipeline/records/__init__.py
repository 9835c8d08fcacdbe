"""From printed tables to one table of records: parsing, vocabulary, works, schema, quarantine."""

from pipeline.records.add import Checked
from pipeline.records.add import check as check_results
from pipeline.records.audit import Audit
from pipeline.records.audit import audit as audit_evidence
from pipeline.records.columns import (
    COMPOSITION,
    CONDUCTIVITY,
    DOUBTFUL,
    FURTHER_COMPOSITION,
    MEASURED,
    PARTICLE_SIZE,
    PREDICTED,
    SALT_RATIOS,
    TEMPERATURE,
    QuantityColumn,
)
from pipeline.records.files import raw_files
from pipeline.records.gathering import Gathered, RawFiles, gather, require_columns
from pipeline.records.headers import refuse_lookalikes
from pipeline.records.meaning import describe_raw_columns
from pipeline.records.obelix import OBELIX
from pipeline.records.polymer_set import POLYMER_SET
from pipeline.records.public import PublicSet
from pipeline.records.quantities import as_measured, scientific
from pipeline.records.reading import Reading, RowReader
from pipeline.records.samples import conflicts, is_believed
from pipeline.records.schema import RECORDS, as_records
from pipeline.records.stored import read_records, write_records
from pipeline.records.vocabulary import Vocabulary, load_vocabulary
from pipeline.records.works import Work, Works, load_works
from pipeline.records.worksheet import blank_worksheet, listed_rows, pending_rows

__all__ = [
    "COMPOSITION",
    "CONDUCTIVITY",
    "DOUBTFUL",
    "FURTHER_COMPOSITION",
    "MEASURED",
    "OBELIX",
    "PARTICLE_SIZE",
    "POLYMER_SET",
    "PREDICTED",
    "RECORDS",
    "SALT_RATIOS",
    "TEMPERATURE",
    "Audit",
    "Checked",
    "Gathered",
    "PublicSet",
    "QuantityColumn",
    "RawFiles",
    "Reading",
    "RowReader",
    "Vocabulary",
    "Work",
    "Works",
    "as_measured",
    "as_records",
    "audit_evidence",
    "blank_worksheet",
    "check_results",
    "conflicts",
    "describe_raw_columns",
    "gather",
    "is_believed",
    "listed_rows",
    "load_vocabulary",
    "load_works",
    "pending_rows",
    "raw_files",
    "read_records",
    "refuse_lookalikes",
    "require_columns",
    "scientific",
    "write_records",
]
