"""Children and the parents they live with: who is whose child, and how many a parent has at home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from jcsim.compilation import njit_with_arrays
from jcsim.population.ages import AGES
from jcsim.population.ipf import (
    apportion_within,
    column_sums,
    fit_margins,
    round_table,
    scale_columns,
    scale_rows,
)
from jcsim.population.pool import Pool

ROUNDS = 150
MOST_CHILDREN = 9
LARGEST_FAMILY = 6  # children at home a parent may have where a county's plan cannot be kept
OLDEST_LARGE = 55  # age of parents up to which three and more unmarried children live at home
Luck = Callable[[np.ndarray], np.ndarray]


class Parents(NamedTuple):
    """One kind of parental unit: a pool of candidates and the families wanted.

    Attributes
    ----------
    pool : couples (by age of the wife) or lone parents
    wanted : (MOST_CHILDREN,) units with 0, 1, 2, ... children; the first is unused
    kernel : (AGES, AGES) preference of a child's age (row) for the parent's age (column)
    """

    pool: Pool
    wanted: np.ndarray
    kernel: np.ndarray


class Family(NamedTuple):
    """Result for one kind of unit: ids of the units, children of each, and ids of the children.

    ``unit_of`` gives, for every child in ``children``, the position of its unit in ``units``.
    """

    units: np.ndarray
    n_children: np.ndarray
    children: np.ndarray
    unit_of: np.ndarray


def attach_children(
    children: Pool, child_counts: np.ndarray, groups: Sequence[Parents], lucks: Sequence[Luck]
) -> list[Family]:
    """Give every child a place with a parent of a fitting age.

    A table of child's age by kind and age of parent is fitted so that every child is placed, every kind
    of unit gets its number of child places and no age of parents is asked for more children than it
    can have; then each age's places are divided into families so that the wanted numbers of families
    with 1, 2, ... children come out exactly.

    Parameters
    ----------
    children : pool of children by age
    child_counts : (AGES,) children to draw
    groups : kinds of parental unit
    lucks : for each kind a function from unit ids to uniform numbers in (0, 1)
    """
    table, limits = _place_table(child_counts, groups)
    drawn = children.take(child_counts)
    order = _column_order(table, drawn)
    families, first = [], 0
    for g, group in enumerate(groups):
        part = table[:, g * AGES : (g + 1) * AGES]
        places = part.sum(axis=0)
        units = _units_by_age(places, limits[g], int(group.wanted.sum()))
        split = split_families(units, places, group.wanted.astype(np.int64))
        total = int(places.sum())
        families.append(_deal_family(group.pool.take(units), split, places, order[first : first + total], lucks[g]))
        first += total
    return families


def _place_table(child_counts: np.ndarray, groups: Sequence[Parents]) -> tuple[np.ndarray, list[np.ndarray]]:
    """(AGES, groups * AGES) children of each age placed with parents of each kind and age."""
    available = [group.pool.counts for group in groups]
    totals = [int((group.wanted * np.arange(MOST_CHILDREN)).sum()) for group in groups]
    if sum(totals) != child_counts.sum():
        raise ValueError(f"{child_counts.sum()} children for {sum(totals)} places")
    seed = np.concatenate(
        [group.kernel * counts[None, :] for group, counts in zip(groups, available, strict=True)], axis=1
    )
    most = [t / max(int(group.wanted.sum()), 1) for t, group in zip(totals, groups, strict=True)]
    caps = np.concatenate([counts * m for counts, m in zip(available, most, strict=True)])
    fitted = fit_capped(seed, child_counts, np.array(totals), caps, ROUNDS)
    columns = np.concatenate(
        [
            apportion_within(column_sums(part), counts * int(np.flatnonzero(group.wanted).max(initial=1)), total)
            for part, counts, group, total in zip(
                np.split(fitted, len(groups), axis=1), available, groups, totals, strict=True
            )
        ]
    )
    table = round_table(fit_margins(fitted, child_counts, columns, 200), child_counts, columns)
    return table, available


@njit_with_arrays
def fit_capped(seed, rows, group_totals, caps, rounds):
    """Fit rows and the totals of equal groups of columns, no column above its cap."""
    table = seed.copy()
    m, n = table.shape
    width = n // group_totals.shape[0]
    columns = np.zeros(n)
    for _ in range(rounds):
        scale_rows(table, rows)
        for g in range(group_totals.shape[0]):
            mass = 0.0
            for i in range(m):
                for j in range(g * width, (g + 1) * width):
                    mass += table[i, j]
            if mass > 0.0:
                factor = group_totals[g] / mass
                for i in range(m):
                    for j in range(g * width, (g + 1) * width):
                        table[i, j] *= factor
        for j in range(n):
            mass = 0.0
            for i in range(m):
                mass += table[i, j]
            columns[j] = caps[j] if mass > caps[j] else -1.0
        scale_columns(table, columns)
    return table


def _column_order(table: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Children drawn by age, put in order of columns (parents), youngest first inside each."""
    m, n = table.shape
    by_column = np.arange(m * n).reshape(n, m)  # cells numbered column by column
    by_row = np.repeat(by_column.T.ravel(), table.ravel())
    return drawn[np.argsort(by_row, kind="stable")]


def _units_by_age(places: np.ndarray, available: np.ndarray, total: int) -> np.ndarray:
    """Units with children by age of the parent: at most one a child place and one a candidate."""
    least = -(-places // LARGEST_FAMILY)
    limits = np.minimum(available, places)
    if limits.sum() < total:
        raise ValueError(f"{total} parental units wanted, {int(limits.sum())} can be had")
    rest = apportion_within((places - least).astype(np.float64), limits - least, total - int(least.sum()))
    return least + rest


def split_families(units: np.ndarray, places: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Families with 1, 2, ... children at each age of the parent.

    Parameters
    ----------
    units, places : (ages,) parental units and child places at each age
    wanted : (most,) families with that many children over all ages

    Returns
    -------
    (ages, most) int64; rows add to ``units``, ``sum_j j n_j`` is ``places``, columns add to ``wanted``
    as far as the ages allow
    """
    seed = _family_seed(units, places, wanted)
    split = round_table(fit_margins(seed, units, wanted.astype(np.float64), 200), units, wanted)
    excess = (split * np.arange(len(wanted))).sum(axis=1) - places
    _settle(split, excess)
    return split


@njit_with_arrays
def _family_seed(units, places, wanted):
    """(ages, most) seed: larger families where there are more children for each parental unit."""
    n, most = units.shape[0], wanted.shape[0]
    seed = np.zeros((n, most))
    for a in range(n):
        mean = places[a] / units[a] if units[a] > 0 else 1.0
        for j in range(1, most):
            weight = wanted[j] * 1.0
            for _ in range(j):
                weight *= max(mean - 0.6, 0.05)
            if j > 1 and a > OLDEST_LARGE:
                weight *= 0.05 if j == 2 else 1e-9
            seed[a, j] = weight * units[a]
    return seed


@njit_with_arrays
def _settle(split, excess):
    """Change families until each age's children fit its places (``excess`` 0)."""
    for _ in range(10):
        _exchange(split, excess)
        _pass_on(split, excess)
    _exchange(split, excess)
    _trim(split, excess)


@njit_with_arrays
def _exchange(split, excess):
    """Swap a family of j children at one age for a smaller one at another until places fit."""
    n, most = split.shape
    for step in range(1, most - 1):
        for a in range(n):
            for j in range(most - 1, step, -1):
                for b in range(n if j <= 2 else OLDEST_LARGE + 1):
                    room = min(excess[a], -excess[b]) // step
                    number = min(room, min(split[a, j], split[b, j - step]))
                    if number <= 0:
                        continue
                    split[a, j] -= number
                    split[a, j - step] += number
                    split[b, j - step] -= number
                    split[b, j] += number
                    excess[a] -= number * step
                    excess[b] += number * step


@njit_with_arrays
def _pass_on(split, excess):
    """Hand what an age cannot settle to another age with a family one child smaller (or larger)."""
    n, most = split.shape
    for a in range(n):
        for j in range(most - 1, 1, -1):
            for c in range(n if j <= 2 else OLDEST_LARGE + 1):
                if excess[a] > 0 and c != a and split[a, j] > 0 and split[c, j - 1] > 0:
                    giver, taker, sign = a, c, 1
                elif excess[a] < 0 and c != a and split[c, j] > 0 and split[a, j - 1] > 0:
                    giver, taker, sign = c, a, -1
                else:
                    continue
                split[giver, j] -= 1
                split[giver, j - 1] += 1
                split[taker, j - 1] -= 1
                split[taker, j] += 1
                excess[a] -= sign
                excess[c] += sign


@njit_with_arrays
def _trim(split, excess):
    """What no exchange could settle: change family sizes at that age alone."""
    n, most = split.shape
    for a in range(n):
        while excess[a] != 0:
            step = -1 if excess[a] > 0 else 1
            done = False
            for j in range(1, most):
                k = j + step
                if split[a, j] > 0 and 1 <= k < most:
                    split[a, j] -= 1
                    split[a, k] += 1
                    excess[a] += step
                    done = True
                    break
            if not done:
                break


def _deal_family(units: np.ndarray, split: np.ndarray, places: np.ndarray, children: np.ndarray, luck: Luck) -> Family:
    """Divide the children of each age of parent among its units, brothers and sisters spread by age.

    The k-th place of a unit with j children stands at ``(u + k) / j`` of the ages in turn, u its luck.
    """
    n_children = np.repeat(np.tile(np.arange(split.shape[1]), len(split)), split.ravel())
    age = np.repeat(np.arange(len(split)), split.sum(axis=1))
    u = luck(units)
    unit_of = np.repeat(np.arange(len(units)), n_children)
    ordinal = np.arange(len(unit_of)) - np.repeat(np.cumsum(n_children) - n_children, n_children)
    stand = (u[unit_of] + ordinal) / n_children[unit_of]
    order = np.lexsort((stand, age[unit_of]))
    if len(children) != len(order) or not np.array_equal(np.bincount(age[unit_of], minlength=AGES), places):
        raise ValueError("families do not use up the child places")
    return Family(units, n_children, children, unit_of[order])
