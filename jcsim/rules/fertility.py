"""Births: which women have a child this year."""

from jcsim.compilation import njit
from jcsim.draws import child_key, register_event, uniform
from jcsim.records import LifeEvent, Marital, Sex

BIRTH = register_event("birth", 2)
CHILD_SEX = register_event("sex of child", 3)
FEMALE, MARRIED = int(Sex.FEMALE), int(Marital.MARRIED)
BIRTH_EVENT = int(LifeEvent.BIRTH)
FIRST_AGE, LAST_AGE = 15, 49


@njit
def bear_child(person, chance, t):
    """Whether a married woman bears a child this year, marked as a life event.

    ``chance``: (50,) of a married woman by age, from the year's total fertility (``birth_chances`` of
    markets/births.py).
    """
    age = t.year - person.born
    if person.sex != FEMALE or person.marital != MARRIED or age < FIRST_AGE or age > LAST_AGE:
        return
    if uniform(t.seed, BIRTH, t.year, person.key, 0) < chance[age]:
        person.event |= BIRTH_EVENT
        person.parity += 1


@njit
def newborn_key(mother):
    """A child's key comes from its mother's key and its birth order."""
    return child_key(mother.key, BIRTH, mother.parity)


@njit
def is_girl(key, boys_per_girl, t):
    """Sex of a newborn at the year's sex ratio at birth."""
    return uniform(t.seed, CHILD_SEX, t.year, key, 0) * (1.0 + boys_per_girl) >= boys_per_girl
