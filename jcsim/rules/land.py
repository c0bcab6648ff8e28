"""Contracted land and homesteads: farm, lease out, leave idle, or take a paid exit offer."""

from jcsim.compilation import njit
from jcsim.draws import normal, register_event, uniform
from jcsim.numeric import exp, log, logistic, whole
from jcsim.records import Homestead, HouseholdKind, LandUse, LifeEvent

LEASE = register_event("lease land out", 20)
TITLE = register_event("land title issued", 21)
LAND_WTA = register_event("reservation price of land", 22)
HOMESTEAD_WTA = register_event("reservation price of homestead", 23)
CONSIDER = register_event("consider land use", 24)
OFFERED = register_event("exit offer reaches the household", 25)

NO_LAND, FARMED, LEASED_OUT, IDLE = (
    int(LandUse.NONE),
    int(LandUse.FARMED),
    int(LandUse.LEASED_OUT),
    int(LandUse.IDLE),
)
EXITED = int(LandUse.EXITED)
NO_HOMESTEAD, USED, HOMESTEAD_IDLE = int(Homestead.NONE), int(Homestead.USED), int(Homestead.IDLE)
HOMESTEAD_EXITED = int(Homestead.EXITED)
LAND_GIVEN_UP = int(LifeEvent.LAND_GIVEN_UP)
RURAL_HOUSEHOLD = int(HouseholdKind.RURAL)
MARKET_PRICE = 27_800.0  # yuan per mu of 2020 at which about 10 % would sell (Wang and Ye 2020)


@njit
def use_land(home, levers, p, t):
    """One year's decisions on land and homestead of a household that holds some.

    Leasing out: ``logit(d0 + d1 [no farmer left] + d2 ln(1 + rent) - d3 [no title])`` among those who
    reconsider (NOTES 2.6). Land nobody farms and nobody leases lies idle. Giving up the land is a life event: who
    farmed it faces the work decision.
    """
    if home.titled == 0 and uniform(t.seed, TITLE, t.year, home.key, 0) < levers.title_rate:
        home.titled = 1
    attentive = uniform(t.seed, CONSIDER, t.year, home.key, 0) < p.attention + levers.new_offer * p.attention_offer
    offered = uniform(t.seed, OFFERED, 0, home.key, 0) < levers.offer_share
    if home.land > 0 and home.land_use != EXITED:
        if not (offered and attentive and _gives_up_land(home, levers, p, t)):
            _farm_or_lease(home, attentive, p, t)
    if home.homestead != NO_HOMESTEAD and home.homestead != HOMESTEAD_EXITED:
        if not (offered and attentive and _gives_up_homestead(home, levers, p, t)):
            home.homestead = USED if home.kind == RURAL_HOUSEHOLD and home.present > 0 else HOMESTEAD_IDLE


@njit
def _farm_or_lease(home, attentive, p, t):
    if home.farmers > 0 and home.land_use == IDLE:
        home.land_use = FARMED
    if not attentive and not (home.farmers == 0 and home.land_use == FARMED):
        return
    utility = p.lease_constant + p.lease_rent * log(1.0 + t.land_rent / 100.0)
    if home.farmers == 0:
        utility += p.lease_absent
    if home.titled == 0:
        utility -= p.lease_insecurity
    if uniform(t.seed, LEASE, t.year, home.key, 0) < logistic(utility):
        if home.land_use == FARMED:
            home.events |= LAND_GIVEN_UP
        home.land_use = LEASED_OUT
    elif home.farmers > 0:
        home.land_use = FARMED
    else:
        home.land_use = IDLE


@njit
def land_reservation_price(home, p, t):
    """Yuan per mu at which the household would give up its land for good.

    ``ln WTA ~ N(mu, s^2)`` with ``F(27,800 yuan of 2020) = wta_share`` (0.10: Wang and Ye 2020):
    ``mu = ln 27800 + z s`` where z is 1.2816 at a tenth. A dwelling in town lowers it by
    ``wta_town_home`` log points. The household's own deviate never changes.
    """
    s = p.wta_land_sd
    own = log(MARKET_PRICE * t.prices) + (p.wta_quantile + normal(t.seed, LAND_WTA, 0, home.key, 0)) * s
    if home.town_home >= 0 or home.base_urban == 1:
        own -= p.wta_town_home
    return exp(own)


@njit
def _gives_up_land(home, levers, p, t):
    """Paid voluntary exit (三权自愿有偿退出): never a condition of anything; offer against own price."""
    if levers.land_offer <= 0.0:
        return False
    if levers.land_offer < land_reservation_price(home, p, t):
        return False
    paid = whole(levers.land_offer * (home.land / 100.0))
    home.land_use = EXITED
    home.events |= LAND_GIVEN_UP
    home.savings += paid
    home.proceeds += paid
    return True


@njit
def _gives_up_homestead(home, levers, p, t):
    """Homestead exit: the stated willing share at the reference offer, discounted to action.

    ``P(WTA < offer) = share`` at ``homestead_reference`` yuan (36.9 % stated in two Shanxi villages,
    Li and Guo 2020, times ``intent_discount``); log-sd ``wta_land_sd``; people must own another home.
    """
    if levers.homestead_offer <= 0.0:
        return False
    if home.town_home < 0 and home.base_urban != 1:
        return False
    share = p.homestead_exit_base * p.intent_discount
    quantile = log(share / (1.0 - share)) / 1.702  # normal quantile by the logistic approximation
    own = normal(t.seed, HOMESTEAD_WTA, 0, home.key, 0)
    reference = log(p.homestead_reference * t.prices)
    if log(levers.homestead_offer) < reference + (own - quantile) * p.wta_land_sd:
        return False
    paid = whole(levers.homestead_offer)
    home.homestead = HOMESTEAD_EXITED
    home.savings += paid
    home.proceeds += paid
    return True
