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
    for i, kind in sorted(building.kinds(generations=1, middle=2), key=lambda pair: -pair[1].other):
        number = int(building.left[i])
        trios = _pick(building, (2,), min(int(building.with_old[2]), number) if kind.other == 1 else 0)
        rest = _pick(building, (0, 1), number - len(trios)) if kind.other else trios[:0]
        lacking = number - len(trios) - len(rest)
        chosen = np.concatenate([trios, rest, _pick(building, (0, 1, 2), lacking)])
        homes = building.open(i, len(chosen))
        building.place_couples(chosen, homes)
        _place_others(building, homes[: len(trios)], OLD, AGES)


def _pick(building: Building, old: tuple[int, ...], number: int) -> np.ndarray:
    """Couples with that many old members drawn evenly from those left."""
    pool = building.elders.couple_pool(old)
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
    """Unplaced people from ``low`` to below ``high``, younger ones first, one for each of ``homes``.

    Where a county has too few of them, adults of other ages fill in.
    """
    people = building.people
    for youngest, oldest in ((low, high), (ADULT, AGES), (0, AGES)):
        fits = (people.home < 0) & (people.spouse < 0) & (people.age >= youngest) & (people.age < oldest)
        rows = np.flatnonzero(fits)
        pool = Pool(rows, people.age[rows], people.luck(rows))
        weights = np.array([exp(-max(a - 25, 0) / SIBLING_YEARS) for a in range(AGES)])
        taken = pool.take(apportion_within(weights * pool.counts, pool.counts, len(homes)))
        order = np.argsort(people.luck(taken), kind="stable")
        people.place(taken[order], homes[: len(taken)], role)
        homes = homes[len(taken) :]
        if len(homes) == 0:
            return


def _one_person(building: Building) -> None:
    """Everybody left lives alone."""
    rows = np.flatnonzero(building.people.home < 0)
    for i, _ in building.kinds(generations=1, middle=1, other=0):
        homes = building.open(i, len(rows))
        building.people.place(rows, homes, Role.HEAD)
