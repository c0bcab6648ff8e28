"""To whom at home the members away belong: spouses, children left behind, parents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcsim.population.ages import laplace_weights
from jcsim.population.collective import CollectiveType
from jcsim.population.elders import Kernels, make_kernels
from jcsim.population.luck import order_numbers
from jcsim.population.people import People, kind_attribute
from jcsim.population.pool import Pool, deal, gap_kernel, match_counts
from jcsim.population.registration import SAME_COUNTY
from jcsim.records import Marital, Mode, Role, Sex, Urban

TIE_ORDER, TERRITORY_ORDER, FALLBACK_ORDER = 1701, 1702, 1703
YOUNGEST_MOTHER, OLDEST_MOTHER = 34, 95


@dataclass
class Ties:
    """Ties of the candidates of one county, one row each.

    Attributes
    ----------
    home : household; role : records.Role; mode : records.Mode
    spouse : row of a spouse among the residents, -1 none
    spouse_away : number of a spouse among these candidates, -1 none
    mother : row of the mother among the residents, -1 unknown
    grandchild_mother : rows of children at home and the candidates who are their mothers
    """

    home: np.ndarray
    role: np.ndarray
    mode: np.ndarray
    spouse: np.ndarray
    spouse_away: np.ndarray
    mother: np.ndarray
    grandchild_mother: tuple[np.ndarray, np.ndarray]


class _Work:
    """The candidates of one county and the residents they may belong to."""

    def __init__(self, people: People, county: int, rows: dict) -> None:
        self.people, self.rows, n = people, rows, len(rows["key"])
        self.kernels: Kernels = make_kernels(people.assumptions)
        shape = people.assumptions.table("husband_minus_wife")
        self.wife_to_husband = gap_kernel(laplace_weights(shape["mean"], shape["scale"], -12, 25))
        self.limits = people.assumptions.table("away_linked")
        none = np.zeros(0, np.int64)
        self.ties = Ties(
            home=np.full(n, -1),
            role=np.full(n, Role.OTHER, np.int8),
            mode=np.full(n, Mode.ALONE, np.int8),
            spouse=np.full(n, -1),
            spouse_away=np.full(n, -1),
            mother=np.full(n, -1),
            grandchild_mother=(none, none),
        )
        persons = people.persons
        family = (persons["quarters"] == CollectiveType.NONE) & (persons["away"] == 0)
        self.family = np.flatnonzero(family & (persons["county"] == county))
        self.in_village = persons["urban"][self.family] == Urban.RURAL
        self.of_village = self._territories()

    def _territories(self) -> np.ndarray:
        """Whether each candidate belongs to a village household: the stated share, where there are villages."""
        shares = self.people.assumptions.table("away_rural_share")
        of_village = np.zeros(len(self.ties.home), bool)
        for student, share in ((False, shares["workers"]), (True, shares["students"])):
            group = np.flatnonzero(self.rows["student"] == student)
            order = group[np.argsort(order_numbers(self.rows["key"][group], TERRITORY_ORDER), kind="stable")]
            of_village[order[: int(share * len(order))]] = True
        return (of_village & self.in_village.any()) | self.in_village.all()

    def pool(self, chosen: np.ndarray) -> Pool:
        """Candidates not yet tied among ``chosen`` (mask)."""
        numbers = np.flatnonzero(chosen & (self.ties.home < 0))
        luck = order_numbers(self.rows["key"][numbers], TIE_ORDER)
        return Pool(numbers, self.rows["age"][numbers].astype(np.int64), luck)

    def at_home(self, chosen: np.ndarray) -> Pool:
        """Family residents of the county among ``chosen`` (mask over ``family``)."""
        persons = self.people.persons
        rows = self.family[chosen]
        luck = order_numbers(persons["key"][rows], TIE_ORDER)
        return Pool(rows, persons["age"][rows].astype(np.int64), luck)

    def married(self, sex: int, village: bool) -> np.ndarray:
        """Married candidates of a sex and territory of their household (mask)."""
        married = (self.rows["sex"] == sex) & (self.rows["marital"] == Marital.MARRIED)
        return married & (self.of_village == village)


def tie_to_families(people: People, county: int, rows: dict) -> Ties:
    """Tie candidates for members away to family households of their county.

    The territory of the household comes first. Then parents of children who live with grandparents, as
    couples; spouses of married residents who live without theirs; sons and daughters of women at home;
    the rest are further relatives.
    """
    work = _Work(people, county, rows)
    for village in (True, False):
        _parents_of_left_children(work, village)
        for sex in Sex:
            _spouses(work, sex, village)
        _sons_and_daughters(work, village)
        _further_relatives(work, village)
    return work.ties


def _paired(rows: Pool, columns: Pool, kernel: np.ndarray, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Ids of the two pools paired by age, at most ``most`` of the smaller pool, only at fitting ages."""
    a, b = rows.counts, columns.counts
    total = int(most * min(int(a.sum()), int(b.sum())))
    table = np.where(kernel > 0.0, match_counts(a, b, kernel, total), 0)
    return deal(table, rows.take(table.sum(axis=1)), columns.take(table.sum(axis=0)))


def _parents_of_left_children(work: _Work, village: bool) -> None:
    """Couples away whose children live with the grandparents."""
    people, ties = work.people, work.ties
    persons = people.persons
    skip = kind_attribute(people, "skip").astype(bool)
    in_skip = work.family[skip[persons["home"][work.family]] & (work.in_village == village)]
    children = in_skip[persons["role"][in_skip] == Role.GRANDCHILD]
    if len(children) == 0:
        return
    eldest = children[np.lexsort((-persons["age"][children], persons["home"][children]))]
    eldest = eldest[np.r_[True, persons["home"][eldest][1:] != persons["home"][eldest][:-1]]]
    luck = order_numbers(persons["key"][eldest], TIE_ORDER)
    left = Pool(eldest, persons["age"][eldest].astype(np.int64), luck)
    child, mother = _paired(
        left, work.pool(work.married(Sex.FEMALE, village)), work.kernels.mother, work.limits["skip"]
    )
    home = persons["home"][child]
    ties.home[mother] = home
    wives = Pool(mother, work.rows["age"][mother].astype(np.int64), order_numbers(work.rows["key"][mother], TIE_ORDER))
    wife, husband = _paired(wives, work.pool(work.married(Sex.MALE, village)), work.wife_to_husband, 1.0)
    ties.home[husband] = ties.home[wife]
    ties.spouse_away[wife], ties.spouse_away[husband] = husband, wife
    ties.role[mother], ties.role[husband] = Role.CHILD_IN_LAW, Role.CHILD
    ties.mode[wife], ties.mode[husband] = Mode.COUPLE, Mode.COUPLE
    _mothers_in_home(work, husband)
    mother_of = np.full(len(people.households), -1)
    mother_of[home] = mother
    theirs = children[mother_of[persons["home"][children]] >= 0]
    mothers = mother_of[persons["home"][theirs]]
    gap = work.rows["age"][mothers].astype(np.int64) - persons["age"][theirs]
    fits = (gap >= 18) & (gap <= 45)
    known = ties.grandchild_mother
    ties.grandchild_mother = (np.append(known[0], theirs[fits]), np.append(known[1], mothers[fits]))


def _mothers_in_home(work: _Work, numbers: np.ndarray) -> None:
    """The wife of the household's head is the mother, if her age fits."""
    persons = work.people.persons
    woman = np.full(len(work.people.households), -1)
    wives = work.family[persons["role"][work.family] == Role.SPOUSE]
    woman[persons["home"][wives]] = wives
    mother = woman[work.ties.home[numbers]]
    gap = persons["age"][mother].astype(np.int64) - work.rows["age"][numbers]
    fits = (mother >= 0) & (gap >= 18) & (gap <= 45)
    work.ties.mother[numbers[fits]] = mother[fits]


def _spouses(work: _Work, sex: int, village: bool) -> None:
    """Married members away whose wife or husband, registered in the county, lives at home without them."""
    persons, ties = work.people.persons, work.ties
    waiting = persons["marital"][work.family] == Marital.MARRIED
    waiting &= (persons["spouse"][work.family] < 0) & (persons["sex"][work.family] != sex)
    waiting &= (work.in_village == village) & (persons["origin"][work.family] <= SAME_COUNTY)
    kernel = work.wife_to_husband if sex == Sex.FEMALE else work.wife_to_husband.T
    numbers, partner = _paired(
        work.pool(work.married(sex, village)),
        work.at_home(waiting),
        np.ascontiguousarray(kernel),
        work.limits["spouse"],
    )
    ties.home[numbers], ties.spouse[numbers] = persons["home"][partner], partner
    role = persons["role"][partner]
    ties.role[numbers] = np.select(
        [role == Role.HEAD, role == Role.CHILD], [Role.SPOUSE, Role.CHILD_IN_LAW], Role.OTHER
    )


def _sons_and_daughters(work: _Work, village: bool) -> None:
    """Members away who are children of women at home."""
    people, ties = work.people, work.ties
    persons, rows = people.persons, work.rows
    women = (persons["sex"][work.family] == Sex.FEMALE) & (persons["marital"][work.family] != Marital.SINGLE)
    age = persons["age"][work.family]
    women &= (age >= YOUNGEST_MOTHER) & (age < OLDEST_MOTHER) & (work.in_village == village)
    for student in (False, True):
        numbers, mother = _paired(
            work.pool((rows["student"] == student) & (work.of_village == village)),
            work.at_home(women),
            work.kernels.mother,
            work.limits["parent"],
        )
        ties.home[numbers], ties.mother[numbers] = persons["home"][mother], mother
        role = persons["role"][mother]
        ties.role[numbers] = np.select(
            [np.isin(role, (Role.HEAD, Role.SPOUSE)), np.isin(role, (Role.CHILD, Role.CHILD_IN_LAW))],
            [Role.CHILD, Role.GRANDCHILD],
            Role.OTHER,
        )


def _further_relatives(work: _Work, village: bool) -> None:
    """Whoever is left belongs to some family household of the county and territory."""
    people, ties = work.people, work.ties
    left = np.flatnonzero((ties.home < 0) & (work.of_village == village))
    lived_in = np.zeros(len(people.households), bool)
    lived_in[people.persons["home"][work.family[work.in_village == village]]] = True
    homes = np.flatnonzero(lived_in)
    order = homes[np.argsort(order_numbers(people.households["key"][homes], FALLBACK_ORDER), kind="stable")]
    ties.home[left] = order[np.arange(len(left)) % max(len(order), 1)]
