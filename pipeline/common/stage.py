"""How a stage starts, speaks and ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.common import layout, seals
from pipeline.common.atomic import sweep
from pipeline.common.errors import UserError, printable
from pipeline.common.locks import BusyError, working

EXIT_USER_ERROR = 2
EXIT_BUSY = 75
"""Another process is at work here: to be tried again later (EX_TEMPFAIL of sysexits.h)."""
EXIT_INTERRUPTED = 130
"""What a shell says of a program that was interrupted (128 and the number of SIGINT)."""
EXIT_BROKEN_PIPE = 141
"""What a shell says of a program whose reader has left (128 and the number of SIGPIPE)."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM_SAID = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "database or disk is full")


def run(name: str, main: Callable[[], None]) -> None:
    """Run a program's `main` and end as `ending` does."""
    with ending(name):
        main()


def run_stage(name: str, main: Callable[[], None], writes: Iterable[Path] = ()) -> None:
    """Run the `main` of what changes the tree, alone, clear away what was left half written, and seal the outputs.

    Args:
        name: The stage's or the program's.
        main: What it does.
        writes: The files and folders that it writes into data/processed.
    """
    with ending(name), working(name):
        sweep(layout.PROCESSED)
        main()
        if written := tuple(writes):
            seals.seal(name, written)


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
    except BusyError as error:
        print(f"{name}: {printable(str(error))}", file=sys.stderr, flush=True)
        sys.exit(EXIT_BUSY)
    except UserError as error:
        said = "\n".join(map(printable, str(error).splitlines()))
        print(f"{name}: stopped; the outputs of the last good run stand.\n{said}", file=sys.stderr, flush=True)
        sys.exit(EXIT_USER_ERROR)
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr, flush=True)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python would complain while ending
        sys.exit(EXIT_BROKEN_PIPE)
    except Exception as error:
        if not (isinstance(error, OSError) or _is_without_room(error)):
            raise
        print(f"{name}: stopped: {_told(error)}", file=sys.stderr, flush=True)
        sys.exit(EXIT_USER_ERROR)


def _told(error: Exception) -> str:
    if not _is_without_room(error):
        return printable(str(error))
    return (
        f"no room on the disk ({printable(str(error))[:200]}); make some and run again: the inputs and the outputs of "
        "the last good run stand"
    )


def _is_without_room(error: BaseException | None) -> bool:
    """Return whether a full disk is behind an error; drivers say so in words alone."""
    while error is not None:
        if getattr(error, "errno", None) in _NO_ROOM or any(said in str(error) for said in _NO_ROOM_SAID):
            return True
        error = error.__cause__ or error.__context__
    return False


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
