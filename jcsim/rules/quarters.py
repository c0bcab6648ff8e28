"""Dormitories and other institutional quarters: who leaves them for a household of their own."""

from jcsim.compilation import njit
from jcsim.draws import register_event
from jcsim.records import Activity
from jcsim.rules.work import reaches_retirement

LEAVE_QUARTERS = register_event("leave collective quarters", 72)
LOCAL_WORK, UNEMPLOYED = int(Activity.LOCAL_WORK), int(Activity.UNEMPLOYED)


@njit
def leaves_quarters(person, t):
    """Whether a member of a collective household, registered in the prefecture, leaves it this year: out
    of school or work, or at work and at retirement age. Those who marry leave too (``markets/marriage.py``).

    People registered outside the prefecture leave it altogether instead (``markets/border.py``).
    """
    if person.hukou_place < 0:
        return False
    return person.activity == UNEMPLOYED or (person.activity == LOCAL_WORK and reaches_retirement(person, t))
