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


@njit
def marriage_hazard(age, sex, marital, p, t):
    """Yearly chance of seeking a spouse.

    First marriages rise around the year's onset age, which makes the mean age at first marriage what the
    year's series says (``onset_for_mean``), and fade afterwards:
    ``peak / (1 + exp(-(age - onset)/1.5)) * exp(-(age - onset - 8)+/6)``. Divorced and widowed people
    under 60 seek at a constant rate.
    """
    legal = LEGAL_AGE_MALE if sex == MALE else LEGAL_AGE_FEMALE
    if age < legal or age > LAST_AGE:
        return 0.0
    if marital != SINGLE:
        return p.remarriage_rate
    onset = t.marriage_onset_male if sex == MALE else t.marriage_onset_female
    return first_marriage_hazard(age, onset, p.marriage_peak)


@njit
def first_marriage_hazard(age, onset, peak):
    """Yearly chance of seeking a first marriage: see ``marriage_hazard``."""
    late = max(age - onset - 8.0, 0.0)
    return peak * logistic((age - onset) / 1.5) * exp(-late / 6.0)


@njit
def onset_for_mean(mean, first, peak):
    """Onset age at which those who marry for the first time from age ``first`` on are ``mean`` years old
    on average, with unchanging hazards; by bisection over 15 to 40 years."""
    low, high = 15.0, 40.0
    for _ in range(40):
        onset = 0.5 * (low + high)
        single, married, years = 1.0, 0.0, 0.0
        for age in range(first, LAST_AGE + 1):
            marries = single * first_marriage_hazard(age, onset, peak)
            single -= marries
            married += marries
            years += marries * (age + 0.5)
        if years / married < mean:
            low = onset
        else:
            high = onset
    return 0.5 * (low + high)


@njit
def seeks_marriage(person, p, t):
    """Whether an unmarried person enters this year's matching."""
    if person.marital == MARRIED:
        return False
    hazard = marriage_hazard(t.year - person.born, person.sex, person.marital, p, t)
    return uniform(t.seed, SEEK, t.year, person.key, 0) < hazard


@njit
def seeks_divorce(person, t):
    """Whether a husband's marriage ends this year (the wife's row follows in the family step)."""
    if person.marital != MARRIED or person.spouse < 0 or person.sex != MALE:
        return False
    return uniform(t.seed, DIVORCE, t.year, person.key, 0) < t.divorce_rate
