"""How much salt there is: EO:Li, molality and weight fraction, each from whichever the source states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from features import polymer
from features.dictionary import Feature

Floats = npt.NDArray[np.float64]
_GRAMS_PER_KG = 1000.0
_MOSTLY_SALT = 0.5
_UNKNOWN = "salt or its ratio not stated, or a molar mass not known"
FEATURES = (
    Feature(
        "salt_units_per_lithium",
        "salt",
        "1",
        "coordinating units of the polymer for each lithium: EO:Li where these are ether oxygens",
        "from EO:Li, mol%, mol/kg, wt% or polymer:salt through the repeat unit",
        "record",
        _UNKNOWN,
    ),
    Feature(
        "salt_molality_mol_kg",
        "salt",
        "mol/kg",
        "salt for each kilogram of polymer",
        "weight fraction over molar mass",
        "record",
        _UNKNOWN,
    ),
    Feature(
        "salt_wt_fraction",
        "salt",
        "1",
        "salt for each mass of polymer and salt",
        "from whichever ratio is stated",
        "record",
        _UNKNOWN,
        highest=1,
    ),
    Feature(
        "salt_outweighs_polymer",
        "salt",
        "0/1",
        "polymer-in-salt: more salt than polymer",
        "weight fraction above 0.5, or tagged so",
        "record",
        "ratio not known and not tagged",
        highest=1,
    ),
)

_READ = ("salt_ratio", "salt_ratio_unit", polymer.UNIT_MASS, "salt_molar_mass_g_mol", "salt_is_present")
READS = {feature.name: _READ for feature in FEATURES} | {
    "salt_outweighs_polymer": (*_READ, "architecture_polymer_in_salt")
}
"""Columns given and described that each of `FEATURES` is computed from."""


def join(given: Mapping[str, npt.NDArray[Any]], described: Mapping[str, Floats]) -> dict[str, Floats]:
    """Compute `FEATURES` of n mixtures from the ratio that the record states; arguments as for `joining.join`."""
    ratio, unit = given["salt_ratio"], given["salt_ratio_unit"]
    unit_mass, salt_mass = described[polymer.UNIT_MASS], described["salt_molar_mass_g_mol"]
    is_free = described["salt_is_present"] == 0
    share = np.where(is_free, 0.0, salt_wt_fraction(ratio, unit, unit_mass, salt_mass))
    is_tagged = described["architecture_polymer_in_salt"] == 1
    return {
        "salt_units_per_lithium": units_per_lithium(ratio, unit, share, unit_mass, salt_mass),
        "salt_molality_mol_kg": np.where(is_free, 0.0, molality(share, salt_mass)),
        "salt_wt_fraction": share,
        "salt_outweighs_polymer": np.select([is_tagged, np.isfinite(share)], [1.0, share > _MOSTLY_SALT], np.nan),
    }


def salt_wt_fraction(ratio: Floats, unit: npt.NDArray[np.object_], unit_mass: Floats, salt_mass: Floats) -> Floats:
    """Return the salt's mass for each mass of polymer and salt.

    Args:
        ratio: The stated number, shape (n,); NaN where not stated.
        unit: In which terms, shape (n,): "EO:Li" (coordinating units for each lithium), "wt%" (of polymer and salt),
            "mol%" (salt for each hundred units), "mol/kg" (of polymer) or "polymer:salt" (by mass). Others, as mol for
            each litre of a liquid, say nothing of the polymer.
        unit_mass: Polymer mass for each coordinating unit, in g/mol, shape (n,); needed for EO:Li and mol%.
        salt_mass: Molar mass of the salt, in g/mol, shape (n,); needed but for wt% and polymer:salt.

    Returns:
        Shape (n,); NaN where the ratio is not stated, or a mass that its conversion needs is not known.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        polymer_for_salt = np.select(
            [unit == "wt%", unit == "polymer:salt", unit == "mol/kg", (unit == "EO:Li") | (unit == "mol%")],
            [
                (100.0 - ratio) / ratio,
                ratio,
                _GRAMS_PER_KG / (ratio * salt_mass),
                _stated_units(ratio, unit) * unit_mass / salt_mass,
            ],
            np.nan,
        )
        return 1.0 / (1.0 + polymer_for_salt)


def units_per_lithium(
    ratio: Floats, unit: npt.NDArray[np.object_], wt_fraction: Floats, unit_mass: Floats, salt_mass: Floats
) -> Floats:
    """Return the polymer's coordinating units for each lithium: EO:Li where these are ether oxygens.

    Args:
        ratio: As for `salt_wt_fraction`; what is stated as EO:Li or mol% needs no mass.
        unit: As for `salt_wt_fraction`.
        wt_fraction: The salt's weight fraction, shape (n,).
        unit_mass: Polymer mass for each coordinating unit, in g/mol, shape (n,).
        salt_mass: Molar mass of the salt, in g/mol, shape (n,).

    Returns:
        Shape (n,); NaN where it is not known, and where there is no salt.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        by_mass = (1.0 - wt_fraction) / wt_fraction * salt_mass / unit_mass
        units = np.where((unit == "EO:Li") | (unit == "mol%"), _stated_units(ratio, unit), by_mass)
        return np.where(np.isfinite(units), units, np.nan)


def molality(wt_fraction: Floats, salt_mass: Floats) -> Floats:
    """Return mol of salt for each kilogram of polymer, shape (n,), from its weight fraction and molar mass (g/mol)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        moles = _GRAMS_PER_KG * wt_fraction / ((1.0 - wt_fraction) * salt_mass)
        return np.where(np.isfinite(moles), moles, np.nan)


def _stated_units(ratio: Floats, unit: npt.NDArray[np.object_]) -> Floats:
    return np.where(unit == "mol%", 100.0 / ratio, ratio)
