"""Residents by single year of age, and marital state and education by age, from the census groups."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.errors import InputError
from jcsim.numeric import exp, logistic
from jcsim.population.assumptions import Assumptions
from jcsim.population.ipf import apportion, fit_counts
from jcsim.records import Education, Marital, Sex

AGES = 105  # single years 0 to 104
FIRST_MARITAL_AGE = 15  # of the long-form table
EDUCATION_AGE = 6  # of the table of education, in both censuses
OLD_AGE = 65  # of the table of households with old members
RAREST_WIDOWHOOD = 0.05  # least factor on the seed of widowhood from 65
SCHOOL_GROUP = 2  # ages 5 to 9


def single_years(census: Any, demography: Any) -> np.ndarray:
    """Residents by county, sex and single year of age; group totals exact.

    Inside a group of several years numbers follow a straight line through the density of the group,
    with the slope between its neighbours (never below a fifth of the mean); 85 and over falls with the
    national death rates. Age 5 is what the table of education (6 and over) leaves of its group.

    Parameters
    ----------
    census : region.Census
    demography : region.Demography

    Returns
    -------
    (counties, 2, AGES) int64
    """
    counties = len(census.residents)
    years = np.zeros((counties, 2, AGES), np.int64)
    for county in range(counties):
        for sex in Sex:
            groups = census.population[county, sex]
            survival = old_age_weights(demography, census.year, sex)
            schooled = int(census.education[county, sex].sum())
            years[county, sex] = _one_population(groups, census.age_group_bounds, survival, schooled)
    return years


def _one_population(groups: np.ndarray, bounds: Any, survival: np.ndarray, schooled: int) -> np.ndarray:
    years = np.zeros(AGES, np.int64)
    width = [min(high, AGES - 1) - low + 1 for low, high in bounds]
    density = [n / w for n, w in zip(groups, width, strict=True)]
    middle = [low + w / 2.0 for (low, _), w in zip(bounds, width, strict=True)]
    last = len(groups) - 1
    for g, (low, _) in enumerate(bounds):
        if g == last:
            weights = survival
        elif width[g] == 1:
            weights = np.ones(1)
        else:
            before = max(g - 1, 0)
            slope = (density[g + 1] - density[before]) / (middle[g + 1] - middle[before])
            weights = np.array(
                [max(density[g] + slope * (low + i + 0.5 - middle[g]), 0.2 * density[g]) for i in range(width[g])]
            )
        years[low : low + width[g]] = apportion(weights, int(groups[g]))
        if g == SCHOOL_GROUP:
            five = int(groups[g:].sum()) - schooled
            if not 0 <= five <= groups[g]:
                raise InputError(
                    "the table of education does not fit the residents of 6 and over",
                    given=schooled,
                    allowed=f"{int(groups[g + 1 :].sum())} to {int(groups[g:].sum())}",
                )
            years[low + 1 : low + width[g]] = apportion(weights[1:], int(groups[g]) - five)
            years[low] = five
    return years


def old_age_weights(demography: Any, year: int, sex: int) -> np.ndarray:
    """Relative numbers at 85 to 104 in a population that dies at the national rates of the year."""
    rates = demography.mortality[demography.period_index(year), sex]
    first = list(demography.mortality_ages).index(85)
    weights, alive = [], 1.0
    for age in range(85, AGES):
        weights.append(alive)
        alive *= exp(-float(rates[first + min((age - 85) // 5, len(rates) - first - 1)]))
    return np.array(weights)


def marital_seed(region: Any, assumptions: Assumptions, sex: int, old_widowed: float = 1.0) -> np.ndarray:
    """Expected marital state by age, the seed of the fit: (AGES - 15, 4), rows add to 1.

    Never married: a logistic curve around the national mean age at first marriage of the census year,
    steeper before it than after, down to the share who never marry; widowed: a logistic curve of age, times ``old_widowed`` from 65;
    divorced: a plateau of the ages 25 to 64. Nobody is married under 18.
    """
    name = "male" if sex == Sex.MALE else "female"
    shape = assumptions.table(f"marital_shape_{name}")
    mean = region.series(f"mean_age_first_marriage_{name}").at(assumptions.year)
    rows = []
    for age in range(FIRST_MARITAL_AGE, AGES):
        never = shape["never_marry"]
        spread = shape["spread_before"] if age < mean else shape["spread_after"]
        single = never + (1.0 - never) * logistic((mean - age) / spread)
        widowed = logistic((age - shape["widowed_median"]) / shape["widowed_spread"])
        widowed *= old_widowed if age >= OLD_AGE else 1.0
        divorced = shape["divorced"] * logistic((age - 30) / 3.0) * logistic((68 - age) / 4.0)
        if age < 18:
            single, widowed, divorced = 1.0, 0.0, 0.0
        ever = 1.0 - single
        rows.append(
            [
                single,
                ever * (1.0 - widowed) * (1.0 - divorced),
                ever * (1.0 - widowed) * divorced,
                ever * widowed,
            ]
        )
    return np.array(rows)


def marital_by_age(region: Any, census: Any, years: np.ndarray, assumptions: Assumptions) -> np.ndarray:
    """Residents by county, sex, age and marital state: (counties, 2, AGES, 4) int64.

    The long form's shares by county and sex, applied to all residents of 15 and over, and the single
    years are both met exactly; the pattern by age is the assumed seed, fitted. Where households with
    two old members need more old couples than the seed has, widowhood from 65 is made rarer, in steps.
    """
    counties = years.shape[0]
    result = np.zeros((counties, 2, AGES, len(Marital)), np.int64)
    result[:, :, :FIRST_MARITAL_AGE, Marital.SINGLE] = years[:, :, :FIRST_MARITAL_AGE]
    together = assumptions.number("old_together_share")
    for county in range(counties):
        pairs = int(census.with_old[county, 1:].sum())
        for sex in Sex:
            rows = years[county, sex, FIRST_MARITAL_AGE:]
            columns = marital_totals(census, county, sex)
            old_widowed = 1.0
            while True:
                seed = marital_seed(region, assumptions, sex, old_widowed)
                fitted = fit_counts(seed * rows[:, None], rows, columns)
                old = int(fitted[OLD_AGE - FIRST_MARITAL_AGE :, Marital.MARRIED].sum())
                if together * old >= pairs or old_widowed < RAREST_WIDOWHOOD:
                    break
                old_widowed *= 0.9
            result[county, sex, FIRST_MARITAL_AGE:] = fitted
    return result


def marital_totals(census: Any, county: int, sex: int) -> np.ndarray:
    """Long-form marital states scaled to all residents of 15 and over: (4,) int64."""
    first = next(i for i, (low, _) in enumerate(census.age_group_bounds) if low == FIRST_MARITAL_AGE)
    adults = int(census.population[county, sex, first:].sum())
    return apportion(census.marital[county, sex].astype(np.float64), adults)


def education_seed(year: int, sex: int, assumptions: Assumptions) -> np.ndarray:
    """Expected level of education by age, (AGES - 6, 6): an ordered logit of the year of birth.

    ``P(level >= l) = logistic(slope (born - 1960) - threshold_l)``, slope steeper for women; nobody
    stands above the level of their age (primary 6, junior 12, senior 15, tertiary 18), and children are
    at the level of their age or the one below.
    """
    shape = assumptions.table("education_shape")
    slope = shape["slope_male" if sex == Sex.MALE else "slope_female"]
    cuts = shape["thresholds"]
    first_age = (0, 6, 12, 15, 18, 18)
    rows = []
    for age in range(EDUCATION_AGE, AGES):
        at_least = [1.0] + [logistic(slope * (year - age - 1960) - cut) for cut in cuts] + [0.0]
        row = [max(at_least[level] - at_least[level + 1], 1e-9) for level in range(len(Education))]
        for level in Education:
            if age < first_age[level]:
                row[level] = 0.0
        if age < 12:
            row[Education.NONE] = 0.2 if age == 6 else 0.01
        elif age < 18:
            row[Education.NONE] *= 0.3
            row[Education.PRIMARY] = 0.3 if age == 12 else row[Education.PRIMARY] * 0.3
        rows.append(row)
    return np.array(rows)


def education_by_age(census: Any, years: np.ndarray, assumptions: Assumptions) -> np.ndarray:
    """Residents by county, sex, age and level of education: (counties, 2, AGES, 6) int64.

    Census totals by county and sex are exact (6 and over); younger children have none.
    """
    counties = years.shape[0]
    result = np.zeros((counties, 2, AGES, len(Education)), np.int64)
    result[:, :, :EDUCATION_AGE, Education.NONE] = years[:, :, :EDUCATION_AGE]
    for sex in Sex:
        seed = education_seed(census.year, sex, assumptions)
        for county in range(counties):
            rows = years[county, sex, EDUCATION_AGE:]
            columns = census.education[county, sex]
            result[county, sex, EDUCATION_AGE:] = fit_counts(seed * rows[:, None], rows, columns)
    return result


def laplace_weights(mean: float, scale: float, low: int, high: int) -> dict[int, float]:
    """``exp(-|gap - mean| / scale)`` for whole gaps from low to high: a peaked kernel of age gaps."""
    return {gap: exp(-max(gap - mean, mean - gap) / scale) for gap in range(low, high + 1)}


def schedule_weights(steps: list[float], low: int, high: int) -> dict[int, float]:
    """Weights of gaps ``low..high`` from a list that starts at gap ``low``; gaps beyond it weigh little."""
    return {g: max(steps[g - low] if g - low < len(steps) else 0.0, 1e-6) for g in range(low, high + 1)}
