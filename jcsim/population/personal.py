"""Children born, insurance, certificates and permits of the residents."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.numeric import exp
from jcsim.population.ages import AGES
from jcsim.population.luck import uniforms
from jcsim.population.people import People
from jcsim.population.registration import OTHER_SHANXI
from jcsim.records import MEDICAL, PENSION, Activity, Marital, Sector, Sex, Urban

BORN_LUCK, MEDICAL_LUCK, PENSION_LUCK, CERTIFICATE_LUCK, PERMIT_LUCK = range(1401, 1406)
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

    Further children of once-married women are a Poisson count with a mean by age of the mother; its
    scale is found by bisection so that resident women of 15 to 64 have the mean of the census.
    """
    persons = people.persons
    mothers = persons["mother"]
    known = np.bincount(mothers[mothers >= 0], minlength=len(persons))
    grown = (persons["sex"] == Sex.FEMALE) & (persons["age"] >= FERTILE[0])
    women = np.flatnonzero(grown & (persons["marital"] != Marital.SINGLE))
    means = np.array(people.assumptions.steps("children_elsewhere", AGES))[persons["age"][women]]
    luck = uniforms(persons["key"][women], BORN_LUCK)
    asked = grown & (persons["age"] < FERTILE[1]) & (persons["away"] == 0)
    wanted = people.assumptions.number("births_per_woman") * int(asked.sum())
    parity = known.copy()
    low, high = 0.0, 6.0
    for _ in range(24):
        scale = (low + high) / 2.0
        parity[women] = np.minimum(known[women] + poisson(luck, scale * means), MOST_BORN)
        low, high = (scale, high) if int(parity[asked].sum()) < wanted else (low, scale)
    persons["parity"] = parity.astype(np.int8)


@njit(cache=True)
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
