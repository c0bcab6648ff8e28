"""Kinds of family household, and how many of each a county has.

A kind says how many generations live together and who they are. Counts of one-person households and of
households by generation are exact; sizes follow the stated distribution tilted to the county's mean.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.errors import InputError
from jcsim.numeric import exp
from jcsim.population.assumptions import Assumptions
from jcsim.population.ipf import apportion, fit_counts, ordered_sum

LARGEST = 10  # persons; the census table is open at ten
RARE = 0.0  # kinds that are never planned but may come out where families cannot be divided as planned
MOST_OF_LONE = 2  # children of a lone parent: always divisible among families, see parents.split_families


class Kind(NamedTuple):
    """One kind of family household.

    Attributes
    ----------
    generations : 1 to 4 (four and more)
    great, elder : 0, or 1 or 2 persons of the generations above the middle one
    middle : 0 to 2 persons of the middle generation; 2 are a couple
    children : unmarried children of the middle generation (of nobody present if ``skip``)
    other : further unmarried or unaccompanied adults of the middle generation
    skip : grandparents with grandchildren, the parents elsewhere (counts as two generations)
    """

    generations: int
    great: int
    elder: int
    middle: int
    children: int
    other: int
    skip: bool
    weight: float

    @property
    def size(self) -> int:
        return self.great + self.elder + self.middle + self.children + self.other

    @property
    def couples(self) -> int:
        return (self.great == 2) + (self.elder == 2) + (self.middle == 2)


def kinds(assumptions: Assumptions) -> tuple[Kind, ...]:
    """Every kind of household, with its weight among kinds of the same size and generations."""
    weigh = assumptions.table("household_kind_weights")
    alone = [
        Kind(1, 0, 0, 1, 0, 0, False, 1.0),
        Kind(1, 0, 0, 2, 0, 0, False, 1.0),
        Kind(1, 0, 0, 1, 0, 1, False, weigh["unrelated_adults"]),
        Kind(1, 0, 0, 2, 0, 1, False, 1.0),
        Kind(1, 0, 0, 2, 0, 2, False, 1.0),
    ]
    two = [Kind(2, 0, 0, 2, j, 0, False, 1.0) for j in range(1, 9)]
    two += [Kind(2, 0, 0, 1, j, 0, False, weigh["lone_parent"]) for j in range(1, MOST_OF_LONE + 1)]
    two += [Kind(2, 0, 0, 1, j, 0, False, RARE) for j in range(MOST_OF_LONE + 1, 7)]
    two += [Kind(2, 0, 2, 0, j, 0, True, RARE) for j in range(3, 7)]
    two += [Kind(2, 0, 0, 2, j, 1, False, weigh["further_adult"]) for j in range(1, 5)]
    two += [
        Kind(2, 0, 1, 2, 0, 0, False, weigh["elder_with_couple"]),
        Kind(2, 0, 2, 2, 0, 0, False, weigh["two_couples"]),
    ]
    two += [Kind(2, 0, 2, 0, j, 0, True, weigh["grandparents_with_grandchildren"]) for j in (1, 2)]
    three = [
        Kind(3, 0, e, m, j, 0, False, 1.0 if m == 2 else weigh["lone_parent"] if j <= MOST_OF_LONE else RARE)
        for e in (1, 2)
        for m in (1, 2)
        for j in range(1, 8)
        if e + m + j <= LARGEST
    ]
    four = [
        Kind(
            4,
            g,
            e,
            2,
            j,
            0,
            False,
            (weigh["great_couple"] if g == 2 else 1.0) * (weigh["one_elder"] if e == 1 else 1.0),
        )
        for g in (1, 2)
        for e in (1, 2)
        for j in range(1, 7)
        if g + e + 2 + j <= LARGEST
    ]
    four.append(Kind(4, 1, 1, 1, 1, 0, False, 1.0))
    return tuple(alone + two + three + four)


def size_counts(one_person: int, households: int, persons: int, shape: np.ndarray) -> np.ndarray:
    """Households by size 1..10: the shape tilted exponentially to the mean of sizes 2 to 10.

    ``n_k ~ shape_k exp(t k)`` with ``t`` such that persons add up (one-person households fixed), then
    rounded so that households and persons are exact.

    Parameters
    ----------
    one_person, households, persons : census totals of family households
    shape : (10,) shares of sizes 1..10 and over

    Returns
    -------
    (10,) int64
    """
    several, members = households - one_person, persons - one_person
    sizes = np.arange(2, LARGEST + 1)
    if not 2 * several <= members <= LARGEST * several:
        raise InputError("family persons do not fit the number of households", given=persons)
    low, high = -8.0, 8.0
    for _ in range(80):
        tilt = (low + high) / 2.0
        weights = np.array([shape[k - 1] * exp(tilt * (k - 3)) for k in range(2, LARGEST + 1)])
        mean = ordered_sum(weights * sizes) / ordered_sum(weights)
        low, high = (tilt, high) if mean < members / several else (low, tilt)
    counts = apportion(weights, several)
    lacking = members - int((counts * sizes).sum())
    step = 1 if lacking > 0 else -1
    place = 1
    while lacking != 0:  # move single households between neighbouring sizes, common sizes first
        source, target = (place, place + 1) if step > 0 else (place + 1, place)
        if counts[source] > 0:
            counts[source] -= 1
            counts[target] += 1
            lacking -= step
        place = place % 3 + 1
    return np.concatenate([[one_person], counts]).astype(np.int64)


class KindCounts(NamedTuple):
    """Households of each kind in one county, with what they need.

    ``couples`` and ``children`` are the numbers of couples and of child places.
    """

    kinds: tuple[Kind, ...]
    counts: np.ndarray
    couples: int
    children: int


def count_kinds(
    sizes: np.ndarray, generations: np.ndarray, couples: int, children: int, assumptions: Assumptions
) -> KindCounts:
    """How many households of each kind: sizes and generations exact, couples and children as near as can be.

    Inside each cell of size and generations, kinds are weighted by ``weight exp(q t + j s)`` with ``q``
    couples and ``j`` children; ``t`` and ``s`` are found by bisection so that couples and child places
    reach their targets (or come as close as the cells allow).

    Parameters
    ----------
    sizes : (10,) households by size
    generations : (4,) households by number of generations
    couples : couples to place at most
    children : child places wanted
    """
    every = kinds(assumptions)
    seed = np.array(assumptions.rows("size_by_generations"))
    seed[0, 0] = 0.0
    one = int(sizes[0])
    rows, columns = generations.copy(), sizes.copy()
    rows[0] -= one
    columns[0] = 0
    cells = fit_counts(seed, rows, columns, 2000)
    cells[0, 0] = one
    _leave_empty_cells(cells, seed)
    tilt = _Tilt(every, cells)

    def slope_at(strength: float) -> float:
        return _bisect(lambda slope: tilt.total(tilt.children, strength, slope), children)

    strength = _bisect(lambda t: tilt.total(tilt.couples, t, slope_at(t)), couples)
    counts = _split(every, cells, tilt.weights(strength, slope_at(strength)))
    placed = int(sum(k.couples * n for k, n in zip(every, counts, strict=True)))
    places = int(sum(k.children * n for k, n in zip(every, counts, strict=True)))
    return KindCounts(every, counts, placed, places)


def _leave_empty_cells(cells: np.ndarray, seed: np.ndarray) -> None:
    """Households that rounding put where no kind exists take the nearest size that has one.

    For each step one household of two generations steps the other way, so persons stay as they are.
    """
    for generation, size in np.argwhere((cells > 0) & (seed <= 0.0)):
        if generation == 0 and size == 0:
            continue
        nearest = min(np.flatnonzero(seed[generation] > 0.0), key=lambda k: (abs(k - size), k))
        number = int(cells[generation, size])
        cells[generation, size] -= number
        cells[generation, nearest] += number
        step = 1 if nearest > size else -1
        for _ in range(number * abs(int(nearest - size))):
            donor = next(k for k in range(2, LARGEST - 2) if cells[1, k] > 0 and seed[1, k - step] > 0.0)
            cells[1, donor] -= 1
            cells[1, donor - step] += 1


def _bisect(function, target: float) -> float:
    """Argument in [-6, 6] at which an increasing function reaches the target, or the nearer end."""
    low, high = -6.0, 6.0
    for _ in range(26):
        middle = (low + high) / 2.0
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return low


class _Tilt:
    """Weights of all kinds for given strengths of couples and children, and the totals they lead to."""

    def __init__(self, every: tuple[Kind, ...], cells: np.ndarray) -> None:
        self.weight, self.couples, self.children = (
            np.array([getattr(kind, name) for kind in every]) for name in ("weight", "couples", "children")
        )
        self.cell = np.array([(kind.generations - 1) * LARGEST + kind.size - 1 for kind in every])
        self.cells = cells.ravel().astype(np.float64)

    def weights(self, strength: float, slope: float) -> np.ndarray:
        """``weight exp(strength couples + slope children)`` of each kind, by repeated products."""
        by_couples, by_children = (np.cumprod([1.0] + 9 * [exp(power)]) for power in (strength, slope))
        return np.asarray(self.weight * by_couples[self.couples] * by_children[self.children])

    def total(self, amounts: np.ndarray, strength: float, slope: float) -> float:
        """Couples or child places of all households before rounding."""
        weights = self.weights(strength, slope)
        mass = np.bincount(self.cell, weights, len(self.cells))
        means = np.bincount(self.cell, weights * amounts, len(self.cells)) / np.where(mass > 0.0, mass, 1.0)
        return float(ordered_sum(self.cells * means))


def _split(every: tuple[Kind, ...], cells: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Whole households of each kind, the cells of size and generations exact."""
    counts = np.zeros(len(every), np.int64)
    for generation in range(1, 5):
        for size in range(1, LARGEST + 1):
            inside = [i for i, k in enumerate(every) if (k.generations, k.size) == (generation, size)]
            if inside:
                counts[inside] = apportion(weights[inside], int(cells[generation - 1, size - 1]))
            elif cells[generation - 1, size - 1]:
                raise InputError(
                    f"no kind of household has {generation} generations and {size} persons",
                    given=int(cells[generation - 1, size - 1]),
                )
    return counts
