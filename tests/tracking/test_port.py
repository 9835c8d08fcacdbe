"""A port at which somebody listens already."""

import socket
import sys

import pytest

from pipeline import server
from pipeline.common.errors import UserError


def test_a_port_that_is_taken_is_refused_with_what_may_listen_there(tmp_path, monkeypatch):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        given = ["--folder", str(tmp_path), "--database", f"sqlite:///{tmp_path}/runs.db", "--port", port]
        monkeypatch.setattr(sys, "argv", ["server", *given])
        with pytest.raises(UserError, match=rf"^127\.0\.0\.1:{port}: .*the MLflow of a server that was just killed"):
            server.main()
