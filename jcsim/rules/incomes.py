"""Incomes by the Bureau's definitions: wage, business, property and transfer, by where people live."""

from jcsim.codes import EMPLOYEES
from jcsim.compilation import njit
from jcsim.draws import normal, register_event
from jcsim.numeric import exp, whole
from jcsim.records import Activity, HouseholdKind, LandUse, Mode, Tenure, Urban
from jcsim.rules.moving import lives_at_base
from jcsim.rules.tenure import annuity, home_income, rent_share
from jcsim.rules.utility import education_factor

ABILITY = register_event("ability", 60)
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
LEASED_OUT, FARMED, EXITED = int(LandUse.LEASED_OUT), int(LandUse.FARMED), int(LandUse.EXITED)
ALONE, COUPLE = int(Mode.ALONE), int(Mode.COUPLE)
RURAL_HOUSEHOLD = int(HouseholdKind.RURAL)
RENTED, PUBLIC_RENTAL, URBAN_CORE = int(Tenure.RENTED), int(Tenure.PUBLIC_RENTAL), int(Urban.URBAN)
PENSION_AGE_MALE, PENSION_AGE_FEMALE, PENSION_AGE_RURAL = 60, 55, 60


@njit
def own_ability(key, p, t):
    """Earnings relative to others of the same work and schooling, ``exp(s z - s^2/2)``: it never changes."""
    s = p.ability_sd
    return exp(s * normal(t.seed, ABILITY, 0, key, 0) - 0.5 * s * s)


@njit
def earn(person, ability, wage, outside, p, t):
    """Yearly earnings of somebody at work, yuan: the wage of the market and sector (or the outside
    wage), times education, times own ability; who commutes from a village, relabelled or not, earns
    ``rural_wage`` of it."""
    if person.activity != LOCAL_WORK and person.activity != AWAY_WORK:
        person.earnings = 0
        return
    base = outside if person.sector < 0 or wage <= 0.0 else wage
    if person.activity == LOCAL_WORK and person.urban != URBAN_CORE:
        base *= t.rural_wage
    person.earnings = whole(base * education_factor(person.education, p) * ability)


@njit
def remittance(person, home, p):
    """Yuan sent home by a worker away: ``remit_alone`` of earnings, half of it as a couple, a quarter
    with the children there."""
    if person.activity != AWAY_WORK or lives_at_base(person, home) or home.present == 0:
        return 0
    share = p.remit_alone
    if person.mode == COUPLE:
        share *= 0.5
    elif person.mode > COUPLE:
        share *= 0.25
    return whole(share * person.earnings)


@njit
def pension(person, t):
    """Pension of an old member, yuan a year: the employees' scheme for its members, else the residents' scheme
    from 60. Membership is that of the registered urban at the start: it is earned by contributions over fifteen
    years, so registering in a town brings no pension."""
    age = t.year - person.born
    limit = PENSION_AGE_MALE if person.sex == 0 else PENSION_AGE_FEMALE
    if person.insurance & EMPLOYEES and age >= limit and person.activity != LOCAL_WORK:
        return whole(t.pension_urban)
    if age >= PENSION_AGE_RURAL:
        return whole(t.pension_rural)
    return 0


@njit
def household_income(home, town, p, t):
    """Business, property and transfer income of the household, yuan; wages of members at the base,
    pensions and remittances are summed before.

    Farm income is land worked times income per mu; rent-free transfers of land earn nothing; village
    households receive the transfer series a head; urban property income is imputed a head, urban
    business income a share of wages.
    """
    mu = home.land / 100.0
    home.business_income = 0
    home.property_income = 0
    if home.land_use == FARMED and home.farmers > 0:
        home.business_income = whole(mu * (1.0 + town.lease_in) * t.farm_income_per_mu)
    elif home.land_use == LEASED_OUT:
        home.property_income = whole(mu * t.land_rent * (1.0 - p.rent_free_share))
    if home.kind == RURAL_HOUSEHOLD:
        home.transfer_income += whole(t.transfer_rural * home.present)
    else:
        home.property_income += whole(t.property_urban * home.present)
        home.business_income += whole(p.urban_business_share * home.wage_income)


@njit
def pay_and_save(home, rent, levers, p):
    """Mortgage and rent are paid, the rest is saved at ``saving_rate``; what is missing comes from
    savings. Debt falls by the payment less interest, and grows by what cannot be paid; of a subsidised
    loan the treasury pays the points.

    Returns
    -------
    (rent, interest, interest paid by the treasury, consumption), yuan
    """
    income = home_income(home)
    rate, due = p.mortgage_rate, 0
    if home.subsidised:
        rate = max(rate - levers.interest_subsidy, 0.0)
    interest = whole(home.debt * rate)
    subsidy = whole(home.debt * p.mortgage_rate) - interest
    if home.debt > 0:
        due = min(whole(home.debt * annuity(rate, p.mortgage_years)), home.debt + interest)
    repaid = min(due, income + home.savings)
    rented = 0
    if home.kind != RURAL_HOUSEHOLD and (home.tenure == RENTED or home.tenure == PUBLIC_RENTAL):
        rented = min(whole(rent * rent_share(home, p) * p.dwelling_area), income + home.savings - repaid)
    left = income - repaid - rented
    saved = whole(p.saving_rate * left) if left > 0 else left
    home.debt += interest - repaid
    home.savings += saved
    return rented, interest, subsidy, left - saved
