"""What it means to live somewhere else: the one place where a residence is written."""

from jcsim.compilation import njit
from jcsim.records import Activity, Mode, PersonKind, Quarters, Urban

RURAL, URBAN = int(Urban.RURAL), int(Urban.URBAN)
FAMILY = int(Quarters.FAMILY)
AT_HOME = int(Mode.AT_HOME)
AWAY_WORK = int(Activity.AWAY_WORK)
PERSON_KIND, MIGRANT = int(PersonKind.PERSON), int(PersonKind.MIGRANT_WORKER)


@njit
def live_at(person, place, urban, village, quarters, mode):
    """Write a residence: place index, territory, village, quarters and family mode."""
    if person.residence != place or (person.urban == 0) != (urban == 0):
        person.years_here = 0
    person.residence = place
    person.urban = urban
    person.village = village
    person.quarters = quarters
    person.mode = mode


@njit
def live_at_base(person, home):
    """Return to the household's base."""
    live_at(person, home.base, home.base_urban, home.village, FAMILY, AT_HOME)


@njit
def lives_at_base(person, home):
    """Whether the person lives where the household is based."""
    return person.residence == home.base and (person.urban == 0) == (home.base_urban == 0)


@njit
def set_kind(person, home):
    """A migrant worker works away from the household's base for six months or more."""
    if person.activity == AWAY_WORK and not lives_at_base(person, home):
        person.kind = MIGRANT
    else:
        person.kind = PERSON_KIND
