"""Owning or renting in town: what a household can pay, what it costs, and tenants who buy (NOTES 2.4)."""

from jcsim.compilation import njit
from jcsim.draws import gumbel, register_event, uniform
from jcsim.numeric import log, power, whole
from jcsim.records import HouseholdKind, Tenure

CONSIDER_BUYING = register_event("tenants consider buying", 55)
TENURE = register_event("choose tenure", 56)
URBAN_HOUSEHOLD = int(HouseholdKind.URBAN)
RENTED, BOUGHT, PUBLIC_RENTAL = int(Tenure.RENTED), int(Tenure.BOUGHT), int(Tenure.PUBLIC_RENTAL)
RENTS, BUYS = 0, 1
LEAST_INCOME = 5_000  # yuan a year on which housing shares are reckoned at least


@njit
def annuity(rate, years):
    """Yearly payment per yuan borrowed: ``r / (1 - (1 + r)^-n)``; ``1/n`` at a zero rate."""
    if rate < 1.0e-6:
        return 1.0 / years
    return rate / (1.0 - power(1.0 + rate, -years))


@njit
def home_income(home):
    """Disposable income of the household last year, remittances included, yuan."""
    return home.wage_income + home.business_income + home.property_income + home.transfer_income


@njit
def eligible(home):
    """Purchase subsidies are for rural families and those who settled from a village (plan 3.2)."""
    return home.kind != URBAN_HOUSEHOLD or home.origin >= 0


@njit
def interest_rate(home, levers, p):
    """Mortgage rate the household would pay, the interest subsidy taken off."""
    subsidy = levers.interest_subsidy if eligible(home) else 0.0
    return max(p.mortgage_rate - subsidy, 0.0)


@njit
def can_buy(home, price, levers, p):
    """The liquidity rule: savings and grant reach the down payment left after the guarantee, and the
    yearly payment stays within ``payment_share`` of income."""
    cost = price * p.dwelling_area
    down, grant = p.down_payment, 0.0
    if eligible(home):
        down *= 1.0 - levers.guarantee
        grant = levers.grant
    if home.savings + grant < down * cost:
        return False
    payment = (1.0 - down) * cost * annuity(interest_rate(home, levers, p), p.mortgage_years)
    return payment <= p.payment_share * home_income(home)


@njit
def user_cost(price, home, levers, p):
    """Yearly cost of owning: ``price * area * (i - subsidy + upkeep - gain) - grant / horizon``."""
    rate = interest_rate(home, levers, p) + p.upkeep_rate - p.expected_gain
    grant = levers.grant if eligible(home) else 0.0
    return max(price * p.dwelling_area * rate - grant / p.mortgage_years, 0.0)


@njit
def housing_burden(cost, home, p):
    """Utility lost to housing: ``bY ln(1 - cost / income)``."""
    income = max(home_income(home), LEAST_INCOME)
    return p.beta_income * log(max(1.0 - cost / income, 0.1))


@njit
def buy_dwelling(home, market, levers, p):
    """Pay the down payment from savings and grant, borrow the rest; returns the cost, yuan."""
    cost = whole(market.price * p.dwelling_area)
    share, grant = p.down_payment, 0
    if eligible(home):
        share *= 1.0 - levers.guarantee
        grant = whole(levers.grant)
        home.subsidised = 1 if levers.interest_subsidy > 0.0 else 0
    else:
        home.subsidised = 0
    down = min(whole(share * cost), home.savings + grant)
    home.grant = grant
    home.savings += grant - down
    home.debt += cost - down
    return cost


@njit
def rent_share(home, p):
    """Rent a tenant pays over that of the market: a public dwelling is let for less."""
    return p.public_rent if home.tenure == PUBLIC_RENTAL else 1.0


@njit
def choose_tenure(home, market, levers, t, p):
    """Tenants of a town consider buying where they live: a logit of the two housing burdens with
    ``owner_preference`` for owning, among those who can pay. Returns yuan paid for a dwelling."""
    if home.kind != URBAN_HOUSEHOLD or home.members == 0 or home.moved != 0:
        return 0
    if (home.tenure != RENTED and home.tenure != PUBLIC_RENTAL) or home.town_home >= 0:
        return 0
    share = p.attention_event if home.events != 0 else p.attention
    if uniform(t.seed, CONSIDER_BUYING, t.year, home.key, 0) >= share:
        return 0
    if not can_buy(home, market.price, levers, p):
        return 0
    rents = housing_burden(market.rent * rent_share(home, p) * p.dwelling_area, home, p)
    buys = housing_burden(user_cost(market.price, home, levers, p), home, p) + p.owner_preference
    rents += gumbel(t.seed, TENURE, t.year, home.key, RENTS)
    buys += gumbel(t.seed, TENURE, t.year, home.key, BUYS)
    if buys <= rents:
        return 0
    home.tenure = BOUGHT
    return buy_dwelling(home, market, levers, p)
