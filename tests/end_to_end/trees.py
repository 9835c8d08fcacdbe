"""A finished run that tests do harm to: what is sound in it, how a stage is made to run again, how it is killed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

STAGES = (
    "ingest",
    "package",
    "featurize",
    "train",
    "backtest",
    "evaluate",
    "rank",
    "stability",
    "advise",
    "check",
    "report",
    "publish",
)
OWN = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "IONSCREEN_"))}
OLDER = b"what an older run wrote\n"
DVC = ".venv/bin/dvc"
SHARED = "IONSCREEN_SHARED_TREE"
"""Names, in the environment, the folder in which runs of the tests that go on side by side share one finished run."""
STORE = "experiments/mlflow"
CONTENTS = Path(__file__).parent / "store_contents.py"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Tree:
    """A checkout with a finished run in it."""

    folder: Path

    @classmethod
    def copy_of(cls, finished: Path, folder: Path) -> Tree:
        shutil.copytree(finished, folder, symlinks=True)
        tree = cls(folder)
        _ = tree.outs, tree.lock, tree.sound, tree.raw
        return tree

    @cached_property
    def outs(self) -> dict[str, list[Path]]:
        """The outputs of each stage, in the folder."""
        stages = yaml.safe_load((self.folder / "dvc.yaml").read_text())["stages"]
        assert tuple(stages) == STAGES
        listed = {name: [*stage.get("outs", ()), *stage.get("metrics", ())] for name, stage in stages.items()}
        return {name: [self.folder / next(iter(out)) for out in outs] for name, outs in listed.items()}

    @cached_property
    def lock(self) -> bytes:
        return (self.folder / "dvc.lock").read_bytes()

    @cached_property
    def sound(self) -> dict[str, bytes]:
        """All files of data/processed that stages wrote."""
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.written()}

    @cached_property
    def raw(self) -> dict[str, str]:
        return self.raw_now()

    def written(self) -> list[Path]:
        return sorted(file for outs in self.outs.values() for out in outs for file in _files(out))

    def raw_now(self) -> dict[str, str]:
        """The hashes of what people write."""
        folders = ("data/raw", "experiments")
        files = [file for folder in folders for file in (self.folder / folder).rglob("*") if file.is_file()]
        own = [file for file in files if not file.is_relative_to(self.folder / STORE)]
        return {str(file): sha256(file) for file in [*own, self.folder / "params.yaml", self.folder / "dvc.yaml"]}

    def make_stale(self, stage: str) -> None:
        """Have a stage's outputs be those of an older run, with other inputs, so that the next run runs it."""
        for out in self.outs[stage]:
            for file in _files(out):
                file.write_bytes(OLDER)
            if out.is_dir():
                (out / "of_an_older_run.txt").write_bytes(OLDER)
        locked = yaml.safe_load(self.lock)
        dependency = locked["stages"][stage]["deps"][0]
        dependency["md5"] = "0" * 32 + (".dir" if dependency["md5"].endswith(".dir") else "")
        (self.folder / "dvc.lock").write_text(yaml.safe_dump(locked, sort_keys=False))

    def restore(self) -> None:
        """Put all outputs back as the undisturbed run left them."""
        for path in self.written():
            path.unlink()
        for name, content in self.sound.items():
            (self.folder / name).write_bytes(content)
        (self.folder / "dvc.lock").write_bytes(self.lock)

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=OWN,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        with self.start(*command) as process:
            said = process.communicate()[0]
        return subprocess.CompletedProcess(command, process.returncode, said)

    def seconds(self, *command: str) -> float:
        began = time.monotonic()
        done = self.run(*command)
        assert done.returncode == 0, done.stdout
        return time.monotonic() - began

    def kill_after(self, seconds: float, *command: str) -> bool:
        """Kill a command with all that it started; returns whether it was still at work."""
        process = self.start(*command)
        with process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            was_at_work = process.poll() is None
            _kill_session(process.pid)
            process.communicate()
        return was_at_work

    def assert_nothing_is_half(self, stage: str) -> None:
        """Each output is the older run's or the new one, a folder as a whole, and nothing else was touched."""
        assert self.raw_now() == self.raw
        for name, outs in self.outs.items():
            for out in outs:
                self._assert_whole(out, may_be_older=name == stage)

    def _assert_whole(self, out: Path, may_be_older: bool) -> None:
        now = {str(file.relative_to(self.folder)): file.read_bytes() for file in _files(out)}
        place = str(out.relative_to(self.folder))
        sound = {name: content for name, content in self.sound.items() if f"{name}/".startswith(f"{place}/")}
        is_older = may_be_older and set(now.values()) == {OLDER}
        assert is_older or now == sound, f"{place} is neither the old nor the new one"

    def assert_sound(self) -> None:
        """All is what an undisturbed run leaves."""
        assert self.raw_now() == self.raw
        assert {str(path.relative_to(self.folder)): path.read_bytes() for path in self.written()} == self.sound
        assert (self.folder / "dvc.lock").read_bytes() == self.lock
        assert list((self.folder / "data").rglob(".*.part")) == []

    def store_contents(self) -> str:
        done = subprocess.run(
            [sys.executable, str(CONTENTS)],
            cwd=self.folder,
            env=OWN | {"PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path] * path.is_file()


def _kill_session(leader: int) -> None:
    """Kill every process of a session, also those that made a group of their own."""
    for _ in range(100):
        running = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        members = [pid for pid in running if _session(pid) == leader]
        if not members:
            return
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _session(pid: int) -> int | None:
    """Return the session of a process that is alive."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[3])
