"""What the phases do together: whether the filler connects, how mobile the polymer is, what effective media predict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from features import loading, mixing, percolation, polymer, temperature
from features.dictionary import Feature
from features.loading import first_known

Floats = npt.NDArray[np.float64]
SHELL_NM = 3.0
"""Thickness of the interphase around a filler particle in PEO, in nm (doi 10.1021/acsami.8b17279)."""
GEM_EXPONENT = 2.0
"""Exponent of the general effective medium: 2.0 ± 0.3 in three dimensions."""
_LOADING = "loading not stated, or a density not known"
_PHASES = "loading not stated, or a phase's conductivity not known"
FEATURES = (
    Feature(
        "physics_vol_fraction_over_threshold",
        "physics",
        "1",
        "distance from the loading at which filler units of that shape touch throughout",
        "volume fraction less the percolation threshold",
        "Garboczi et al., Phys. Rev. E 52, 819 (1995)",
        f"{_LOADING}, or dimensionality not tagged",
        -1,
        is_learned=False,
    ),
    Feature(
        "physics_log10_interface_area_per_nm",
        "physics",
        "log₁₀ nm²/nm³",
        "interface between filler and polymer in each volume",
        "6, 4 or 2 φ over the smallest width of particles, wires or sheets",
        "geometry",
        f"no filler, {_LOADING}, or size or dimensionality not known",
        -12,
        2,
        is_learned=False,
    ),
    Feature(
        "physics_interphase_fraction",
        "physics",
        "1",
        "share of the volume within 3 nm of a filler particle, where the polymer is changed",
        "penetrable shells around hard spheres, by scaled particle theory",
        "Reiss, Frisch, Lebowitz, J. Chem. Phys. 31, 369 (1959); 3 nm: doi 10.1021/acsami.8b17279",
        f"{_LOADING}, or size not known",
        highest=1,
        is_learned=False,
    ),
    Feature(
        "physics_temperature_over_Tg_K",
        "physics",
        "K",
        "how far above its glass transition the polymer is: its mobility",
        "T − Tg",
        "constants.csv",
        "temperature not stated, or Tg not known",
        -math.inf,
    ),
    Feature(
        "physics_temperature_over_Tm_K",
        "physics",
        "K",
        "how far above the melting of its crystals the polymer is",
        "T − Tm",
        "constants.csv",
        "temperature not stated, or Tm not known",
        -math.inf,
    ),
    Feature(
        "physics_host_log10_conductivity",
        "physics",
        "log₁₀ S/cm",
        "what the polymer with a lithium salt conducts at that temperature, without filler",
        "Vogel-Fulcher-Tammann or Arrhenius law; above the melting temperature that of the melt",
        "constants.csv",
        "temperature not stated, a blend, or no law known",
        -16,
        3,
    ),
    Feature(
        "physics_filler_log10_conductivity",
        "physics",
        "log₁₀ S/cm",
        "what the pure filler conducts at that temperature; -16 for an insulator",
        "Arrhenius law from 25 °C",
        "constants.csv",
        "no filler, temperature not stated, or conductivity or activation energy not known",
        -40,
        3,
    ),
    Feature(
        "physics_bruggeman_log10_conductivity",
        "physics",
        "log₁₀ S/cm",
        "what filler and polymer conduct, mixed at random",
        "Bruggeman's medium of the two phases",
        "Bruggeman, Ann. Phys. 416, 636 (1935)",
        _PHASES,
        -40,
        3,
        is_learned=False,
    ),
    Feature(
        "physics_interphase_log10_conductivity",
        "physics",
        "log₁₀ S/cm",
        "what filler and polymer conduct with an amorphous interphase around the filler",
        "general effective medium of the polymer and of the filler with its shell",
        "McLachlan et al., J. Am. Ceram. Soc. 73, 2187 (1990)",
        f"{_PHASES}, size or dimensionality not known, or no law of the melt known",
        -40,
        3,
        is_learned=False,
    ),
)
TEMPERATURE_RISES = (
    "physics_temperature_over_Tg_K",
    "physics_temperature_over_Tm_K",
    "physics_host_log10_conductivity",
    "physics_filler_log10_conductivity",
    "physics_bruggeman_log10_conductivity",
    "physics_interphase_log10_conductivity",
)
"""Features that rise with temperature, all else equal."""
_SHAPE = ("architecture_dimensionality",)
_SIZE = ("particle_size_nm", "filler_typical_size_nm")
_HOST = ("temperature_C", *polymer.HOST_LAW)
_FILLER = (
    "temperature_C",
    "filler_log10_conductivity_25C",
    "filler_activation_energy_eV",
    "filler_is_active",
)
READS = {
    "physics_vol_fraction_over_threshold": (*loading.READ, *_SHAPE),
    "physics_log10_interface_area_per_nm": (*loading.READ, *_SIZE, *_SHAPE),
    "physics_interphase_fraction": (*loading.READ, *_SIZE),
    "physics_temperature_over_Tg_K": ("temperature_C", "polymer_Tg_C"),
    "physics_temperature_over_Tm_K": ("temperature_C", "polymer_Tm_C"),
    "physics_host_log10_conductivity": _HOST,
    "physics_filler_log10_conductivity": _FILLER,
    "physics_bruggeman_log10_conductivity": (*_HOST, *_FILLER, *loading.READ),
    "physics_interphase_log10_conductivity": (
        *_HOST,
        *_FILLER,
        *loading.READ,
        *_SIZE,
        *_SHAPE,
        "polymer_is_semicrystalline",
    ),
}
"""Columns given and described that each of `FEATURES` is computed from."""


def join(
    given: Mapping[str, npt.NDArray[Any]], described: Mapping[str, Floats], loaded: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Compute `FEATURES` of n mixtures.

    Args:
        given: As for `joining.join`.
        described: As for `joining.join`.
        loaded: What `loading.join` returns.
    """
    celsius, fraction = given["temperature_C"], loaded["filler_vol_fraction"]
    dimensionality = described["architecture_dimensionality"]
    size, _ = first_known(given["particle_size_nm"], described["filler_typical_size_nm"])
    has_filler = described["filler_is_present"] == 1
    threshold = percolation.threshold(dimensionality)
    area = percolation.interface_area_per_nm(fraction, size, dimensionality)
    shell = np.where(has_filler, percolation.interphase_fraction(fraction, size, SHELL_NM), 0.0)
    host, filler = _host(celsius, described), _filler(celsius, described)
    with np.errstate(divide="ignore"):
        log_area = np.where(area > 0, np.log10(area), np.nan)
    return {
        "physics_vol_fraction_over_threshold": fraction - threshold,
        "physics_log10_interface_area_per_nm": log_area,
        "physics_interphase_fraction": shell,
        "physics_temperature_over_Tg_K": celsius - described["polymer_Tg_C"],
        "physics_temperature_over_Tm_K": celsius - described["polymer_Tm_C"],
        "physics_host_log10_conductivity": host,
        "physics_filler_log10_conductivity": filler,
        "physics_bruggeman_log10_conductivity": _between(
            host, filler, fraction, mixing.bruggeman(host, filler, fraction)
        ),
        "physics_interphase_log10_conductivity": _between(
            host,
            filler,
            fraction,
            _with_interphase(host, filler, fraction, shell, threshold, _amorphous(host, celsius, described)),
        ),
    }


def _host(celsius: Floats, described: Mapping[str, Floats]) -> Floats:
    """Return what the host conducts: of a semicrystalline one, whose melt's law is known too, the smaller of both."""
    prefactor, b, t0, *_ = (described[name] for name in polymer.HOST_LAW)
    solid = temperature.vogel_fulcher_tammann(prefactor, b, t0, celsius)
    is_frozen = temperature.kelvin(celsius) <= t0
    solid = np.where(is_frozen & np.isfinite(b), mixing.INSULATOR_LOG10, solid)
    return np.maximum(np.fmin(solid, _melt(celsius, described)), mixing.INSULATOR_LOG10)


def _melt(celsius: Floats, described: Mapping[str, Floats]) -> Floats:
    *_, prefactor, b = (described[name] for name in polymer.HOST_LAW)
    return temperature.vogel_fulcher_tammann(prefactor, b, np.zeros_like(b), celsius)


def _filler(celsius: Floats, described: Mapping[str, Floats]) -> Floats:
    conductivity = temperature.arrhenius(
        described["filler_log10_conductivity_25C"], described["filler_activation_energy_eV"], celsius
    )
    is_insulator = (described["filler_is_active"] == 0) & np.isfinite(celsius)
    return np.where(is_insulator, mixing.INSULATOR_LOG10, conductivity)


def _amorphous(host: Floats, celsius: Floats, described: Mapping[str, Floats]) -> Floats:
    """Return what the host conducts if it is kept from crystallising: as its melt, carried below the melting point."""
    never_crystallises = described["polymer_is_semicrystalline"] == 0
    return np.where(never_crystallises, host, np.maximum(host, _melt(celsius, described)))


def _with_interphase(
    host: Floats, filler: Floats, fraction: Floats, shell: Floats, threshold: Floats, amorphous: Floats
) -> Floats:
    """Mix the host with particles that carry a shell of amorphous host: Maxwell inside a particle, GEM between them."""
    particle = fraction + shell
    with np.errstate(invalid="ignore"):
        coated = mixing.maxwell(amorphous, filler, fraction / particle)
    return mixing.general_effective_medium(host, coated, particle, threshold, GEM_EXPONENT)


def _between(host: Floats, filler: Floats, fraction: Floats, mixed: Floats) -> Floats:
    """Return what the phases conduct together; where there is only one, that one's conductivity."""
    return np.select([fraction == 0, fraction == 1], [host, filler], mixed)
