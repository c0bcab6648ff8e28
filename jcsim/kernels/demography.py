"""Loops of the demography step."""

from jcsim.engine import Kernel
from jcsim.rules.fertility import bear_child
from jcsim.rules.marriage import seeks_divorce, seeks_marriage
from jcsim.rules.survival import mourn, survive


def _start_year(persons, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            person.was_at = person.residence
            person.was_urban = person.urban
            person.event = 0
            if person.years_here < 100:
                person.years_here += 1


def _survive_all(persons, death_probability, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            survive(person, death_probability, t[0])


def _mourn_and_bear(persons, alive, birth_chance, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            if person.spouse >= 0:
                mourn(person, alive[person.spouse])
            bear_child(person, birth_chance, t[0])


def _seek_all(persons, wanted, p, t):
    """``wanted``: 1 seeks marriage, 2 a husband whose marriage ends, 0 neither."""
    for i in range(persons.shape[0]):
        person = persons[i]
        wanted[i] = 0
        if person.alive:
            if seeks_marriage(person, p[0], t[0]):
                wanted[i] = 1
            elif seeks_divorce(person, t[0]):
                wanted[i] = 2


START_YEAR = Kernel(_start_year)
SURVIVE = Kernel(_survive_all)
MOURN_AND_BEAR = Kernel(_mourn_and_bear)
SEEK = Kernel(_seek_all, by_row=2)
