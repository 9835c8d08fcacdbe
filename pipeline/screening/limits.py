"""The limits of a campaign: their settings, and one table that says what each does, why, and where that is stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.common.errors import Problem
from pipeline.common.settings import Frozen
from pipeline.records import TEMPERATURE, Vocabulary
from pipeline.screening.restriction import Closing, Knowledge, Levels, Restriction
from pipeline.screening.rules.building import in_stock, without_processing
from pipeline.screening.rules.clumping import no_clumping
from pipeline.screening.rules.composition import critical, dear, excluded
from pipeline.screening.rules.heat import no_boiling
from pipeline.screening.rules.known import known_components, known_structures, measured_together
from pipeline.screening.rules.lithium import stable_against_lithium
from pipeline.screening.rules.loading import fits_tags
from pipeline.screening.rules.oxidation import bears_cathode
from pipeline.screening.rules.sulfides import only_dry

Name = Annotated[str, Field(min_length=1, max_length=300)]


class Limits(Frozen):
    """What a candidate must keep to; a limit that is left out does not apply."""

    exclude_elements: tuple[Name, ...] = ()
    """Element symbols that no filler, salt or polymer may hold; lithium is asked of the fillers alone."""
    exclude_critical_elements: bool = False
    """Drop fillers and salts that hold a critical raw material of the European Union; lithium is not counted."""
    max_filler_element_cost_USD_kg: float | None = Field(default=None, gt=0, le=1e6)  # noqa: N815
    """Most that the elements of a filler may cost."""
    stable_against_lithium_metal: bool = False
    """Drop what lithium metal reduces, unless a layer or a coating is in front of it."""
    cathode_voltage_V: float | None = Field(default=None, ge=2, le=6)  # noqa: N815
    """Highest voltage of the cathode against Li/Li⁺, which the polymer has to bear."""
    unknown_oxidation_limit: Literal["drop", "keep"] = "drop"
    """What becomes of polymers whose oxidation limit no source states; belongs to `cathode_voltage_V`."""
    sulfides_only_dry: bool = False
    """Drop sulfides beside liquids, gels, solvents and plasticisers."""
    no_clumping: bool = False
    """Drop loadings at which separate particles clump."""
    loading_fits_tags: bool = False
    """Drop loadings that contradict an architecture's tags."""
    max_temperature_C: float | None = Field(default=None, ge=TEMPERATURE.lowest, le=TEMPERATURE.highest)  # noqa: N815
    """Highest temperature that the electrolyte has to stand: liquids that boil below it fall."""
    exclude_processing: tuple[Name, ...] = ()
    """Architecture tags that no architecture or additive may have, said or implied."""
    only_inventory: bool = False
    """Keep only what data/raw/lab/inventory.csv lists."""
    require_known_structures: bool = False
    """Keep only polymers and fillers whose repeat unit or formula the tables hold."""
    require_known_components: bool = False
    """Keep only polymers and fillers that the model has seen, each with any partner."""
    require_measured_together: bool = False
    """Keep only polymers and fillers that were measured together, and salts that were measured."""
    min_stability_window_V: float | None = Field(default=None, ge=0, le=10)  # noqa: N815
    """Least predicted stability window against Li/Li⁺."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Limits:
        if "unknown_oxidation_limit" in self.model_fields_set and self.cathode_voltage_V is None:
            raise ValueError("unknown_oxidation_limit says nothing without cathode_voltage_V; add it or leave both out")
        return self


@dataclass(frozen=True)
class Limit:
    """One limit of the table.

    Attributes:
        says: What falls.
        because: Why.
        source: Where that is stated.
        close: Closes levels; None of a limit on a prediction, which whoever predicts applies.
    """

    says: str
    because: str
    source: str
    close: Callable[[Limits, Levels, Knowledge], list[Closing]] | None


def _cathode(limits: Limits, levels: Levels, knowledge: Knowledge) -> list[Closing]:
    keeps_unknown = limits.unknown_oxidation_limit == "keep"
    return bears_cathode(limits.cathode_voltage_V or 0.0, keeps_unknown, levels, knowledge)


LIMITS: dict[str, Limit] = {
    "exclude_elements": Limit(
        "fillers, salts and polymers that hold, or may hold, one of the elements",
        "the campaign excludes them",
        "the campaign; formulas and structures of data/raw/components",
        lambda limits, levels, known: excluded(limits.exclude_elements, levels, known),
    ),
    "exclude_critical_elements": Limit(
        "fillers and salts that hold, or may hold, a critical raw material",
        "their supply is at risk",
        "Regulation (EU) 2024/1252 of 11 April 2024, Annexes I and II; critical_elements.csv",
        lambda _, levels, known: critical(levels, known),
    ),
    "max_filler_element_cost_USD_kg": Limit(
        "fillers whose elements cost more, or of which that is not known",
        "a filler costs at least what its elements cost",
        "element prices of 2013 that pymatgen ships",
        lambda limits, levels, known: dear(limits.max_filler_element_cost_USD_kg or 0.0, levels, known),
    ),
    "stable_against_lithium_metal": Limit(
        "fillers with Ti, Ge or Sn, sulfides, metal halides and nitrile polymers without protection",
        "lithium metal reduces them",
        "review 001, Section 2.1; review 002, Sections 3.1 and 4.2; review 003, Sections 3.2 and 4.3.2; review 004, "
        "Section 4.1; doi 10.1126/sciadv.adc9516; constants.csv",
        lambda _, levels, known: stable_against_lithium(levels, known),
    ),
    "cathode_voltage_V": Limit(
        "polymers that are oxidised below the cathode's voltage",
        "the polymer limits how far a composite can be charged",
        "constants.csv; review 000, Section 3.2; review 004, Section 4",
        _cathode,
    ),
    "sulfides_only_dry": Limit(
        "sulfides beside liquids, gels, solvents and plasticisers",
        "solvents degrade thiophosphates, some at once and some only in the cell",
        "J. Ruhl et al., Impact of Solvent Treatment of the Superionic Argyrodite Li6PS5Cl on Solid-State Battery "
        "Performance, Adv. Energy Sustainability Res. (abstract)",
        lambda _, levels, known: only_dry(levels, known),
    ),
    "no_clumping": Limit(
        "loadings of separate particles above those of clumping.csv",
        "particles of high surface energy gather, which cuts the paths of the ions",
        "review 000, Sections 4.1 and 4.2; review 002, Section 4.2; review 003, Section 4.2.1; clumping.csv",
        lambda _, levels, known: no_clumping(levels, known),
    ),
    "loading_fits_tags": Limit(
        "polymer in ceramic below half of the mass, ceramic in polymer above it, frameworks below a tenth",
        "the tag says that the ceramic, or the polymer, is the majority; no thinner scaffold was found",
        "tags.csv; review 000, Section 3.1 and Table 2",
        lambda _, levels, known: fits_tags(levels, known),
    ),
    "max_temperature_C": Limit(
        "liquids that boil at or below the temperature",
        "they leave the film or swell the cell",
        "boiling points of constants.csv",
        lambda limits, levels, known: no_boiling(limits.max_temperature_C or 0.0, levels, known),
    ),
    "exclude_processing": Limit(
        "architectures and additives with one of the tags, said or implied",
        "the campaign excludes them",
        "the campaign; tags.csv",
        lambda limits, levels, known: without_processing(limits.exclude_processing, levels, known.library),
    ),
    "only_inventory": Limit(
        "everything of which a part is not in stock",
        "it cannot be made today",
        "data/raw/lab/inventory.csv",
        lambda _, levels, known: in_stock(levels, known),
    ),
    "require_known_structures": Limit(
        "polymers without a repeat unit and fillers without a formula",
        "the model reads a component's structure, and of these it reads nothing",
        "polymers.csv and fillers.csv; docs/MODELS.md",
        lambda _, levels, known: known_structures(levels, known),
    ),
    "require_known_components": Limit(
        "polymers and fillers that were never measured",
        "errors grow with what the model has not seen",
        "the model's domain; docs/MODELS.md",
        lambda _, levels, known: known_components(levels, known),
    ),
    "require_measured_together": Limit(
        "pairs of polymer and filler never measured together, and salts never measured",
        "errors are smallest within pairs that were measured",
        "the model's domain; docs/MODELS.md",
        lambda _, levels, known: measured_together(levels, known),
    ),
    "min_stability_window_V": Limit(
        "candidates whose predicted stability window is narrower",
        "the campaign asks for it",
        "the model of the stability window; docs/MODELS.md",
        None,
    ),
}
"""Every limit by its key, in the order of the gates."""


def restrictions(limits: Limits, levels: Levels, knowledge: Knowledge) -> list[Restriction]:
    """Say what the limits that are switched on leave of a space.

    Args:
        limits: The campaign's limits, resolved.
        levels: The levels of each axis.
        knowledge: What is known of the components, and what is in stock.

    Returns:
        One or several restrictions a limit, each on the few axes that it looks at, in the order of `LIMITS`. Limits on
        predictions are not among them.

    Raises:
        UserError: A limit needs an inventory or a model that is not there.
    """
    return [
        Restriction(key, closing.reason, limit.source, closing.axes, closing.allowed)
        for key, limit in LIMITS.items()
        if limit.close is not None and _is_on(getattr(limits, key))
        for closing in limit.close(limits, levels, knowledge)
    ]


def resolve(limits: Limits, vocabulary: Vocabulary, file: str) -> tuple[Limits, list[Problem]]:
    """Write the limits' names as the tables do.

    Args:
        limits: As a campaign's file states them.
        vocabulary: Knows the tags.
        file: Named in the problems.

    Returns:
        The limits, and every name that is not known.
    """
    problems = [
        Problem(file, 0, "limits.exclude_elements", symbol, "an element symbol such as Ge was expected")
        for symbol in limits.exclude_elements
        if not _is_element(symbol)
    ]
    tags = []
    for text in limits.exclude_processing:
        try:
            tags.append(_one_tag(text, vocabulary))
        except ValueError as error:
            problems.append(Problem(file, 0, "limits.exclude_processing", text, str(error)))
    changed = {"exclude_elements": _once(limits.exclude_elements), "exclude_processing": _once(tags)}
    return limits.model_copy(update=changed), problems


def _one_tag(text: str, vocabulary: Vocabulary) -> str:
    """Return a tag as its table writes it, without what it implies."""
    if ";" in text:
        raise ValueError("one tag an entry was expected, as in [electrospun, ice_templated]")
    meant = vocabulary.tags(text)
    return next(tag for tag in meant if set(vocabulary.library.with_implied([tag])) == set(meant))


def _is_on(setting: object) -> bool:
    """Say whether a limit applies; a number may be 0."""
    return setting is not None and setting is not False and setting != ()


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _is_element(symbol: str) -> bool:
    from pymatgen.core import Element

    return symbol in {str(element.value) for element in Element.__members__.values()}
