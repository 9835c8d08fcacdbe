"""The domain of applicability: what of a mixture was measured before, how far it is from that, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, canonical_repeat_unit, filler_family, polymer_family, split_mixture
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.similarity import (
    DescriptorScale,
    Located,
    fit_scale,
    leaf_distance,
    leaf_distance_to_other_works,
)

INSIDE, EDGE, OUTSIDE = "inside", "edge", "outside"
VERDICTS = (INSIDE, EDGE, OUTSIDE)
"""From the most trusted to the least."""
MEASURED_TOGETHER = "measured together"
MEASURED_APART = "each measured, not together"
_SHARES = (0.9, 0.99)
"""Shares of new papers that lie nearer than what is at the edge, and than what is outside."""
_NO_FAMILY = frozenset({"", "other", "unnamed"})
_WITHOUT_SALT = frozenset({"", "none"})
Remark = tuple[str, str]
"""A verdict and its reason in words."""
_BEYOND: tuple[list[Remark], ...] = (
    [],
    [(EDGE, "like little that was measured (further off than 9 of 10 new papers)")],
    [(OUTSIDE, "like nothing that was measured (further off than 99 of 100 new papers)")],
)
"""What is said beyond no limit, the first, the second."""


@dataclass(frozen=True)
class Domain:
    """What a model knows of. Each part of a blend counts by itself.

    Attributes:
        polymers: Names of the polymers that were measured; "" stands for none, as in a ceramic.
        repeat_units: Their structures.
        polymer_families: Their classes.
        fillers: Names of the fillers; "" stands for none, as in a neat polymer.
        filler_families: Their structure families.
        salts: Names of the salts.
        pairs: Polymer and filler that were measured together, "PEO | LLZO".
        temperature_C: The coldest and the hottest measurement.
        scale: What makes descriptors comparable.
        leaf_limits: Leaf distances beyond which a mixture is at the edge, and outside.
        descriptor_limits: The same of the distance between descriptors.
    """

    polymers: tuple[str, ...]
    repeat_units: tuple[str, ...]
    polymer_families: tuple[str, ...]
    fillers: tuple[str, ...]
    filler_families: tuple[str, ...]
    salts: tuple[str, ...]
    pairs: tuple[str, ...]
    temperature_C: tuple[float, float]  # noqa: N815
    scale: DescriptorScale
    leaf_limits: tuple[float, float]
    descriptor_limits: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Domain:
        """Read what `to_dict` wrote, also after a way through JSON."""
        parts = {key: tuple(part) for key, part in stored.items() if key != "scale"}
        return cls(**parts, scale=DescriptorScale.from_dict(stored["scale"]))

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        names = ("polymers", "repeat_units", "polymer_families", "fillers", "filler_families", "salts", "pairs")
        return {name: frozenset(getattr(self, name)) for name in names}


def fit_domain(evidence: Evidence, located: Located, library: Library, blocks: Mapping[str, str]) -> Domain:
    """Learn what was measured, and how far a new paper usually is from what was measured before it.

    The limits are quantiles, over works, of the distance between each judged record and the records of other works.

    Args:
        evidence: n records of the literature and the lab, of two works at least; all are references.
        located: Where they lie, n rows.
        library: Gives repeat units and families.
        blocks: Block of each feature by its name.
    """
    keys, works, weights = evidence.keys, evidence.groups, evidence.work_weights
    counts = evidence.is_judged if evidence.is_judged.any() else np.ones(len(evidence), dtype=bool)
    scale = fit_scale(located.features, weights, works, blocks)
    by_leaves = leaf_distance_to_other_works(located.leaves, works)
    by_descriptors = scale.distance_to_other_works(located.features, works)
    polymers, fillers, salts = (_parts_of_all(keys[name]) for name in ("polymer", "filler", "salt"))
    temperatures = keys["temperature_C"].to_numpy(float)
    return Domain(
        polymers=polymers,
        repeat_units=_distinct(_repeat_unit(name, library) for name in polymers),
        polymer_families=_distinct(polymer_family(name, library) for name in polymers),
        fillers=fillers,
        filler_families=_distinct(filler_family(name, library) for name in fillers),
        salts=salts,
        pairs=tuple(
            sorted({pair for p, f in zip(keys["polymer"], keys["filler"], strict=True) for pair in _pairs(p, f)})
        ),
        temperature_C=(float(np.nanmin(temperatures)), float(np.nanmax(temperatures))),
        scale=scale,
        leaf_limits=_limits(by_leaves[counts], weights[counts]),
        descriptor_limits=_limits(by_descriptors[counts], weights[counts]),
    )


def judge(
    domain: Domain, mixtures: pd.DataFrame, located: Located, references: Located, library: Library
) -> pd.DataFrame:
    """Say of each mixture whether the model knows of such, and why.

    Inside: polymer and filler were measured together. Edge: each was, but not together; or one of them was not, but
    its repeat unit or its family; or the salt was not; or the mixture is further from the record than nine of ten new
    papers were. Outside: not even the family, or neither polymer nor filler; a temperature beyond those measured; or
    further off than 99 of 100. docs/MODELS.md gives the errors on which these steps rest.

    Args:
        domain: What is known.
        mixtures: n rows with `polymer`, `filler`, `salt` and `temperature_C`.
        located: Where they lie, n rows.
        references: Where the records lie from which `domain` was learned.
        library: Gives repeat units and families.

    Returns:
        n rows under the index of `mixtures`: `verdict`, `leaf_distance` (0 to 1), `descriptor_distance` (1: as far as a
        typical new paper) and `reason`: `MEASURED_TOGETHER` alone if and only if inside, and first wherever it is true.
    """
    by_leaves = leaf_distance(located.leaves, references.leaves)
    by_descriptors = domain.scale.distance(located.features, references.features)
    steps = np.maximum(_steps(by_leaves, domain.leaf_limits), _steps(by_descriptors, domain.descriptor_limits))
    found = []
    for polymer, filler, salt, temperature, step in zip(
        *(mixtures[name] for name in ("polymer", "filler", "salt", "temperature_C")), steps, strict=True
    ):
        remarks = _of_components(domain, polymer, filler, library) + _of_salt(domain, salt)
        remarks += _of_temperature(domain, temperature) + _BEYOND[step]
        found.append((max((verdict for verdict, _ in remarks), key=VERDICTS.index), "; ".join(r for _, r in remarks)))
    return pd.DataFrame(
        {
            "verdict": [verdict for verdict, _ in found],
            "reason": [reason for _, reason in found],
            "leaf_distance": by_leaves,
            "descriptor_distance": by_descriptors,
        },
        index=mixtures.index,
    )


def _of_components(domain: Domain, polymer: str, filler: str, library: Library) -> list[Remark]:
    known = domain._known
    of_polymer = [_of_polymer(known, name, library) for name in _parts(polymer) if name not in known["polymers"]]
    of_filler = [_of_filler(known, name, library) for name in _parts(filler) if name not in known["fillers"]]
    if of_polymer and of_filler:
        return [(OUTSIDE, reason) for _, reason in of_polymer + of_filler]
    if of_polymer or of_filler:
        return of_polymer or of_filler
    if all(pair in known["pairs"] for pair in _pairs(polymer, filler)):
        return [(INSIDE, MEASURED_TOGETHER)]
    absent = "" if polymer and filler else f"measured, but never without a {'filler' if polymer else 'polymer'}"
    return [(EDGE, absent or MEASURED_APART)]


def _of_polymer(known: Mapping[str, frozenset[str]], name: str, library: Library) -> Remark:
    if not name:
        return OUTSIDE, "nothing without a polymer measured"
    if (unit := _repeat_unit(name, library)) and unit in known["repeat_units"]:
        return EDGE, f"polymer {name} never measured, but one of the same repeat unit"
    return _never("polymer", name, polymer_family(name, library), known["polymer_families"])


def _of_filler(known: Mapping[str, frozenset[str]], name: str, library: Library) -> Remark:
    if not name:
        return OUTSIDE, "nothing without a filler measured"
    return _never("filler", name, filler_family(name, library), known["filler_families"])


def _never(kind: str, name: str, family: str, measured: frozenset[str]) -> Remark:
    """Judge a component that was never measured by its family; where none is named, the distances alone can tell."""
    shown = family.replace("_", " ")
    if family in _NO_FAMILY:
        return EDGE, f"{kind} {name} never measured, and of no named family"
    if family in measured:
        return EDGE, f"{kind} {name} never measured, but others of its family ({shown})"
    return OUTSIDE, f"{kind} {name} never measured, nor any of its family ({shown})"


def _of_salt(domain: Domain, salt: str) -> list[Remark]:
    unknown = [name for name in _parts(salt) if name not in domain._known["salts"] | _WITHOUT_SALT]
    return [(EDGE, f"salt {name} never measured") for name in unknown]


def _of_temperature(domain: Domain, temperature: float) -> list[Remark]:
    coldest, hottest = domain.temperature_C
    if not (temperature < coldest or temperature > hottest):
        return []
    words = f"{temperature:g} °C, measured from {coldest:g} to {hottest:g} °C"
    return [(OUTSIDE, words.replace("-", "−"))]


def _steps(distances: Floats, limits: tuple[float, float]) -> npt.NDArray[np.intp]:
    """Return how many limits n distances lie beyond, shape (n,)."""
    return np.searchsorted(np.array(limits), distances, side="left")


def _limits(distances: Floats, weights: Floats) -> tuple[float, float]:
    """Return the smallest distances that the shares of the weight stay within."""
    order = np.argsort(distances, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    edge, outside = (float(distances[order][np.searchsorted(share, end - 1e-9)]) for end in _SHARES)
    return edge, outside


def _parts(mixture: str) -> list[str]:
    """Return the names in a mixture; "" where there is none."""
    return [name for name, _ in split_mixture(mixture)] or [""]


def _parts_of_all(mixtures: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for mixture in mixtures for name in _parts(mixture)}))


def _pairs(polymer: str, filler: str) -> list[str]:
    return [f"{one} | {other}" for one in _parts(polymer) for other in _parts(filler)]


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - {""}))


def _repeat_unit(name: str, library: Library) -> str:
    """Return a polymer's canonical structure; "" where it is not defined."""
    structure = name if "*" in name else library.polymers.get(name, {}).get("psmiles", "")
    return canonical_repeat_unit(structure) if structure else ""
