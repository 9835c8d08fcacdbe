import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.commands.program import NAME, program
from pipeline.common.stage import EXIT_BROKEN_PIPE, EXIT_USER_ERROR

ROOT = Path(__file__).parents[2]
COMMANDS = ("predict", "explain", "nearest", "rank", "add", "audit", "accept", "compare")
HEAVY = ("xgboost", "mlflow", "pymatgen", "pandas", "numpy", "sklearn", "rdkit", "ruamel")
ALL_HELPS = f"""
import sys, time
sys.argv = ["pipeline", "--help"]
from pipeline.commands.program import program
for arguments in ([], ["--help"], *([name, "--help"] for name in {COMMANDS!r})):
    try:
        program()(arguments)
    except SystemExit as end:
        assert end.code in (0, None), end.code
print([name for name in {HEAVY!r} if name in sys.modules], time.process_time() < 1, file=sys.stderr)
"""


def asked(*arguments):
    return CliRunner().invoke(program(), list(arguments), prog_name=NAME)


def test_without_arguments_it_prints_the_help_with_every_command_and_exit_code():
    done = asked()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == asked("--help").stdout
    assert re.findall(r"^  (\w+)  +[A-Z]", done.stdout.split("Commands:")[1], re.MULTILINE) == list(COMMANDS)
    codes = re.findall(r"^    (\d+)  +\w", done.stdout.split("Exit codes:")[1], re.MULTILINE)
    assert codes == ["0", "1", "2", "75", "141"]


def test_help_is_there_at_once_and_imports_nothing_that_takes_long():
    done = subprocess.run([sys.executable, "-c", ALL_HELPS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == "[] True\n"
    assert done.stdout.count("Usage:") == len(COMMANDS) + 2


def test_it_starts_as_a_module():
    command = [sys.executable, "-m", "pipeline", "rank", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Usage: {NAME} rank [OPTIONS] [CAMPAIGN]")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_examples_of_itself_and_can_speak_json(command):
    said = asked(command, "--help").stdout
    examples = [line.strip() for line in said.split("Examples:")[1].splitlines() if NAME in line]
    assert examples
    assert all(f"{example} ".startswith(f"{NAME} {command} ") for example in examples)
    assert "--json" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("--bogus",),
        ("prdict",),
        ("pred\x1b[31mict",),
        ("predict", "--pol\x1b[31mymer", "PEO"),
        ("predict", "--polymer"),
        ("predict", "a.csv", "b\x1b[31m.csv"),
        ("rank", "--n", "0"),
        ("rank", "--n", "many\x1b[31m"),
        ("rank", "room_temperature", "--temperature", "warm\x9b"),
        ("nearest", "--polymer", "PEO", "--n", "101"),
        ("add",),
        ("compare", "latest"),
    ],
)
def test_a_command_line_that_is_none_ends_with_2_and_one_word_on_why(arguments):
    done = asked(*arguments)
    assert (done.exit_code, done.stdout) == (EXIT_USER_ERROR, "")
    assert "Error: " in done.stderr
    assert not re.search(r"[^\n -~‘’“”°–]", done.stderr), done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict",), ["--polymer"]),
        (("explain",), ["SHEET.csv"]),
        (("nearest", "gone\x1b]0;x\x07.csv"), ["gone ]0;x .csv: no such file"]),
        (("predict", "data/raw/lab/examples/mixtures.csv", "--polymer", "PEO"), ["mixtures.csv", "one of the two"]),
        (
            ("predict", "data/raw/lab/examples/results.csv", "--output", "data/raw/lab/examples/results.csv"),
            ["data/raw holds what was measured"],
        ),
        (("rank", "gone\x1b[31m"), ["'gone\\x1b[31m'", "there are", "room_temperature"]),
        (("rank", "gone.yaml"), ["gone.yaml: no such file"]),
        (("rank", "--without", "Ge"), ["need a CAMPAIGN"]),
        (("rank", "room_temperature", "--last", "--save", "x"), ["no --last"]),
        (("rank", "room_temperature", "--save", "room_temperature"), ["there already", "not overwritten"]),
        (("rank", "room_temperature", "--save", "../x"), ["'../x' is no name for a campaign"]),
        (("rank", "room_temperature", "--without", "Xx"), ["limits.exclude_elements", "'Xx'", "element symbol"]),
        (("rank", "room_temperature", "--temperature", "900"), ["temperature_C", "900"]),
        (("rank", "room_temperature", "--question", ""), ["question", "at least 1"]),
        (("rank", "params.yaml"), ["params.yaml", "no such key"]),
    ],
)
def test_what_a_user_did_wrong_ends_with_2_and_says_what(arguments, words, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = asked(*arguments)
    assert (done.exit_code, done.stdout) == (EXIT_USER_ERROR, "")
    assert done.stderr.startswith(f"{arguments[0]}: stopped")
    for word in words:
        assert word in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["rank", "--help"], ["audit"]])
def test_it_ends_in_silence_where_the_reader_has_left(arguments):
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as talker:
        assert talker.stdout is not None
        assert talker.stderr is not None
        talker.stdout.close()
        said = talker.stderr.read()
    assert (talker.returncode, said) == (EXIT_BROKEN_PIPE, b"")


def test_no_program_is_left_beside_it():
    for retired in ("pipeline.predict", "pipeline.explain", "pipeline.best"):
        assert not (ROOT / f"{retired.replace('.', '/')}.py").exists()
    for module in (*(ROOT / "pipeline/commands").glob("*.py"), *(ROOT / "pipeline/records").glob("*.py")):
        assert "argparse" not in module.read_text()
