"""Nothing of ours runs what stands in a file or a text: the sources are checked, and the check is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.forbidden import forbidden, forbidden_in

ROOT = Path(__file__).parents[1]
OURS = sorted([*ROOT.glob("features/**/*.py"), *ROOT.glob("pipeline/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
PARSES_MODELS = {"pipeline/learning/store.py"}
CAUGHT = r"""
import pickle
import pickle as p
import pickle, os
from pickle import loads
from pickle import loads as read
import cloudpickle
import dill
import shelve
import marshal
import _pickle
from joblib import load
from joblib import dump as keep
import joblib; joblib.load("x")
import joblib as j; j.dump(1, "x")
from joblib import numpy_pickle
from sklearn.externals import joblib
import pandas as pd; pd.read_pickle("x")
from pandas import read_pickle as read
import pandas as pd; frame = pd.DataFrame(); frame.to_pickle("x")
import pandas as pd; pd.read_hdf("x")
import pandas; pandas.eval("1")
import numpy as np; np.load("x", allow_pickle=True)
from numpy import load as read; read("x", allow_pickle=True)
import numpy as np; allow = True; np.load("x", allow_pickle=allow)
import numpy as np; np.load("x", **{"allow_pickle": True})
import numpy as np; np.save("x", [], allow_pickle=1)
import yaml; yaml.load("x")
import yaml; yaml.load("x", yaml.Loader)
import yaml; yaml.load("x", Loader=yaml.UnsafeLoader)
from yaml import load, FullLoader; load("x", Loader=FullLoader)
from yaml import unsafe_load
import yaml as y; y.full_load("x")
import yaml; read = yaml.load; read("x", Loader=yaml.SafeLoader)
import yaml; yaml.load("x", Loader=some_loader())
import yaml\nclass Ours(yaml.Loader): pass\nyaml.load("x", Loader=Ours)
import yaml\nclass Ours(yaml.SafeLoader, yaml.constructor.UnsafeConstructor): pass
import mlflow; mlflow.pyfunc.load_model("x")
import mlflow.pyfunc
from mlflow import pyfunc
from mlflow.pyfunc import load_model
import mlflow; mlflow.sklearn.load_model("x")
from mlflow import xgboost as boosters; boosters.load_model("x")
from mlflow.xgboost import load_model as read
import torch; torch.load("x", weights_only=True)
from torch import load
eval("1")
exec("1")
list(map(eval, ["1"]))
run = eval; run("1")
run = other = exec
first, second = print, eval
import builtins; builtins.eval("1")
from builtins import exec as run
__builtins__["eval"]("1")
__builtins__.eval("1")
getattr(__builtins__, "eval")("1")
globals()["eval"]("1")
vars(__import__("builtins"))["exec"]("1")
compile("1", "x", "eval")
import os; os.system("x")
from os import system
from os import system as run
import os as o; o.popen("x")
import os; getattr(os, "system")("x")
import os; getattr(os, "sys" + "tem")("x")
import os; getattr(os, f"sys{'tem'}")("x")
import os; os.__dict__["system"]("x")
import os; vars(os)["system"]("x")
import os; (run := os.system)("x")
import os\ndef call(run=os.system): run("x")
import os\ndef call(*, run=os.system): run("x")
import os; run = os; run.system("x")
import os; run = print if 1 else os.system
import posix; posix.system("x")
import subprocess; subprocess.run("x", shell=True)
import subprocess; subprocess.Popen("x", shell=1)
from subprocess import run as go; yes = True; go("x", shell=yes)
import subprocess; subprocess.run("x", **{"shell": True})
import subprocess; subprocess.getoutput("x")
import asyncio; asyncio.create_subprocess_shell("x")
import importlib; importlib.import_module("pickle")
from importlib import import_module as bring; bring("pickle")
import importlib; importlib.import_module("mlflow.pyfunc")
__import__("pickle").loads(b"")
__import__("os").system("x")
brought = __import__("os"); brought.system("x")
import importlib; brought = importlib.import_module("os"); brought.system("x")
import sys; sys.modules["pickle"].loads(b"")
import sys; sys.modules["os"].system("x")
import operator, os; operator.attrgetter("system")(os)
import functools; functools.partial(eval, "1")()
import xml.etree.ElementTree as tree
from xml.etree import ElementTree
from xml.dom.minidom import parseString
import lxml.etree
""".strip().splitlines()
FINE = """
import re; re.compile("x")
import json; json.loads("{}")
import yaml; yaml.safe_load("x")
import yaml; yaml.load("x", Loader=yaml.SafeLoader)
import yaml; yaml.load("x", yaml.CSafeLoader)
import numpy as np; np.load("x")
import numpy as np; np.load("x", allow_pickle=False)
import subprocess; subprocess.run(["x"], shell=False)
from joblib import Parallel, delayed
import pandas as pd; pd.read_parquet("x")
frame.eval("a + b")
frame.query("a > 1")
evaluate = 1; evaluate
"never eval(this) nor pickle.loads that"
import xgboost as xgb; xgb.Booster().load_model(bytearray())
import mlflow; mlflow.xgboost.log_model(1)
""".strip().splitlines()


@pytest.mark.parametrize("source", CAUGHT)
def test_every_spelling_is_caught(source):
    assert forbidden(source.replace("\\n", "\n"))


@pytest.mark.parametrize("source", FINE)
def test_what_runs_nothing_is_left_alone(source):
    assert forbidden(source) == []


def test_a_loader_that_derives_from_safe_ones_alone_is_safe():
    ours = "import yaml\nclass Ours(yaml.SafeLoader):\n    pass\n"
    assert forbidden(f"{ours}class More(Ours):\n    pass\nyaml.load('x', Loader=More)") == []
    assert forbidden(f"{ours}class More(Ours, Other):\n    pass\nyaml.load('x', Loader=More)")


def test_a_name_that_goes_on_from_itself_comes_to_an_end():
    chain = "while error:\n    error = error.__cause__ or error.__context__ or error.first or error.second\n"
    assert forbidden(chain) == []
    assert forbidden(f"import error, os\n{chain}error = os\nerror.system('x')")


def test_a_finding_says_file_and_line(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("import json\n\nimport pickle\n")
    assert forbidden_in(path) == [f"{path}:3: pickle"]


def test_our_sources_run_nothing_that_stands_in_a_file():
    assert len(OURS) > 100
    assert [found for path in OURS for found in forbidden_in(path)] == []


ALLOWED_TO_TESTS = (
    (re.compile(r"tests/reporting/test_sheets\.py:\d+: xml\.etree"), "workbooks that the test itself wrote"),
    (re.compile(r"tests/mutants/trying\.py:\d+: (compile|.*exec_module)\Z"), "our own modules, with one place changed"),
    (re.compile(r"tests/test_advisories\.py:\d+: .*exec_module\Z"), "our own script, which lies in no package"),
)


def test_our_tests_run_nothing_that_stands_in_a_file():
    found = [each.removeprefix(f"{ROOT}/") for path in TESTS for each in forbidden_in(path)]
    assert [each for each in found if not any(allowed.match(each) for allowed, _ in ALLOWED_TO_TESTS)] == []


def test_one_module_has_xgboost_read_a_model():
    users = {
        str(path.relative_to(ROOT))
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("load_model", "unserialize", "load_config"))
        or (isinstance(node, ast.keyword) and node.arg == "model_file")
    }
    assert users == PARSES_MODELS
