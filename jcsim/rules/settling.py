"""Settling: bring the family to town as renter, public tenant or owner; buy there and stay; return."""

from jcsim.compilation import njit
from jcsim.draws import gumbel, register_event, uniform
from jcsim.records import Homestead, HouseholdKind, Mode, Move, Quarters, Tenure, Urban
from jcsim.rules.moving import live_at, live_at_base
from jcsim.rules.tenure import buy_dwelling, can_buy, home_income, housing_burden, user_cost

SETTLE_ATTENTION = register_event("consider settling", 50)
SETTLE = register_event("choose how to settle", 51)
RETURN = register_event("return to the village", 52)
ELDERS = register_event("elder stays in the village", 53)
RELOCATE = register_event("poverty relocation", 54)

RURAL_HOUSEHOLD, URBAN_HOUSEHOLD = int(HouseholdKind.RURAL), int(HouseholdKind.URBAN)
RENTED, BOUGHT, SELF_BUILT = int(Tenure.RENTED), int(Tenure.BOUGHT), int(Tenure.SELF_BUILT)
PUBLIC_RENTAL = int(Tenure.PUBLIC_RENTAL)
SETTLED, RETURNED = int(Move.SETTLED), int(Move.RETURNED)
BOUGHT_ONLY, RELOCATED = int(Move.BOUGHT_ONLY), int(Move.RELOCATED)
URBAN_CORE = int(Urban.URBAN)
HOMESTEAD_EXITED, NO_HOMESTEAD = int(Homestead.EXITED), int(Homestead.NONE)
FAMILY, ALONE = int(Quarters.FAMILY), int(Mode.ALONE)
STAY, RENT, BUY, BUY_ONLY = 0, 1, 2, 3


@njit
def settle_utility(option, home, market, levers, p):
    """Utility of one way to settle over leaving things as they are.

    Renting or buying in the town gains with years there, services for children and a lower hukou
    barrier, and loses the share of income that housing takes (log); owning adds
    ``owner_preference``; buying without moving keeps the farm and gains only the dwelling.
    """
    cost = market.rent * p.dwelling_area if option == RENT else user_cost(market.price, home, levers, p)
    v = housing_burden(cost, home, p)
    if option == BUY_ONLY:
        return v + p.buy_only_constant
    v += p.settle_constant + p.settle_years * min(home.leader_years, 10)
    v -= p.hukou_barrier * (1.0 - levers.hukou_relaxation)
    if home.children > 0:
        access = p.service_access_migrant + (1.0 - p.service_access_migrant) * levers.permit_access
        v += p.service_gain * market.services * access
    if option == BUY:
        v += p.owner_preference
    return v


@njit
def settle(home, market, levers, t, p):
    """Choose how to settle where the member longest away lives (or, with nobody away, whether to buy
    in the county's seat): a logit among the options the household can pay; writes the household.

    Returns yuan paid for a dwelling.
    """
    home.moved = 0
    home.grant = 0
    home.was_base = home.base
    home.was_base_urban = home.base_urban
    gave_up = home.kind == RURAL_HOUSEHOLD and home.homestead == HOMESTEAD_EXITED
    if gave_up and home.town_home >= 0 and home.members > 0:  # the house went with the homestead
        home.leader_target = home.town_home
        move_to_town(home, True)
        return 0
    if home.members == 0 or home.kind != RURAL_HOUSEHOLD or home.leader_target < 0:
        return 0
    share = p.attention_event if home.events != 0 else p.attention
    if uniform(t.seed, SETTLE_ATTENTION, t.year, home.key, 0) >= share:
        return 0
    may_buy = home.town_home < 0 and can_buy(home, market.price, levers, p)
    owns_there = home.town_home == home.leader_target
    best, chosen = gumbel(t.seed, SETTLE, t.year, home.key, STAY), STAY
    for option in range(RENT, BUY_ONLY + 1):
        if option != RENT and not may_buy:
            continue
        if option != BUY_ONLY and home.leader_years < 1:
            continue
        v = settle_utility(option, home, market, levers, p)
        if option == RENT and owns_there:
            v += p.owner_preference
        v += gumbel(t.seed, SETTLE, t.year, home.key, option)
        if v > best:
            best, chosen = v, option
    spent = 0
    if chosen == BUY or chosen == BUY_ONLY:
        spent = buy_dwelling(home, market, levers, p)
        home.town_home = home.leader_target
    if chosen == RENT or chosen == BUY:
        move_to_town(home, owns_there or chosen == BUY)
    elif chosen == BUY_ONLY:
        home.moved = BOUGHT_ONLY
    return spent


@njit
def move_to_town(home, owner):
    """The base moves to the town: the household becomes an UrbanHousehold and keeps its rural rights."""
    home.origin = home.base
    home.origin_village = home.village
    home.base = home.leader_target
    home.base_urban = URBAN_CORE
    home.village = 0
    home.kind = URBAN_HOUSEHOLD
    home.tenure = BOUGHT if owner else RENTED
    if owner:
        home.town_home = -1
    if home.homestead == 1:
        home.homestead = 2
    home.queue_year = 0
    home.moved = SETTLED


@njit
def join_queue(home, levers, t):
    """Tenants with access join the public rental queue; the queue is served by year, then priority."""
    renting = home.kind == URBAN_HOUSEHOLD and home.tenure == RENTED
    if renting and home.queue_year == 0 and levers.permit_access > 0.0:
        home.queue_year = t.year
    elif not renting:
        home.queue_year = 0


@njit
def return_home(home, village_urban, p, t):
    """Settled families go back at a small yearly hazard while they keep a homestead (NOTES 2.7:
    1 %, 0.2-3 %; owners in town a third of it; ``return_jobless`` times with nobody at work).

    ``village_urban`` (towns, villages) is the code of every village, which may have turned meanwhile.
    """
    if home.moved != 0 or home.kind != URBAN_HOUSEHOLD or home.origin < 0 or home.members == 0:
        return
    if home.homestead == HOMESTEAD_EXITED or home.homestead == NO_HOMESTEAD:
        return
    if village_urban[home.origin, home.origin_village] == URBAN_CORE:  # the village has become the town
        return
    hazard = p.return_family
    if home.tenure == BOUGHT:
        hazard /= 3.0
    if home.earners == 0:
        hazard *= p.return_jobless
    if uniform(t.seed, RETURN, t.year, home.key, 0) < hazard:
        if home.tenure == BOUGHT:
            home.town_home = home.base
        home.base = home.origin
        home.village = home.origin_village
        home.base_urban = village_urban[home.origin, home.origin_village]
        home.kind = RURAL_HOUSEHOLD
        home.tenure = SELF_BUILT
        home.homestead = 1
        home.origin = -1
        home.moved = RETURNED


@njit
def relocate(home, levers, seat_place, p, t):
    """Poverty relocation (易地扶贫搬迁): village households of small means, without a dwelling in a town,
    move to a home in the seat."""
    if levers.relocation_rate <= 0.0 or home.kind != RURAL_HOUSEHOLD or home.moved != 0 or home.members == 0:
        return
    if home.town_home >= 0 or home_income(home) > p.relocation_income * t.prices * home.members:
        return
    if uniform(t.seed, RELOCATE, t.year, home.key, 0) < levers.relocation_rate:
        home.leader_target = seat_place
        move_to_town(home, True)
        home.moved = RELOCATED


@njit
def follow_household(person, home, p, t):
    """Members living at the old base, or already in the new one, move with the household; elders may
    stay behind in the village."""
    if home.moved == SETTLED or home.moved == RELOCATED:
        at_old = person.residence == home.was_base and (person.urban == 0) == (home.was_base_urban == 0)
        elder = t.year - person.born >= 60
        if at_old and elder and home.moved == SETTLED:
            if uniform(t.seed, ELDERS, t.year, person.key, 0) < p.elders_stay:
                person.mode = ALONE
                return
        if at_old or person.residence == home.base:
            live_at_base(person, home)
    elif home.moved == RETURNED:
        at_old = person.residence == home.was_base and person.urban > 0
        if at_old or person.residence == home.base:
            live_at(person, home.base, home.base_urban, home.village, FAMILY, 0)
