"""What evidence there is: rows read, kept and in conflict, by source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features import Library
from pipeline.common import layout
from pipeline.records.columns import CONDUCTIVITY
from pipeline.records.constants import PROPERTIES
from pipeline.records.files import raw_files
from pipeline.records.gathering import Gathered, RawFiles, gather
from pipeline.records.samples import conflicts
from pipeline.records.schema import as_records
from pipeline.records.vocabulary import load_vocabulary
from pipeline.records.works import load_works

_STRUCTURES = {"polymers": "psmiles", "salts": "smiles", "fillers": "formula"}


@dataclass(frozen=True)
class Audit:
    """What all raw files hold.

    Attributes:
        by_source: A row a file, as `by_source` counts it.
        totals: Composites, neat phases and works in lines.
        components: What is known of components, as `components` counts it.
    """

    by_source: pd.DataFrame
    totals: list[str]
    components: pd.DataFrame


def audit() -> Audit:
    """Read all raw files anew and count what is in them.

    Raises:
        UserError: A file is missing or damaged.
    """
    files = raw_files()
    vocabulary = load_vocabulary(layout.COMPONENTS)
    gathered = gather(files, vocabulary, load_works(layout.WORKS))
    records = as_records(gathered.records)
    return Audit(by_source(files, gathered, records), totals(records), components(vocabulary.library))


def by_source(files: RawFiles, gathered: Gathered, records: pd.DataFrame) -> pd.DataFrame:
    """Count each file's rows.

    Returns:
        One row a file: rows read, accepted and rejected; records in conflict with another one; records with a
        conductivity and with a stated temperature; works, and first and last year of those that have one.
    """
    in_conflict = set(conflicts(records)["record_id"])
    file_of = _file_of(files, records)
    rows = []
    for name, n_rows in gathered.n_rows.items():
        own = records[file_of == name]
        years = own["year"].dropna()
        rows.append(
            {
                "source": Path(name).stem,
                "rows": n_rows,
                "accepted": n_rows - gathered.n_rejected[name],
                "rejected": gathered.n_rejected[name],
                "in conflict": int(own["record_id"].isin(in_conflict).sum()),
                "with conductivity": int(own[CONDUCTIVITY.lower].notna().sum()),
                "with temperature": int(own["is_temperature_stated"].sum()),
                "works": own["work_id"].nunique(),
                "years": f"{years.min()}-{years.max()}" if len(years) else "",
            }
        )
    return pd.DataFrame(rows)


def totals(records: pd.DataFrame) -> list[str]:
    """Say in lines how much evidence there is on composites and on neat phases, and that no work is counted twice."""
    own = records[records["origin"] != "public"]
    has_polymer, has_filler = own["polymer"] != "", own["filler"] != ""
    composites = own[has_polymer & has_filler]
    neat = {"polymers": own[has_polymer & ~has_filler], "ceramics": own[~has_polymer & has_filler]}
    n_neat = sum(map(len, neat.values()))
    split = split_works(records)
    lines = [
        f"composites: {len(composites)} records from {composites['work_id'].nunique()} works, "
        f"{int(composites[CONDUCTIVITY.lower].notna().sum())} with a conductivity",
        f"neat references: {n_neat} records ("
        + ", ".join(f"{len(part)} {name} from {part['work_id'].nunique()} works" for name, part in neat.items())
        + ")",
        f"works split over two ids: {len(split)}{': ' + '; '.join(split) if split else ''}",
    ]
    if len(public := records[records["origin"] == "public"]):
        lines.append(f"public sets: {len(public)} records from {public['work_id'].nunique()} works")
    return lines


def components(library: Library) -> pd.DataFrame:
    """Count the components of each kind, and those of which a structure, a name variant or a constant is known."""
    rows = []
    for kind, properties in PROPERTIES.items():
        table = getattr(library, kind)
        counts = {
            "structure": sum(bool(row.get(_STRUCTURES.get(kind, ""), "")) for row in table.values()),
            "name variants": sum(bool(row["aliases"]) for row in table.values()),
            **{name: sum(key[0] == kind and key[2] == name for key in library.constants) for name in properties},
        }
        rows += [{"components": kind, "in all": len(table), "known": what, "of": n} for what, n in counts.items() if n]
    return pd.DataFrame(rows)


def split_works(records: pd.DataFrame) -> list[str]:
    """Name the DOIs under which records of two works stand (`load_works` refuses the other ways to double a paper)."""
    known = records[records["doi"] != ""]
    ids = known.groupby(known["doi"].str.casefold())["work_id"].unique()
    return [f"{doi} is {' and '.join(sorted(names))}" for doi, names in ids.items() if len(names) > 1]


def _file_of(files: RawFiles, records: pd.DataFrame) -> pd.Series[str]:
    """Return the file of each record, by its source (a lab's records name their file in their work)."""
    by_source = {path.stem.split("_")[0]: str(path) for path in files.literature}
    by_source |= {f"lab-{path.stem}": str(path) for path in files.lab}
    by_source |= {public_set.name: str(path) for path, public_set in files.public}
    key = records["source"].where(records["origin"] != "lab", records["work_id"])
    return key.map(by_source)
