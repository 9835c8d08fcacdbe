"""MLflow's command line as a child of ours: `python -m pipeline.tracking.child PARENT server ...`.

It ends with the process that started it, and so does all that it started itself.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from pipeline.common.processes import end_with

END_S = 20
"""How long it may take to end in order before it is killed."""


def main() -> None:
    """Do what the command line says, as `mlflow` does."""
    end_with(int(sys.argv.pop(1)), _end_all)
    from mlflow.cli import cli

    cli.main(prog_name="mlflow")


def _end_all() -> None:
    """End the group of this process, which is of our making: it was started as the first of a session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(os.getpgrp(), number)
        time.sleep(END_S)


if __name__ == "__main__":
    main()
