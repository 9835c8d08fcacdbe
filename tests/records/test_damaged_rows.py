import csv
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.typed import read_table
from pipeline.records import RawFiles, as_records, gather
from pipeline.records.columns import ANY_RESULT, KNOWN, SALT_RATIOS

ROOT = Path(__file__).parents[2]
N_FILES, N_FILES_IN_SHORT, N_ROWS, SOUND_EVERY = 65, 8, 105, 21
LONGEST_MESSAGE = 2000
NUMBERS = (
    *("NaN", "nan", "inf", "-inf", "Infinity", "−∞", "1e999", "-1e999", "1e-999", "1e305", "0", "-1", "10^-5.55555"),
    *("1,2", "1’000", "1 000", "0x1F", "1_000", "٣", "½", "五", "1e", "e-4", "10^", "×10−4", "--4", "4–", "–", "#REF!"),
    *("1 or", "or 2", "1 or 2", ">1 or <2", "> 1", "<1e-3", "~0", "~10^-5.5", "1±1e308", "~10^308", "5-1", "1–1e999"),
    *("1e305 MS/cm", "1 S/m2", "5 eV", "20 GPa", "0 K", "300 K", "4 °F", "1 /", "3 wt%", "1" + " " * 150 + "V"),
)
NAMES = (
    *("*CCO", "***", "*C(C)(C)(C)(C)C*", "C1CC", "*[Xx]*", "[Li+].[", "[Li+]", "*CC*.*", "*C=*", "*c1ccc1*", "C*C*C"),
    *("Li-7", "Li1e300", "Li10^300", "Li0", "Xx2O3", "()", "Li7La3Zr2O12.", "PEO +", "PEO + + PVDF", "PEO:2", "PEO:.5"),
    *("A" * 10_000, "*" + "C" * 10_000 + "*", "9" * 10_000, "\x01" * 10_000, " + ".join(["PEO"] * 3000), "( " * 10_000),
)
TEXTS = (
    *("<b>4</b>", "<script>alert(1)</script>", "10<sup>−4</sup>", "&lt;4", '<img src=x onerror="x">', "<!--", "</td>"),
    *("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-2+3", '=HYPERLINK("x")', "\t=1", "1\t=1"),
    *("\x07", "\x1b[31mred", "4\x01", "\u202e4.0", "\u200b", "\ufeff4", "a\nb", "a\r\nb", "a\x85b", "a\u2028b", "\x7f"),
    *('"', "'", ",", ";", "|", "| |", "a;b", "\\", "%s", "{0}", "None", "null", "ü", "😀", "wt%", "EO/Li", "mol%", "?"),
)
WRONG_UNITS = {
    "conductivity_unit": ("S/m2", "S", "MS/cm", "kg", "S cm", "S/cm S/cm", "1/0", "S" * 300, "%", "Ω", "S\ncm", "=S"),
    "salt_ratio_unit": ("EO/Li", "eo:li", "mol/l", "%", "wt %", "x" * 300, *SALT_RATIOS),
    "filler_unit": ("phr", "wt", "w/w", "vol%", "wt fraction", "wt\n%", "x" * 300, "<b>wt%</b>"),
}  # fmt: skip
NONSENSE = NUMBERS + NAMES + TEXTS


def _changes(cell, text):
    return {
        "replaced": text,
        "lengthened": cell + text,
        "preceded": text + cell,
        "in html": f"<td>{cell}</td>",
        "other minus": cell.replace("−", "﹣").replace("-", "−"),
        "other exponent": cell.replace("×10", "E"),
        "raised": f"{cell}×10⁹⁹",
        "doubled": cell * 2,
        "reversed": cell[::-1],
        "emptied": "",
    }


NAMED_WITH = {
    "polymer": {"filler_amount"},
    "filler": {"polymer", "filler_amount"},
    "filler_amount": {"filler_unit"},
    "filler_unit": {"filler_amount"},
    "salt_ratio": {"salt_ratio_unit"},
    "salt_ratio_unit": {"salt_ratio"},
    "conductivity_unit": {"conductivity"},
    "source": {"reference", "row"},
    "table": {"row"},
} | {name: {"conductivity"} for name in ANY_RESULT}
"""Columns beside the damaged one that a fault may name: number and unit, the reference of a source, the result."""

FREE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
COLUMNS = st.sampled_from(KNOWN)
DAMAGES = st.one_of(
    st.tuples(
        COLUMNS, st.sampled_from(tuple(_changes("", ""))), st.one_of(st.sampled_from(range(len(NONSENSE))), FREE)
    ),
    st.tuples(COLUMNS, st.just("swapped"), COLUMNS),
    st.sampled_from([(column, "replaced", unit) for column, units in WRONG_UNITS.items() for unit in units]),
)


def _damaged(row, column, change, text):
    if change == "swapped":
        return row | {column: row[text], text: row[column]}
    text = NONSENSE[text] if isinstance(text, int) else text
    return row | {column: _changes(row[column], text)[change]}


@pytest.fixture(scope="module")
def sound_rows():
    """The rows of the literature that say most, each with an id of its own and without links."""
    tables = [read_table(path) for path in (ROOT / layout.LITERATURE).glob("*.csv") if path.name != layout.WORKS.name]
    rows = [dict.fromkeys(KNOWN, "") | row for table in tables for row in table.to_dict("records")]
    rows = [row | {"same_sample_as": ""} for row in rows if any(row[name] for name in ANY_RESULT)]
    fullest = sorted(rows, key=lambda row: (-sum(map(bool, row.values())), row["source"], row["table"], row["row"]))
    fullest[1::2] = [row | {"salt_ratio": "16", "salt_ratio_unit": "EO:Li"} for row in fullest[1::2]]
    return [row | {"row": str(1000 + number)} for number, row in enumerate(fullest[:N_ROWS])]


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, KNOWN)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _files(kind, path):
    return RawFiles(**{kind: (path,)})


def _by_row(gathered, n_rows):
    """Records by the place of their row in the file; rows with a problem have none."""
    rejected = {problem.row for problem in gathered.problems}
    accepted = [number for number in range(2, n_rows + 2) if number not in rejected]
    return dict(zip(accepted, map(repr, gathered.records), strict=True))


@pytest.mark.fault("7 input: tables of damaged rows")
@pytest.mark.parametrize("kind", ["lab", "literature"])
def test_of_thousands_of_damaged_rows_none_is_lost_and_none_harms_another(
    kind, sound_rows, tmp_path, vocabulary, works, tally
):
    path = tmp_path / "own.csv"
    clean = _by_row(gather(_files(kind, _write(path, sound_rows)), vocabulary, works), N_ROWS)
    assert len(clean) == N_ROWS
    n_damaged, n_files = 0, tally.n(N_FILES_IN_SHORT, N_FILES)

    @settings(max_examples=n_files, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(DAMAGES, min_size=N_ROWS, max_size=N_ROWS))
    def check(damages):
        nonlocal n_damaged
        rows = [
            row if number % SOUND_EVERY == 0 else _damaged(row, *damage)
            for number, (row, damage) in enumerate(zip(sound_rows, damages, strict=True))
        ]
        with tally.attempt():
            gathered = gather(_files(kind, _write(path, rows)), vocabulary, works)
            records = _by_row(gathered, N_ROWS)
            assert gathered.n_rows == {str(path): N_ROWS}
            assert len(gathered.records) + gathered.n_rejected[str(path)] == N_ROWS
            assert len(as_records(gathered.records)) == len(records)
            faults = {number: [] for number in range(2, N_ROWS + 2)}
            for problem in gathered.problems:
                faults[problem.row].append(problem)
            for number, (sound, row) in enumerate(zip(sound_rows, rows, strict=True), start=2):
                damaged = {name for name in KNOWN if row[name].strip() != sound[name]}
                n_damaged += bool(damaged)
                if not damaged:
                    assert records[number] == clean[number]
                for problem in faults[number]:
                    assert problem.file == str(path)
                    assert problem.value in row[problem.column] or "already read" in problem.reason
                    assert problem.reason
                    assert str(problem).isprintable()
                    assert len(str(problem)) < LONGEST_MESSAGE
                named = {problem.column for problem in faults[number]}
                assert named <= damaged.union(*(NAMED_WITH.get(name, set()) for name in damaged)), (damaged, named)

    check()
    assert n_damaged > 77 * n_files


@pytest.fixture(scope="module")
def read(tmp_path_factory, vocabulary, works, sound_rows):
    """Read one row of the lab; what stands in it comes from the test."""
    path = tmp_path_factory.mktemp("lab") / "own.csv"
    start = dict.fromkeys(KNOWN, "") | {"polymer": "*CCO*", "salt": "[Li+].[I-]", "filler": "Li3N", "conductivity": "1"}
    start |= {"conductivity_unit": "mS/cm", "stability_window_V": "4.5 V"}

    def gathered(**cells):
        return gather(RawFiles(lab=(_write(path, [start | cells]),)), vocabulary, works)

    assert gathered().problems == []
    return gathered


@pytest.mark.parametrize("text", ["x\n" * 5000, "\x1b[31m" * 2000, "\U000e0001" * 1600, "*\U000e0001" * 700])
def test_what_is_said_of_a_damaged_cell_is_one_short_line_without_control_characters(read, text):
    said = [
        str(problem)
        for column in KNOWN
        for problem in read(**{"filler_amount": "1", "salt_ratio": "1"} | {column: text}).problems
    ]
    assert len(said) > len(KNOWN) / 2
    assert all(line.isprintable() and len(line) < LONGEST_MESSAGE for line in said)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("polymer", "A" * 10_000),
        ("additives", "A" * 10_000),
        ("architecture", "particles;" * 5_000),
        ("salt", "[Li+]." + ".".join(["[O-][Cl+3]([O-])([O-])[O-]"] * 60)),
        ("polymer", "*" + "C" * 10_000 + "*"),
        ("polymer", "*" + "C" * 390 + "*"),
        ("polymer", "*" + "(C" * 700 + "*"),
        ("polymer", " + ".join(["PEO"] * 200)),
        ("filler", "Li10^300"),
        ("filler", "Li1e300"),
        ("filler", "Li" + "9" * 118),
        ("filler", "(" * 60 + "Li" + ")9" * 29),
        ("conductivity", "9" * 10_000),
        ("conductivity", "(" * 120),
        ("conductivity_unit", "S" + " " * 10_000 + "cm"),
        ("conductivity_unit", "S/cm·" * 2_000),
        ("stability_window_V", "4" + " " * 118 + "V"),
        ("cell_rate_C", "1|" * 5_000),
        ("note", "A" * 100_000),
    ],
    ids=lambda text: text[:20],
)
def test_a_monstrous_cell_is_read_or_refused_within_a_second(read, column, text):
    start = time.perf_counter()
    gathered = read(**{column: text})
    assert time.perf_counter() - start < 1
    assert len(gathered.records) + gathered.n_rejected.popitem()[1] == 1
    as_records(gathered.records)


@pytest.mark.parametrize(("number", "unit"), [("1e305", "MS/cm"), ("1e308", "TS/cm"), ("> 1e305", "MS/cm")])
def test_a_number_that_its_unit_makes_infinite_is_no_conductivity(read, number, unit):
    gathered = read(conductivity=number, conductivity_unit=unit)
    assert [problem.column for problem in gathered.problems] == ["conductivity"]
    assert gathered.records == []


@pytest.mark.parametrize(
    ("damage", "reason"),
    [(b"PEO\0", "zero bytes"), (b'"PEO', "check the quotes"), (b"A" * 200_000, "larger than field limit")],
)
def test_a_file_that_is_torn_is_refused_whole_and_named(tmp_path, vocabulary, works, damage, reason):
    torn = _write(tmp_path / "torn.csv", [dict.fromkeys(KNOWN, "") | {"polymer": "here"}])
    torn.write_bytes(torn.read_bytes().replace(b"here", damage))
    with pytest.raises(UserError, match=reason) as refusal:
        gather(RawFiles(lab=(torn,)), vocabulary, works)
    assert [problem.file for problem in refusal.value.problems] == [str(torn)]
