"""What the stages of forming a county's households share: people, couples, the plan and what is left of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.population.ages import AGES
from jcsim.population.assumptions import Assumptions
from jcsim.population.couples import most_couples, pair_couples
from jcsim.population.elders import Elders, make_kernels
from jcsim.population.formation import CHILD_LIMIT, Formation
from jcsim.population.ipf import ordered_sum
from jcsim.population.templates import Kind, KindCounts, count_kinds
from jcsim.records import Marital, Role


class Nuclei(NamedTuple):
    """Parents with unmarried children, one row each.

    Attributes
    ----------
    first, second : the husband and wife, or the lone parent and -1
    n_children : children at home
    child, child_of : every child and the row of its nucleus
    """

    first: np.ndarray
    second: np.ndarray
    n_children: np.ndarray
    child: np.ndarray
    child_of: np.ndarray

    @property
    def middle(self) -> np.ndarray:
        """2 for couples, 1 for lone parents."""
        return np.where(self.second >= 0, 2, 1)


class Building:
    """One county's households in the making.

    Parameters
    ----------
    people : its family residents, all unplaced
    sizes, generations, with_old : households by size (10), generations (4), and members of 65+ (1, 2, 3)
    assumptions : of the census year
    """

    def __init__(
        self,
        people: Formation,
        sizes: np.ndarray,
        generations: np.ndarray,
        with_old: np.ndarray,
        assumptions: Assumptions,
    ) -> None:
        self.people, self.with_old, self.assumptions = people, with_old, assumptions
        self.plan = self._plan(sizes, generations)
        self.left = self.plan.counts.copy()  # households of each kind still to be made
        self.kernels = make_kernels(assumptions)
        old_pairs = int(with_old[1] + with_old[2])
        self.couples = pair_couples(people, self.plan.couples, old_pairs, assumptions)
        self.elders = Elders(people, self.couples, self.kernels)

    def _plan(self, sizes: np.ndarray, generations: np.ndarray) -> KindCounts:
        people = self.people
        stays = np.array(self.assumptions.steps("stay_with_parents", AGES))
        never = (people.marital == Marital.SINGLE) & (people.age >= CHILD_LIMIT)
        staying = ordered_sum(np.bincount(people.age[never], minlength=AGES) * stays)
        children = int((people.age < CHILD_LIMIT).sum()) + int(staying)
        couples = int(self.assumptions.number("together_share") * most_couples(people))
        return count_kinds(sizes, generations, couples, children, self.assumptions)

    def kinds(self, **wanted: int) -> list[tuple[int, Kind]]:
        """Number and kind of all kinds with the given attributes."""
        return [
            (i, kind)
            for i, kind in enumerate(self.plan.kinds)
            if all(getattr(kind, name) == value for name, value in wanted.items())
        ]

    def open(self, kind: int, number: int) -> np.ndarray:
        """Open ``number`` households of a kind that the plan still wants."""
        if number > self.left[kind]:
            raise ValueError(f"{number} households of {self.plan.kinds[kind]}: {self.left[kind]} are left")
        self.left[kind] -= number
        return self.people.new_homes(np.full(number, kind))

    def couple_chance(self, numbers: np.ndarray) -> np.ndarray:
        """Uniform numbers for couples."""
        return self.people.chance(self.couples.wife[numbers])

    def place_couples(self, numbers: np.ndarray, homes: np.ndarray) -> None:
        """Couples as head and spouse of their households."""
        self.people.place(self.couples.husband[numbers], homes, Role.HEAD)
        self.people.place(self.couples.wife[numbers], homes, Role.SPOUSE)
        self.elders.take_couples(numbers)
