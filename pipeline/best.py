"""Prints the ten best of every campaign and where the reports are."""

from __future__ import annotations

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_gapped_csv, read_json
from pipeline.common.stage import run, say
from pipeline.records import scientific
from pipeline.screening import TEXT_COLUMNS

_N_BEST = 10


def main() -> None:
    """Print from the rankings as they stand."""
    rankings = sorted(layout.RANKINGS.glob("*.csv"))
    if not rankings:
        raise UserError(f"{layout.RANKINGS}: no rankings; run `dvc repro` first")
    for path in rankings:
        asked = read_json(path.with_suffix(".json"))
        best = read_gapped_csv(path, TEXT_COLUMNS).head(_N_BEST)
        say(f"\n{path.stem}: {asked['question']}")
        say(f"the {len(best)} best at {asked['temperature_C']:g} °C of {asked['n_candidates']:,} combinations, S/cm:")
        for _, row in best.iterrows():
            say(
                f"{row['rank']:>4}  {scientific(row['conductivity_S_cm'])}  "
                f"({scientific(10 ** row['log10_conductivity_lower'])} to "
                f"{scientific(10 ** row['log10_conductivity_upper'])})  {row['polymer']} / {row['filler']}, "
                f"{row['architecture']}, {row['salt']}; {row['domain']}"
            )
        say(f"report: {layout.REPORTS / path.stem / 'index.html'}")


if __name__ == "__main__":
    run("best", main)
