"""Codes of the fields of records: what each whole number stands for."""

from enum import IntEnum


class Sex(IntEnum):
    MALE, FEMALE = 0, 1


class Education(IntEnum):
    NONE, PRIMARY, JUNIOR, SENIOR, COLLEGE, UNIVERSITY = range(6)


class Marital(IntEnum):
    SINGLE, MARRIED, DIVORCED, WIDOWED = range(4)


class Activity(IntEnum):
    CHILD, PUPIL, STUDENT_AWAY, FARM, LOCAL_WORK, AWAY_WORK, UNEMPLOYED, HOME, RETIRED = range(9)


class Sector(IntEnum):
    """Broad sectors of the census: public is education, health, administration and the like."""

    FARM, MINING, MANUFACTURING, CONSTRUCTION, SERVICES, PUBLIC = range(6)


class Role(IntEnum):
    """Position in the household."""

    HEAD, SPOUSE, CHILD, CHILD_IN_LAW, PARENT, GRANDCHILD, OTHER = range(7)


class PersonKind(IntEnum):
    PERSON, MIGRANT_WORKER = range(2)


class HouseholdKind(IntEnum):
    RURAL, URBAN, COLLECTIVE = range(3)


class Quarters(IntEnum):
    FAMILY, COLLECTIVE = range(2)


class Urban(IntEnum):
    """Territory a person lives in; RELABELLED became urban-coded after the start."""

    RURAL, URBAN, RELABELLED = range(3)


class Hukou(IntEnum):
    AGRICULTURAL, NON_AGRICULTURAL = range(2)


class Mode(IntEnum):
    """Family mode of somebody who lives away from the household's base."""

    AT_HOME, ALONE, COUPLE, WITH_CHILDREN = range(4)


class Tenure(IntEnum):
    RENTED, SELF_BUILT, BOUGHT, INHERITED, PUBLIC_RENTAL, OTHER = range(6)


class LandUse(IntEnum):
    NONE, FARMED, LEASED_OUT, IDLE, EXITED = range(5)


class Homestead(IntEnum):
    NONE, USED, IDLE, LEASED, EXITED = range(5)


class Move(IntEnum):
    """What a household did in the settling step: to town, back to its village, or a purchase only."""

    NONE, SETTLED, RETURNED, BOUGHT_ONLY, RELOCATED = range(5)


class LifeEvent(IntEnum):
    """Bits of ``person.event``: what happened to the person this year."""

    LEFT_SCHOOL, MARRIED, BIRTH, CHILD_SCHOOL_AGE, JOB_LOSS, BEREAVED, LAND_GIVEN_UP = 1, 2, 4, 8, 16, 32, 64


class MarketKind(IntEnum):
    CENTRAL, SEAT, KEY_TOWN, TOWNSHIP, OUTSIDE = range(5)


# Registered elsewhere: hukou_place of people registered outside the prefecture.
HUKOU_OTHER_SHANXI, HUKOU_OTHER_PROVINCE = -1, -2

PENSION, MEDICAL = 1, 2  # bits of ``person.insurance``
EMPLOYEES = 4  # a third: in the employees' pension scheme, as the registered urban at the start are
