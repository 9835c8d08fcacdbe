"""Brings the public data sets of data/raw/external/sources.yaml to their place, with their hash checked.

python -m pipeline.datasets                   by address, with `dvc import-url`
python -m pipeline.datasets --from FOLDER     copies that lie in a folder
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipeline.common import layout
from pipeline.common.atomic import replacing
from pipeline.common.errors import UserError
from pipeline.common.files import digest
from pipeline.common.settings import Frozen, parse_settings
from pipeline.common.stage import run_stage, say
from pipeline.common.typed import read_yaml


class Source(Frozen):
    """A public data set: where it is, and how to know that it is the one."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name of the file here, without ".csv"."""
    title: str
    address: str = Field(pattern=r"^https?://")
    also_named: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_ ()-]*\.csv$")], ...] = ()
    """Further file names of copies."""
    n_bytes: int
    md5: str
    sha256: str
    licence: str
    citation: str

    @property
    def path(self) -> Path:
        """Where the file is read from."""
        return layout.EXTERNAL / f"{self.name}.csv"

    @property
    def import_path(self) -> Path:
        """Where DVC notes where the file came from."""
        return layout.EXTERNAL / f"{self.name}.csv.dvc"

    @property
    def names(self) -> tuple[str, ...]:
        """File names under which a copy is looked for, in this order."""
        return (self.path.name, *self.also_named)


class Sources(Frozen):
    """All public data sets."""

    sources: list[Source]


def main() -> None:
    """Bring every data set."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.datasets", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="take copies from this folder")
    folder = parser.parse_args().folder
    sources = load_sources(layout.EXTERNAL / "sources.yaml")
    if folder is None:
        for source in sources:
            _import(source)
    else:
        _copy(sources, folder)


def load_sources(path: Path) -> list[Source]:
    """Read the list of public data sets.

    Raises:
        UserError: Every fault of the list at once.
    """
    return parse_settings(path, {"sources": read_yaml(path)}, Sources).sources


def _import(source: Source) -> None:
    command = [sys.executable, "-m", "dvc", "import-url", "--force", source.address, str(source.path)]
    say(f"datasets: {source.name}: {source.address}")
    with _left_as_they_were(source.path, source.import_path, layout.EXTERNAL / ".gitignore"):
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode:
            raise UserError(
                f"{source.name} could not be brought: {(ended.stderr or ended.stdout).strip()}\n"
                f"Without a connection, put a copy into a folder and run `make datasets FROM=folder`."
            )
        if (found := digest(source.path)) != source.sha256:
            raise UserError(
                f"{source.name}: what came from {source.address} is not the recorded file: its SHA-256 is {found}, "
                f"{source.sha256} was expected. It was removed again."
            )
    say(f"datasets: {source.path}: {source.licence}, {source.citation}")


@contextmanager
def _left_as_they_were(*paths: Path) -> Iterator[None]:
    """Put files back as they were if the block fails: DVC removes what it replaces, and edits its .gitignore."""
    before = {path: path.read_bytes() for path in paths if path.exists()}
    try:
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        for path, content in before.items():
            with replacing(path) as temporary:
                temporary.write_bytes(content)
        raise


def _copy(sources: list[Source], folder: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder")
    found = {source.name: _find(source, folder) for source in sources}
    if not any(found.values()):
        names = ", ".join(name for source in sources for name in source.names)
        raise UserError(f"{folder}: none of {names} is there")
    for source in sources:
        copy = found[source.name]
        if copy is None:
            say(f"datasets: {source.name}: no copy in {folder}")
            continue
        with replacing(source.path) as temporary:
            temporary.write_bytes(copy.read_bytes())
        is_recorded = digest(source.path) == source.sha256
        if not is_recorded:
            source.import_path.unlink(missing_ok=True)
        what = "the recorded file" if is_recorded else "a part or another version of the recorded file, used as it is"
        say(f"datasets: {source.path}: from {copy.name}, {what}; {source.licence}, {source.citation}")


def _find(source: Source, folder: Path) -> Path | None:
    return next((folder / name for name in source.names if (folder / name).is_file()), None)


if __name__ == "__main__":
    run_stage("datasets", main)
