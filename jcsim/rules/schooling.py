"""School, boarding and departure: the cohort that leaves at 16 to 19 and chooses again at 22."""

from jcsim.compilation import njit
from jcsim.draws import register_event, uniform
from jcsim.records import Activity, Education, LifeEvent, Mode, Quarters, Urban
from jcsim.rules.moving import live_at, live_at_base, lives_at_base

ENTER_SENIOR = register_event("enter senior school", 10)
BOARD = register_event("board at school", 11)
ENTER_TERTIARY = register_event("enter tertiary study", 12)
COLLEGE_PLACE = register_event("place of tertiary study", 13)
UNIVERSITY_LEVEL = register_event("university or college", 14)
CLOSURE = register_event("village school closes", 15)
GRADUATE = register_event("graduate returns", 16)

CHILD, PUPIL, STUDENT_AWAY = int(Activity.CHILD), int(Activity.PUPIL), int(Activity.STUDENT_AWAY)
UNEMPLOYED, AWAY_WORK = int(Activity.UNEMPLOYED), int(Activity.AWAY_WORK)
PRIMARY, JUNIOR, SENIOR = int(Education.PRIMARY), int(Education.JUNIOR), int(Education.SENIOR)
COLLEGE, UNIVERSITY = int(Education.COLLEGE), int(Education.UNIVERSITY)
LEFT_SCHOOL, SCHOOL_AGE = int(LifeEvent.LEFT_SCHOOL), int(LifeEvent.CHILD_SCHOOL_AGE)
ALONE, AT_HOME = int(Mode.ALONE), int(Mode.AT_HOME)
COLLECTIVE, FAMILY = int(Quarters.COLLECTIVE), int(Quarters.FAMILY)
URBAN_CORE = int(Urban.URBAN)

AGE_PRIMARY, AGE_JUNIOR, AGE_SENIOR, AGE_LEAVE = 6, 12, 16, 19
SENIOR_YEARS, COLLEGE_YEARS, UNIVERSITY_YEARS = 3, 3, 4


@njit
def attend_school(person, home, school_place, minutes, school_commute, college_weight, n_towns, levers, p, t):
    """One school year of a person under 30.

    Primary at 6, junior at 12. At 16 the share ``senior_enrolment`` of the year goes on to senior
    school in the county seat or the central city: daily where it is not farther than ``school_commute``
    minutes, else boarding. At 19 the share ``tertiary / senior enrolment`` of those pupils goes on to
    tertiary study, mostly outside the prefecture, and is resident there. Of those who graduate
    outside, ``graduate_return`` come back. Whoever leaves school faces the work decision this year
    (event LEFT_SCHOOL). A village school that closes makes the family reconsider.

    ``school_place``: place index of the senior school serving each place; ``minutes``: travel times;
    ``n_towns``: places from this index on are outside;
    ``college_weight``: cumulative shares of study places inside and outside, each ending at 1.
    """
    age = t.year - person.born
    if age < AGE_SENIOR:
        _basic_school(person, age, levers, t)
    elif person.activity == PUPIL:
        if person.schooling > 0:
            person.schooling -= 1
        elif age < AGE_LEAVE:
            _leave_junior(person, home, school_place, minutes, school_commute, t)
        if person.activity == PUPIL and person.schooling == 0 and age >= AGE_LEAVE:
            _leave_senior(person, home, college_weight, p, t)
    elif person.activity == STUDENT_AWAY:
        person.schooling -= 1
        if person.schooling <= 0:
            _graduate(person, home, n_towns, p, t)


@njit
def _basic_school(person, age, levers, t):
    if age == AGE_PRIMARY or age == AGE_JUNIOR:
        person.event |= SCHOOL_AGE
    if age < AGE_PRIMARY:
        person.activity = CHILD
    else:
        person.activity = PUPIL
        person.education = max(person.education, JUNIOR if age >= AGE_JUNIOR else PRIMARY)
        if person.urban != URBAN_CORE and uniform(t.seed, CLOSURE, t.year, person.key, 0) < levers.school_merger:
            person.event |= SCHOOL_AGE


@njit
def _graduate(person, home, n_towns, p, t):
    """The share ``graduate_return`` of those who studied outside comes home, the others work there: the
    market of graduate jobs is outside the model."""
    person.schooling = 0
    outside = person.residence >= n_towns
    if outside and uniform(t.seed, GRADUATE, t.year, person.key, 0) >= p.graduate_return:
        person.activity = AWAY_WORK
        person.workplace = person.residence
        person.quarters = FAMILY
        return
    _leave_school(person)
    if outside or person.quarters == COLLECTIVE:
        live_at_base(person, home)


@njit
def _leave_school(person):
    person.activity = UNEMPLOYED
    person.workplace = -1
    person.event |= LEFT_SCHOOL


@njit
def _leave_junior(person, home, school_place, minutes, school_commute, t):
    if uniform(t.seed, ENTER_SENIOR, t.year, person.key, 0) >= t.senior_enrolment:
        _leave_school(person)
        return
    person.education = SENIOR
    person.schooling = SENIOR_YEARS - (t.year - person.born - AGE_SENIOR)
    place = school_place[person.residence]
    person.workplace = place
    boards = minutes[person.residence, place] > school_commute
    if boards and lives_at_base(person, home):
        live_at(person, place, URBAN_CORE, 0, COLLECTIVE, ALONE)


@njit
def _leave_senior(person, home, college_weight, p, t):
    chance = min(t.tertiary_enrolment / max(t.senior_enrolment, 0.05), 0.95)
    if uniform(t.seed, ENTER_TERTIARY, t.year, person.key, 0) >= chance:
        _leave_school(person)
        if person.quarters == COLLECTIVE:
            live_at_base(person, home)
        return
    university = uniform(t.seed, UNIVERSITY_LEVEL, t.year, person.key, 0) < p.university_share
    person.education = UNIVERSITY if university else COLLEGE
    person.schooling = UNIVERSITY_YEARS if university else COLLEGE_YEARS
    person.activity = STUDENT_AWAY
    draw = uniform(t.seed, COLLEGE_PLACE, t.year, person.key, 0)
    outside = 0 if draw < p.tertiary_local_share else 1
    if outside:
        rest = (draw - p.tertiary_local_share) / max(1.0 - p.tertiary_local_share, 0.01)
    else:
        rest = draw / p.tertiary_local_share
    place = college_weight.shape[1] - 1
    for d in range(college_weight.shape[1]):
        if rest < college_weight[outside, d]:
            place = d
            break
    person.workplace = place
    live_at(person, place, URBAN_CORE, 0, COLLECTIVE, ALONE)


@njit
def accompanied(person, p, t):
    """Whether a parent lives with a boarder in the school's town (陪读): share ``accompany_share``."""
    return (
        person.activity == PUPIL
        and person.quarters == COLLECTIVE
        and person.years_here == 0
        and uniform(t.seed, BOARD, t.year, person.key, 0) < p.accompany_share
    )
