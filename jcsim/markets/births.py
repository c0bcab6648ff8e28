"""Births become new rows: a child lives with its mother and is registered with her."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import uniform
from jcsim.records import PERSON, Activity, Education, LifeEvent, Marital, Role, Sex
from jcsim.rules.fertility import is_girl, newborn_key
from jcsim.rules.survival import DEATH
from jcsim.threads import by_rows, counted
from jcsim.world import World

BORN = int(LifeEvent.BIRTH)
HEAD, SPOUSE = int(Role.HEAD), int(Role.SPOUSE)
CHILD, GRANDCHILD = int(Role.CHILD), int(Role.GRANDCHILD)
GIRL, BOY = int(Sex.FEMALE), int(Sex.MALE)
MARRIED = int(Marital.MARRIED)


MOST = 0.6  # of a year's chance of a married woman
FERTILE = 50


def birth_chances(world: World, tfr: float, age_rate: np.ndarray, year: int) -> np.ndarray:
    """Chance of a married woman to bear a child in the year, by age, (50,).

    Total fertility ``tfr`` is of resident women and births are to married ones: the chance is
    ``k tfr f(a) / m(a)``, at most 0.6, f(a) the age pattern of WPP 2022 (``age_rate``, births per woman
    and year at a total of 1), m(a) the share married; k makes the total rate come true where later
    marriage leaves too few married women at young ages.
    """
    shapes = [(FERTILE,), (FERTILE,)]
    women, married = counted(world.threads, _count_women, (world.persons.rows,), shapes, world.n_towns, year)
    share = married / np.maximum(women, 1)
    chance, k = np.zeros(FERTILE), 1.0
    for _ in range(20):
        chance = np.minimum(k * tfr * age_rate / np.maximum(share, 0.02), MOST)
        total = sum((chance * share).tolist())
        k *= tfr / max(total, 1.0e-6)
    return chance


@njit
def _count_women(persons, n_towns, year, women, married):
    for i in range(persons.shape[0]):
        person = persons[i]
        age = year - person.born
        if person.alive and person.sex == GIRL and 0 <= age < FERTILE and person.residence < n_towns:
            women[age] += person.weight
            if person.marital == MARRIED:
                married[age] += person.weight


@njit
def _mothers(persons, bears):
    for i in range(persons.shape[0]):
        bears[i] = persons[i].alive == 1 and persons[i].event & BORN != 0


@njit
def _children(persons, mothers, newborns, boys_per_girl, infant_death, t):
    for k in range(mothers.shape[0]):
        mother, child = persons[mothers[k]], newborns[k]
        child.key = newborn_key(mother)
        child.sex = GIRL if is_girl(child.key, boys_per_girl, t[0]) else BOY
        survives = uniform(t[0].seed, DEATH, t[0].year, child.key, 0) >= infant_death[child.sex]
        child.alive = 1 if survives else 0
        child.role = CHILD if mother.role == HEAD or mother.role == SPOUSE else GRANDCHILD


def add_births(world: World, boys_per_girl: float, infant_death: np.ndarray, t) -> None:
    """Append this year's newborns; those who die as infants are counted in births and deaths.

    Parameters
    ----------
    boys_per_girl : sex ratio at birth (WPP 2022) ; infant_death : (2,) chance to die in the first year
    """
    persons = world.persons.rows
    bears = np.zeros(len(persons), bool)
    by_rows(world.threads, _mothers, (persons, bears))
    mothers = np.flatnonzero(bears)
    newborns = np.zeros(len(mothers), PERSON)
    for name in ("weight", "household", "residence", "hukou_place", "village", "urban", "hukou_urban",
                 "hukou_type", "quarters", "mode"):  # fmt: skip
        newborns[name] = persons[name][mothers]
    newborns["quarters"] = 0
    newborns["mother"] = mothers
    newborns["spouse"] = newborns["workplace"] = newborns["target"] = -1
    newborns["was_at"], newborns["was_urban"] = newborns["residence"], newborns["urban"]
    newborns["sector"] = newborns["intent"] = newborns["applied"] = -1
    newborns["born"] = int(t["year"])
    newborns["activity"] = int(Activity.CHILD)
    newborns["education"] = int(Education.NONE)
    _children(persons, mothers, newborns, boys_per_girl, infant_death, np.atleast_1d(t))
    added = world.persons.append(newborns)
    world.flows["born"] = np.arange(added.start, added.stop)
