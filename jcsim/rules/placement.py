"""After hiring: everybody takes up what they chose, or is unemployed until next year."""

from jcsim.compilation import njit
from jcsim.draws import register_event, uniform
from jcsim.records import Activity, LifeEvent, Mode, Quarters, Urban
from jcsim.rules.moving import live_at, live_at_base, lives_at_base, set_kind

ADDRESS = register_event("address in a market", 71)
DORMITORY = register_event("dormitory or rented room", 70)
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED = int(Activity.UNEMPLOYED)
PUPIL, STUDENT_AWAY, CHILD = int(Activity.PUPIL), int(Activity.STUDENT_AWAY), int(Activity.CHILD)
JOB_LOSS = int(LifeEvent.JOB_LOSS)
URBAN_CORE = int(Urban.URBAN)
FAMILY, COLLECTIVE = int(Quarters.FAMILY), int(Quarters.COLLECTIVE)
AT_HOME, ALONE = int(Mode.AT_HOME), int(Mode.ALONE)


@njit
def new_address(person, towns, address_place, address_share, t):
    """Place somebody who goes away to work will live in, -1 for who lives in that market already: a township
    drawn by its share of the market's urban residents (``address_share``, cumulative)."""
    m = towns[person.target].market
    if towns[person.residence].market == m and person.urban != 0:
        return -1
    places, shares = address_place[m], address_share[m]
    draw = uniform(t.seed, ADDRESS, t.year, person.key, 0)
    for k in range(places.shape[0]):
        if draw < shares[k]:
            return places[k]
    return places[0]


@njit
def take_up(person, home, address, p, t):
    """Write the year's activity, workplace and residence from the intent and the hiring.

    ``hired``: 1 in a job (kept or new), 0 not. Somebody who goes away moves whether hired or not
    (Harris and Todaro), to ``address`` (place, -1 stays); people without work at a place they did not choose
    go home. Single movers live in dormitories with chance ``dormitory_share`` (national survey of 2013), else
    rent.
    """
    if person.activity == PUPIL or person.activity == STUDENT_AWAY or person.activity == CHILD:
        return
    if person.intent == LOCAL_WORK or person.intent == AWAY_WORK:
        _work(person, address, p, t)
    else:
        person.activity = person.intent
        person.workplace = person.residence if person.intent == FARM else -1
        person.sector = 0 if person.intent == FARM else -1
    if person.intent != AWAY_WORK and person.intent_mode == AT_HOME and not lives_at_base(person, home):
        live_at_base(person, home)
    set_kind(person, home)


@njit
def _work(person, address, p, t):
    if person.hired == 0:
        if person.applied < 0:
            person.event |= JOB_LOSS
        person.activity = UNEMPLOYED
        person.sector = -1
        person.workplace = -1
    else:
        person.activity = person.intent
        if person.target >= 0:
            person.workplace = person.target
        if person.applied >= 0:
            person.sector = person.applied
    if address >= 0:
        alone = person.intent_mode <= ALONE
        dormitory = uniform(t.seed, DORMITORY, t.year, person.key, 0) < p.dormitory_share
        quarters = COLLECTIVE if alone and dormitory else FAMILY
        live_at(person, address, URBAN_CORE, 0, quarters, person.intent_mode)
