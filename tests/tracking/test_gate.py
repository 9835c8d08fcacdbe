from __future__ import annotations

import pytest

from pipeline.tracking.gate import is_closed, is_foreign, is_read

API = "/api/2.0/mlflow"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/anything"),
        ("POST", f"{API}/runs/search"),
        ("POST", "/ajax-api/2.0/mlflow/experiments/search"),
        ("POST", "/graphql"),
        ("PATCH", f"{API}/users/update-password"),
    ],
)
def test_a_question_is_a_read(method, path):
    assert is_read(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{API}/runs/create"),
        ("POST", f"{API}/runs/searches"),
        ("POST", f"{API}/runs/search/"),
        ("POST", f"/x{API}/runs/search"),
        ("POST", "/api/2.0/mlflow-artifacts/mpu/create/1/mlflow/runs/search"),
        ("POST", "/graphql/x"),
        ("PUT", f"{API}/runs/search"),
        ("DELETE", f"{API}/runs/search"),
        ("PATCH", f"{API}/users/update-admin"),
        ("post", f"{API}/runs/search"),
        ("TRACE", "/"),
        ("", ""),
    ],
)
def test_whatever_is_not_known_for_a_question_writes(method, path):
    assert not is_read(method, path)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "127.0.0.1:5000"),
        ("http://127.0.0.1:5000", "127.0.0.1:5000"),
        ("https://mlflow.example.org", "mlflow.example.org"),
        ("https://mlflow.example.org", "mlflow.example.org:443"),
    ],
)
def test_a_servers_own_page_is_not_foreign(origin, host):
    assert not is_foreign(origin, host)


@pytest.mark.parametrize(
    "origin",
    ["http://evil.org", "null", "", "http://127.0.0.1:8888", "http://localhost:5000", "http://127.0.0.1:5000.evil.org"],
)
def test_any_other_page_is(origin):
    assert is_foreign(origin, "127.0.0.1:5000")


def test_files_are_not_deleted_and_traces_not_written_by_anybody():
    assert is_closed("DELETE", "/api/2.0/mlflow-artifacts/artifacts/1/x")
    assert is_closed("DELETE", "/ajax-api/2.0/mlflow-artifacts/artifacts")
    assert is_closed("POST", "/api/3.0/mlflow/traces")
    assert not is_closed("POST", "/api/3.0/mlflow/traces/search")
    assert not is_closed("PUT", "/api/2.0/mlflow-artifacts/artifacts/1/x")
    assert not is_closed("DELETE", f"{API}/registered-models/delete")
