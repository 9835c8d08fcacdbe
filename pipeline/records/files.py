"""Which raw files there are."""

from __future__ import annotations

from pipeline.common import layout
from pipeline.records.gathering import RawFiles
from pipeline.records.obelix import OBELIX
from pipeline.records.polymer_set import POLYMER_SET

PUBLIC_SETS = (OBELIX, POLYMER_SET)


def raw_files() -> RawFiles:
    """Return the files to read: all CSVs of results of the literature and the lab, and public sets."""
    in_lab = (path for path in layout.LAB.glob("*") if path.is_file() and path.suffix.lower() == ".csv")
    return RawFiles(
        literature=tuple(sorted(path for path in layout.LITERATURE.glob("*.csv") if path != layout.WORKS)),
        lab=tuple(sorted(path for path in in_lab if path not in (layout.INVENTORY, layout.PENDING))),
        public=tuple(
            (path, known) for known in PUBLIC_SETS if (path := layout.EXTERNAL / f"{known.name}.csv").exists()
        ),
    )
