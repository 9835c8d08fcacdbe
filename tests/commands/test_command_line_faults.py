"""Whatever is typed at the command line, it is done, or refused with exit code 2, and nothing is written elsewhere."""

import shutil
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import advisory
from pipeline.advising import Advisor
from pipeline.commands import campaigns
from pipeline.commands.program import NAME, program
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.stage import EXIT_USER_ERROR
from pipeline.common.typed import parse_yaml
from pipeline.records import add
from pipeline.screening.campaign_files import resolve_campaign
from tests.hostile import EVERY, NUMBERS, again_if_slow, any_text, fragments, mutated, refused_at_most

ROOT = Path(__file__).parents[2]
PATHS = (
    *(
        "out.csv",
        "../x.csv",
        "../../../x.csv",
        "a/b/c.csv",
        "",
        ".",
        "..",
        "experiments",
        "data/raw/lab/march.csv",
        "CON",
    ),
    *(
        "data/raw/lab/../lab/own.csv",
        "x" * 300,
        "x/" * 200,
        "nul.csv",
        "a\0b",
        "\ud800",
        "link.csv",
        "é.csv",
        "a b",
        "-x",
    ),
    *("data/raw", "mixtures.csv", "./mixtures.csv", "experiments/x.yaml", "～", "COM1", "x.csv\n", "a;b", "$(x)", "*"),
)
MIXTURE = (
    "polymer",
    "salt",
    "salt-ratio",
    "filler",
    "loading",
    "loading-unit",
    "architecture",
    "additives",
    "temperature",
)
CHANGES = ("temperature", "without", "without-processing", "cathode", "window", "filler-cost", "question", "n")
FLAGS = (
    "--json",
    "--last",
    "--only-known",
    "--without-critical",
    "--details",
    "--help",
    "--check",
    "--only-stock",
    "--",
    "-h",
)
SOUND = (
    *("PEO", "LiTFSI", "LLZTO", "10", "16", "wt%", "wires;aligned", "SN", "60", "Ge", "4.3", "electrospun", "*CCO*"),
    *NUMBERS,
)
CELLS = (
    "polymer=PEO",
    "conductivity=1e-4",
    "conductivity_unit=S/cm",
    "temperature_C=60",
    "note=x",
    "filler=LLZTO",
    "status=DONE",
)

values = st.one_of(st.sampled_from(SOUND), mutated(SOUND), fragments)
paths = st.one_of(st.sampled_from(PATHS), mutated(tuple(path for path in PATHS if path)))


def options(names, values):
    return st.lists(st.tuples(st.sampled_from(names), values).map(lambda pair: [f"--{pair[0]}", pair[1]]), max_size=3)


def one(strategy):
    return strategy.map(lambda text: [text])


ARGUMENTS = {
    "predict": [options(MIXTURE, values), options(("output",), paths), one(paths)],
    "explain": [options(MIXTURE, values), options(("output",), paths), options(("row",), values)],
    "nearest": [options(MIXTURE, values), options(("n",), values)],
    "rank": [
        one(st.sampled_from(("room_temperature", "gone", *PATHS))),
        options(CHANGES, values),
        options(("save", "output"), paths),
    ],
    "add": [one(mutated(CELLS)), one(mutated(CELLS)), options(("to",), paths), one(paths)],
    "audit": [one(any_text)],
    "compare": [],
}


@st.composite
def command_lines(draw):
    name = draw(st.sampled_from((*ARGUMENTS, *ARGUMENTS, "gone", "")))
    parts = [name] * bool(name)
    for strategy in ARGUMENTS.get(name, [one(fragments)]):
        if draw(st.integers(0, 3)):
            given = draw(strategy)
            parts += [text for part in given for text in ([part] if isinstance(part, str) else part)]
    parts += draw(st.lists(st.sampled_from(FLAGS), max_size=1))
    return parts if name != "audit" else [*parts, "x"]  # without arguments it reads all raw files, and takes none


def resolved(asked, vocabulary):
    """What ranking begins with: the rest depends on no argument."""
    resolve_campaign(asked.path, parse_yaml(asked.path, asked.content), vocabulary)
    raise UserError("as far as arguments matter")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, advisor, vocabulary, works):
    """A repository with one sheet, one file of results and one link that leads out of it."""
    root = tmp_path_factory.mktemp("outer") / "a" / "b" / "c"
    for name in (layout.CAMPAIGNS / "room_temperature.yaml", layout.LAB / "examples/mixtures.csv"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    shutil.copy(ROOT / layout.LAB / "examples/mixtures.csv", root / "mixtures.csv")
    shutil.copy(ROOT / layout.LAB / "examples/results.csv", root / layout.LAB / "march.csv")
    (root.parent / "outside.csv").write_text("a,b\n")
    (root / layout.LAB / "linked.csv").symlink_to(root.parent / "outside.csv")
    (root / "march.csv").write_text("a file, and no folder")
    (root / "link.csv").symlink_to(root / layout.LAB / "march.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(typer.testing, "_get_command", lambda _: COMMAND)  # else each of thousands builds it anew
        told = Advisor(advisor.models, advisor.vocabulary, advisor.records.assign(doi=""))
        patch.setattr(advisory, "load_advisor", lambda: (told, ()))
        patch.setattr(campaigns, "ranked", lambda asked: resolved(asked, vocabulary))
        patch.setattr(add, "load_vocabulary", lambda _: vocabulary)
        patch.setattr(add, "load_works", lambda _: works)
        yield root


def held(folder):
    """Every file, in the folder and around it."""
    return {path: path.read_bytes() for path in folder.parents[2].rglob("*") if path.is_file()}


def cleared(folder, before):
    """Take away what was written, so that the next example finds the same."""
    for path in sorted(folder.parents[2].rglob("*"), reverse=True):
        if path.is_file() and path not in before:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for path, content in before.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


def harmed(folder, before, parts):
    """What was changed that nothing may change, and what was written where nothing may be written."""
    after, raw = held(folder), folder / "data/raw"
    is_added = parts[:1] == ["add"]
    kept = {path: content for path, content in before.items() if raw in path.parents or path.name == "outside.csv"}
    changed = [path for path, content in kept.items() if not after.get(path, b"").startswith(content)]
    changed += [path for path, content in kept.items() if after.get(path) != content and not is_added]
    written = [path for path in after.keys() - before.keys() if raw in path.parents and not is_added]
    written += [path for path in after.keys() - before.keys() if folder not in path.parents and "--output" not in parts]
    return changed + written + list(folder.parents[2].rglob("*.part"))


PROGRAM = program()
COMMAND = typer.main.get_command(PROGRAM)


def asked(parts):
    """Ask the program; it ends by itself, says something where it refuses, and steers no terminal."""
    done = CliRunner().invoke(PROGRAM, parts, prog_name=NAME)
    assert isinstance(done.exception, SystemExit | None), repr(done.exception)
    assert done.exit_code in (0, 1, EXIT_USER_ERROR)
    assert done.exit_code != EXIT_USER_ERROR or len(done.stderr) > 20
    assert not {"\x1b", "\x07", "\u202e"} & set(done.output)
    return done


@pytest.mark.fault("7 input: command lines")
@EVERY
@given(command_lines())
@again_if_slow
def test_a_command_line_is_done_or_refused_and_harms_nothing(tally, folder, parts):
    before = held(folder)
    with tally.attempt(), refused_at_most():
        asked(parts)
        assert not harmed(folder, before, parts)
    cleared(folder, before)


@pytest.mark.fault("7 input: paths that climb out")
def test_nothing_is_written_where_no_answer_belongs(tally, folder):
    before = held(folder)
    for path in PATHS[:: tally.n(3, 1)]:
        for parts in (
            ["rank", "room_temperature", "--save", path],
            ["rank", "room_temperature", "--output", path],
            ["add", "--to", path, *CELLS[:4]],
            ["predict", "--polymer", "PEO", "--output", path],
            ["explain", "mixtures.csv", "--row", "3", "--output", path],
        ):
            with tally.attempt():
                asked(parts)
                assert not harmed(folder, before, parts)
            cleared(folder, before)


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/b", "CON", "nul.csv", "COM1", "x" * 300, ".hidden", "x.csv\n", "～", ".."]
)
def test_a_name_that_is_no_name_of_a_file_is_refused_with_what_one_is(folder, name):
    for parts in (["rank", "room_temperature", "--save", name], ["add", "--to", name, *CELLS[:4]]):
        done = asked(parts)
        assert done.exit_code == EXIT_USER_ERROR
        assert "is no name for a" in done.stderr


@pytest.mark.parametrize("place", ["data/raw/lab/march.csv", "data/raw/x/y.csv", "link.csv", "x" * 300, "march.csv/x"])
def test_an_answer_is_not_written_among_what_was_measured(folder, place):
    for parts in (["predict", "--polymer", "PEO", "--output", place], ["rank", "room_temperature", "--output", place]):
        done = asked(parts)
        assert done.exit_code == EXIT_USER_ERROR
        assert "as far as arguments matter" not in done.stderr


@pytest.mark.parametrize("text", ["\udcff", "a\0b", "PEO\ud800"])
@pytest.mark.parametrize("option", ["--polymer", "--temperature", "--output"])
def test_bytes_that_are_no_text_are_refused(folder, text, option):
    done = asked(["predict", option, text])
    assert done.exit_code == EXIT_USER_ERROR
    assert "is not UTF-8 text" in done.stderr


def test_a_link_that_leads_out_is_replaced_and_not_followed(folder):
    outside = folder.parent / "outside.csv"
    linked = folder / layout.LAB / "linked.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(PROGRAM, ["add", "--to", "linked", *CELLS[:4]], prog_name=NAME)
    assert done.exit_code == EXIT_USER_ERROR
    assert "linked.csv" in done.stderr
    assert linked.is_symlink()
    assert outside.read_text() == "a,b\n"


@pytest.mark.parametrize("module", ["zipfile", "tarfile", "gzip", "bz2", "lzma", "zlib", "py7zr", "rarfile"])
def test_no_archive_is_ever_opened(module):
    """So no member of one can climb out: data sets come as plain files, workbooks and packages are only written."""
    sources = [path.read_text("utf-8") for room in ("features", "pipeline") for path in (ROOT / room).rglob("*.py")]
    assert len(sources) > 200
    words = (f"import {module}", f"from {module}", "unpack_archive", "load_workbook", "read_excel", "extractall")
    assert not [word for text in sources for word in words if word in text]
