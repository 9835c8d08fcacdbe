"""Exact search of a product of levels: the best mixtures of billions, to the last bit of the model."""

from pipeline.screening.search.search import (
    Aim,
    Allowed,
    Best,
    Floor,
    Prepared,
    Scope,
    Searcher,
    count,
    prepare,
    search,
    search_unpruned,
)

__all__ = [
    "Aim",
    "Allowed",
    "Best",
    "Floor",
    "Prepared",
    "Scope",
    "Searcher",
    "count",
    "prepare",
    "search",
    "search_unpruned",
]
