"""The second page: a campaign's ranking, filtered, ordered, downloaded, and each row opened in the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from features import join_lists
from pipeline.advising import loading_in_words
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import csv_text, read_gapped_csv, read_json
from pipeline.exploring.address import PREFIXES, as_query
from pipeline.exploring.choice import choice_of
from pipeline.exploring.filters import Wanted, components, filtered, ordered, orders
from pipeline.exploring.loaded import Stamp, advisor_and_stamp, stamp_of
from pipeline.exploring.showing import show
from pipeline.learning import VERDICTS
from pipeline.records import Vocabulary, scientific
from pipeline.reporting.wording import blended, subscripted
from pipeline.screening import TEXT_COLUMNS, Campaign, load_campaign, load_inventory
from pipeline.watching import read_checks

_N_ON_A_PAGE = 25


def ranked() -> None:
    """Show the page.

    Raises:
        UserError: There are no rankings yet, one is damaged, or a trip-wire stopped the run that wrote them.
    """
    paths = {path.stem: path for path in sorted(layout.RANKINGS.glob("*.csv"))}
    if not paths:
        raise UserError(f"{layout.RANKINGS}: no rankings; run `make screen` first")
    read_checks(layout.RANKINGS)
    with st.sidebar:
        name = st.selectbox("Campaign", list(paths), format_func=lambda stem: stem.replace("_", " "))
        ranking, asked = _read(paths[name], stamp_of(paths[name], paths[name].with_suffix(".json")))
        wanted = _show_filters(ranking)
        order = st.selectbox("Order by", orders(ranking)) if len(ranking) else "rank"
    found = ordered(filtered(ranking, wanted), order)
    told, download = st.columns([4, 1], gap="medium", vertical_alignment="center")
    with told:
        show("question", question=asked["question"], n_found=len(found), n_all=len(ranking))
    with download:
        st.download_button(
            "Download rows as CSV", csv_text(found), f"{name}.csv", "text/csv", on_click="ignore", width="stretch"
        )
    _show_rows(name, found)


def _show_filters(ranking: pd.DataFrame) -> Wanted:
    polymers, fillers = (components(ranking[kind]) for kind in ("polymer", "filler"))
    architectures = sorted(ranking["architecture"].unique())
    verdicts = [verdict for verdict in VERDICTS if verdict in set(ranking["verdict"])]
    return Wanted(
        polymers=tuple(st.multiselect("Polymer", polymers, placeholder="any")),
        fillers=tuple(st.multiselect("Filler", fillers, placeholder="any")),
        architectures=tuple(st.multiselect("Way to build", architectures, placeholder="any")),
        verdicts=tuple(st.multiselect("Known", verdicts, placeholder="inside, edge or outside of what is known")),
        least_conductivity_S_cm=st.number_input("Least conductivity, S/cm", 0.0, value=None, format="%.1e", step=1e-5)
        or 0.0,
    )


def _show_rows(name: str, found: pd.DataFrame) -> None:
    """Show as many rows as a page of the table holds."""
    if found.empty:
        show("told", lines=["No row is left; widen what is asked for at the left."])
        return
    n_pages = -(-len(found) // _N_ON_A_PAGE)
    slot = st.container()
    page = st.pagination(n_pages) if n_pages > 1 else 1
    advisor, _ = advisor_and_stamp()
    try:
        campaign = _campaign(name, advisor.vocabulary, stamp_of(_settings_of(name), layout.INVENTORY))
    except UserError as error:
        campaign = None
        show("told", lines=["The links carry no architecture, since the campaign cannot be read.", str(error)])
    shown = found.iloc[_N_ON_A_PAGE * (page - 1) : _N_ON_A_PAGE * page]
    with slot:
        show("ranking", rows=[_as_shown(row, campaign) for row in shown.to_dict("records")])


def _as_shown(row: dict[Any, Any], campaign: Campaign | None) -> dict[str, Any]:
    size, ratio = row.get("particle_size_nm"), row.get("salt_ratio")
    further = [
        row["salt"] if pd.isna(ratio) else f"{row['salt']}, {row['salt_ratio_unit']} {ratio:g}",
        row["additive"] if row["additives"] else "",
        "" if pd.isna(size) else f"{size:g} nm",
        f"{row['temperature_C']:g} °C",
    ]
    low, high = (scientific(10 ** row[f"log10_conductivity_{end}"]) for end in ("lower", "upper"))
    return {
        "rank": row["rank"],
        "pair": " / ".join(filter(None, (blended(row["polymer"]), subscripted(blended(row["filler"]))))),
        "further": ", ".join(filter(None, further)),
        "loading": loading_in_words({"filler_vol_fraction": float("nan"), **row}),
        "architecture": row["architecture"],
        "value": scientific(row["conductivity_S_cm"]),
        "range": f"{low} to {high}",
        "verdict": row["verdict"],
        "domain": row["domain"],
        "address": f"/?{urlencode(as_query({next(iter(PREFIXES)): cells_of(row, campaign)}))}",
    }


def cells_of(row: dict[Any, Any], campaign: Campaign | None) -> dict[str, str]:
    """Return the mixture of a ranking's row as cells of a sheet.

    Args:
        row: A row of a ranking.
        campaign: Says which tags a way to build and an additive stand for; None where it is gone.
    """
    way = campaign.architectures.get(row["architecture"]) if campaign else None
    added = campaign.additions.get(row["additive"]) if campaign else None
    tags = join_lists(part.tags for part in (way, added) if part)
    vol = float("nan")
    return choice_of({"particle_size_nm": vol, "filler_vol_fraction": vol, **row, "architecture_tags": tags}).cells()


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(path: Path, stamp: Stamp) -> tuple[pd.DataFrame, dict[str, Any]]:  # noqa: ARG001  (part of the cache's key)
    return read_gapped_csv(path, TEXT_COLUMNS), read_json(path.with_suffix(".json"))


@st.cache_resource(max_entries=8, show_spinner="Reading the campaign")
def _campaign(name: str, _vocabulary: Vocabulary, stamp: Stamp) -> Campaign:  # noqa: ARG001
    inventory = load_inventory(layout.INVENTORY, _vocabulary) if layout.INVENTORY.is_file() else None
    return load_campaign(_settings_of(name), _vocabulary, inventory)


def _settings_of(name: str) -> Path:
    """Return the file of a campaign, whichever ending it has."""
    return next((path for path in layout.CAMPAIGNS.glob(f"{name}.y*ml")), layout.CAMPAIGNS / f"{name}.yaml")
