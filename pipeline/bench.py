"""How fast this is on the machine at hand, in one run of less than ten minutes: `make bench`."""

from __future__ import annotations

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.benching.measuring import Measured
from pipeline.benching.processes import import_figures, memory_figures, pipeline_figures
from pipeline.benching.searching import search_figures, subject
from pipeline.benching.table import as_json, as_markdown, machine
from pipeline.benching.training import publishing_figures, tuning_figures
from pipeline.common import layout
from pipeline.common.files import write_json, write_text
from pipeline.common.stage import run, say


def main() -> None:
    """Measure everything, the longest last, and write it down."""
    on, figures = machine(), dict[str, Measured]()
    with threadpool_limits(1):
        say("bench: the exact search against listing")
        figures |= search_figures(subject())
        say("bench: memory and growth, in processes of their own")
        figures |= memory_figures()
        say("bench: tuning and publishing")
        figures |= tuning_figures() | publishing_figures()
    say("bench: imports")
    figures |= import_figures()
    say("bench: the whole pipeline, in a clone")
    figures |= pipeline_figures(figures["import_xgboost_s"])
    write_json(layout.BENCH, as_json(figures, on))
    table = as_markdown(figures, on)
    write_text(layout.BENCH.with_suffix(".md"), f"{table}\n")
    print(table)


if __name__ == "__main__":
    run("bench", main)
