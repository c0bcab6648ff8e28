"""The migration signature of cohorts between two censuses.

The earlier census is survived ten years by a life table; what the later count has more or less than
the survivors is net migration. The same survivors serve the observed and the simulated count, so
their difference holds no error of mortality.
"""

from __future__ import annotations

import numpy as np

from jcsim.errors import InputError

MORTALITY_FACTOR = 1.15  # on the national rates of 2015-2020: makes net migration at 65+ about zero
OPEN_GROUP = 17  # five-year group 85+, of groups 0-4, 5-9, ... 80-84, 85+
BANDS = {  # age at the later census: five-year groups counted together
    "10-14": slice(2, 3),
    "15-19": slice(3, 4),
    "20-24": slice(4, 5),
    "25-29": slice(5, 6),
    "30-34": slice(6, 7),
    "35-39": slice(7, 8),
    "40-49": slice(8, 10),
    "50-59": slice(10, 12),
    "60+": slice(12, 18),
}


def five_year(persons: np.ndarray) -> np.ndarray:
    """The 19 census age groups (0, 1-4, 5-9 ... 85+) on the last axis as 18 five-year groups."""
    if persons.shape[-1] != 19:
        raise InputError("not the 19 age groups of the census", given=persons.shape[-1], allowed="19")
    return np.concatenate([persons[..., :1] + persons[..., 1:2], persons[..., 2:]], axis=-1)


def person_years(rates: np.ndarray, factor: float = MORTALITY_FACTOR) -> np.ndarray:
    """Life-table person-years, shape [sex, 21]: groups 0-4, 5-9 ... 95-99, 100+; radix one.

    ``q = n m / (1 + (n - a) m)`` with ``a`` = 0.1, 1.6 and half the width; the last group is ``l/m``.

    Parameters
    ----------
    rates : array [sex 2, 22]
        Deaths per person-year at ages 0, 1-4, 5-9 ... 95-99, 100+ (WPP 2022, China, 2015-2020).
    factor : float
        Multiplies every rate.
    """
    widths = np.array([1.0, 4.0] + [5.0] * 19)
    lived = np.array([0.1, 1.6] + [2.5] * 19)
    table = np.zeros((2, 22))
    for sex in range(2):
        m = np.asarray(rates[sex], dtype="f8") * factor
        alive = 1.0
        for age in range(21):
            dying = widths[age] * m[age] / (1.0 + (widths[age] - lived[age]) * m[age])
            table[sex, age] = alive * (widths[age] - dying * (widths[age] - lived[age]))
            alive = alive * (1.0 - dying)
        table[sex, 21] = alive / m[21]
    return np.concatenate([table[:, :1] + table[:, 1:2], table[:, 2:]], axis=1)


def survivors(persons: np.ndarray, rates: np.ndarray, factor: float = MORTALITY_FACTOR) -> np.ndarray:
    """Persons counted at one census who are alive ten years on, by their age then.

    Parameters
    ----------
    persons : array [..., sex 2, 19 census age groups]
        Count of the earlier census.
    rates : array [sex 2, 22]
        See :func:`person_years`.

    Returns
    -------
    array [..., sex 2, 18 five-year groups]
        Survivors; the two groups under 10 (not yet born at the earlier census) are zero.
    """
    years = person_years(rates, factor)
    early = five_year(np.asarray(persons, dtype="f8"))
    late = np.zeros_like(early)
    for group in range(OPEN_GROUP - 2):
        late[..., group + 2] = early[..., group] * years[:, group + 2] / years[:, group]
    late[..., OPEN_GROUP] = (
        early[..., 15] * years[:, 17] / years[:, 15]
        + early[..., 16] * years[:, 18] / years[:, 16]
        + early[..., 17] * years[:, 19:].sum(axis=1) / years[:, 17:].sum(axis=1)
    )
    return late


def signature(
    earlier: np.ndarray, later: np.ndarray, rates: np.ndarray, factor: float = MORTALITY_FACTOR
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Net migration of cohorts aged 10 and over at the later count.

    Parameters
    ----------
    earlier, later : array [area, sex 2, 19]
        Two counts ten years apart.
    rates : array [sex 2, 22]
        See :func:`person_years`.

    Returns
    -------
    dict
        Age band to (net persons [area], percent of survivors [area]).
    """
    alive = survivors(earlier, rates, factor).sum(axis=-2)
    counted = five_year(np.asarray(later, dtype="f8")).sum(axis=-2)
    bands = {}
    for name, groups in BANDS.items():
        expected = alive[..., groups].sum(axis=-1)
        net = counted[..., groups].sum(axis=-1) - expected
        bands[name] = (net, 100.0 * net / expected)
    return bands
