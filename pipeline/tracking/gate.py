"""Who may do what on `make server`, asked before MLflow's own permissions: its `authorization_function`.

What MLflow (3.17) leaves open is closed here.

- It lets everybody create, and gives what was created to its maker: a user who may only read still makes experiments,
  models and secrets. Here who was not made a writer writes nothing.
- It serves an assistant that runs programs on this machine for whoever has a login, and gateways, jobs and webhooks
  that call other machines. Nothing of ours needs them.
- Who creates an experiment may name any folder of the server's disk as the place of its files.
- Deleting a file follows symbolic links out of the folder of artifacts. Nothing of ours deletes files.
- It answers pages of any port of this machine as its own: on a shared one those of other people too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.datastructures import Authorization

PLACE = f"{__name__}:authorize"
"""How MLflow's settings name the function."""
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_API = r"/(?:ajax-)?api/\d+\.\d+"
_CLOSED = re.compile(
    rf"/gateway(?:/|$)|/v1/traces|{_API}/jobs(?:/|$)"
    rf"|{_API}/mlflow/(?:assistant|demo|gateway|gateway-proxy|genai|jobs|mcp-servers|prompt-optimization|scorer|scorers"
    r"|ui-telemetry|webhooks)(?:/|$)"
    rf"|{_API}/mlflow/issues/invoke"
)
"""What runs programs, calls other machines or keeps their keys."""
_FILES = re.compile(rf"{_API}/mlflow-artifacts(?:/|$)")
_TRACES = re.compile(rf"{_API}/mlflow/traces(?:/|$)")
"""Who writes one names the place of its file in a tag."""
_CREATES_EXPERIMENT = re.compile(rf"{_API}/mlflow/experiments/create")
_READS_BY_POST = re.compile(
    rf"{_API}/mlflow/(?:datasets|experiments|issues|logged-models|runs|traces)/search|/graphql"
    rf"|{_API}/mlflow/experiments/search-datasets|{_API}/mlflow/registered-models/get-latest-versions"
)
"""Questions that are too long for an address. MLflow's GraphQL answers questions alone."""
_OWN_PASSWORD = re.compile(rf"{_API}/mlflow/users/update-password")
"""MLflow lets users change their own, and nobody else's."""
_EVERYTHING = "*"
_USUAL_PORT = re.compile(r":(?:80|443)$")


def authorize() -> Authorization | Response:
    """Return who asks, or the refusal."""
    from flask import Response, request
    from mlflow.server.auth import authenticate_request_basic_auth

    found: Authorization | Response = authenticate_request_basic_auth()
    if isinstance(found, Response):
        return found
    if is_foreign(request.headers.get("Origin"), request.host):
        return _refused("Pages of other servers get nothing here.")
    if is_closed(request.method, request.path):
        return _refused("This server does not offer that.")
    if not is_read(request.method, request.path) and not _may_write(found.username or ""):
        return _refused("You may read here, not write: ask the server's owner.")
    if _CREATES_EXPERIMENT.fullmatch(request.path) and _names_a_place():
        return _refused("This server decides where files lie: leave out artifact_location.")
    return found


def is_foreign(origin: str | None, host: str) -> bool:
    """Say whether a browser asks for a page that came from another server than this one.

    Args:
        origin: Where that page came from, as browsers tell it of every request but a page's own questions.
        host: What this server was called in the request.
    """
    if origin is None:
        return False
    return _USUAL_PORT.sub("", urlsplit(origin).netloc) != _USUAL_PORT.sub("", host)


def is_closed(method: str, path: str) -> bool:
    """Say whether nobody may do that here."""
    if _CLOSED.match(path):
        return True
    return (method == "DELETE" and _FILES.match(path) is not None) or (
        not is_read(method, path) and _TRACES.match(path) is not None
    )


def is_read(method: str, path: str) -> bool:
    """Say whether a request changes nothing but at most the password of who asks."""
    if method == "POST":
        return _READS_BY_POST.fullmatch(path) is not None
    return method in _SAFE_METHODS or (method == "PATCH" and _OWN_PASSWORD.fullmatch(path) is not None)


def _refused(why: str) -> Response:
    from flask import Response

    return Response(f"{why}\n", 403, mimetype="text/plain")


def _names_a_place() -> bool:
    """Say whether an experiment is to keep its files elsewhere; read as MLflow does, which knows two spellings."""
    from mlflow.protos.service_pb2 import CreateExperiment
    from mlflow.server.handlers import _get_request_message

    return bool(_get_request_message(CreateExperiment()).artifact_location)


def _may_write(user: str) -> bool:
    """Say whether a user is an administrator, or was granted more than reading of everything of a kind.

    What a user once made does not count: MLflow grants that by itself. Of what exactly may be written, it decides.
    """
    from mlflow.server.auth import store
    from mlflow.server.auth.permissions import get_permission

    known = store.get_user(user)
    granted = (one for role in store.list_user_roles(known.id) for one in role.permissions)
    wide = (get_permission(one.permission) for one in granted if one.resource_pattern == _EVERYTHING)
    return bool(known.is_admin or any(permission.can_update for permission in wide))
