"""Who lives with parents or grandparents: three and four generations, and couples with an elder."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.population.ages import AGES, laplace_weights, schedule_weights
from jcsim.population.assumptions import Assumptions
from jcsim.population.formation import OLD, Couples, Formation
from jcsim.population.ipf import column_sums
from jcsim.population.pool import Pool, deal, gap_kernel, match_pools
from jcsim.records import Marital, Role, Sex

YOUNGEST_ELDER = 36


class Middles(NamedTuple):
    """Middle generations (couples or lone parents) waiting for their elders, one row each.

    Attributes
    ----------
    link : the person whose parent the elder is
    partner : that person's spouse in the household, -1 none
    home : household
    elders : 1 or 2 persons wanted
    """

    link: np.ndarray
    partner: np.ndarray
    home: np.ndarray
    elders: np.ndarray

    def select(self, rows: np.ndarray) -> Middles:
        return Middles(*(column[rows] for column in self))


class Kernels(NamedTuple):
    """(AGES, AGES) preference of a child's age for the mother's and the father's age."""

    mother: np.ndarray
    father: np.ndarray
    grandmother: np.ndarray


def make_kernels(assumptions: Assumptions) -> Kernels:
    """Kernels of the age gaps between generations."""
    births = assumptions.numbers("age_at_birth")
    delay = int(assumptions.number("father_delay"))
    shape = assumptions.table("grandparent_gap")
    mothers = schedule_weights(births, 18, 45)
    return Kernels(
        gap_kernel(mothers),
        gap_kernel({gap + delay: weight for gap, weight in mothers.items()}),
        gap_kernel(laplace_weights(shape["mean"], shape["scale"], 42, 65)),
    )


class Elders:
    """Elders still free to live with somebody: couples and people without a spouse at home."""

    def __init__(self, people: Formation, couples: Couples, kernels: Kernels) -> None:
        self.people, self.couples, self.kernels = people, couples, kernels
        self.free = np.ones(len(couples), bool)  # couples not yet placed

    def couple_pool(self, old: tuple[int, ...] = (0, 1, 2)) -> Pool:
        """Free couples with a number of members of 65 and over in ``old``, by age of the wife."""
        rows = np.flatnonzero(self.free & np.isin(self.couples.n_old, old))
        return Pool(rows, self.couples.age[rows], self.people.luck(self.couples.wife[rows]))

    def single_pool(self, sex: int, low: int = 0, high: int = AGES, ever_married: bool = True) -> Pool:
        """Unplaced people without a spouse at home; only those once married unless told otherwise."""
        people = self.people
        fits = (people.home < 0) & (people.spouse < 0) & (people.sex == sex)
        fits &= (people.age >= low) & (people.age < high)
        if ever_married:
            fits &= people.marital != Marital.SINGLE
        rows = np.flatnonzero(fits)
        return Pool(rows, people.age[rows].astype(np.int64), people.luck(rows))

    def chances(self, link_ages: np.ndarray, pool_counts: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        """Relative chance of a middle generation to live with elders, by the link's age, (AGES,).

        Every free elder spreads one unit over the people whose parent he or she may be.
        """
        looking = np.bincount(link_ages, minlength=AGES)
        reach = np.maximum(column_sums(looking[:, None] * kernel), 1.0)
        return column_sums((kernel * (pool_counts / reach)[None, :]).T)

    def take_couples(self, numbers: np.ndarray) -> np.ndarray:
        self.free[numbers] = False
        return numbers


def link_people(elders: Elders, wives: np.ndarray, husbands: np.ndarray, share: float) -> np.ndarray:
    """Whose parents a couple lives with: the husband's with chance ``share``, else the wife's."""
    return np.where(elders.people.chance(wives) < share, husbands, wives)


def join_elders(
    elders: Elders, middles: Middles, head_below: float, high: int = AGES
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find elders for the middle generations and put them into the household.

    Two elders are a free couple, one is a widowed, divorced or unaccompanied person. Mothers are linked
    when 18 to 45 years older.

    Parameters
    ----------
    head_below : elders younger than this head the household, others are the head's parents
    high : bound of the elders' ages (exclusive)

    Returns
    -------
    first, second, home : the elders, the man of a couple first; ``second`` is -1 for one elder
    """
    links, partners, homes = [], [], []
    for number in (2, 1):
        group = middles.select(np.flatnonzero(middles.elders == number))
        if len(group.link) == 0:
            continue
        group = _by_age(elders, group)
        couples = _couples_for(elders, group, high) if number == 2 else None
        woman, man = couples if couples else _singles_for(elders, group, high)
        _set_mothers(elders.people, group.link, woman)
        first = np.where(man >= 0, man, woman)
        second = np.where((man >= 0) & (woman >= 0), woman, -1)
        elders.people.home[first] = group.home
        elders.people.home[second[second >= 0]] = group.home[second >= 0]
        links.append(first)
        partners.append(second)
        homes.append(group.home)
        _assign_roles(elders.people, group, first, second, head_below)
    empty = np.zeros(0, np.int64)
    joined = [np.concatenate([empty, *parts]) for parts in (links, partners, homes)]
    return joined[0], joined[1], joined[2]


def _by_age(elders: Elders, group: Middles) -> Middles:
    order = np.lexsort((elders.people.luck(group.link), elders.people.age[group.link]))
    return group.select(order)


def _couples_for(elders: Elders, group: Middles, high: int) -> tuple[np.ndarray, np.ndarray]:
    pool = elders.couple_pool((0,) if high <= OLD else (0, 1, 2))
    counts = np.bincount(elders.people.age[group.link], minlength=AGES)
    taken, table = match_pools(counts, [pool], [elders.kernels.mother])
    numbers = elders.take_couples(deal(table, group.link, taken[0])[1])
    return elders.couples.wife[numbers], elders.couples.husband[numbers]


def _singles_for(elders: Elders, group: Middles, high: int) -> tuple[np.ndarray, np.ndarray]:
    """One elder each: once-married people, or any where a county has too few of them."""
    counts = np.bincount(elders.people.age[group.link], minlength=AGES)
    for low, ever_married in ((YOUNGEST_ELDER, True), (YOUNGEST_ELDER, False), (0, False)):
        pools = [elders.single_pool(sex, low, high, ever_married) for sex in (Sex.FEMALE, Sex.MALE)]
        if sum(int(pool.counts.sum()) for pool in pools) >= len(group.link):
            break
    taken, table = match_pools(counts, pools, [elders.kernels.mother, elders.kernels.father])
    persons = deal(table, group.link, np.concatenate(taken))[1]
    female = elders.people.sex[persons] == Sex.FEMALE
    return np.where(female, persons, -1), np.where(female, -1, persons)


def _set_mothers(people: Formation, children: np.ndarray, women: np.ndarray) -> None:
    known = women >= 0
    fits = people.is_mother_age(women[known], children[known])
    people.mother[children[known][fits]] = women[known][fits]


def _assign_roles(people: Formation, group: Middles, first, second, head_below: float) -> None:
    """A younger elder heads the household; an older one is the head's parent."""
    heads = people.age[first] < head_below
    people.role[first] = np.where(heads, Role.HEAD, Role.PARENT)
    known = second >= 0
    people.role[second[known]] = np.where(heads[known], Role.SPOUSE, Role.PARENT)
    people.role[group.link[heads]] = Role.CHILD
    partner = group.partner[heads]
    people.role[partner[partner >= 0]] = Role.CHILD_IN_LAW
    _children_become_grandchildren(people, group.home[heads], group.link[heads], partner)


def _children_become_grandchildren(people: Formation, homes, links, partners) -> None:
    affected = np.zeros(people.n_homes, bool)
    affected[homes] = True
    inside = (people.home >= 0) & (people.role == Role.CHILD)
    inside[inside] = affected[people.home[inside]]
    inside[links] = False
    people.role[inside] = Role.GRANDCHILD
