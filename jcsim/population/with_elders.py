"""Which families live with elders: four generations, three, and young couples with parents."""

from __future__ import annotations

import numpy as np

from jcsim.numeric import exp
from jcsim.population.ages import AGES
from jcsim.population.building import Building, Nuclei
from jcsim.population.elders import Middles, join_elders
from jcsim.population.formation import OLD
from jcsim.population.ipf import apportion_within, column_sums
from jcsim.population.luck import race
from jcsim.population.templates import Kind
from jcsim.records import Role, Sex

ALWAYS, NEVER = 1000.0, 0.0  # ages below which an elder heads the household
YOUNGEST_CHILDLESS, OLDEST_CHILDLESS = 20, 55  # wives of childless couples who live with elders


def settle_generations(building: Building, nuclei: Nuclei) -> None:
    """Give every nucleus its kind of household and bring the elders in."""
    links = _links(building, nuclei)
    kind_of = _choose_kinds(building, nuclei, links)
    home = _open_nuclei(building, nuclei, kind_of)
    every = Middles(links, _other(nuclei, links), home, _elders_of(building, kind_of))
    generations = np.array([kind.generations for kind in building.plan.kinds])[kind_of]
    _four_generations(building, every.select(np.flatnonzero(generations == 4)), kind_of[generations == 4])
    three = every.select(np.flatnonzero(generations == 3))
    young = _childless_with_elders(building)
    together = Middles(*(np.concatenate(pair) for pair in zip(three, young, strict=True)))
    join_elders(building.elders, together, building.assumptions.number("elder_head_age"))


def _links(building: Building, nuclei: Nuclei) -> np.ndarray:
    """Whose parents each nucleus would live with: mostly the husband's."""
    share = building.assumptions.number("with_husbands_parents")
    his = (building.people.chance(nuclei.first) < share) | (nuclei.second < 0)
    return np.where(his, nuclei.first, nuclei.second)


def _other(nuclei: Nuclei, links: np.ndarray) -> np.ndarray:
    return np.where(links == nuclei.first, nuclei.second, nuclei.first)


def _elders_of(building: Building, kind_of: np.ndarray) -> np.ndarray:
    return np.array([kind.elder for kind in building.plan.kinds])[kind_of]


def _choose_kinds(building: Building, nuclei: Nuclei, links: np.ndarray) -> np.ndarray:
    """Kind of household of every nucleus.

    Those with most parents of a fitting age free are the likeliest to live with them; members of 65 and
    over are never joined by elders, so that households with two old members stay as counted.
    """
    people = building.people
    kind_of = np.full(len(nuclei.first), -1)
    young = people.age[nuclei.first] < OLD
    young &= (nuclei.second < 0) | (people.age[nuclei.second] < OLD)
    luck = people.chance(nuclei.first)
    for generations, elders in ((4, 2), (4, 1), (3, 2), (3, 1)):
        chances = _chances(building, people.age[links], generations, elders)
        weights = chances[people.age[links]] + 1e-9
        for i, kind in building.kinds(generations=generations, elder=elders):
            rows = np.flatnonzero(young & _fits(nuclei, kind_of, kind))
            times = race(luck[rows], weights[rows])
            kind_of[rows[np.argsort(times, kind="stable")[: building.left[i]]]] = i
    rest = [(i, kind) for i, kind in building.kinds(generations=2, elder=0)]
    for i, kind in sorted(rest, key=lambda pair: -pair[1].other):
        rows = np.flatnonzero(_fits(nuclei, kind_of, kind))
        kind_of[rows[np.argsort(people.luck(nuclei.first[rows]), kind="stable")[: building.left[i]]]] = i
    _swap_kinds(building, nuclei, kind_of, young, luck)
    return kind_of


def _fits(nuclei: Nuclei, kind_of: np.ndarray, kind: Kind) -> np.ndarray:
    """Nuclei without a kind yet that have the parents and children of this one."""
    return (kind_of < 0) & (nuclei.middle == kind.middle) & (nuclei.n_children == kind.children)


def _swap_kinds(building: Building, nuclei: Nuclei, kind_of: np.ndarray, young: np.ndarray, luck: np.ndarray) -> None:
    """Nuclei left over take an open kind with their own number of children instead of the planned one.

    Families are divided at each age of the parent, which can leave single families over; the household
    keeps its generations and only its size changes. An old nucleus before an open place with elders lets
    a young one go there and takes its place.
    """
    plan = building.plan.kinds
    taken = np.bincount(kind_of[kind_of >= 0], minlength=len(building.left))
    for row in np.flatnonzero(kind_of < 0):
        places = [
            i
            for i, kind in enumerate(plan)
            if taken[i] < building.left[i] and kind.middle == nuclei.middle[row] and kind.children and not kind.skip
        ]
        if not places:
            raise ValueError("a family with children has no place among the households planned")
        place = places[0]
        taker = int(row)
        if plan[place].elder and not young[row]:
            taker = _young_stand_in(building, nuclei, kind_of, young, luck, taker)
            home = kind_of[taker]
            kind_of[row] = _with_children(building, home, nuclei.n_children[row])
            building.left[home] -= 1
            building.left[kind_of[row]] += 1
            taken[home] -= 1
            taken[kind_of[row]] += 1
        kind_of[taker] = _with_children(building, place, nuclei.n_children[taker])
        building.left[place] -= 1
        building.left[kind_of[taker]] += 1
        taken[kind_of[taker]] += 1


def _with_children(building: Building, kind: int, children: int) -> int:
    """Number of the kind that differs from another only in its children."""
    wanted = building.plan.kinds[kind]._replace(children=int(children))
    for i, other in enumerate(building.plan.kinds):
        if other[:7] == wanted[:7]:
            return i
    raise ValueError(f"no kind of household is like {building.plan.kinds[kind]} with {children} children")


def _young_stand_in(
    building: Building, nuclei: Nuclei, kind_of: np.ndarray, young: np.ndarray, luck: np.ndarray, row: int
) -> int:
    """A young nucleus without elders, of as many children as possible up to those of the old one."""
    alone = np.array([kind.generations == 2 and not kind.other for kind in building.plan.kinds])
    fits = young & (kind_of >= 0) & (nuclei.middle == nuclei.middle[row])
    fits &= alone[kind_of] & (nuclei.n_children <= nuclei.n_children[row])
    rows = np.flatnonzero(fits)
    return int(rows[np.lexsort((luck[rows], -nuclei.n_children[rows]))[0]])


def _chances(building: Building, link_ages: np.ndarray, generations: int, elders: int) -> np.ndarray:
    """(AGES,) relative chance of living with elders by age of the person whose parents they are."""
    kernel = building.kernels.mother
    if generations == 4:  # the elder must have a parent free in turn
        women = building.elders.single_pool(Sex.FEMALE, 55).counts
        reach = np.minimum(column_sums((kernel * women[None, :]).T), 1.0)
        counts = building.elders.couple_pool((0,)).counts * np.where(np.arange(AGES) < 58, reach, 0.0)
    elif elders == 2:
        counts = building.elders.couple_pool().counts
    else:
        counts = building.elders.single_pool(Sex.FEMALE, 38).counts
        counts = counts + building.elders.single_pool(Sex.MALE, 38).counts
    return building.elders.chances(link_ages, counts, kernel)


def _open_nuclei(building: Building, nuclei: Nuclei, kind_of: np.ndarray) -> np.ndarray:
    """Open the households and place parents and children."""
    people = building.people
    home = np.full(len(kind_of), -1)
    for i in np.unique(kind_of):
        rows = np.flatnonzero(kind_of == i)
        home[rows] = building.open(int(i), len(rows))
    people.place(nuclei.first, home, Role.HEAD)
    both = nuclei.second >= 0
    people.place(nuclei.second[both], home[both], Role.SPOUSE)
    people.place(nuclei.child, home[nuclei.child_of], Role.CHILD)
    return home


def _four_generations(building: Building, middles: Middles, kind_of: np.ndarray) -> None:
    """Elders under 65 who head the household, and one of their parents (or two)."""
    first, second, home = join_elders(building.elders, middles, ALWAYS, high=OLD)
    greats = np.zeros(building.people.n_homes, np.int64)
    greats[middles.home] = np.array([kind.great for kind in building.plan.kinds])[kind_of]
    join_elders(building.elders, Middles(first, second, home, greats[home]), NEVER)


def _childless_with_elders(building: Building) -> Middles:
    """Young couples without children at home, placed, waiting for one or two elders."""
    years = building.assumptions.number("young_couple_years")
    ages = range(AGES)
    weights = np.array(
        [exp(-(a - YOUNGEST_CHILDLESS) / years) if YOUNGEST_CHILDLESS <= a < OLDEST_CHILDLESS else 0.0 for a in ages]
    )
    parts = []
    for elders in (2, 1):
        for i, _ in building.kinds(generations=2, elder=elders, middle=2, children=0):
            pool = building.elders.couple_pool((0,))
            numbers = pool.take(apportion_within(weights * pool.counts, pool.counts, int(building.left[i])))
            homes = building.open(i, len(numbers))
            building.place_couples(numbers, homes)
            wives, husbands = building.couples.wife[numbers], building.couples.husband[numbers]
            none = np.zeros(0, np.int64)
            link = _links(building, Nuclei(husbands, wives, none, none, none))
            other = np.where(link == husbands, wives, husbands)
            parts.append(Middles(link, other, homes, np.full(len(homes), elders)))
    return Middles(*(np.concatenate(column) for column in zip(*parts, strict=True)))
