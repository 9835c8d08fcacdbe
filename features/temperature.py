"""Temperature: the abscissa of Arrhenius, and how conductivity follows it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ZERO_CELSIUS_K = 273.15
"""0 °C in kelvin: exact by the definition of the Celsius temperature (BIPM, The International System of Units, 9th
edition 2019, section 2.3.1)."""
ROOM_TEMPERATURE_C = 25.0
BOLTZMANN_EV_PER_K = 8.617333262e-5
"""Boltzmann's constant: 1.380649e-23 J/K over 1.602176634e-19 J/eV, both exact (BIPM 2019)."""


def kelvin(temperature_C: Floats) -> Floats:  # noqa: N803
    """Convert temperatures in °C, shape (n,), to kelvin; NaN stays NaN."""
    return temperature_C + ZERO_CELSIUS_K


def reciprocal_temperature(temperature_C: Floats) -> Floats:  # noqa: N803
    """Convert temperatures in °C, shape (n,), to 1000/T in 1000/K; NaN stays NaN."""
    return 1000.0 / kelvin(temperature_C)


def arrhenius(log10_at_25C: Floats, activation_energy_eV: Floats, temperature_C: Floats) -> Floats:  # noqa: N803
    """Carry log₁₀ of a conductivity at 25 °C to another temperature by its activation energy.

    σ(T) = σ(25 °C) exp(−Eₐ/k (1/T − 1/298.15 K)).

    Args:
        log10_at_25C: log₁₀ of the conductivity at 25 °C, shape (n,).
        activation_energy_eV: In eV, shape (n,).
        temperature_C: In °C, shape (n,).
    """
    return log10_at_25C + arrhenius_gain(activation_energy_eV / BOLTZMANN_EV_PER_K, ROOM_TEMPERATURE_C, temperature_C)


def arrhenius_gain(b_K: Floats, from_C: Floats | float, to_C: Floats) -> Floats:  # noqa: N803
    """Return by how many decades a conductivity σ ∝ exp(−B/T) rises from one temperature to another.

    Args:
        b_K: B = Eₐ/k in kelvin, shape (n,).
        from_C: In °C, shape (n,) or one for all.
        to_C: In °C, shape (n,).
    """
    gain: Floats = b_K / np.log(10.0) * (1.0 / (from_C + ZERO_CELSIUS_K) - 1.0 / kelvin(to_C))
    return gain


def vogel_fulcher_tammann(prefactor: Floats, b_K: Floats, t0_K: Floats, temperature_C: Floats) -> Floats:  # noqa: N803
    """Return log₁₀ of a polymer electrolyte's conductivity by the Vogel-Fulcher-Tammann law, σ = A exp(−B/(T − T₀)).

    With T₀ = 0 it is Arrhenius' law.

    Args:
        prefactor: A in S/cm, shape (n,).
        b_K: B in kelvin, shape (n,).
        t0_K: T₀ in kelvin, shape (n,).
        temperature_C: In °C, shape (n,).

    Returns:
        Shape (n,); NaN at and below T₀, where the law says nothing.
    """
    above = kelvin(temperature_C) - t0_K
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(above > 0, np.log10(prefactor) - b_K / (above * np.log(10.0)), np.nan)
