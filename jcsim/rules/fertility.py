"""Births: which women have a child this year."""

from jcsim.compilation import njit
from jcsim.draws import child_key, register_event, uniform
from jcsim.records import LifeEvent, Marital, Sex

BIRTH = register_event("birth", 2)
CHILD_SEX = register_event("sex of child", 3)
FEMALE, MARRIED = int(Sex.FEMALE), int(Marital.MARRIED)
BIRTH_EVENT = int(LifeEvent.BIRTH)
FIRST_AGE, LAST_AGE = 15, 49


@njit(cache=True)
def bear_child(person, age_rate, married_share, t):
    """Whether a married woman bears a child this year, marked as a life event.

    Age-specific fertility is the total rate of the year times WPP 2022's age pattern, f(a); births
    are to married women, so the yearly chance is f(a) over the share married at that age (last
    year, whole prefecture), at most 0.6. ``age_rate``: (50,) births per woman and year at rate 1;
    ``married_share``: (50,).
    """
    age = t.year - person.born
    if person.sex != FEMALE or person.marital != MARRIED or age < FIRST_AGE or age > LAST_AGE:
        return
    chance = t.tfr * age_rate[age] / max(married_share[age], 0.02)
    if uniform(t.seed, BIRTH, t.year, person.key, 0) < min(chance, 0.6):
        person.event |= BIRTH_EVENT
        person.parity += 1


@njit(cache=True)
def newborn_key(mother):
    """A child's key comes from its mother's key and its birth order."""
    return child_key(mother.key, BIRTH, mother.parity)


@njit(cache=True)
def is_girl(key, boys_per_girl, t):
    """Sex of a newborn at the year's sex ratio at birth."""
    return uniform(t.seed, CHILD_SEX, t.year, key, 0) * (1.0 + boys_per_girl) >= boys_per_girl
