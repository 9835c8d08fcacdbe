"""What two phases conduct together: effective media, from the phases' conductivities and the filler's volume fraction.

All of them give the host's conductivity without filler and the filler's without host.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BRUGGEMAN_THRESHOLD = 1 / 3
INSULATOR_LOG10 = -16.0
"""log₁₀ of the conductivity, in S/cm, that stands for an insulator: below all that is measured."""


def maxwell(host: Floats, filler: Floats, vol_fraction: Floats) -> Floats:
    """Return log₁₀ of the conductivity of a host with spheres that do not touch.

    J. C. Maxwell, A Treatise on Electricity and Magnetism, vol. 1, art. 314 (1873):
    σ = σₕ (σ_f + 2σₕ + 2φ(σ_f − σₕ)) / (σ_f + 2σₕ − φ(σ_f − σₕ)).

    Args:
        host: log₁₀ of the host's conductivity in S/cm, shape (n,).
        filler: log₁₀ of the filler's, shape (n,).
        vol_fraction: Filler volume for each volume of both, between 0 and 1, shape (n,).
    """
    ratio = 10.0 ** (filler - host)
    free = 1.0 - vol_fraction
    # Ordered so that nothing is subtracted: an insulator's ratio would vanish beside 2.
    return host + np.log10(((1.0 + 2.0 * vol_fraction) * ratio + 2.0 * free) / (free * ratio + 2.0 + vol_fraction))


def bruggeman(host: Floats, filler: Floats, vol_fraction: Floats) -> Floats:
    """Return log₁₀ of the conductivity of spheres of both phases, mixed at random; arguments as for `maxwell`.

    D. A. G. Bruggeman, Ann. Phys. 416, 636 (1935), doi 10.1002/andp.19354160705.
    """
    threshold = np.full_like(vol_fraction, BRUGGEMAN_THRESHOLD)
    return general_effective_medium(host, filler, vol_fraction, threshold, 1.0)


def general_effective_medium(
    host: Floats, filler: Floats, vol_fraction: Floats, threshold: Floats, exponent: float
) -> Floats:
    """Return log₁₀ of the conductivity of two phases of which the filler percolates at a threshold of its own.

    D. S. McLachlan, M. Blaszkiewicz, R. E. Newnham, J. Am. Ceram. Soc. 73, 2187 (1990), doi
    10.1111/j.1151-2916.1990.tb07576.x: with x = σ^(1/t), c the threshold,
    (1−φ)(xₕ − x)/(c xₕ + (1−c) x) + φ(x_f − x)/(c x_f + (1−c) x) = 0, which is quadratic in x. A threshold of 1/3 with
    t = 1 is Bruggeman's medium, a threshold of 0 with t = 1 both phases side by side.

    Args:
        host: log₁₀ of the host's conductivity in S/cm, shape (n,).
        filler: log₁₀ of the filler's, shape (n,).
        vol_fraction: Filler volume for each volume of both, between 0 and 1, shape (n,).
        threshold: Volume fraction from which the filler alone would conduct, from 0 to below 1, shape (n,).
        exponent: t, at least 1.
    """
    x = 10.0 ** ((filler - host) / exponent)
    free = 1.0 - threshold
    linear = (1.0 - vol_fraction) * (free - threshold * x) + vol_fraction * (free * x - threshold)
    root = np.sqrt(linear**2 + 4.0 * free * threshold * x)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Of two equal forms the one that does not take the difference of two numbers that are nearly the same.
        mixed = np.where(linear >= 0, (linear + root) / (2.0 * free), 2.0 * threshold * x / (root - linear))
    return host + exponent * np.log10(mixed)
