"""Residence permits, social insurance and hukou conversion of settled people."""

from jcsim.compilation import njit
from jcsim.draws import register_event, uniform
from jcsim.numeric import log
from jcsim.records import MEDICAL, PENSION, Activity, HouseholdKind, Hukou

CONVERT = register_event("hukou conversion", 30)
INSURE = register_event("social insurance", 31)
URBAN_HOUSEHOLD = int(HouseholdKind.URBAN)
NON_AGRICULTURAL = int(Hukou.NON_AGRICULTURAL)
PUPIL = int(Activity.PUPIL)
BOUGHT = 2  # records.Tenure.BOUGHT


@njit
def conversion_hazard(person, home, town_levers, p, t):
    """Yearly chance that a settled resident registers in the town.

    ``h = h0 * [1 + relaxation * effect] * home owner * child in school * land at risk * age``:
    h0 ``hukou_conversion_hazard`` (0.03; 37 % stated willingness times the intent discount fits the
    stock), falling in ln(1 + land value at risk) and after 40 (signs: CMDS 2016, 2017). Surrender of
    land is never a condition; the risk is perceived.
    """
    hazard = p.hukou_conversion_hazard * (1.0 + town_levers.hukou_relaxation * p.relaxation_effect)
    if home.tenure == BOUGHT or home.town_home >= 0:
        hazard *= 1.0 + p.convert_owner
    if home.pupils > 0:
        hazard *= 1.0 + p.convert_child
    if home.land > 0 and home.land_use != 4:
        hazard /= 1.0 + p.convert_land_risk * log(1.0 + home.land / 100.0)
    age = t.year - person.born
    if age > 40:
        hazard /= 1.0 + (age - 40) * p.convert_age
    return hazard


@njit
def settle_status(person, home, town_levers, p, t):
    """Permit, insurance and registration of somebody who lives in a town of the prefecture.

    The permit is deterministic after a year where it is offered. Conversion is open to members of
    urban households registered elsewhere; each member registers with the household's draw, so that
    relatives join (随迁落户). Natives of a town are registered already.
    """
    registered_here = person.hukou_place == person.residence and person.hukou_urban > 0
    if not registered_here and person.years_here >= 1 and town_levers.permit_access > 0.0:
        person.permit = 1
    if person.insurance & MEDICAL == 0 or person.insurance & PENSION == 0:
        gap = uniform(t.seed, INSURE, t.year, person.key, 0)
        if gap < p.insurance_uptake:
            person.insurance |= MEDICAL
            if t.year - person.born >= 16 and person.activity != PUPIL:
                person.insurance |= PENSION
    if registered_here or home.kind != URBAN_HOUSEHOLD or person.years_here < 1:
        return
    if uniform(t.seed, CONVERT, t.year, home.key, 0) < conversion_hazard(person, home, town_levers, p, t):
        person.hukou_place = person.residence
        person.hukou_urban = 1
        person.hukou_type = NON_AGRICULTURAL
