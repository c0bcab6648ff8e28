"""The six nests of the work decision and their inclusive values (NOTES 2.1).

Farm, work nearby, home, and away in three zones: in the prefecture, elsewhere in Shanxi, in another
province. What everybody shares is tabled once a year (``rules/utility.py``, ``markets/offers.py``).
"""

from jcsim.compilation import njit
from jcsim.numeric import power
from jcsim.records import Activity, HouseholdKind, LandUse

FARM, HOME = int(Activity.FARM), int(Activity.HOME)
LOCAL_WORK, AWAY_WORK = int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
RURAL_HOUSEHOLD, FARMED = int(HouseholdKind.RURAL), int(LandUse.FARMED)

NESTS, ZONES = 6, 3
N_FARM, N_LOCAL, N_HOME, N_AWAY = 0, 1, 2, 3  # away: 3 in the prefecture, 4 Shanxi, 5 other provinces
BANDS = 4


@njit
def age_band(age):
    """Bands that share activity constants: 16-24, 25-44, 45-59, 60 and over."""
    if age < 25:
        return 0
    if age < 45:
        return 1
    return 2 if age < 60 else 3


@njit
def zone_of(town):
    """Nest of a destination: inside the prefecture, other Shanxi, other province."""
    if not town.outside:
        return 0
    return 2 if town.cross_province else 1


@njit
def holds_job_in(person, m, towns):
    """Whether the person holds a non-farm job in market ``m``."""
    return person.sector > 0 and person.workplace >= 0 and towns[person.workplace].market == m


@njit
def registered_in(person, m, towns):
    """Whether the person is registered (hukou) in a town of market ``m``."""
    return person.hukou_place >= 0 and towns[person.hukou_place].market == m


@njit
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


@njit
def farm_weight(person, home, town, p, t):
    """``exp(bY ln(income per farmer * use))``: income of the land worked, shared among the farmers, times
    the share of their labour it needs (needed workers per mu fall with mechanisation)."""
    if home.kind != RURAL_HOUSEHOLD or home.land <= 0 or home.land_use != FARMED:
        return 0.0
    farmers = home.farmers + (0 if person.activity == FARM else 1)
    mu = home.land / 100.0 * (1.0 + town.lease_in)
    needed = mu * t.farm_labour_per_mu
    use = min(1.0, needed / farmers)
    return power(mu * t.farm_income_per_mu / farmers * max(use, 0.05) + 1.0, p.beta_income)


@njit
def modes_open(person, home):
    """How many family modes are open: only somebody with a spouse in the household may bring family."""
    if person.spouse < 0:
        return 1
    return 3 if home.children > 0 else 2


@njit
def can_go(home, lives_there, m, offers):
    """Whether the household can pay the first rent and the deposit from its savings."""
    return lives_there or home.savings >= offers.deposit[m]


@njit
def weight_of_going(d, person, home, lives_there, registered, modes, towns, offers):
    """``exp(V / lambda)`` of destination ``d``, summed over the family modes open, with one's own terms: no
    barrier where one is registered, no moving cost where one lives, a sure job where one holds it."""
    m = offers.destination[d]
    weight = offers.away_weight[home.base, person.sex, person.education, d]
    weight *= offers.mode_weight[m, person.sex, 1 if registered else 0, modes - 1]
    if registered:
        weight *= offers.barrier_weight[m]
    if lives_there:
        weight *= offers.moving_weight
        if holds_job_in(person, m, towns):
            weight *= offers.sure_weight[m]
    return weight


@njit
def zone_weight(zone, person, home, towns, offers, p):
    """``(sum exp(V / lambda)) ** lambda`` over the destinations of one zone and the family modes open.

    Who can pay every deposit starts from the sum of all strangers of the same base, sex, schooling and
    modes, and only the markets one lives or is registered in are put right.
    """
    base_market, own = towns[home.base].market, towns[person.residence].market
    registered_at = towns[person.hukou_place].market if person.hukou_place >= 0 else -1
    modes = modes_open(person, home)
    first, last = offers.zone_start[zone], offers.zone_start[zone + 1]
    total, stranger = 0.0, False
    if home.savings >= offers.dearest[zone]:
        stranger = True  # nothing of one's own in this zone
        total = offers.stranger_sum[home.base, person.sex, person.education, modes - 1, zone]
        for turn in range(2):
            m = own if turn == 0 else registered_at
            d = offers.number[m] if m >= 0 else -1
            if d < first or d >= last or m == base_market or (turn == 1 and m == own):
                continue
            stranger = False
            total -= weight_of_going(d, person, home, False, False, modes, towns, offers)
            total += weight_of_going(d, person, home, own == m, registered_at == m, modes, towns, offers)
    else:
        for d in range(first, last):
            m = offers.destination[d]
            if m != base_market and can_go(home, own == m, m, offers):
                total += weight_of_going(d, person, home, own == m, registered_at == m, modes, towns, offers)
    if stranger:
        return offers.stranger_weight[home.base, person.sex, person.education, modes - 1, zone]
    return power(total, p.nest_lambda)


@njit
def local_weight(person, home, towns, offers, p):
    """``(sum exp(V / lambda)) ** lambda`` over the markets reached daily; a job held there is sure."""
    base = home.base
    if person.sector > 0 and person.workplace >= 0:
        m = towns[person.workplace].market
        for k in range(offers.commute.shape[1]):
            if offers.commute[base, k] == m:
                weight = offers.near_weight[base, person.sex, person.education, k]
                total = offers.near_sum[base, person.sex, person.education]
                return power(total + weight * (offers.sure_weight[m] - 1.0), p.nest_lambda)
    return offers.local_weight[base, person.sex, person.education]


@njit
def nest_weight(nest, now, person, home, towns, offers, p, t):
    """``exp(V)`` of one nest, 0 if it is not open: its constant (common to a sex and age band), its
    inclusive value ``lambda ln sum exp(V / lambda)``, and what staying adds (common to all in the nest).

    ``now``: ``current_nest`` of the person.
    """
    weight = offers.constant_weight[person.sex, age_band(t.year - person.born), nest]
    if nest == now:
        weight *= offers.staying_weight[nest]
    if nest == N_FARM:
        return weight * farm_weight(person, home, towns[home.base], p, t)
    if nest == N_LOCAL:
        return weight * local_weight(person, home, towns, offers, p)
    if nest >= N_AWAY:
        return weight * zone_weight(nest - N_AWAY, person, home, towns, offers, p)
    return weight
