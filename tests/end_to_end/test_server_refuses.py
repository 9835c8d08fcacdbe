"""Who is refused by the running server, and that no path leads out of the folder of artifacts."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

import pytest

from pipeline.tracking.gate import is_read

API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
CANARY = b"what lies outside of the folder of artifacts"
N_TRIES = 100


@pytest.fixture(scope="module")
def made(server):
    """A run and a model that somebody who may write made."""
    experiment = server.ask("POST", f"{API}/experiments/create", server.admin, {"name": "kept"}).json()["experiment_id"]
    run = server.ask("POST", f"{API}/runs/create", server.admin, {"experiment_id": experiment}).json()["run"]["info"]
    server.ask("POST", f"{API}/registered-models/create", server.admin, {"name": "kept"})
    asked = {"run_uuid": run["run_id"], "path": "page.html"}
    place = f"/ajax-api/2.0/mlflow/upload-artifact?{'&'.join(f'{k}={v}' for k, v in asked.items())}"
    assert server.ask("POST", place, server.admin, b"<script>1</script>").status == 200
    return {"experiment_id": experiment, "run_id": run["run_id"], "artifact_uri": run["artifact_uri"]}


@pytest.fixture
def unchanged(server, made):
    """Make sure that nothing was written while a test ran."""

    def state():
        asked = {"max_results": 100, "view_type": "ALL"}
        experiments = server.ask("POST", f"{API}/experiments/search", server.admin, asked)
        runs = server.ask("POST", f"{API}/runs/search", server.admin, {"experiment_ids": [made["experiment_id"]]})
        models = server.ask("GET", f"{API}/registered-models/search", server.admin)
        users = server.ask("GET", f"{API}/users/list", server.admin)
        assert {one.status for one in (experiments, runs, models, users)} == {200}
        return [one.json() for one in (experiments, runs, models, users)]

    before = state()
    yield
    assert state() == before


QUESTIONS = (
    "/",
    "/version",
    "/graphql",
    "/get-artifact?run_uuid=x&path=y",
    f"{API}/experiments/get-by-name?experiment_name=Default",
    f"{FILES}?path=",
    f"{FILES}/1/x",
    "/ajax-api/3.0/jobs/x",
    "/ajax-api/3.0/mlflow/assistant/config",
    "/gateway/mlflow/v1/models",
    "/api/3.0/mlflow/mcp-servers",
)


@pytest.mark.parametrize("path", QUESTIONS)
def test_without_a_login_nothing_is_told(server, path):
    assert server.ask("GET", path).status == 401
    for password in ("password1234", "password", ""):
        assert server.ask("GET", path, ("admin", password)).status == 401


def test_what_is_told_to_everybody_holds_no_data(server):
    assert server.ask("GET", "/health").text == "OK"
    told = server.ask("GET", "/api/3.0/mlflow/server-info").text
    assert server.password not in told
    assert str(server.folder) not in told


@pytest.mark.parametrize(
    "host", ["evil", "evil.example.org", "127.0.0.1", "127.0.0.1.evil.org:80", "localhost.evil.org", "", "a" * 5000]
)
@pytest.mark.parametrize("path", ["/", f"{API}/experiments/get?experiment_id=0", f"{FILES}/1/x"])
def test_a_name_that_is_not_its_own_is_refused(server, host, path):
    assert server.ask("GET", path, server.admin, headers={"Host": host}).status in (400, 403)


@pytest.mark.parametrize(
    "origin", ["http://evil.example.org", "null", "http://localhost:8888", "http://127.0.0.1:1", "https://127.0.0.1"]
)
def test_a_page_of_another_server_neither_writes_nor_reads(server, made, unchanged, origin):
    sent = {"Origin": origin}
    written = server.ask("POST", f"{API}/experiments/create", server.admin, {"name": "theirs"}, sent)
    read = server.ask("GET", f"{API}/experiments/get?experiment_id=0", server.admin, headers=sent)
    file = server.ask("PUT", f"{FILES}/{made['experiment_id']}/theirs.txt", server.admin, b"x", sent)
    assert [written.status, read.status, file.status] == [403, 403, 403]


def test_its_own_page_is_served(server):
    own = {"Origin": server.address}
    assert server.ask("GET", f"{API}/experiments/get?experiment_id=0", server.admin, headers=own).status == 200


def routes():
    """All that MLflow offers, by method and path; of a path that it offers twice, one."""
    from mlflow.server.assistant.api import assistant_router
    from mlflow.server.auth import routes as accounts
    from mlflow.server.gateway_api import gateway_router
    from mlflow.server.handlers import get_endpoints
    from mlflow.server.job_api import job_api_router
    from mlflow.server.mcp_server_api import get_mcp_server_api_route_prefixes, mcp_server_router
    from mlflow.server.otel_api import otel_router

    found = {(method, path) for path, _, methods in get_endpoints() for method in methods}
    for router, prefix in (
        *((each, "") for each in (assistant_router, gateway_router, job_api_router, otel_router)),
        (mcp_server_router, get_mcp_server_api_route_prefixes()[0]),
    ):
        found |= {(method, prefix + route.path) for route in router.routes for method in route.methods}
    paths = {path for path in vars(accounts).values() if isinstance(path, str) and path.startswith("/")}
    found |= {(method, path) for path in paths for method in ("POST", "PATCH", "DELETE")}
    twice = {(m, p) for m, p in found if p.startswith("/ajax-") and (m, f"/{p.removeprefix('/ajax-')}") in found}
    return sorted((method, re.sub(r"<[^>]*>|{[^}]*}", "1", path)) for method, path in found - twice)


@pytest.mark.filterwarnings("ignore:starlette.middleware.wsgi is deprecated")  # MLflow imports it
def test_who_may_only_read_writes_by_no_route_that_mlflow_has(server, reader, unchanged):
    writing = [(method, path) for method, path in routes() if not is_read(method, path)]
    assert len(writing) > 150
    answers = {(method, path): server.ask(method, path, reader, {}).status for method, path in writing}
    assert {route: status for route, status in answers.items() if status != 403} == {}


def test_who_may_only_read_reads(server, reader, made):
    run = made["run_id"]
    told = server.ask("GET", f"{API}/runs/get?run_id={run}", reader)
    assert told.json()["run"]["info"]["run_id"] == run
    assert server.ask("POST", f"{API}/runs/search", reader, {"experiment_ids": ["0"]}).status == 200
    page = server.ask("GET", f"/get-artifact?run_uuid={run}&path=page.html", reader)
    assert page.body == b"<script>1</script>"
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["x-content-type-options"] == "nosniff"


def test_what_a_reader_would_write_with_all_that_it_takes_is_refused(server, reader, made, unchanged):
    run, experiment = made["run_id"], made["experiment_id"]
    writes = [
        ("POST", "experiments/create", {"name": "mine"}),
        ("POST", "experiments/delete", {"experiment_id": experiment}),
        ("POST", "runs/create", {"experiment_id": experiment}),
        ("POST", "runs/set-tag", {"run_id": run, "key": "k", "value": "v"}),
        ("POST", "runs/log-parameter", {"run_id": run, "key": "k", "value": "v"}),
        ("POST", "runs/log-batch", {"run_id": run, "params": [{"key": "k", "value": "v"}]}),
        ("POST", "runs/delete", {"run_id": run}),
        ("POST", "registered-models/create", {"name": "mine"}),
        ("DELETE", "registered-models/delete", {"name": "kept"}),
        ("POST", "model-versions/create", {"name": "kept", "source": f"runs:/{run}/x", "run_id": run}),
        ("POST", "users/create", {"username": "second", "password": "a-long-password"}),
        ("PATCH", "users/update-admin", {"username": "reader", "is_admin": True}),
        ("PATCH", "users/update-password", {"username": "admin", "password": "a-long-password"}),
    ]
    for method, path, body in writes:
        assert server.ask(method, f"{API}/{path}", reader, body).status == 403, path
        assert server.ask(method, f"/ajax-api/2.0/mlflow/{path}", reader, body).status == 403, path
    place = f"{experiment}/{run}/artifacts/mine.txt"
    assert server.ask("PUT", f"{FILES}/{place}", reader, b"x").status == 403
    assert server.ask("POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=m", reader, b"x").status == 403
    grant = {"username": "reader", "resource_type": "experiment", "resource_id": "*", "permission": "MANAGE"}
    assert server.ask("POST", "/api/3.0/mlflow/users/permissions/grant", reader, grant).status == 403


def test_graphql_changes_nothing():
    from mlflow.server.graphql.graphql_schema_extensions import schema

    assert set(schema.graphql_schema.mutation_type.fields) == {
        "mlflowSearchRuns",
        "mlflowSearchDatasets",
        "testMutation",
    }


def test_who_was_made_a_writer_writes(server, made):
    writer = ("writer", "a-password-for-writing")
    named = dict(zip(("username", "password"), writer, strict=True))
    assert server.ask("POST", f"{API}/users/create", server.admin, named).status == 200
    change = {"experiment_id": made["experiment_id"], "key": "k", "value": "v"}
    assert server.ask("POST", f"{API}/experiments/set-experiment-tag", writer, change).status == 403
    of_all = {"username": "writer", "resource_type": "experiment", "resource_id": "*", "permission": "EDIT"}
    granted = server.ask("POST", "/api/3.0/mlflow/users/permissions/grant", server.admin, of_all)
    assert granted.status == 200, granted.text
    assert server.ask("POST", f"{API}/experiments/set-experiment-tag", writer, change).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/ajax-api/3.0/mlflow/assistant/message"),
        ("PUT", "/ajax-api/3.0/mlflow/assistant/config"),
        ("POST", "/ajax-api/3.0/mlflow/assistant/skills/install"),
        ("POST", "/gateway/proxy/x/y"),
        ("POST", "/ajax-api/2.0/mlflow/gateway-proxy"),
        ("POST", "/ajax-api/3.0/jobs/"),
        ("POST", "/api/2.0/mlflow/webhooks"),
        ("POST", "/api/3.0/mlflow/gateway/secrets/create"),
        ("POST", "/v1/traces"),
        ("POST", "/api/3.0/mlflow/traces"),
        ("DELETE", f"{FILES}/1/x"),
        ("DELETE", FILES),
    ],
)
def test_what_runs_programs_calls_others_or_deletes_files_is_closed_for_everybody(server, method, path):
    assert server.ask(method, path, server.admin, {}).status == 403


@pytest.fixture(scope="module")
def outside(server, made):
    """Folders and files beside the artifacts, with links to them from among the artifacts."""
    folder = server.folder / "outside"
    folder.mkdir()
    (folder / "canary.txt").write_bytes(CANARY)
    within = server.folder / "artifacts" / made["experiment_id"] / made["run_id"] / "artifacts"
    (within / "link").symlink_to(folder)
    (within / "file").symlink_to(folder / "canary.txt")
    (within / "dangling").symlink_to(folder / "planted.txt")
    (within / "round").symlink_to("round")
    return folder


def climbing(outside):
    """Paths that would leave a folder, by `..`, from the root, by links, encoded once and twice."""
    depth = "../" * 8
    target = str(outside / "canary.txt")
    plain = [
        *(f"{depth[: 3 * n]}outside/canary.txt" for n in (1, 2, 3, 4, 5)),
        f"{depth}{target.lstrip('/')}",
        f"x/{depth}{target.lstrip('/')}",
        f"./../{depth}outside/canary.txt",
        target,
        f"/{target}",
        f"file://{target}",
        f"file:{target}",
        "link/canary.txt",
        "link/planted.txt",
        "link/new/planted.txt",
        "link/../../../../outside/canary.txt",
        "file",
        "dangling",
        "round/x",
        "..",
        "../..",
        ".",
        "~/canary.txt",
        "C:\\canary.txt",
        "..\\..\\..\\outside\\canary.txt",
        "\\\\host\\share\\canary.txt",
        "..;/..;/outside/canary.txt",
        "．．/．．/outside/canary.txt",
        "‥/‥/outside/canary.txt",
        "..∕..∕outside∕canary.txt",
        "....//....//outside/canary.txt",
        "canary.txt\0.png",
        f"../{'a/' * 300}{'../' * 301}outside/canary.txt",
        f"{'a' * 300}/../../outside/canary.txt",
        "../outside/canary.txt#x",
        "../outside/canary.txt?x",
    ]
    once = [quote(path, safe="") for path in plain]
    twice = [quote(path, safe="") for path in once[:12]]
    overlong = ["%c0%ae%c0%ae/%c0%ae%c0%ae/outside/canary.txt", "%u002e%u002e/canary.txt", "%2e%2e%00/canary.txt"]
    dots = [path.replace("..", "%2e%2e").replace("/", "%2f") for path in plain[:6]]
    return [*once, *twice, *overlong, *dots]


def snapshot(server):
    """All beside the artifacts that is not the database's or the log, with its bytes."""
    apart = {"artifacts", "postgres", "mlflow.log"}
    tops = [path for path in server.folder.iterdir() if path.name not in apart]
    files = [file for top in tops for file in (top.rglob("*") if top.is_dir() else [top])]
    return {str(file): file.read_bytes() if file.is_file() else None for file in files}


def test_no_path_leads_out_of_the_folder_of_artifacts(server, made, outside):
    run = f"{made['experiment_id']}/{made['run_id']}/artifacts"
    before, n_tries = snapshot(server), 0
    for number, path in enumerate(climbing(outside)):
        tries = (
            ("GET", f"{FILES}/{run}/{path}", None),
            ("GET", f"{FILES}/{path}", None),
            ("GET", f"{FILES}?path={run}/{path}", None),
            ("GET", f"{API}/artifacts/list?run_id={made['run_id']}&path={path}", None),
            ("GET", f"/get-artifact?run_uuid={made['run_id']}&path={path}", None),
            ("GET", f"/static-files/{path}", None),
            ("PUT", f"{FILES}/{run}/{path}", b"planted"),
            ("PUT", f"{FILES}/{path}", b"planted"),
            ("POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={made['run_id']}&path={path}", b"planted"),
            ("POST", f"{API}-artifacts/mpu/create/{run}/{path}", b'{"path": "x", "num_parts": 1}'),
        )
        for method, place, body in tries if number % 4 == 0 else tries[number % 3 :: 3]:
            answer = server.ask(method, place, server.admin, body)
            n_tries += 1
            assert CANARY not in answer.body, (method, place)
            assert b"canary.txt" not in answer.body or answer.status >= 300, (method, place)
        assert snapshot(server) == before, path
    assert n_tries >= N_TRIES
    root = server.folder / "artifacts"
    assert {os.path.commonpath([root, where]) for where, *_ in os.walk(root)} == {str(root)}


PLACES = ("file://{}", "{}", "file:{}", "FILE://{}", "file://localhost{}", "../outside", "mlflow-artifacts:/../outside")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", ["artifact_location", "artifactLocation"])
def test_nobody_names_a_folder_of_the_server_as_the_place_of_files(server, outside, unchanged, place, key):
    asked = {"name": "elsewhere", key: place.format(outside)}
    assert server.ask("POST", f"{API}/experiments/create", server.admin, asked).status == 403


@pytest.mark.parametrize("source", [*PLACES, "runs:/{run}/../../../../outside", "http:///#/../..{}", "./x/..{}"])
@pytest.mark.parametrize("is_prompt", ["false", "true"])
def test_no_version_of_a_model_reads_a_folder_of_the_server(server, made, outside, source, is_prompt):
    tags = [{"key": "mlflow.prompt.is_prompt", "value": is_prompt}]
    model = {"name": re.sub(r"\W", "-", f"x{source} {is_prompt}"), "tags": tags}
    assert server.ask("POST", f"{API}/registered-models/create", server.admin, model).status == 200
    for run in ({}, {"run_id": made["run_id"]}):
        asked = model | {"source": source.format(outside, run=made["run_id"])} | run
        assert server.ask("POST", f"{API}/model-versions/create", server.admin, asked).status == 400
