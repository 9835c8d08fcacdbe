"""The program `python -m pipeline` and its commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from pipeline.commands import accept, add, audit, compare, explain, nearest, predict, rank
from pipeline.common.errors import UserError
from pipeline.common.stage import ending

NAME = "python -m pipeline"
_COMMANDS = (
    (predict.predict, predict.EXAMPLES),
    (explain.explain, explain.EXAMPLES),
    (nearest.nearest, nearest.EXAMPLES),
    (rank.rank, rank.EXAMPLES),
    (add.add, add.EXAMPLES),
    (audit.audit, audit.EXAMPLES),
    (accept.accept, accept.EXAMPLES),
    (compare.compare, compare.EXAMPLES),
)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_EXIT_CODES = """\b
Exit codes:
  0    done
  1    done, but incomplete: a mixture could not be predicted, nothing keeps
       the limits, a raw row is rejected
  2    wrong input, said on stderr; nothing was written
  75   another process is at work here; nothing was done
  141  whoever read the output has left"""


class Command(TyperCommand):
    """A command that ends as a stage does: a user's mistake with exit code 2, a reader that left with 141."""

    def make_context(self, *given: Any, **named: Any) -> Any:
        """Read the command line, which may ask for help and nothing else."""
        with ending(self.name or NAME):
            return super().make_context(*given, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with ending(self.name or NAME):
            return super().invoke(ctx)


class Commands(TyperGroup):
    """All commands under one name."""

    def make_context(self, info_name: str | None, args: list[str], *given: Any, **named: Any) -> Any:
        """Read the command line up to the command's name."""
        with ending(NAME):
            _refuse_what_is_no_text(args)
            return super().make_context(info_name, args, *given, **named)


def program() -> typer.Typer:
    """Return the program with all of its commands."""
    made = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    examples = [rank.EXAMPLES[0], *predict.EXAMPLES]
    made.callback(invoke_without_command=True, epilog=f"{_EXIT_CODES}\n\n{_listed(examples)}")(_about)
    for command, examples_of_it in _COMMANDS:
        made.command(cls=Command, epilog=_listed(examples_of_it))(command)
    return made


def _refuse_what_is_no_text(arguments: Sequence[str]) -> None:
    """Refuse bytes that are no UTF-8, which Python hands on as halves of characters that no file and no table holds."""
    for text in arguments:
        if _NO_TEXT.search(text):
            raise UserError(f"{text[:80]!r}: is not UTF-8 text; type it anew, or rename the file")


def _listed(examples: Sequence[str]) -> str:
    """Write examples as the end of a help text, each on a line that is not broken."""
    return "\n".join(["\b", "Examples:", *(f"  {NAME} {example}" for example in examples)])


def _about(asked: typer.Context) -> None:
    """Predict, explain and rank composite solid electrolytes; add what was measured.

    Every command runs in the root of the repository, on what the last `make screen` or `dvc repro` left there. Each
    has a --help with examples.
    """
    if asked.invoked_subcommand is None:
        typer.echo(asked.get_help())
