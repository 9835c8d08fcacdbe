"""Whatever bytes stand in a table or a YAML file, they are read for what they are or refused with their place."""

import copy
import csv
import io
import math
import re

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import csv_text, read_csv
from pipeline.common.settings import Settings, parse_settings
from pipeline.common.typed import parse_yaml, read_table
from tests.hostile import EVERY, SOME, again_if_slow, fragments, mutated, refused_at_most

SOUND = (
    "polymer,salt,filler_amount,conductivity\nPEO,LiTFSI,10,1.2×10−4\nPVDF + PEO,,5,~1e-5\n",
    'a,b\n"x, ""y""",1\n"two\nlines",2\n',
    "\ufeffa,b\r\n1,2\r\n\r\n3,4\r\n",
    "a,b\r1,2\r3,4\r",
    "Leitfähigkeit;Temperatur\n1,2e-4;60\n",
    "电导率,温度\n1e-4,25\n",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "gbk", "big5")


@st.composite
def tables(draw):
    text = draw(mutated(SOUND))
    encoding = draw(st.sampled_from(ENCODINGS))
    content = text.encode(encoding, "replace" if "utf" not in encoding else "surrogatepass")
    return content + draw(st.binary(max_size=4)) if draw(st.booleans()) else content


@pytest.mark.fault("7 input: CSV")
@EVERY
@given(tables())
@again_if_slow
def test_a_table_is_read_cell_by_cell_or_refused(tmp_path_factory, tally, content):
    path = tmp_path_factory.getbasetemp() / "typed.csv"
    path.write_bytes(content)
    with tally.attempt(), refused_at_most(str(path)):
        table = read_table(path)
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert list(table.columns) == [cell.strip() for cell in rows[0]][: table.shape[1]]
        for number, row in table.iterrows():
            assert list(row) == [cell.strip() for cell in rows[number - 1]][: table.shape[1]]
        filled = [number for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
        assert list(table.index) == filled


@pytest.mark.fault("7 input: CSV that a stage wrote and reads")
@SOME
@given(st.lists(st.tuples(fragments, st.floats(allow_nan=False)), min_size=1, max_size=4))
def test_what_is_written_reads_back(tmp_path_factory, tally, rows):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    notes, values = zip(*rows, strict=True)
    table = pd.DataFrame({"note": pd.Series(notes, dtype=object), "value": values})
    with tally.attempt():
        path.write_bytes(csv_text(table).encode("utf-8", "replace"))
        back = read_csv(path, ("note",))
        assert back["note"].tolist() == [re.sub("[\0\ud800-\udfff]", "\ufffd", note) for note in table["note"]]
        assert back["value"].tolist() == table["value"].tolist()


KEYS = ("ingest", "train", "budgets", "quick", "n_trials", "seed", "confidence", "measured_confidences", "rank", "x")
NUMBERS = ("1", "060", "1:30", "1e3", "1.0e+400", ".inf", ".nan", "-1", "0.8", "true", "yes", "null", "~", "''", "1_0")
SYNTAX = (
    "\n",
    "  ",
    "- ",
    ": ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!int ",
    "!x ",
    "|\n",
    ">-\n",
    "---\n",
    "# ",
    "<<: *a",
)
SHIPPED = layout.PARAMS.read_text("utf-8")
yaml_texts = st.one_of(
    mutated((SHIPPED[:600], SHIPPED[-400:], "a: &x [1, 2]\nb: *x\n", "a: {b: [c, 'd', \"e\"]}\n")),
    st.lists(st.one_of(st.sampled_from((*KEYS, *NUMBERS, *SYNTAX)), fragments), max_size=14).map("".join),
)


def finite(node):
    return not isinstance(node, float) or math.isfinite(node)


@pytest.mark.fault("7 input: YAML")
@EVERY
@given(yaml_texts)
@again_if_slow
def test_yaml_is_read_as_every_parser_reads_it_or_refused(tally, text):
    with tally.attempt(), refused_at_most("typed.yaml"):
        held = parse_yaml(layout.PARAMS.with_name("typed.yaml"), text.encode("utf-8", "surrogatepass"))
        same = yaml.safe_load(text.removeprefix("\ufeff"))
        assert repr(held) == repr(same)  # NaN is not equal to itself


ODD = (None, True, False, [], {}, -1, 0, 10**400, 2**63, math.nan, math.inf, -0.0, 1e308, [[1]], "1e-3", 1.0)


@st.composite
def changed(draw, content):
    """A structure like `content` in which one to three values or keys are others."""
    content = copy.deepcopy(content)
    for _ in range(draw(st.integers(1, 3))):
        node = content
        while (
            isinstance(inner := node[key := draw(st.sampled_from(list(node)))], dict) and inner and draw(st.booleans())
        ):
            node = inner
        odd = copy.deepcopy(draw(st.one_of(st.sampled_from(ODD), fragments)))
        if draw(st.integers(0, 4)):
            node[key] = odd
        elif isinstance(odd, str):
            node[odd] = node.pop(key)
    return content


@pytest.mark.fault("7 input: params.yaml")
@SOME
@given(changed(yaml.safe_load(SHIPPED)))
@again_if_slow
def test_settings_are_within_their_limits_or_refused(tally, content):
    with tally.attempt(), refused_at_most("params.yaml"):
        read = parse_settings(layout.PARAMS, content, Settings)
        shown = read.model_dump()
        assert all(finite(value) for part in shown.values() for value in part.values())
        numbers = [
            (content[part][key], value) for part in shown for key, value in shown[part].items() if key in content[part]
        ]
        for typed, number in numbers:
            if isinstance(number, int | float) and not isinstance(number, bool):
                assert not isinstance(typed, bool)
                assert typed == number or str(typed) == str(number) or float(typed) == number


def test_the_refusals_of_this_file_are_reached(tmp_path):
    """The law is not empty: each sound text is read, each of other encodings with more than ASCII is refused."""
    for text in SOUND[:4]:
        (tmp_path / "a.csv").write_text(text, newline="")
        assert len(read_table(tmp_path / "a.csv"))
    for text in (SOUND[4], SOUND[5] + "25 °C"):
        for encoding in ("utf-16", "utf-16-le", "gbk", "cp1252"):
            (tmp_path / "a.csv").write_bytes(text.encode(encoding, "ignore"))
            with pytest.raises(UserError, match="UTF-8"):
                read_table(tmp_path / "a.csv")
