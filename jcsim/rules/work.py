"""Work and place: farm, work nearby, stay at home, or go away and where, as one nested choice."""

from jcsim.compilation import njit
from jcsim.draws import gumbel, register_event, uniform
from jcsim.numeric import exp, log
from jcsim.records import Activity, HouseholdKind, Hukou, LandUse, Mode, Sex

ATTENTION = register_event("attention", 40)
CHOOSE_ACTIVITY = register_event("choose activity", 41)
CHOOSE_MARKET = register_event("choose nearby market", 42)
CHOOSE_DESTINATION = register_event("choose destination", 43)
CHOOSE_SECTOR = register_event("choose sector", 44)

CHILD, PUPIL, STUDENT_AWAY = int(Activity.CHILD), int(Activity.PUPIL), int(Activity.STUDENT_AWAY)
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED, HOME, RETIRED = int(Activity.UNEMPLOYED), int(Activity.HOME), int(Activity.RETIRED)
COLLECTIVE_HOUSEHOLD, RURAL_HOUSEHOLD = int(HouseholdKind.COLLECTIVE), int(HouseholdKind.RURAL)
FARMED = int(LandUse.FARMED)
AT_HOME, ALONE = int(Mode.AT_HOME), int(Mode.ALONE)
COUPLE, WITH_CHILDREN = int(Mode.COUPLE), int(Mode.WITH_CHILDREN)
MALE, NON_AGRICULTURAL = int(Sex.MALE), int(Hukou.NON_AGRICULTURAL)

NESTS = 6  # farm, local, home, away in the prefecture, other Shanxi, other province
N_FARM, N_LOCAL, N_HOME, N_AWAY = 0, 1, 2, 3
WORKING_AGE, RETIRE_MALE, RETIRE_FEMALE, RETIRE_FARMER = 16, 60, 55, 75
IMPOSSIBLE = -1.0e30


@njit(cache=True)
def age_band(age):
    """Bands that share activity constants: 16-24, 25-44, 45-59, 60 and over."""
    if age < 25:
        return 0
    if age < 45:
        return 1
    return 2 if age < 60 else 3


@njit(cache=True)
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


@njit(cache=True)
def decides_work(person, home, t):
    """Whether the work decision is open to the person: 16 and over, not studying, not retired."""
    return (
        t.year - person.born >= WORKING_AGE
        and person.activity != PUPIL
        and person.activity != STUDENT_AWAY
        and person.activity != RETIRED
        and home.kind != COLLECTIVE_HOUSEHOLD
    )


@njit(cache=True)
def reaches_retirement(person, t):
    """Formal workers and the registered urban retire at 60 (men) or 55 (women); everybody by 75."""
    age = t.year - person.born
    formal = person.hukou_type == NON_AGRICULTURAL and person.activity != FARM
    limit = RETIRE_MALE if person.sex == MALE else RETIRE_FEMALE
    return age >= RETIRE_FARMER or (formal and age >= limit)


@njit(cache=True)
def zone_of(town):
    """Nest of a destination: inside the prefecture, other Shanxi, other province."""
    if not town.outside:
        return 0
    return 2 if town.cross_province else 1


@njit(cache=True)
def registered_in(person, m, towns):
    """Whether the person is registered (hukou) in a town of market ``m``."""
    return person.hukou_place >= 0 and towns[person.hukou_place].market == m


@njit(cache=True)
def current_nest(person, towns):
    """Nest the person is in now, -1 when unemployed or just out of school."""
    if person.activity == FARM:
        return N_FARM
    if person.activity == LOCAL_WORK:
        return N_LOCAL
    if person.activity == HOME:
        return N_HOME
    if person.activity == AWAY_WORK:
        return N_AWAY + zone_of(towns[person.residence])
    return -1


@njit(cache=True)
def farm_utility(person, home, town, p, t):
    """``bY ln(income per farmer * use)``: income of the land worked, shared among the farmers, times
    the share of their labour it needs (needed workers per mu fall with mechanisation)."""
    if home.kind != RURAL_HOUSEHOLD or home.land <= 0 or home.land_use != FARMED:
        return IMPOSSIBLE
    farmers = home.farmers + (0 if person.activity == FARM else 1)
    mu = home.land / 100.0 * (1.0 + town.lease_in)
    needed = mu * t.farm_labour_per_mu
    use = min(1.0, needed / farmers)
    return p.beta_income * log(mu * t.farm_income_per_mu / farmers * max(use, 0.05) + 1.0)


@njit(cache=True)
def commuting_value(person, base, m, offers, p):
    """``bY ln E[w] + bT ln(1 + 2 h)``: expected wage of a market reached daily, h hours one way."""
    wage = offers.wage[m, person.sex, person.education]
    time = offers.daily_time[base, m]
    return p.beta_income * wage + p.ratio_time_income * p.beta_income * time


@njit(cache=True)
def destination_value(person, home, m, own_market, share, towns, offers, p):
    """Utility of living and working alone in market ``m`` (NOTES 2.1), before the mode of family.

    ``V = bY ln(E[w] edu - rent) + bT ln(1 + h) + bN s + place - hukou barrier - F0 [move]`` with
    ``bT = ratio * bY`` (-1.47, Zhang and Zhao), s the share of co-villagers there, and ``place`` the
    terms common to everybody (``place_value``). A place whose first rent and deposit exceed the
    household's savings is out of reach. ``own_market`` is the market the person lives in.
    """
    if own_market != m and home.savings < offers.deposit[m]:
        return IMPOSSIBLE
    v = p.beta_income * offers.net_wage[m, person.sex, person.education] + offers.place[m]
    v += p.ratio_time_income * p.beta_income * offers.travel_time[home.base, m] + p.network_slope * share
    if not registered_in(person, m, towns):
        v -= offers.barrier[m]
    if own_market != m:
        v -= p.moving_cost * p.beta_income
    return v


@njit(cache=True)
def mode_value(person, m, mode, registered, offers):
    """Utility of bringing the spouse, or spouse and children, over going alone (``couple_value`` and
    ``children_value``)."""
    if mode == ALONE:
        return 0.0
    if mode == COUPLE:
        return offers.couple[m, person.sex]
    return offers.children[m, person.sex, 1 if registered else 0]


# Terms of a market common to many people, tabled once a year by markets/offers.py.


@njit(cache=True)
def log_expected_wage(wage, unemployment, rent, education, p):
    """``ln(max((1 - u) w edu - rent, a tenth of it))``, yuan a year."""
    income = (1.0 - unemployment) * wage * education_factor(education, p)
    return log(max(income - rent, 0.1 * income))


@njit(cache=True)
def place_value(market, town, p):
    """``bB [other province] + bA ln size - bA2 (ln size)^2 + amenity - (rho/2) u (1 - u)``; size in
    hundred thousand urban residents."""
    size = log(max(market.size, 1000) / 100000.0)
    u = market.unemployment
    v = p.size_gain * size - p.size_penalty * size * size + market.amenity
    v -= 0.5 * p.risk_aversion * u * (1.0 - u)
    return v + p.border_province if town.cross_province else v


@njit(cache=True)
def couple_value(rent, wage, p):
    """Going as a couple: a constant less the share of income one more room costs."""
    return p.mode_couple - p.beta_income * rent * p.room_area / max(wage, 1.0)


@njit(cache=True)
def children_value(rent, wage, services, permit_access, registered, p):
    """Going with children: two more rooms, and ``bS`` times the services open to the family, which
    grow with the residence permit for those not registered there."""
    access = 1.0
    if not registered:
        access = p.service_access_migrant + (1.0 - p.service_access_migrant) * permit_access
    burden = 2.0 * p.beta_income * rent * p.room_area / max(wage, 1.0)
    return p.mode_children - burden + p.service_gain * services * access


@njit(cache=True)
def modes_open(person, home):
    """How many family modes are open: only somebody with a spouse in the household may bring family."""
    if person.spouse < 0:
        return 1
    return 3 if home.children > 0 else 2


@njit(cache=True)
def away_sums(person, home, towns, offers, p):
    """Sums of ``exp(V / lambda)`` over destinations and modes in each of the three away nests."""
    inside, shanxi, province = 0.0, 0.0, 0.0
    base_market, own = towns[home.base].market, towns[person.residence].market
    modes = modes_open(person, home)
    for d in range(offers.destinations.shape[0]):
        m = offers.destinations[d]
        if m == base_market:
            continue
        v = destination_value(person, home, m, own, offers.network[home.base, d], towns, offers, p)
        if v <= IMPOSSIBLE:
            continue
        registered = registered_in(person, m, towns)
        total = exp(v / p.nest_lambda)
        for mode in range(2, modes + 1):
            total += exp((v + mode_value(person, m, mode, registered, offers)) / p.nest_lambda)
        if offers.zone[d] == 0:
            inside += total
        elif offers.zone[d] == 1:
            shanxi += total
        else:
            province += total
    return inside, shanxi, province


@njit(cache=True)
def nest_utility(nest, person, home, town, offers, away, constants, p, t):
    """Utility of one nest: its constant (common to a sex and age band), its inclusive value, and the
    cost of leaving what one does now."""
    band = age_band(t.year - person.born)
    v = constants[person.sex, band, nest]
    if nest == N_FARM:
        return v + farm_utility(person, home, town, p, t)
    if nest == N_HOME:
        return v
    total = away
    if nest == N_LOCAL:
        for k in range(offers.commute.shape[1]):
            m = offers.commute[home.base, k]
            if m >= 0:
                total += exp(commuting_value(person, home.base, m, offers, p) / p.nest_lambda)
    if total <= 0.0:
        return IMPOSSIBLE
    return v + p.nest_lambda * log(total)


@njit(cache=True)
def attends(person, home, town_levers, p, t):
    """Attention gate: ``a0``, more after a life event or a new offer (NOTES 2.1)."""
    share = p.attention
    if person.event != 0 or home.events != 0 or person.activity == UNEMPLOYED:
        share = max(share, p.attention_event)
    share += p.attention_offer * town_levers.new_offer
    return uniform(t.seed, ATTENTION, t.year, person.key, 0) < share


@njit(cache=True)
def choose_work(person, home, towns, offers, levers, constants, p, t):
    """The yearly decision of going, staying away and returning; writes intent, target and mode.

    Upper level: six nests with Gumbel noise. Lower level: the market (local) or the destination and
    family mode (away), with Gumbel noise on ``V / lambda``: together the nested logit of NOTES 2.1.
    """
    person.target = -1
    person.applied = -1
    person.intent = person.activity
    person.intent_mode = person.mode
    if not decides_work(person, home, t):
        return
    if reaches_retirement(person, t):
        person.intent = RETIRED
        if person.activity == AWAY_WORK:
            person.intent_mode = AT_HOME
        return
    if not attends(person, home, levers[home.base], p, t):
        return
    inside, shanxi, province = away_sums(person, home, towns, offers, p)
    now = current_nest(person, towns)
    best, chosen = IMPOSSIBLE, -1
    for nest in range(NESTS):
        away = 0.0
        if nest >= N_AWAY:
            away = inside if nest == N_AWAY else (shanxi if nest == N_AWAY + 1 else province)
        v = nest_utility(nest, person, home, towns[home.base], offers, away, constants, p, t)
        if v <= IMPOSSIBLE:
            continue
        if now >= 0 and nest != now:
            v -= p.switching_cost
        v += gumbel(t.seed, CHOOSE_ACTIVITY, t.year, person.key, nest)
        if v > best:
            best, chosen = v, nest
    if chosen == N_FARM:
        person.intent = FARM
        person.intent_mode = AT_HOME
    elif chosen == N_HOME:
        person.intent = HOME
        if person.mode < COUPLE:  # who lives in town with the family keeps house there
            person.intent_mode = AT_HOME
    elif chosen == N_LOCAL:
        _choose_market(person, home, towns, offers, p, t)
    elif chosen >= N_AWAY:
        _choose_destination(chosen - N_AWAY, person, home, towns, offers, p, t)


@njit(cache=True)
def _choose_market(person, home, towns, offers, p, t):
    """Which market to commute to; staying in one's job is choosing its market again."""
    best, chosen = IMPOSSIBLE, -1
    working = person.activity == LOCAL_WORK and person.workplace >= 0
    holds = towns[person.workplace].market if working else -1
    for k in range(offers.commute.shape[1]):
        m = offers.commute[home.base, k]
        if m < 0:
            continue
        v = commuting_value(person, home.base, m, offers, p)
        if m == holds:
            v += p.switching_cost
        v = v / p.nest_lambda + gumbel(t.seed, CHOOSE_MARKET, t.year, person.key, k)
        if v > best:
            best, chosen = v, m
    person.intent = LOCAL_WORK
    person.intent_mode = AT_HOME
    person.target = offers.address[chosen]


@njit(cache=True)
def _choose_destination(zone, person, home, towns, offers, p, t):
    base_market, own = towns[home.base].market, towns[person.residence].market
    modes = modes_open(person, home)
    best, chosen, chosen_mode = IMPOSSIBLE, -1, ALONE
    for d in range(offers.destinations.shape[0]):
        m = offers.destinations[d]
        if m == base_market or offers.zone[d] != zone:
            continue
        v = destination_value(person, home, m, own, offers.network[home.base, d], towns, offers, p)
        if v <= IMPOSSIBLE:
            continue
        registered = registered_in(person, m, towns)
        for mode in range(1, modes + 1):
            w = (v + mode_value(person, m, mode, registered, offers)) / p.nest_lambda
            w += gumbel(t.seed, CHOOSE_DESTINATION, t.year, person.key, 4 * d + mode)
            if w > best:
                best, chosen, chosen_mode = w, m, mode
    person.intent = AWAY_WORK
    person.target = offers.address[chosen]
    person.intent_mode = chosen_mode


@njit(cache=True)
def apply_for_job(person, towns, offers, t):
    """Apply to one sector of the market chosen, by the market's openings for one's sex.

    Nobody applies for the job they hold, nor outside the prefecture, where every migrant finds work at
    the outside wage. ``offers.openings``: (markets, 2, 6), cumulative shares over sectors 1 to 5.
    """
    person.applied = -1
    if person.target < 0 or towns[person.target].outside:
        return
    m = towns[person.target].market
    working = person.activity == LOCAL_WORK or person.activity == AWAY_WORK
    if working and person.workplace >= 0 and towns[person.workplace].market == m:
        person.target = person.workplace
        return
    draw = uniform(t.seed, CHOOSE_SECTOR, t.year, person.key, 0)
    person.applied = 5
    for s in range(1, 6):
        if draw < offers.openings[m, person.sex, s]:
            person.applied = s
            break
