"""Metadata of the data package: Frictionless for people's tools, Croissant for machine learning's."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

TITLE = "ionscreen: composite polymer electrolytes from the literature"
DESCRIPTION = (
    "Ionic conductivity, lithium transference number, electrochemical stability window and tensile strength of "
    "composite solid electrolytes (polymer, lithium salt, ceramic or other filler, architecture), of neat polymer "
    "electrolytes and of neat ceramics, transcribed by reading from five review articles and from the abstracts of "
    "primary papers, each with its place and its primary work."
)
LICENCE = "https://spdx.org/licenses/MIT.html"
KEYWORDS = ("solid electrolyte", "composite polymer electrolyte", "ionic conductivity", "lithium battery")
VERSION = "0.2.0"
RELEASED = datetime(2026, 11, 21)
CITATION = (
    f"{TITLE}, version {VERSION}, {RELEASED.year}; for a single value cite its primary paper, which works.csv names"
)
_FRICTIONLESS_TYPES = {"b": "boolean", "i": "integer", "f": "number"}


@dataclass(frozen=True)
class Table:
    """One CSV of the package.

    Attributes:
        name: Its name.
        frame: Its rows.
        meanings: The meaning of each column, in order.
        key: Column whose values are unique, or "".
        file_name: Name of the file in the package.
        n_bytes: Its size.
        sha256: Its hash.
    """

    name: str
    frame: pd.DataFrame
    meanings: dict[str, str]
    key: str
    file_name: str
    n_bytes: int
    sha256: str

    def kind(self, column: str) -> str:
        """Return numpy's letter for what a column holds: b, i, f or another for text."""
        dtype = self.frame[column].dtype
        return "i" if str(dtype) == "Int64" else str(getattr(dtype, "kind", "O"))


def frictionless(tables: list[Table]) -> dict[str, Any]:
    """Return the content of datapackage.json (Data Package standard, https://datapackage.org)."""
    from frictionless import Package, Resource, Schema

    resources = [
        Resource.from_descriptor(
            {
                "name": table.name,
                "path": table.file_name,
                "type": "table",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": table.n_bytes,
                "hash": f"sha256:{table.sha256}",
                "schema": Schema.from_descriptor(_schema(table)).to_descriptor(),
            }
        )
        for table in tables
    ]
    package = Package(
        name="ionscreen",
        title=TITLE,
        description=DESCRIPTION,
        version=VERSION,
        keywords=list(KEYWORDS),
        licenses=[{"name": "MIT", "path": LICENCE}],
        resources=resources,
    )
    return dict(package.to_descriptor())


def _schema(table: Table) -> dict[str, Any]:
    fields = []
    for column, meaning in table.meanings.items():
        kind = _FRICTIONLESS_TYPES.get(table.kind(column), "string")
        field: dict[str, Any] = {"name": column, "type": kind, "description": meaning}
        if kind == "boolean":
            field |= {"trueValues": ["True"], "falseValues": ["False"]}
        if kind == "number":
            field |= {"bareNumber": True}
        if column == table.key:
            field |= {"constraints": {"required": True, "unique": True}}
        fields.append(field)
    return {"fields": fields, "missingValues": [""], **({"primaryKey": [table.key]} if table.key else {})}


def croissant(tables: list[Table]) -> dict[str, Any]:
    """Return the content of croissant.json (Croissant 1.0, http://mlcommons.org/croissant/1.0)."""
    import mlcroissant as mlc

    types = {"b": mlc.DataType.BOOL, "i": mlc.DataType.INTEGER, "f": mlc.DataType.FLOAT}
    logging.getLogger("absl").setLevel(logging.ERROR)
    files = [
        mlc.FileObject(
            id=table.file_name,
            name=table.file_name,
            content_url=table.file_name,
            content_size=f"{table.n_bytes} B",
            encoding_formats=["text/csv"],
            sha256=table.sha256,
        )
        for table in tables
    ]
    record_sets = [
        mlc.RecordSet(
            id=table.name,
            name=table.name,
            key=[f"{table.name}/{table.key}"] if table.key else [],
            fields=[
                mlc.Field(
                    id=f"{table.name}/{column}",
                    name=column,
                    description=meaning,
                    data_types=[types.get(table.kind(column), mlc.DataType.TEXT)],
                    source=mlc.Source(file_object=table.file_name, extract=mlc.Extract(column=column)),
                )
                for column, meaning in table.meanings.items()
            ],
        )
        for table in tables
    ]
    metadata = mlc.Metadata(
        name="ionscreen",
        description=DESCRIPTION,
        license=[LICENCE],
        keywords=list(KEYWORDS),
        version=VERSION,
        cite_as=CITATION,
        date_published=RELEASED,
        distribution=files,
        record_sets=record_sets,
        data_biases=["Abstracts and reviews print the best sample of a paper: values lean high."],
        data_collection="Read by eye from reviews, abstracts and open texts; every row says where it stands.",
    )
    return dict(metadata.to_json())
