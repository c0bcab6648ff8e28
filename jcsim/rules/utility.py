"""What the alternatives of the work decision are worth to everybody alike (NOTES 2.1 and 2.2).

``markets/offers.py`` evaluates these once a year for every place, destination, sex and schooling; the
decision itself (``rules/work.py``) adds what is a person's own.
"""

from jcsim.compilation import njit
from jcsim.numeric import exp, log

LOWEST_INCOME = 0.1  # of earnings: what is left of them where rent would take more


@njit
def education_factor(education, p):
    """Wage relative to junior school: ``exp(return * (years - 9))`` with 0, 6, 9, 12, 15, 16 years."""
    years = 0.0
    if education == 1:
        years = 6.0
    elif education == 2:
        years = 9.0
    elif education == 3:
        years = 12.0
    elif education == 4:
        years = 15.0
    elif education == 5:
        years = 16.0
    return exp(p.schooling_return * (years - 9.0))


@njit
def log_expected_income(wage, chance, rent, education, p):
    """``ln(max(f w edu - rent, a tenth of f w edu))``, yuan a year.

    f is the chance of a job: openings over seekers of the last round of hiring (Todaro 1969), which
    stands for Harris and Todaro's employment rate where those at work keep their jobs.
    """
    income = chance * wage * education_factor(education, p)
    return log(max(income - rent, LOWEST_INCOME * income))


@njit
def commuting_value(log_income, daily_time, p):
    """A market reached daily: ``bY ln E[w] + bT ln(1 + 2 h)``, h hours one way; ``bT = ratio * bY``
    (-1.47, Zhang and Zhao)."""
    return p.beta_income * (log_income + p.ratio_time_income * daily_time)


@njit
def destination_value(log_income, travel_time, share, place, barrier, p):
    """Going alone to live and work in a market, registered elsewhere:
    ``bY ln E[w - rent] + bT ln(1 + h) + bN s + place - hukou barrier - F0``.

    ``travel_time`` is ln(1 + h); s the share of co-villagers there; ``place`` see ``place_value``; the
    moving cost F0 is a loss of log income.
    """
    v = p.beta_income * (log_income + p.ratio_time_income * travel_time - p.moving_cost)
    return v + p.network_slope * share + place - barrier


@njit
def place_value(market, town, chance, p):
    """``bB [other province] + bA ln size - bA2 (ln size)^2 + amenity - (rho/2) f (1 - f)``; size in
    hundred thousand urban residents, f the chance of a job."""
    size = log(max(market.size, 1000) / 100000.0)
    v = p.size_gain * size - p.size_penalty * size * size + market.amenity
    v -= 0.5 * p.risk_aversion * chance * (1.0 - chance)
    return v + p.border_province if town.cross_province else v


@njit
def couple_value(rent, wage, p):
    """Going as a couple over going alone: a constant less the share of income one more room costs."""
    return p.mode_couple - p.beta_income * rent * p.room_area / max(wage, 1.0)


@njit
def children_value(rent, wage, services, permit_access, registered, p):
    """Going with children over going alone: two more rooms, and ``bS`` times the services open to the
    family, which grow with the residence permit for those not registered there."""
    access = 1.0
    if not registered:
        access = p.service_access_migrant + (1.0 - p.service_access_migrant) * permit_access
    burden = 2.0 * p.beta_income * rent * p.room_area / max(wage, 1.0)
    return p.mode_children - burden + p.service_gain * services * access
