"""The formats of what one version of this program writes and another one may read.

Only what is read back has one, and a number goes up when a column or key goes, or means something else than before.
What a stage writes has the number of its stage, which stands in the stage's seal, so that tables count as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.common.errors import UserError

OUTPUTS: Mapping[str, int] = {}
"""By stage, the format of what it writes; `FIRST` where none stands."""
FIRST = 1
CAMPAIGN = 1
"""Of a campaign's file, whose key `format` may say so; one that says nothing is of the first format."""
WRITE_ANEW = "run `dvc repro` to write it anew"


def of_outputs(stage: str) -> int:
    """Return the format of what a stage of this version writes."""
    return OUTPUTS.get(stage, FIRST)


def require_format(path: Path, found: Any, expected: int, remedy: str = WRITE_ANEW) -> None:
    """Refuse what another version wrote in another format.

    Args:
        path: The file.
        found: The number that it holds; None where it holds none.
        expected: The number that this version writes.
        remedy: What to do.

    Raises:
        UserError: Says in one line which format it is, which one is read, and what to do.
    """
    if found == expected and type(found) is int:
        return
    is_newer = type(found) is int and found > expected
    held = "no format, as of an older version" if found is None else f"format {found!r} of another version"
    if is_newer:
        held, remedy = f"format {found} of a newer version", f"`git pull`, or {remedy}"
    raise UserError(f"{path}: {held}; this version reads format {expected}: {remedy}")
