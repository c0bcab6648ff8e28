"""Children born, insurance, certificates and permits of the residents."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit_with_arrays
from jcsim.numeric import exp
from jcsim.population.ages import AGES
from jcsim.population.luck import uniforms
from jcsim.population.people import People
from jcsim.population.registration import OTHER_SHANXI
from jcsim.records import MEDICAL, PENSION, Activity, Marital, Sector, Sex, Urban

BORN_LUCK, MEDICAL_LUCK, PENSION_LUCK, CERTIFICATE_LUCK, PERMIT_LUCK, CHILDLESS_LUCK = range(1401, 1407)
FERTILE = (15, 65)  # ages of the census mean of children born
MOST_BORN = 9
STUDYING = (Activity.CHILD, Activity.PUPIL, Activity.STUDENT_AWAY)


def settle_persons(people: People) -> None:
    """Add insurance, certificate and permit to the persons."""
    persons, assumptions = people.persons, people.assumptions
    key = persons["key"]
    medical = uniforms(key, MEDICAL_LUCK) < assumptions.number("medical_cover")
    cover = assumptions.table("pension_cover")
    urban = persons["urban"] != Urban.RURAL
    grown = (persons["age"] >= 16) & ~np.isin(persons["activity"], STUDYING)
    pension = uniforms(key, PENSION_LUCK) < np.where(urban, cover["urban"], cover["rural"])
    persons["insurance"] = (MEDICAL * medical + PENSION * (pension & grown)).astype(np.int8)
    nonfarm = persons["sector"] > Sector.FARM
    skilled = uniforms(key, CERTIFICATE_LUCK) < assumptions.number("certificate_share")
    persons["certificate"] = (nonfarm & skilled).astype(np.int8)
    permits = uniforms(key, PERMIT_LUCK) < assumptions.number("permit_share")
    persons["permit"] = (permits & urban & (persons["origin"] >= OTHER_SHANXI)).astype(np.int8)


def settle_parity(people: People) -> None:
    """Add ``parity``: children born, those of the household and as many more that the census mean is met.

    Once-married women without a child at home are childless at the assumed share of their age; mothers
    have a Poisson number of further children, at least those at home. Its scale is found by bisection so
    that resident women of 15 to 64 have the mean of the census.
    """
    persons, assumptions = people.persons, people.assumptions
    mothers = persons["mother"]
    known = np.bincount(mothers[mothers >= 0], minlength=len(persons))
    grown = (persons["sex"] == Sex.FEMALE) & (persons["age"] >= FERTILE[0])
    women = np.flatnonzero(grown & (persons["marital"] != Marital.SINGLE))
    age, key, at_home = persons["age"][women], persons["key"][women], known[women]
    childless = uniforms(key, CHILDLESS_LUCK) < np.array(assumptions.steps("childless_share", AGES))[age]
    is_mother = (at_home > 0) | ~childless
    means = np.array(assumptions.steps("further_children", AGES))[age]
    luck = uniforms(key, BORN_LUCK)

    def born(scale: float, rows: np.ndarray) -> np.ndarray:
        children = np.minimum(1 + poisson(luck[rows], scale * means[rows]), MOST_BORN)
        return np.where(is_mother[rows], np.maximum(at_home[rows], children), 0)

    asked = np.flatnonzero((age < FERTILE[1]) & (persons["away"][women] == 0))
    of_age = grown & (persons["age"] < FERTILE[1]) & (persons["away"] == 0)
    wanted = assumptions.number("births_per_woman") * int(of_age.sum())
    wanted -= int(known[of_age].sum()) - int(at_home[asked].sum())  # of women who never married
    low, high = 0.0, 4.0
    for _ in range(16):
        scale = (low + high) / 2.0
        low, high = (scale, high) if int(born(scale, asked).sum()) < wanted else (low, scale)
    parity = known.copy()
    parity[women] = born(low, np.arange(len(women)))
    persons["parity"] = parity.astype(np.int8)


@njit_with_arrays
def poisson(luck, means):
    """Poisson counts from uniform numbers, by adding up probabilities."""
    counts = np.zeros(luck.shape[0], np.int64)
    for i in range(luck.shape[0]):
        chance = exp(-means[i])
        total = chance
        while luck[i] > total and counts[i] < MOST_BORN:
            counts[i] += 1
            chance *= means[i] / counts[i]
            total += chance
    return counts
