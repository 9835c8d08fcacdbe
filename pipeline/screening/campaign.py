"""A campaign: the question, the candidates, the limits. One YAML file in experiments/."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipeline.common.settings import Frozen
from pipeline.records import SALT_RATIOS
from pipeline.screening.experiments import BatchSettings
from pipeline.screening.goals import Goals
from pipeline.screening.grids import Loadings, Numbers, Sizes, Temperatures
from pipeline.screening.limits import Limits
from pipeline.screening.selection import Item, Name, Wanted

Text = Annotated[str, Field(max_length=300)]
Items = Annotated[tuple[Item, ...], Field(min_length=1, max_length=1000)]
AxisName = Literal[
    "polymer",
    "filler",
    "salt",
    "architecture",
    "additive",
    "salt_ratio",
    "particle_size_nm",
    "filler_wt_fraction",
    "temperature_C",
]
NO_ADDITIVE = "none"


class Architecture(Frozen):
    """One way to build the composite."""

    tags: Text = ""
    """Architecture tags joined by ";"."""
    additives: Text = ""
    """Additives and treatments joined by ";"."""
    only_with: tuple[Name, ...] = ()
    """Polymers that can be built so; all of the campaign's when left out."""
    only_fillers: tuple[Item, ...] = ()
    """Fillers that come in this form, written as the campaign's are; all of the campaign's when left out."""


class Addition(Frozen):
    """What goes into the composite beside polymer, salt and filler."""

    tags: Text = ""
    """Architecture tags that it brings, joined by ";"."""
    additives: Text = ""
    """Additives joined by ";"; none when empty."""


class AdditiveItem(Frozen):
    """One entry of a campaign's list of additives."""

    use: Text | None = None
    """Additives joined by ";", or "none"."""
    all: dict[Name, Wanted] | None = None
    """Conditions on the table of additives: each that meets them, alone."""
    tags: Text = ""
    """Architecture tags that they bring, such as "plasticised"."""

    @model_validator(mode="before")
    @classmethod
    def _may_be_a_name(cls, item: Any) -> Any:
        return {"use": item} if isinstance(item, str) else item

    @model_validator(mode="after")
    def _is_one_of_two(self) -> AdditiveItem:
        if (self.use is None) == (self.all is None):
            raise ValueError("`use: ...` or `all: {...}` was expected")
        return self


class SaltRatio(Frozen):
    """How much salt the candidates hold."""

    value: Numbers
    """The numbers."""
    unit: Literal["EO:Li", "wt%", "mol%", "mol/kg", "polymer:salt"] = "EO:Li"
    """In which terms: coordinating units for each lithium, weight per cent of polymer and salt, mol for each hundred
    repeat units, mol for each kilogram of polymer, or polymer for each mass of salt."""

    @model_validator(mode="after")
    def _is_sensible(self) -> SaltRatio:
        smallest, largest = SALT_RATIOS[self.unit]
        if outside := [number for number in self.value if not smallest <= number <= largest]:
            raise ValueError(f"{smallest:g} to {largest:g} {self.unit} was expected, got {outside[0]:g}")
        return self


class Question(Frozen):
    """What a campaign's file says but for its components."""

    question: str = Field(min_length=1, max_length=1000)
    """The question in words, printed above the answer."""
    temperature_C: Temperatures  # noqa: N815
    """The temperature at which candidates are compared; several make an axis of the space."""
    filler_wt_fractions: Loadings
    """The loading grid: filler mass for each mass of composite."""
    architectures: Annotated[dict[Name, Architecture], Field(min_length=1)]
    """Named ways to build the composite."""
    salt_ratio: SaltRatio | None = None
    """How much salt there is; not known where left out."""
    particle_size_nm: Sizes | None = None
    """The smallest width of the filler's units; not known where left out."""
    limits: Limits = Limits()
    goals: Goals | None = None
    """What is traded against what; nothing where left out."""
    batch: BatchSettings = BatchSettings(n=8)
    """How the next experiments are chosen."""
    distinct: Annotated[tuple[AxisName, ...], Field(min_length=1)] = ("polymer", "filler")
    """Axes that tell ranked mixtures apart: of those that are the same in these, only the best is ranked."""
    order_by: Literal["lower", "mean"] = "lower"
    """Whether the lower end of the interval or the predicted value has to be large."""


class Asked(Question):
    """A campaign's file, its components as they are written."""

    polymers: Items
    salts: Items
    fillers: Items
    additives: Annotated[tuple[AdditiveItem, ...], Field(min_length=1, max_length=1000)] = (
        AdditiveItem(use=NO_ADDITIVE),
    )


class Campaign(Question):
    """A campaign with every component resolved to the library's names."""

    polymers: tuple[str, ...]
    salts: tuple[str, ...]
    fillers: tuple[str, ...]
    additions: dict[str, Addition] = {NO_ADDITIVE: Addition()}  # noqa: RUF012
    """What may go in beside, by the name that is shown."""
