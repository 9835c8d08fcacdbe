"""How a stage starts, speaks and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.common.errors import UserError, printable

EXIT_USER_ERROR = 2
EXIT_BROKEN_PIPE = 141
"""What a shell says of a program whose reader has left (128 and the number of SIGPIPE)."""


def run(name: str, main: Callable[[], None]) -> None:
    """Run a stage's `main` and end as `ending` does."""
    with ending(name):
        main()


@contextmanager
def ending(name: str) -> Iterator[None]:
    """End the program for a user's mistake in the block with a message and exit code 2, without a traceback.

    Where nobody reads the output any more (`| head`), it ends in silence.

    Args:
        name: The stage's or the command's.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        yield
    except UserError as error:
        said = "\n".join(map(printable, str(error).splitlines()))
        print(f"{name}: stopped; the outputs of the last good run stand.\n{said}", file=sys.stderr, flush=True)
        sys.exit(EXIT_USER_ERROR)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python would complain while ending
        sys.exit(EXIT_BROKEN_PIPE)
    except OSError as error:
        print(f"{name}: stopped: {printable(str(error))}", file=sys.stderr, flush=True)
        sys.exit(EXIT_USER_ERROR)


def say(message: str) -> None:
    """Print one line of progress at once, also when the output is a pipe."""
    print(message, flush=True)


@contextmanager
def progress(name: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show how far a long piece of work is: a bar with the time that is left on a terminal, elsewhere lines alone.

    Args:
        name: The stage's.

    Yields:
        What is called with how much is done, of how much, and a line that says what it was.
    """
    console = Console(highlight=False, markup=False, soft_wrap=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def show(n_done: int, n_all: int, line: str) -> None:
            bar.update(task, completed=n_done, total=n_all)
            console.print(f"{name}:   {line}")
            sys.stdout.flush()

        yield show
