"""`accept`: what the last run read is what the next ones are held against."""

from __future__ import annotations

from pipeline.commands.asking import AsJson
from pipeline.commands.showing import Screen, show_json
from pipeline.common import layout
from pipeline.common.locks import working

EXAMPLES = ("accept",)


def accept(as_json: AsJson = False) -> None:
    """Take the record as it stands for what is expected.

    Writes data/baseline.json, with which the next runs are compared: which polymers, salts and fillers there are,
    between which values, and which record says what. Run it once you have looked at what a trip-wire found and it is
    meant; then `dvc repro` writes the reports without it. The file belongs into git.
    """
    from pipeline.common.files import write_json
    from pipeline.records import read_records
    from pipeline.watching import DriftLimits, drift, read_baseline, summarise

    changes = []
    with working("accept"):
        records = read_records(layout.RECORDS)
        if layout.BASELINE.is_file():
            readings = drift(records, read_baseline(), DriftLimits(0, 0, 0, 0))
            changes = [said for each in readings for said in each.trips]
        write_json(layout.BASELINE, summarise(records).model_dump(mode="json"))
    if as_json:
        show_json({"written": str(layout.BASELINE), "n_records": len(records), "changes": changes})
        return
    screen = Screen()
    screen.say(*changes)
    screen.say(f"accept: {len(records)} records are what is expected from now on: {layout.BASELINE}")
