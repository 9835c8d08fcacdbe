"""Limits on what is known: measured components, polymer and filler measured together, structures."""

from __future__ import annotations

import numpy as np

from pipeline.common.errors import UserError
from pipeline.learning import Domain
from pipeline.screening.restriction import (
    Closing,
    Knowledge,
    Levels,
    distinct_parts,
    each_part,
    named,
    names_on,
    parts_of,
)


def known_components(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close polymers and fillers that the model has never seen, each with any partner.

    Raises:
        UserError: There is no model yet.
    """
    domain = _domain(knowledge, "require_known_components")
    return [
        _measured(levels, "polymer", domain.polymers),
        _measured(levels, "filler", domain.fillers),
    ]


def known_structures(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close polymers whose repeat unit, and fillers whose formula, no table holds: the model reads nothing of them."""
    library = knowledge.library
    has_unit = {
        name: "*" in name or bool(library.polymers[name]["psmiles"]) for name in distinct_parts(levels, "polymer")
    }
    has_formula = {
        name: name not in library.fillers or bool(library.fillers[name]["formula"])
        for name in distinct_parts(levels, "filler")
    }
    return [
        _passing(levels, "polymer", "repeat unit is known", has_unit),
        _passing(levels, "filler", "formula is known", has_formula),
    ]


def measured_together(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close pairs of polymer and filler that were never measured together, and salts that were never measured.

    Each part of a blend counts by itself, as in the domain of applicability.

    Raises:
        UserError: There is no model yet.
    """
    domain = _domain(knowledge, "require_measured_together")
    known = frozenset(domain.pairs)
    polymers, fillers = ([parts_of(name) or [""] for name in names_on(levels, axis)] for axis in ("polymer", "filler"))
    together = np.array(
        [[all(f"{one} | {other}" in known for one in p for other in f) for f in fillers] for p in polymers], dtype=bool
    ).reshape(len(polymers), len(fillers))
    pairs = Closing("polymer and filler measured together before", ("polymer", "filler"), together)
    return [pairs, _measured(levels, "salt", domain.salts)]


def _measured(levels: Levels, axis: str, names: tuple[str, ...]) -> Closing:
    known = frozenset(names)
    passes = {part: part in known for part in distinct_parts(levels, axis)}
    n_known = sum(passes.values())
    reason = f"{axis} measured before ({n_known} of {len(passes)})"
    return Closing(reason, (axis,), each_part(levels, axis, passes))


def _passing(levels: Levels, axis: str, what: str, passes: dict[str, bool]) -> Closing:
    absent = [name for name, passed in passes.items() if not passed]
    fallen = f" (falls: {named(absent)})" if absent else ""
    return Closing(f"{axis} whose {what}{fallen}", (axis,), each_part(levels, axis, passes))


def _domain(knowledge: Knowledge, key: str) -> Domain:
    if knowledge.domain is None:
        raise UserError(f"the limit {key} needs a model that was trained; run `dvc repro` or leave the limit out")
    return knowledge.domain
