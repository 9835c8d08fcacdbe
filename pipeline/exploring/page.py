"""The script that Streamlit runs for every change in the page."""

from __future__ import annotations

import streamlit as st

from pipeline.common.errors import UserError
from pipeline.exploring.explorer import explorer
from pipeline.exploring.loaded import red
from pipeline.exploring.names import PAGE, RANKINGS
from pipeline.exploring.ranked import ranked
from pipeline.exploring.showing import show, style

_SIDEBAR_PX = 340


def main() -> None:
    """Show the page that the address names; a user's mistake is told in words."""
    st.set_page_config(page_title="ionscreen", layout="wide", initial_sidebar_state=_SIDEBAR_PX)
    st.html(style())
    pages = [
        st.Page(explorer, title="Explorer", default=True),
        st.Page(ranked, title="Rankings", url_path=RANKINGS),
    ]
    chosen = st.navigation(pages, position="top")
    if st.query_params.get(PAGE) == RANKINGS:
        st.switch_page(pages[1])
    try:
        if tripped := red():
            show("tripped", tripped=tripped, level="h3", run="the last run")
        chosen.run()
    except UserError as error:
        show("told", lines=str(error).splitlines())


if __name__ == "__main__":
    main()
