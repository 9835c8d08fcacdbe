"""The explorer: `python -m pipeline.explore` opens a page on this machine."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pipeline.common.errors import UserError
from pipeline.common.stage import run, say

_PAGE = Path(__file__).resolve().parent / "exploring" / "page.py"
_LOOPBACK = "127.0.0.1"
_INK, _ACCENT, _LINE, _WASH = "#1d2733", "#0b6e99", "#dfe5ea", "#f5f8fa"
"""As in the report's style sheet."""
_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif'
_QUIET = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
}
"""Nothing is sent anywhere, nothing leads elsewhere, and pages of other servers get nothing, whatever the account's own
settings of Streamlit say; tables leave by the page's own download, harmless in a sheet."""
_LOOKS = {
    "theme.base": "light",
    "theme.primaryColor": _ACCENT,
    "theme.linkColor": _ACCENT,
    "theme.textColor": _INK,
    "theme.borderColor": _LINE,
    "theme.secondaryBackgroundColor": _WASH,
    "theme.font": _FONT,
    "theme.baseFontSize": 14,
    "theme.paddingTop": "0.5rem",
}


def main() -> None:
    """Serve the page until it is stopped."""
    arguments = _arguments()
    # An answer is a few thousand rows: sharing them among threads costs more than it saves. XGBoost reads this as it
    # is imported, so it stands before the page.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import streamlit as st
    from streamlit import net_util

    # Where a page of another origin knocks, Streamlit asks a host on the Internet for the address of this machine.
    net_util.get_external_ip = _nothing
    settings: dict[str, Any] = {
        **_QUIET,
        **_LOOKS,
        "server.address": arguments.address,
        "server.port": arguments.port,
    }
    if arguments.address == _LOOPBACK:
        settings["server.allowedHosts"] = [_LOOPBACK, "localhost"]
    if arguments.no_browser:
        settings["server.headless"] = True
    st.App(_PAGE, lifespan=_warmed, routes=_routes()).run(config=settings)


def _nothing() -> None:
    """Ask nobody."""


def _routes() -> list[Any]:
    """Lead who opens the second page's own address there from the first one's.

    Streamlit's script looks for its server beneath any path but the first page's, and the browser notes what fails.
    """
    from starlette.responses import RedirectResponse
    from starlette.routing import Route

    from pipeline.exploring.names import PAGE, RANKINGS

    return [Route(f"/{RANKINGS}", lambda _: RedirectResponse(f"/?{PAGE}={RANKINGS}"))]


@asynccontextmanager
async def _warmed(_: Any) -> AsyncIterator[None]:
    """Load the models before anyone asks."""
    from pipeline.exploring.loaded import warm_up

    try:
        warm_up()
    except UserError as error:
        say(f"explore: {error}")
    yield


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.explore",
        description="Open a page in which mixtures are chosen and compared, and rankings filtered.",
        epilog="The page is reachable from this machine only, unless --address says otherwise.",
    )
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (8501)")
    parser.add_argument(
        "--address",
        default=_LOOPBACK,
        help=f"address to listen on ({_LOOPBACK}); 0.0.0.0 lets everybody in",
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    return parser.parse_args()


if __name__ == "__main__":
    run("explore", main)
