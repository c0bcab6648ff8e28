"""Deaths, and what a death does to the spouse."""

from jcsim.compilation import njit
from jcsim.draws import register_event, uniform
from jcsim.records import LifeEvent, Marital

DEATH = register_event("death", 1)
OLDEST = 105
BEREAVED = int(LifeEvent.BEREAVED)
WIDOWED = int(Marital.WIDOWED)
MARRIED = int(Marital.MARRIED)


@njit
def survive(person, death_probability, t):
    """Draw whether the person dies this year.

    ``q(sex, age)`` comes from the WPP 2022 central death rates of China times the level of
    mortality (parameter ``mortality_level``; FACTS 2 finds 1.15 for 2010-20): ``q = 1 - exp(-m)``.
    ``death_probability`` has shape (2, 106), by age at the start of the year.
    """
    age = t.year - 1 - person.born
    if age > OLDEST:
        age = OLDEST
    if age >= 0 and uniform(t.seed, DEATH, t.year, person.key, 0) < death_probability[person.sex, age]:
        person.alive = 0


@njit
def mourn(person, spouse_alive):
    """A spouse's death makes a widow or widower."""
    if person.spouse >= 0 and spouse_alive == 0:
        person.spouse = -1
        if person.marital == MARRIED:
            person.marital = WIDOWED
        person.event |= BEREAVED
