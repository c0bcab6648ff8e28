"""Work in the long form, scaled to all residents: the margins of activity and sector."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.population.ipf import apportion
from jcsim.records import Sector

SECTORS = len(Sector)
STUDENT, UNEMPLOYED, RETIRED, HOME = range(SECTORS, SECTORS + 4)  # outcomes after the six sectors
OUTCOMES = SECTORS + 4
NOT_WORKING = {  # reasons for not working in the long form -> outcome
    "student": STUDENT,
    "unable_to_work": HOME,
    "graduated_never_worked": UNEMPLOYED,
    "lost_job_employer": UNEMPLOYED,
    "lost_job_own_reasons": UNEMPLOYED,
    "land_requisitioned": UNEMPLOYED,
    "retired": RETIRED,
    "housework": HOME,
    "other": HOME,
}
LONG_FORM_AGE = 15  # of the table of marital state, which gives the scale


def work_totals(census: Any, county: int, adults: int) -> np.ndarray:
    """Residents of 16 and over by outcome; -1 where the census has no margin.

    Workers by sector are the long form times residents of 15 and over to persons of 15 and over in the
    long form. Reasons for not working are shared over the residents left, by their long-form counts.

    Parameters
    ----------
    adults : residents of 16 and over

    Returns
    -------
    (OUTCOMES,) int64: six sectors, then students, unemployed, retired and at home
    """
    first = next(i for i, (low, _) in enumerate(census.age_group_bounds) if low == LONG_FORM_AGE)
    factor = int(census.population[county, :, first:].sum()) / int(census.marital[county].sum())
    totals = np.full(OUTCOMES, -1, np.int64)
    totals[:SECTORS] = [int(factor * int(n) + 0.5) for n in census.industry[county]]
    if census.activity_not_working is not None:
        reasons = np.zeros(OUTCOMES - SECTORS)
        for name, number in zip(census.not_working_names, census.activity_not_working[county], strict=True):
            reasons[NOT_WORKING[name] - SECTORS] += int(number)
        totals[SECTORS:] = apportion(reasons, adults - int(totals[:SECTORS].sum()))
    return totals
