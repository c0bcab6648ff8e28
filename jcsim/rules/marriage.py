"""Who seeks marriage this year, and which couples part. Pairing itself is in markets/marriage.py."""

from jcsim.compilation import njit
from jcsim.draws import register_event, uniform
from jcsim.numeric import exp, logistic
from jcsim.records import Marital, Sex

SEEK = register_event("seek marriage", 4)
DIVORCE = register_event("divorce", 5)
SINGLE, MARRIED = int(Marital.SINGLE), int(Marital.MARRIED)
MALE = int(Sex.MALE)
LEGAL_AGE_MALE, LEGAL_AGE_FEMALE = 22, 20
LAST_AGE = 60


@njit(cache=True)
def marriage_hazard(age, sex, marital, p, t):
    """Yearly chance of seeking a spouse.

    First marriages rise around the year's mean age ``mu`` (census: 25.8 and 24.0 in 2010, 29.4 and
    28.0 in 2020) and fade afterwards: ``peak / (1 + exp(-(age - mu)/1.5)) * exp(-(age - mu - 6)+/6)``.
    Divorced and widowed people under 60 seek at a constant rate.
    """
    legal = LEGAL_AGE_MALE if sex == MALE else LEGAL_AGE_FEMALE
    if age < legal or age > LAST_AGE:
        return 0.0
    if marital != SINGLE:
        return p.remarriage_rate
    mean = t.marriage_age_male if sex == MALE else t.marriage_age_female
    late = max(age - mean - 6.0, 0.0)
    return p.marriage_peak * logistic((age - mean) / 1.5) * exp(-late / 6.0)


@njit(cache=True)
def seeks_marriage(person, p, t):
    """Whether an unmarried person enters this year's matching."""
    if person.marital == MARRIED:
        return False
    hazard = marriage_hazard(t.year - person.born, person.sex, person.marital, p, t)
    return uniform(t.seed, SEEK, t.year, person.key, 0) < hazard


@njit(cache=True)
def seeks_divorce(person, t):
    """Whether a husband's marriage ends this year (the wife's row follows in the family step)."""
    if person.marital != MARRIED or person.spouse < 0 or person.sex != MALE:
        return False
    return uniform(t.seed, DIVORCE, t.year, person.key, 0) < t.divorce_rate
