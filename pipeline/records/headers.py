"""Which column a person meant whose header is written otherwise: in German, in Chinese, with its unit, misspelt."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.records.columns import CELL, CONDUCTIVITY, MEASURED, PARTICLE_SIZE, TEMPERATURE

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "polymer": ("polymermatrix", "polymere", "matrix", "host polymer", "聚合物", "聚合物基体", "基体", "聚合物基质"),
    "salt": ("salz", "leitsalz", "lithiumsalz", "lithium salt", "盐", "锂盐", "鋰鹽"),
    "salt_ratio": ("salzverhältnis", "salzgehalt", "salzanteil", "salt content", "盐含量", "锂盐含量", "盐比例"),
    "salt_ratio_unit": ("einheit des salzgehalts", "einheit salzgehalt", "盐含量单位"),
    "filler": ("füllstoff", "füllmaterial", "keramik", "ceramic filler", "填料", "无机填料", "陶瓷填料", "填充剂"),
    "filler_amount": (
        *("füllstoffgehalt", "füllstoffanteil", "füllgrad", "filler content", "filler loading", "loading"),
        *("填料含量", "填料比例", "填充量"),
    ),
    "filler_unit": ("füllstoffeinheit", "einheit des füllstoffs", "einheit füllstoff", "填料单位", "填料含量单位"),
    "architecture": ("architektur", "aufbau", "struktur", "结构", "形貌"),
    "additives": ("additiv", "additive", "zusatz", "zusätze", "zusatzstoff", "zusatzstoffe", "添加剂"),
    "particle_size_nm": ("partikelgröße", "teilchengröße", "korngröße", "particle size", "粒径", "颗粒尺寸", "粒度"),
    "temperature_C": ("temperatur", "messtemperatur", "temperature", "温度", "测试温度", "溫度"),
    "conductivity": (
        *("leitfähigkeit", "ionenleitfähigkeit", "ionische leitfähigkeit", "lithiumionenleitfähigkeit", "sigma", "σ"),
        *("ionic conductivity", "电导率", "离子电导率", "锂离子电导率", "電導率", "離子電導率"),
    ),
    "conductivity_unit": ("einheit", "einheit der leitfähigkeit", "einheit leitfähigkeit", "单位", "电导率单位"),
    "transference_number": (
        *("überführungszahl", "lithiumüberführungszahl", "transferenzzahl", "li transference number", "t+"),
        *("迁移数", "锂离子迁移数", "离子迁移数"),
    ),
    "stability_window_V": (
        *(
            "stabilitätsfenster",
            "elektrochemisches fenster",
            "elektrochemisches stabilitätsfenster",
            "stability window",
        ),
        *("stability window", "电化学窗口", "电化学稳定窗口", "稳定窗口"),
    ),
    "tensile_strength_MPa": ("zugfestigkeit", "tensile strength", "拉伸强度", "抗拉强度"),
    "thickness_um": ("dicke", "schichtdicke", "membrandicke", "thickness", "厚度", "膜厚"),
    "sample": ("probe", "probenname", "probenbezeichnung", "样品", "样品编号"),
    "cathode": ("kathode", "正极"),
    "cutoff_voltage_V": ("abschaltspannung", "ladeschlussspannung", "截止电压"),
    "cathode_loading_mg_cm2": ("kathodenbeladung", "flächenbeladung", "正极载量", "面载量"),
    "cell_rate_C": ("laderate", "entladerate", "倍率"),
    "cell_current_density_mA_cm2": ("stromdichte", "电流密度"),
    "cell_cycles": ("zyklen", "zyklenzahl", "zyklenanzahl", "循环次数", "循环圈数"),
    "cell_retention_percent": ("kapazitätserhalt", "容量保持率"),
    "cell_capacity_mAh_g": ("kapazität", "spezifische kapazität", "比容量", "放电比容量"),
    "cell_temperature_C": ("zelltemperatur", "电池测试温度"),
    "source": ("quelle", "来源"),
    "reference": ("literatur", "literaturstelle", "参考文献"),
    "table": ("tabelle", "表"),
    "row": ("zeile", "行"),
    "confidence": ("vertrauen", "zuverlässigkeit", "置信度", "可信度"),
    "note": ("notiz", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "kommentar", "备注", "注释"),
    "status": ("zustand", "状态"),
}
"""What German, Chinese and English laboratories call the columns of the schema."""
_UNITS = {column.raw: column.unit.replace("degC", "°C") for column in (TEMPERATURE, PARTICLE_SIZE, *MEASURED, *CELL)}
_UNIT = re.compile(r"[(\[{（【/,].*|\bin\b.*|[_ ](?:°?c|k|nm|µm|um|v|mpa|s[ _/]?cm|ms[ _/]?cm|wt|%)\Z")
_JOINTS = re.compile(r"[\s_.\-–—]+")


def meant(header: str, known: Collection[str]) -> str:
    """Return the column that a header means without being its name, or "".

    Args:
        header: As it stands in the file.
        known: Columns that can be meant.
    """
    keys = {_key(header), _key(_UNIT.sub("", _plain(header)))} - {""}
    for column in known:
        spellings = (column, *SPELLINGS.get(column, ()))
        if header != column and keys & {_key(spelling) for spelling in spellings}:
            return column
    return ""


def hint(header: str, known: Collection[str]) -> str:
    """Say which column a header looks like, as the beginning of a sentence's next part; "" where nothing is near."""
    if column := meant(header, known):
        return f"this looks like {column}; {_named(column)}; "
    by_key = {column.casefold(): column for column in known}
    near = difflib.get_close_matches(header[:80].casefold(), by_key, n=1)
    return f"did you mean {by_key[near[0]]}? " if near else ""


def refuse_lookalikes(path: Path, table: pd.DataFrame, known: Collection[str]) -> None:
    """Refuse columns that mean one of those that are read and would be passed over for their name.

    Args:
        path: The table's file, for messages.
        table: What it holds.
        known: Columns that are read.

    Raises:
        UserError: Names each such column and what to call it.
    """
    absent = [column for column in known if column not in table.columns]
    looks = {header: meant(header, absent) for header in map(str, table.columns) if header not in known}
    reason = "this looks like {0}, which is read by that name alone; {1}"
    problems = [
        Problem(str(path), 1, header, "", reason.format(column, _named(column)))
        for header, column in looks.items()
        if column
    ]
    if problems:
        raise UserError(problems)


def _named(column: str) -> str:
    """Say what to do, and in which unit its numbers are read: a header may have stated another."""
    if column == CONDUCTIVITY.raw:
        return f"name the column {column}, and write the unit into conductivity_unit"
    unit = f", whose numbers are read in {_UNITS[column]} unless a cell says another" if _UNITS.get(column) else ""
    return f"name the column {column}{unit}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _key(text: str) -> str:
    """Return what two spellings of one header have in common: no case, no spaces or dashes, ä as ae."""
    letters = _plain(text).replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return _JOINTS.sub("", letters)
