"""`dvc` as this project's environment has it: one run at a time, nothing half written before it, all sound after it.

DVC itself stays as it is and is not imported. A command that changes nothing is handed on; for one that changes the
tree this holds the lock on it, mends what a killed run left, and holds every output against its seal, before and after.
"""

from __future__ import annotations

import os
import subprocess
import sys

from pipeline.common import layout, seals
from pipeline.common.atomic import sweep
from pipeline.common.dvc_files import keeping_lock, mend, remove_damaged_objects
from pipeline.common.errors import UserError
from pipeline.common.locks import WITHIN, holding
from pipeline.common.stage import ending, say

_CHANGING = {"repro", "exp", "experiments", "checkout", "co", "commit", "pull", "gc", "remove", "move", "unprotect"}
_WRITTEN = (layout.PROCESSED, layout.LAB, layout.CAMPAIGNS, layout.EXTERNAL)
"""Folders in which this program replaces files."""


def main() -> None:
    """Hand the command line on to DVC."""
    command = [sys.executable, "-m", "dvc", *sys.argv[1:]]
    if not _CHANGING & set(sys.argv[1:]):
        os.execv(sys.executable, command)
    name = f"dvc {' '.join(sys.argv[1:])}"
    with ending(name), holding(layout.RUN_LOCK, name) as lock:
        with holding(layout.STAGE_LOCK, name):  # a stage may go on although its `dvc` was killed
            _clear_up()
        with keeping_lock():
            code = subprocess.run(
                command, env=os.environ | {WITHIN: str(os.getpid())}, pass_fds=(lock.fileno(),), check=False
            ).returncode
        if code == 0:
            _refuse_what_is_broken()
    sys.exit(code)


def _clear_up() -> None:
    """Mend what an earlier run left, and name what has changed since; DVC shall look at that anew."""
    for folder in _WRITTEN:
        sweep(folder)
    mend()
    for stage, path in seals.broken():
        if path.is_file():
            say(f"dvc: {path}: not what `{stage}` wrote; it was changed or damaged since, and is made anew")
            os.utime(path)


def _refuse_what_is_broken() -> None:
    """Stop if an output is not what its stage wrote, though DVC takes it for that.

    Raises:
        UserError: What is broken, and what to do.
    """
    if not (broken := seals.broken()):
        return
    damaged = "".join(f"\n{path}: damaged in DVC's cache; removed from there" for path in remove_damaged_objects())
    listed = "\n".join(f"{path}: not what `{stage}` wrote" for stage, path in broken)
    stages = " ".join(sorted({stage for stage, _ in broken}))
    raise UserError(f"{listed}{damaged}\n`dvc repro --force {stages}` writes it anew")


if __name__ == "__main__":
    main()
