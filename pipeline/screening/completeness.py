"""What a list of the best says of the mixtures that it does not name."""

from __future__ import annotations

from pipeline.records import scientific


def completeness(last_lower: float, n_listed: int, n_asked: int) -> str:
    """Say in one sentence what cannot stand beyond a list of the best, for those who look for it on a Pareto front.

    A mixture that dominates another by the lower ends of the intervals has at least its lower bound of the
    conductivity. So nothing unlisted dominates what lies above the last of an exact list: that part of the pessimistic
    front is complete. Of the front by predicted values no such thing holds, since the list is not ordered by them. A
    variant of a listed combination that the list does not name is no combination of its own.

    Args:
        last_lower: Lower bound of log₁₀ conductivity (S/cm) of the last one listed, the list being the exact best by
            that bound.
        n_listed: Distinct combinations listed.
        n_asked: How many were asked for at most.
    """
    if n_listed < n_asked:
        return "Every distinct combination that keeps the limits is listed, so the fronts are complete."
    return (
        f"No distinct combination beyond the {n_listed} listed has a lower bound of the conductivity above "
        f"{scientific(10**last_lower)} S/cm, that of the last one listed. So the pessimistic front is complete above "
        "it; below it, and by predicted values, one that is not listed may belong to the front."
    )
