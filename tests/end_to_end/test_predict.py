from __future__ import annotations

import contextlib
import json

import pandas as pd
import pytest

from pipeline.common import layout, seals
from pipeline.common.files import read_json, write_json
from pipeline.watching.checks import hash_of_all

HEADER = "name,polymer,salt,filler,filler_amount,filler_unit,architecture,additives,temperature_C\n"


@pytest.fixture
def without_window(finished, tmp_path):
    """Models of which none predicts the stability window, and on which the trip-wires were laid as they are."""
    path = finished / "data/processed/models/stability_window_V"
    path.rename(tmp_path / path.name)
    sealed = [finished / layout.CHECKS, finished / layout.SEALS / "check.json"]
    before = [file.read_bytes() for file in sealed]
    with contextlib.chdir(finished):
        checks = read_json(layout.CHECKS)
        checks["watched"][layout.MODELS.as_posix()] = hash_of_all(layout.MODELS)
        write_json(layout.CHECKS, checks)
        seals.renew("check", [layout.CHECKS])
    yield
    (tmp_path / path.name).rename(path)
    for file, content in zip(sealed, before, strict=True):
        file.write_bytes(content)


@pytest.fixture
def predict(ask, tmp_path):
    def start(rows: str, header: str = HEADER):
        source, output = tmp_path / "mixtures.csv", tmp_path / "predictions.csv"
        source.write_text(header + rows)
        done = ask("predict", str(source), "--output", str(output))
        return done, pd.read_csv(output, keep_default_na=False) if output.exists() else None

    return start


def test_names_repeat_units_and_formulas_are_predicted_in_order(predict):
    done, table = predict(
        "a,PEO,LiTFSI,LLZTO,10,wt%,particles,,30\n"
        "b,*CCO*,LiTFSI,Li6.75La3Zr1.75Ta0.25O12,10,wt%,particles,,30\n"
        "c,*CC(C)C(=O)O*,LiTFSI,Li6.4La3Zr1.4Ta0.6O12,10,wt%,particles,,30\n"
    )
    assert done.returncode == 0, done.stderr
    assert table["name"].tolist() == ["a", "b", "c"]
    predicted = ["log10_conductivity", "lower", "upper", "transference_number", "stability_window_V"]
    assert table.loc[0, predicted].tolist() == table.loc[1, predicted].tolist()
    assert (pd.to_numeric(table["lower"]) <= pd.to_numeric(table["log10_conductivity"])).all()
    assert "never measured" in table.loc[2, "flags"]


def test_what_is_not_known_is_said_in_its_row_and_the_others_are_predicted(predict):
    done, table = predict(
        "a,Unobtainium,LiTFSI,LLZTO,10,wt%,particles,,30\n"
        "b,PEO,LiTFSI,LLZTO,1.4,wt fraction,particles,,30\n"
        "c,PEO,LiTFSI,LLZTO,10,wt%,particles,,-300\n"
        "d,PEO,LiXYZ,LLZTO,10,wt%,particles,,30\n"
        "e,PEO,LiTFSI,LLZTO,10,wt%,particles,,30\n"
    )
    assert done.returncode == 1
    assert (table["log10_conductivity"] == "").tolist() == [True, True, True, False, False]
    for row, word in enumerate(["Unobtainium", "1.4", "-300", "LiXYZ"]):
        assert word in table.loc[row, "problems"]
    assert table.loc[4, "problems"] == ""


def test_conductivity_does_not_fall_as_it_gets_warmer(predict):
    _, table = predict("".join(f"{t},PEO,LiTFSI,LLZTO,10,wt%,particles,,{t}\n" for t in range(0, 101, 5)))
    assert pd.to_numeric(table["log10_conductivity"]).is_monotonic_increasing


def test_a_formula_for_the_spreadsheet_comes_out_as_text(predict):
    _, table = predict("=1+1,PEO,LiTFSI,LLZTO,10,wt%,particles,,30\n")
    assert table.loc[0, "name"] == "'=1+1"


@pytest.mark.parametrize(
    ("header", "word"), [("polymer,filler\n", "temperature_C"), ("", "missing"), (HEADER + "a,PEO\n", "cells where")]
)
def test_a_table_that_cannot_be_read_is_refused(predict, header, word):
    done, table = predict("a,b\n" if header == "" else "", header)
    assert done.returncode == 2
    assert table is None
    assert done.stdout == ""
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_model_is_refused_by_name(finished, predict):
    path = finished / "data/processed/models/log10_conductivity/model.ubj"
    sound = path.read_bytes()
    path.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    try:
        done, _ = predict("a,PEO,LiTFSI,LLZTO,10,wt%,particles,,30\n")
    finally:
        path.write_bytes(sound)
    assert done.returncode == 2
    assert "model.ubj" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nothing_predicts_is_empty_and_said(without_window, predict):
    done, table = predict("a,PEO,LiTFSI,LLZTO,10,wt%,particles,,30\n")
    assert done.returncode == 0, done.stderr
    assert "stability_window_V is empty in every row" in done.stdout
    assert table.loc[0, "stability_window_V"] == ""
    assert table.loc[0, "log10_conductivity"] != ""


def test_what_is_the_same_in_every_row_is_said_with_the_reason(finished, predict):
    done, table = predict("a,PEO,LiTFSI,LLZTO,10,wt%,particles,,30\nb,PVDF-HFP,LiFSI,Li6PS5Cl,40,wt%,framework,SN,80\n")
    for target in ("transference_number", "stability_window_V"):
        manifest = json.loads((finished / "data/processed/models" / target / "manifest.json").read_text())
        said = f"{target} is the median of the record in every row: {manifest['training']['reason']}"
        is_median = manifest["training"]["learner"] == "median"
        assert (said in done.stdout, table[target].nunique() == 1) == (is_median, is_median)


def test_a_limit_on_what_nothing_predicts_stops_the_ranking(without_window, finished, run):
    ranking = finished / "data/processed/rankings/room_temperature.csv"
    before = ranking.read_bytes()
    done = run(".venv/bin/python", "-m", "pipeline.rank")
    assert done.returncode == 2
    assert "room_temperature limits the stability window, which nothing predicts" in done.stderr
    assert ranking.read_bytes() == before
