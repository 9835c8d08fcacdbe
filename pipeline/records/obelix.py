"""OBELiX: measured conductivities of lithium ceramics at room temperature, as records without a polymer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.records.public import PublicRow, PublicSet

_FORMULA = "Reduced Composition"
_CONDUCTIVITY = "Ionic conductivity (S cm-1)"
_HYDRATE = re.compile(r"[*·](?=\()")
"""The dot of "…·(H2O)18", which the set prints as a star."""


def _read(number: int, row: Mapping[str, str]) -> PublicRow:  # noqa: ARG001
    family = f" ({row['Family']})" if row["Family"] else ""
    dois = [doi.strip() for doi in row["DOI"].split("|") if doi.strip()]
    return PublicRow(
        cells={
            "sample": f"{row[_FORMULA]}{family}",
            "filler": _HYDRATE.sub("", "".join(row[_FORMULA].split())),
            "temperature_C": "RT",
            "conductivity": row[_CONDUCTIVITY],
            "conductivity_unit": "S/cm",
            "note": row["note"],
        },
        key=row["ID"],
        group=row["Ref"] or row["ID"],
        doi=dois[0].removeprefix("https://doi.org/") if dois else "",
    )


OBELIX = PublicSet(
    name="obelix",
    columns=("ID", _FORMULA, _CONDUCTIVITY, "Family", "DOI", "Ref", "note"),
    citation="OBELiX, Therrien et al., Digital Discovery, 2026, doi 10.1039/d5dd00441a",
    read=_read,
)
"""The conductivity is the total one where total and bulk are both reported, a bound where the set prints "<1E-10"; all
are at room temperature (the README of https://github.com/NRC-Mila/OBELiX)."""
