"""How mixtures are asked for at the command line: a sheet, or one mixture by options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.common.errors import Problem, UserError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.records import Vocabulary

Sheet = Annotated[
    Path | None,
    typer.Argument(metavar="SHEET.csv", help="a mixture a row, in the columns of data/raw/lab/examples/mixtures.csv"),
]
Polymer = Annotated[str, typer.Option(metavar="NAME", help="name, repeat unit such as *CCO*, or PEO:0.7 + PVDF:0.3")]
Salt = Annotated[str, typer.Option(metavar="NAME", help="name, or several joined by +")]
SaltRatio = Annotated[str, typer.Option(metavar="NUMBER", help="how much salt, in the unit of --salt-ratio-unit")]
SaltRatioUnit = Annotated[
    str, typer.Option(metavar="UNIT", help="EO:Li, wt%, mol%, M, mol/kg or polymer:salt; EO:Li where left out")
]
Filler = Annotated[str, typer.Option(metavar="NAME", help="name or formula, or several joined by +")]
Loading = Annotated[str, typer.Option(metavar="NUMBER", help="how much filler, in the unit of --loading-unit")]
LoadingUnit = Annotated[
    str, typer.Option(metavar="UNIT", help="wt%, vol%, wt fraction or vol fraction; wt% where left out")
]
ParticleSize = Annotated[str, typer.Option(metavar="NM", help="smallest width of the filler's units in nm")]
Architecture = Annotated[str, typer.Option(metavar="TAGS", help='tags joined by ;, as in "wires;aligned"')]
Additives = Annotated[str, typer.Option(metavar="NAMES", help='names joined by ;, as in "SN;dopamine"')]
Temperature = Annotated[str, typer.Option(metavar="°C", help="a number in °C, or with its unit, or RT")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document and nothing else")]

COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Cells:
    """One mixture as options state it; what is left out is empty."""

    polymer: str
    salt: str
    salt_ratio: str
    salt_ratio_unit: str
    filler: str
    loading: str
    loading_unit: str
    particle_size: str
    architecture: str
    additives: str
    temperature: str

    def by_column(self) -> dict[str, str]:
        """Return the cells under the columns of a sheet, with the units that are usual where none is given."""
        given = {name: getattr(self, option.replace("-", "_")).strip() for name, option in _OPTIONS.items()}
        usual = {"filler_unit": ("filler_amount", "wt%"), "salt_ratio_unit": ("salt_ratio", "EO:Li")}
        for unit, (amount, meant) in usual.items():
            given[unit] = given[unit] or (meant if given[amount] else "")
        return given


_OPTIONS: Mapping[str, str] = {
    "polymer": "polymer",
    "salt": "salt",
    "filler": "filler",
    "filler_amount": "loading",
    "filler_unit": "loading-unit",
    "architecture": "architecture",
    "additives": "additives",
    "temperature_C": "temperature",
    "salt_ratio": "salt-ratio",
    "salt_ratio_unit": "salt-ratio-unit",
    "particle_size_nm": "particle-size",
}
"""The option that states each column of a sheet."""


@dataclass(frozen=True)
class Wanted:
    """Mixtures that something is asked of.

    Attributes:
        name: The sheet, or `COMMAND_LINE`.
        table: A row a mixture, cells as text, by row number.
    """

    name: str
    table: pd.DataFrame

    @property
    def is_typed(self) -> bool:
        """Whether it is one mixture by options."""
        return self.name == COMMAND_LINE

    def refuse_faults(self, vocabulary: Vocabulary) -> None:
        """Refuse options that cannot be read; rows of a sheet are told one by one instead.

        Raises:
            UserError: Every option that is at fault, with what was expected.
        """
        if self.is_typed:
            from pipeline.advising import read_mixtures

            problems = [
                fault for _, reading in read_mixtures(self.table, self.name, vocabulary) for fault in reading.problems
            ]
            if problems:
                raise UserError([_of_option(problem) for problem in problems])


def wanted(sheet: Path | None, cells: Cells) -> Wanted:
    """Return the mixtures that are asked for.

    Raises:
        UserError: Neither a sheet nor a mixture is given, or both are; the sheet cannot be read.
    """
    import pandas as pd

    by_column = cells.by_column()
    is_typed = any(by_column.values())
    if sheet is None and not is_typed:
        raise UserError("name a SHEET.csv, or one mixture by options such as --polymer PEO --salt LiTFSI; see --help")
    if sheet is None:
        return Wanted(COMMAND_LINE, pd.DataFrame([by_column], index=[1], dtype=str))
    if is_typed:
        raise UserError(f"{sheet} and a mixture by options are given; ask for one of the two")
    return Wanted(str(sheet), _read(sheet))


def _read(sheet: Path) -> pd.DataFrame:
    from pipeline.common.formulas import unguarded
    from pipeline.common.typed import read_table
    from pipeline.records import COMPOSITION, FURTHER_COMPOSITION, refuse_lookalikes, require_columns

    table = read_table(sheet).map(unguarded)
    require_columns(sheet, table, COMPOSITION)
    refuse_lookalikes(sheet, table, (*COMPOSITION, *FURTHER_COMPOSITION))
    if table.empty:
        raise UserError([Problem(str(sheet), 0, "", "", "a header without rows; add one row a mixture")])
    return table


def _of_option(problem: Problem) -> Problem:
    return Problem(f"{COMMAND_LINE}, --{_OPTIONS[problem.column]}", 0, "", problem.value, problem.reason)
