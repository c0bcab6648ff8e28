"""Households with children: grandparents with grandchildren, then every child with a parent."""

from __future__ import annotations

import numpy as np

from jcsim.population.ages import AGES
from jcsim.population.building import Building, Nuclei
from jcsim.population.formation import CHILD_LIMIT
from jcsim.population.ipf import apportion, apportion_within
from jcsim.population.parents import MOST_CHILDREN, Family, Parents, attach_children
from jcsim.population.pool import Pool
from jcsim.records import Marital, Role, Sex

OLDEST_CHILD = 50  # of people who live as somebody's unmarried child
YOUNGEST_PARENT, OLDEST_PARENT = 20, 85  # of lone parents
SPARE_LONE = 1.3  # candidates wanted for each lone parent


def skip_generation(building: Building) -> None:
    """Grandparents with grandchildren whose parents live elsewhere (left-behind children, 隔代家庭)."""
    people = building.people
    kinds = building.kinds(skip=True)
    wanted = np.zeros(MOST_CHILDREN, np.int64)
    for i, kind in kinds:
        wanted[kind.children] = building.left[i]
    kids = np.flatnonzero(people.age < CHILD_LIMIT - 1)
    pool = Pool(kids, people.age[kids], people.luck(kids))
    drawn = apportion_within(pool.counts.astype(float), pool.counts, _places(wanted))
    grandparents = Parents(building.elders.couple_pool(), wanted, building.kernels.grandmother)
    family = attach_children(pool, drawn, [grandparents], [building.couple_chance])[0]
    homes = np.zeros(len(family.units), np.int64)
    for i, kind in kinds:
        rows = np.flatnonzero(family.n_children == kind.children)
        homes[rows] = building.open(i, len(rows))
    building.place_couples(family.units, homes)
    people.place(family.children, homes[family.unit_of], Role.GRANDCHILD)


def _places(wanted: np.ndarray) -> int:
    return int((wanted * np.arange(MOST_CHILDREN)).sum())


def parents_with_children(building: Building) -> Nuclei:
    """Every remaining child gets a parent; the households are not opened yet."""
    people, couples = building.people, building.couples
    women, men = _lone_pools(building)
    lone_women, lone_men = _split_lone(building, women, men)
    groups = [
        Parents(building.elders.couple_pool(), _wanted(building, 2), building.kernels.mother),
        Parents(women, lone_women, building.kernels.mother),
        Parents(men, lone_men, building.kernels.father),
    ]
    pool, drawn = _child_pool(building, sum(_places(group.wanted) for group in groups))
    families = attach_children(pool, drawn, groups, [building.couple_chance, people.chance, people.chance])
    for family in families:
        people.role[family.children] = Role.CHILD
    building.elders.take_couples(families[0].units)
    _set_mothers(building, families[0], couples.wife[families[0].units])
    _set_mothers(building, families[1], families[1].units)
    return _join_families(building, families)


def _wanted(building: Building, middle: int) -> np.ndarray:
    """Families of couples (2) or lone parents (1) by number of children still to be made."""
    wanted = np.zeros(MOST_CHILDREN, np.int64)
    for kind, number in zip(building.plan.kinds, building.left, strict=True):
        if kind.middle == middle and kind.children and not kind.skip:
            wanted[kind.children] += number
    return wanted


def _lone_pools(building: Building) -> tuple[Pool, Pool]:
    """Women and men who may be lone parents: once married, or anybody where too few of them are."""
    needed = int(_wanted(building, 1).sum())
    for ever_married in (True, False):
        women, men = (
            building.elders.single_pool(sex, YOUNGEST_PARENT, OLDEST_PARENT, ever_married)
            for sex in (Sex.FEMALE, Sex.MALE)
        )
        if SPARE_LONE * needed <= int(women.counts.sum() + men.counts.sum()):
            break
    return women, men


def _split_lone(building: Building, women: Pool, men: Pool) -> tuple[np.ndarray, np.ndarray]:
    """Lone-parent families of women and of men, by number of children."""
    share = building.assumptions.number("lone_parent_men")
    weights = np.array([float(women.counts[22:60].sum()), share * float(men.counts[22:60].sum())])
    wanted = _wanted(building, 1)
    lone_men = np.array([apportion(weights, int(number))[1] for number in wanted])
    return wanted - lone_men, lone_men


def _child_pool(building: Building, places: int) -> tuple[Pool, np.ndarray]:
    """Who fills the child places: all under 18, then the never-married by age, then once-married people."""
    people = building.people
    unplaced = (people.home < 0) & (people.spouse < 0) & (people.age <= OLDEST_CHILD)
    single = unplaced & (people.marital == Marital.SINGLE)
    counts = np.bincount(people.age[single], minlength=AGES)
    drawn = np.where(np.arange(AGES) < CHILD_LIMIT + 2, counts, 0)
    stays = np.array(building.assumptions.steps("stay_with_parents", AGES)) * counts
    drawn = drawn + apportion_within(stays, counts - drawn, places - int(drawn.sum()))
    rows = np.flatnonzero(single)
    lacking = places - int(drawn.sum())
    if lacking > 0:
        back = np.flatnonzero(unplaced & (people.marital != Marital.SINGLE))
        more = np.bincount(people.age[back], minlength=AGES)
        drawn = drawn + apportion_within(more.astype(float), more, lacking)
        rows = np.concatenate([rows, back])
    return Pool(rows, people.age[rows], people.luck(rows)), drawn


def _set_mothers(building: Building, family: Family, women: np.ndarray) -> None:
    mothers = women[family.unit_of]
    fits = building.people.is_mother_age(mothers, family.children)
    building.people.mother[family.children[fits]] = mothers[fits]


def _join_families(building: Building, families: list[Family]) -> Nuclei:
    couples, lone_women, lone_men = families
    lone = np.concatenate([lone_women.units, lone_men.units])
    offsets = np.cumsum([0, len(couples.units), len(lone_women.units)])
    return Nuclei(
        first=np.concatenate([building.couples.husband[couples.units], lone]),
        second=np.concatenate([building.couples.wife[couples.units], np.full(len(lone), -1)]),
        n_children=np.concatenate([family.n_children for family in families]),
        child=np.concatenate([family.children for family in families]),
        child_of=np.concatenate([f.unit_of + o for f, o in zip(families, offsets, strict=True)]),
    )
