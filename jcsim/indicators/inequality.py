"""Inequality and means of fifths from incomes counted in bins: whole numbers, so exact everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

FIFTHS = 5


def gini(persons: np.ndarray, yuan: np.ndarray) -> float | None:
    """Gini coefficient of incomes a head, 0 to 1; persons of one bin count as equal.

    ``1 - sum p_k (Y_{k-1} + Y_k) / (P Y)`` over the bins in order of income, with cumulative yuan ``Y_k``.

    Parameters
    ----------
    persons, yuan : (bins,) integers
        Persons in the bin and their income together.

    Returns
    -------
    float or None
        None where there is nobody or no income.
    """
    area = poorer = 0
    for count, money in _filled(persons, yuan):
        area += count * (2 * poorer + money)
        poorer += money
    everyone = int(persons.sum())
    return 1.0 - area / (everyone * poorer) if everyone and poorer else None


def means_by_fifth(persons: np.ndarray, yuan: np.ndarray) -> list[float]:
    """Mean income of each fifth of the persons, poorest first; empty where there is nobody.

    A bin over a border is shared in proportion to persons.
    """
    everyone = int(persons.sum())
    if everyone == 0:
        return []
    bounds = [everyone * (k + 1) // FIFTHS for k in range(FIFTHS)]
    sums, counted, fifth = [0.0] * FIFTHS, 0, 0
    for count, money in _filled(persons, yuan):
        left = count
        while left:
            taken = min(left, bounds[fifth] - counted)
            sums[fifth] += money * taken / count
            counted, left = counted + taken, left - taken
            fifth += 1 if counted == bounds[fifth] and fifth < FIFTHS - 1 else 0
    sizes = [last - first for first, last in zip([0, *bounds], bounds, strict=False)]
    return [total / size if size else 0.0 for total, size in zip(sums, sizes, strict=True)]


def _filled(persons: np.ndarray, yuan: np.ndarray) -> Iterator[tuple[int, int]]:
    """(persons, yuan) of the bins that hold somebody, as Python numbers, which do not overflow."""
    for k in np.flatnonzero(persons):
        yield int(persons[k]), int(yuan[k])
