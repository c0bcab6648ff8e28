"""Naive trends: what a ruler would say, beside which every policy claim has to stand.

Four published ways of carrying an urban share forward from two dated values. All take and return
percent. Sources: URGD and its shrinking towards a norm are the United Nations' method for urban
shares (World Urbanization Prospects; the coefficients of the norm are recalled, not re-read); the
logistic with a ceiling of 0.80 follows Chinese fits of 0.75-0.80.
"""

from __future__ import annotations

from jcsim.errors import InputError
from jcsim.numeric import exp, log

CEILING = 0.80  # upper limit of the logistic, share
NORM_YEARS = 25  # years after which the UN rule uses the norm alone
NORM_LEVEL, NORM_SLOPE = 0.037623, -0.02604  # norm of the urban-rural growth difference at share u

URBAN_RULES = ("linear", "urgd", "un", "logistic")


def logit(share: float) -> float:
    """``ln(u / (1 - u))`` of a share strictly between 0 and 1."""
    return log(share / (1.0 - share))


def expit(x: float) -> float:
    """Inverse of :func:`logit`."""
    return 1.0 / (1.0 + exp(-x))


def linear(first: float, first_year: int, last: float, last_year: int, year: int) -> float:
    """Straight line through two values: ``v1 + (T - t1)(v1 - v0)/(t1 - t0)``; any unit."""
    return last + (year - last_year) * (last - first) / (last_year - first_year)


def urgd(first: float, first_year: int, last: float, last_year: int, year: int) -> float:
    """Constant urban-rural growth difference: the logit of the share moves in a straight line."""
    return 100.0 * expit(linear(logit(first / 100.0), first_year, logit(last / 100.0), last_year, year))


def un(first: float, first_year: int, last: float, last_year: int, year: int) -> float:
    """Urban-rural growth difference that fades into the norm of the last share over 25 years.

    ``d_k = w_k d + (1 - w_k)(0.037623 - 0.02604 u1)`` with ``w_k = (25 - k)/25``, summed over the
    years ``k`` after the last observation.
    """
    start = logit(last / 100.0)
    growth = (start - logit(first / 100.0)) / (last_year - first_year)
    norm = NORM_LEVEL + NORM_SLOPE * last / 100.0
    for k in range(1, year - last_year + 1):
        weight = max(NORM_YEARS - k, 0) / NORM_YEARS
        start = start + weight * growth + (1.0 - weight) * norm
    return 100.0 * expit(start)


def logistic(first: float, first_year: int, last: float, last_year: int, year: int) -> float:
    """Logistic curve with a ceiling of 80 %: :func:`urgd` of ``u / 0.80``."""
    return CEILING * urgd(first / CEILING, first_year, last / CEILING, last_year, year)


def urban_trends(first: float, first_year: int, last: float, last_year: int, year: int) -> dict[str, float]:
    """All four rules for an urban share.

    Parameters
    ----------
    first, last : float
        Urban share in percent in ``first_year`` and ``last_year``; above 0 and below 80.
    year : int
        Year asked for, not before ``last_year``.

    Returns
    -------
    dict
        Rule name of ``URBAN_RULES`` to percent in ``year``.

    Raises
    ------
    InputError
        A share outside the range, or years out of order.
    """
    for name, share in (("first", first), ("last", last)):
        if not 0.0 < share < 100.0 * CEILING:
            raise InputError(
                "no logistic trend through this share", field=name, given=share, allowed="above 0 and below 80 percent"
            )
    if not first_year < last_year <= year:
        raise InputError(
            "years out of order", given=(first_year, last_year, year), allowed="first < last <= year asked for"
        )
    rules = {"linear": linear, "urgd": urgd, "un": un, "logistic": logistic}
    return {name: rules[name](first, first_year, last, last_year, year) for name in URBAN_RULES}
