"""How a stage starts, speaks and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from pipeline.common.errors import UserError

EXIT_USER_ERROR = 2
EXIT_BROKEN_PIPE = 141
"""What a shell says of a program whose reader has left (128 and the number of SIGPIPE)."""


def run(name: str, main: Callable[[], None]) -> None:
    """Run a stage's `main`; a user's mistake ends it with a message and exit code 2, without a traceback.

    Where nobody reads the output any more (`| head`), it ends in silence.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        main()
    except UserError as error:
        print(f"{name}: stopped; the outputs of the last good run stand.\n{error}", file=sys.stderr, flush=True)
        sys.exit(EXIT_USER_ERROR)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python would complain while ending
        sys.exit(EXIT_BROKEN_PIPE)
    except OSError as error:
        print(f"{name}: stopped: {error}", file=sys.stderr, flush=True)
        sys.exit(EXIT_USER_ERROR)


def say(message: str) -> None:
    """Print one line of progress at once, also when the output is a pipe."""
    print(message, flush=True)
