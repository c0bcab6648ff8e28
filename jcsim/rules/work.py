"""Work and place: farm, work nearby, stay at home, or go away and where, as one nested choice.

Going, staying away and coming back are one decision.
"""

from jcsim.codes import EMPLOYEES
from jcsim.compilation import njit
from jcsim.draws import four_uniforms, register_event, ringing_time, uniform
from jcsim.numeric import INFINITY
from jcsim.records import Activity, HouseholdKind, Mode, Sex
from jcsim.rules.nests import (
    N_AWAY,
    N_FARM,
    N_HOME,
    N_LOCAL,
    NESTS,
    can_go,
    current_nest,
    holds_job_in,
    modes_open,
    nest_weight,
    registered_in,
    weight_of_going,
    zone_of,
)

ATTENTION = register_event("attention", 40)
CHOOSE_ACTIVITY = register_event("choose activity", 41)
CHOOSE_MARKET = register_event("choose nearby market", 42)
CHOOSE_DESTINATION = register_event("choose destination", 43)
CHOOSE_SECTOR = register_event("choose sector", 44)
SEARCH = register_event("search on the job", 45)
CHOOSE_MODE = register_event("choose family mode", 46)

PUPIL, STUDENT_AWAY = int(Activity.PUPIL), int(Activity.STUDENT_AWAY)
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED, HOME, RETIRED = int(Activity.UNEMPLOYED), int(Activity.HOME), int(Activity.RETIRED)
COLLECTIVE_HOUSEHOLD = int(HouseholdKind.COLLECTIVE)
AT_HOME, COUPLE = int(Mode.AT_HOME), int(Mode.COUPLE)
MALE = int(Sex.MALE)

WORKING_AGE, RETIRE_MALE, RETIRE_FEMALE, RETIRE_FARMER = 16, 60, 55, 75


@njit
def decides_work(person, home, t):
    """Whether the work decision is open to the person: 16 and over, not studying, not retired."""
    return (
        t.year - person.born >= WORKING_AGE
        and person.activity != PUPIL
        and person.activity != STUDENT_AWAY
        and person.activity != RETIRED
        and home.kind != COLLECTIVE_HOUSEHOLD
    )


@njit
def reaches_retirement(person, t):
    """Members of the employees' pension scheme retire at 60 (men) or 55 (women), everybody by 75."""
    age = t.year - person.born
    formal = person.insurance & EMPLOYEES and person.activity != FARM
    limit = RETIRE_MALE if person.sex == MALE else RETIRE_FEMALE
    return age >= RETIRE_FARMER or (formal and age >= limit)


@njit
def attention_share(person, home, town_levers, p):
    """Chance to reconsider this year: ``a0``, more after a life event or a new offer (NOTES 2.1); who
    is unemployed is looking for work."""
    if person.activity == UNEMPLOYED:
        return 1.0
    share = p.attention
    if person.event != 0 or home.events != 0:
        share = max(share, p.attention_event)
    return share + p.attention_offer * town_levers.new_offer


@njit
def goes_on(person, home, town_levers, p, t):
    """Whether the person goes on as now: who may not decide, or does not reconsider this year; who reaches
    the age retires. Writes the intent of going on."""
    person.target = -1
    person.applied = -1
    person.intent = person.activity
    person.intent_mode = person.mode
    if not decides_work(person, home, t):
        return True
    if reaches_retirement(person, t):
        person.intent = RETIRED
        if person.activity == AWAY_WORK:
            person.intent_mode = AT_HOME
        return True
    share = attention_share(person, home, town_levers, p)
    return uniform(t.seed, ATTENTION, t.year, person.key, 0) >= share


@njit
def choose_work(person, home, towns, offers, p, t):
    """The decision of going, staying away and returning, of those who reconsider (not ``goes_on``); writes
    intent, target and mode.

    Upper level: one of six nests, with chances proportional to ``exp(V)``. Lower level: the market (local)
    or the destination and family mode (away), proportional to ``exp(V / lambda)``: together the nested
    logit of NOTES 2.1.
    """
    now, earliest, chosen = current_nest(person, towns), INFINITY, -1
    u = four_uniforms(t.seed, CHOOSE_ACTIVITY, t.year, person.key, 0)
    for nest in range(NESTS):
        if nest == 4:
            u = four_uniforms(t.seed, CHOOSE_ACTIVITY, t.year, person.key, 1)
        weight = nest_weight(nest, now, person, home, towns, offers, p, t)
        time = ringing_time(u[nest % 4], weight, earliest)
        if time < earliest:
            earliest, chosen = time, nest
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


@njit
def searches(person, p, t):
    """Whether somebody who stays in the same kind of work looks at other places this year."""
    return uniform(t.seed, SEARCH, t.year, person.key, 0) < p.job_search


@njit
def _choose_market(person, home, towns, offers, p, t):
    """Which market to commute to; a job held there is sure. Who has work nearby keeps it unless searching."""
    person.intent = LOCAL_WORK
    person.intent_mode = AT_HOME
    if person.activity == LOCAL_WORK and person.workplace >= 0 and not searches(person, p, t):
        person.target = person.workplace
        return
    earliest, chosen = INFINITY, offers.commute[home.base, 0]
    for k in range(offers.commute.shape[1]):
        m = offers.commute[home.base, k]
        if m < 0:
            continue
        weight = offers.near_weight[home.base, person.sex, person.education, k]
        if holds_job_in(person, m, towns):
            weight *= offers.sure_weight[m]
        time = ringing_time(uniform(t.seed, CHOOSE_MARKET, t.year, person.key, m), weight, earliest)
        if time < earliest:
            earliest, chosen = time, m
    person.target = offers.address[chosen]


@njit
def _choose_destination(zone, person, home, towns, offers, p, t):
    """Where to go within the zone, and with whom; who works away stays there unless searching."""
    base_market, own = towns[home.base].market, towns[person.residence].market
    modes = modes_open(person, home)
    stays = person.activity == AWAY_WORK and zone_of(towns[person.residence]) == zone
    stays = stays and own != base_market and not searches(person, p, t)
    earliest, chosen = INFINITY, -1
    for d in range(offers.zone_start[zone], offers.zone_start[zone + 1]):
        m = offers.destination[d]
        lives_there = own == m
        if m == base_market or (stays and not lives_there) or not can_go(home, lives_there, m, offers):
            continue
        registered = registered_in(person, m, towns)
        weight = weight_of_going(d, person, home, lives_there, registered, modes, towns, offers)
        time = ringing_time(uniform(t.seed, CHOOSE_DESTINATION, t.year, person.key, m), weight, earliest)
        if time < earliest:
            earliest, chosen = time, m
    if chosen >= 0:
        person.intent = AWAY_WORK
        person.target = offers.address[chosen]
        person.intent_mode = _choose_mode(person, chosen, modes, towns, offers, t)


@njit
def _choose_mode(person, m, modes, towns, offers, t):
    """Alone, as a couple or with children, proportional to ``exp(V / lambda)`` in market ``m``."""
    registered = 1 if registered_in(person, m, towns) else 0
    draw = uniform(t.seed, CHOOSE_MODE, t.year, person.key, 0)
    draw *= offers.mode_weight[m, person.sex, registered, modes - 1]
    for mode in range(1, modes):
        if draw < offers.mode_weight[m, person.sex, registered, mode - 1]:
            return mode
    return modes


@njit
def apply_for_job(person, towns, offers, t):
    """Apply to one sector of the market chosen (``person.target``), by the market's openings for one's sex.

    Nobody applies for the job they hold, nor outside the prefecture, where every migrant finds work at
    the outside wage. ``offers.openings``: (markets, 2, 6), cumulative shares over sectors 1 to 5.
    """
    if towns[person.target].outside:
        return
    m = towns[person.target].market
    if holds_job_in(person, m, towns):
        person.target = person.workplace
        return
    draw = uniform(t.seed, CHOOSE_SECTOR, t.year, person.key, 0)
    person.applied = 5
    for s in range(1, 6):
        if draw < offers.openings[m, person.sex, s]:
            person.applied = s
            break
