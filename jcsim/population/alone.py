"""What is left after families with children and elders: further adults, couples alone, people alone."""

from __future__ import annotations

import numpy as np

from jcsim.numeric import exp
from jcsim.population.ages import AGES
from jcsim.population.building import Building
from jcsim.population.formation import OLD
from jcsim.population.ipf import apportion_within
from jcsim.population.pool import Pool
from jcsim.records import Role

ADULT = 18
SIBLING_YEARS = 15.0


def settle_the_rest(building: Building) -> None:
    """Fill every household still wanted; nobody and no household is left over."""
    _couples(building)
    _unrelated_adults(building)
    _further_adults(building)
    _one_person(building)
    if building.left.any() or (building.people.home < 0).any():
        raise ValueError(f"households left open: {building.left[building.left > 0]}")


def _couples(building: Building) -> None:
    """Couples without children or elders; some with further adults, of them the trios of old people."""
    trios = int(building.with_old[2])
    for i, kind in sorted(building.kinds(generations=1, middle=2), key=lambda pair: -pair[1].other):
        number = int(building.left[i])
        old = min(trios, number) if kind.other == 1 else 0
        chosen = _pick(building, building.elders.couple_pool((2,)), old)
        if kind.other == 0:
            rest = np.flatnonzero(building.elders.free)
        else:
            rest = _pick(building, building.elders.couple_pool((0, 1)), number - old)
        homes = building.open(i, old + len(rest))
        building.place_couples(np.concatenate([chosen, rest]), homes)
        _place_others(building, homes[:old], OLD, AGES)


def _pick(building: Building, pool: Pool, number: int) -> np.ndarray:
    """Couples drawn evenly from a pool, whatever their age."""
    numbers = pool.take(apportion_within(pool.counts.astype(float), pool.counts, number))
    building.elders.take_couples(numbers)
    return numbers


def _unrelated_adults(building: Building) -> None:
    """Two or three adults who are not a couple (flat mates, brothers and sisters)."""
    for i, kind in building.kinds(generations=1, middle=1):
        if kind.other:
            homes = building.open(i, int(building.left[i]))
            _place_others(building, homes, ADULT, OLD, Role.HEAD)


def _further_adults(building: Building) -> None:
    """Relatives in families that want one more adult."""
    people = building.people
    sizes = np.array([kind.size for kind in building.plan.kinds])[people.kinds]
    lacking = sizes - np.bincount(people.home[people.home >= 0], minlength=people.n_homes)
    _place_others(building, np.repeat(np.arange(people.n_homes), lacking), ADULT, OLD)


def _place_others(building: Building, homes: np.ndarray, low: int, high: int, role: int = Role.OTHER) -> None:
    """Unplaced people from ``low`` to below ``high``, younger ones first, one for each of ``homes``."""
    people = building.people
    fits = (people.home < 0) & (people.spouse < 0) & (people.age >= low) & (people.age < high)
    rows = np.flatnonzero(fits)
    pool = Pool(rows, people.age[rows], people.luck(rows))
    weights = np.array([exp(-max(a - 25, 0) / SIBLING_YEARS) for a in range(AGES)])
    taken = pool.take(apportion_within(weights * pool.counts, pool.counts, len(homes)))
    order = np.argsort(people.luck(taken), kind="stable")
    people.place(taken[order], homes, role)


def _one_person(building: Building) -> None:
    """Everybody left lives alone."""
    rows = np.flatnonzero(building.people.home < 0)
    for i, _ in building.kinds(generations=1, middle=1, other=0):
        homes = building.open(i, len(rows))
        building.people.place(rows, homes, Role.HEAD)
