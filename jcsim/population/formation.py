"""The family residents of one county while they are put into households."""

from __future__ import annotations

import numpy as np

from jcsim.population.luck import order_numbers, uniforms
from jcsim.records import Marital, Role, Sex

OLD = 65  # of the census table of households with old members
CHILD_LIMIT = 16


class Formation:
    """People of one county and the households they have been given so far.

    Attributes
    ----------
    key, sex, age, marital : (n,) of the people
    spouse, mother : (n,) rows of this county, -1 none
    home : (n,) household number, -1 not yet placed
    role : (n,) records.Role
    kinds : kind of each household made so far
    """

    def __init__(self, key: np.ndarray, sex: np.ndarray, age: np.ndarray, marital: np.ndarray) -> None:
        n = len(key)
        self.key, self.sex, self.age, self.marital = key, sex, age, marital
        self.spouse = np.full(n, -1, np.int64)
        self.mother = np.full(n, -1, np.int64)
        self.home = np.full(n, -1, np.int64)
        self.role = np.full(n, Role.OTHER, np.int8)
        self._kinds: list[np.ndarray] = []
        self.n_homes = 0
        self.purpose = 0

    @property
    def kinds(self) -> np.ndarray:
        return np.concatenate(self._kinds) if self._kinds else np.zeros(0, np.int64)

    def new_homes(self, kinds: np.ndarray) -> np.ndarray:
        """Open households of the given kinds; returns their numbers."""
        first, self.n_homes = self.n_homes, self.n_homes + len(kinds)
        self._kinds.append(np.asarray(kinds, np.int64))
        return np.arange(first, self.n_homes)

    def place(self, rows: np.ndarray, homes: np.ndarray, role: int) -> None:
        """Put people into households in a role."""
        self.home[rows] = homes
        self.role[rows] = role

    def luck(self, rows: np.ndarray) -> np.ndarray:
        """Fresh order numbers for some people, another set at each call."""
        self.purpose += 1
        return order_numbers(self.key[rows], self.purpose)

    def chance(self, rows: np.ndarray) -> np.ndarray:
        """Fresh uniform numbers for some people, another set at each call."""
        self.purpose += 1
        return uniforms(self.key[rows], self.purpose)

    def who(self, sex: int, marital: int) -> np.ndarray:
        """Rows of one sex and marital state."""
        return np.flatnonzero((self.sex == sex) & (self.marital == marital))

    def is_mother_age(self, mothers: np.ndarray, children: np.ndarray) -> np.ndarray:
        """Whether each mother is 18 to 45 years older than the child."""
        gap = self.age[mothers].astype(np.int64) - self.age[children]
        return (self.sex[mothers] == Sex.FEMALE) & (gap >= 18) & (gap <= 45)


class Couples:
    """Couples living together: rows of wife and husband in a Formation."""

    def __init__(self, people: Formation, wife: np.ndarray, husband: np.ndarray) -> None:
        self.people, self.wife, self.husband = people, wife, husband
        people.spouse[wife], people.spouse[husband] = husband, wife

    def __len__(self) -> int:
        return len(self.wife)

    @property
    def age(self) -> np.ndarray:
        """(n,) age of the wife, by which couples are matched."""
        return self.people.age[self.wife].astype(np.int64)

    @property
    def n_old(self) -> np.ndarray:
        """(n,) spouses of 65 and over."""
        ages = self.people.age
        return (ages[self.wife] >= OLD).astype(np.int64) + (ages[self.husband] >= OLD)


def married(people: Formation, sex: int) -> np.ndarray:
    return people.who(sex, Marital.MARRIED)
