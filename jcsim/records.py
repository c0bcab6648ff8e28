"""Record layouts: the state of a person, a household, a town and a market (codes in codes.py).

One agent is one row of a structured array. Counts and money are integers, so that sums are exact
in any order; ``weight`` is the number of real persons (or households) a row stands for, in units of
1/65536 (``WEIGHT_ONE``): in a full-scale run every weight is exactly one.
"""

from __future__ import annotations

import numpy as np

from jcsim.codes import (
    HUKOU_OTHER_PROVINCE,
    HUKOU_OTHER_SHANXI,
    MEDICAL,
    PENSION,
    Activity,
    Education,
    Homestead,
    HouseholdKind,
    Hukou,
    LandUse,
    LifeEvent,
    Marital,
    MarketKind,
    Mode,
    Move,
    PersonKind,
    Quarters,
    Role,
    Sector,
    Sex,
    Tenure,
    Urban,
)

__all__ = [
    "HOUSEHOLD",
    "HUKOU_OTHER_PROVINCE",
    "HUKOU_OTHER_SHANXI",
    "LEVERS",
    "MARKET",
    "MEDICAL",
    "PENSION",
    "PERSON",
    "TOWN",
    "WEIGHT_ONE",
    "YEAR",
    "Activity",
    "Education",
    "Homestead",
    "HouseholdKind",
    "Hukou",
    "LandUse",
    "LifeEvent",
    "Marital",
    "MarketKind",
    "Mode",
    "Move",
    "PersonKind",
    "Quarters",
    "Role",
    "Sector",
    "Sex",
    "Table",
    "Tenure",
    "Urban",
]

WEIGHT_ONE = 65536

PERSON = np.dtype(
    [
        ("key", "i8"),  # stable identity, 63 bits
        ("weight", "i4"),  # 1/65536 persons
        ("household", "i4"),  # row of the household
        ("spouse", "i4"),  # row of the spouse, -1 none
        ("mother", "i4"),  # row of the mother, -1 unknown
        ("earnings", "i4"),  # yuan a year from work, nominal
        ("residence", "i2"),  # place index: lives there six months or more
        ("workplace", "i2"),  # place index of work or school, -1 none
        ("hukou_place", "i2"),  # place index, or HUKOU_OTHER_...
        ("village", "i2"),  # village of the residence township, 0 = urban core or outside
        ("born", "i2"),  # calendar year
        ("target", "i2"),  # place chosen this year, -1 none
        ("was_at", "i2"),  # residence at the start of the year, -1 not yet in the model
        ("years_here", "i2"),  # full years at the present residence
        ("event", "i2"),  # LifeEvent bits of this year
        ("urban", "i1"),  # Urban
        ("was_urban", "i1"),  # Urban at the start of the year
        ("hukou_urban", "i1"),  # 1: registered on urban-coded territory
        ("hukou_type", "i1"),  # Hukou
        ("kind", "i1"),  # PersonKind
        ("alive", "i1"),
        ("sex", "i1"),
        ("education", "i1"),  # highest level attained or attended
        ("marital", "i1"),
        ("activity", "i1"),
        ("sector", "i1"),  # Sector, -1 not working
        ("role", "i1"),
        ("quarters", "i1"),
        ("parity", "i1"),  # children born
        ("mode", "i1"),
        ("intent", "i1"),  # Activity chosen this year, -1 none
        ("intent_mode", "i1"),
        ("applied", "i1"),  # Sector applied to this year, -1 none
        ("hired", "i1"),
        ("certificate", "i1"),  # skill certificate
        ("insurance", "i1"),  # bits PENSION, MEDICAL, EMPLOYEES
        ("permit", "i1"),  # residence permit
        ("schooling", "i1"),  # years left in the present stage of study
    ],
    align=True,
)

HOUSEHOLD = np.dtype(
    [
        ("key", "i8"),
        ("savings", "i8"),  # yuan
        ("debt", "i8"),  # yuan, mortgage
        ("weight", "i4"),
        ("kin", "i4"),  # row of the household it split from, -1 none
        ("land", "i4"),  # contracted land, 0.01 mu
        ("wage_income", "i4"),  # yuan a year, the Bureau's four kinds of income
        ("business_income", "i4"),
        ("property_income", "i4"),
        ("transfer_income", "i4"),
        ("proceeds", "i4"),  # yuan received this year for rights given up
        ("base", "i2"),  # place index
        ("village", "i2"),
        ("town_home", "i2"),  # place index of a town dwelling owned besides the base, -1 none
        ("queue_year", "i2"),  # year of joining the public rental queue, 0 none
        ("founded", "i2"),  # calendar year
        ("was_base", "i2"),  # base at the start of the settling step
        ("origin", "i2"),  # village base a settled household came from, -1 none
        ("origin_village", "i2"),
        ("grant", "i4"),  # yuan of purchase grant received this year
        ("remitted", "i4"),  # yuan sent home this year by members away
        ("subsidised", "i1"),  # 1: the mortgage was taken under the interest subsidy
        ("base_urban", "i1"),  # Urban
        ("kind", "i1"),  # HouseholdKind
        ("alive", "i1"),
        ("tenure", "i1"),  # Tenure of the main dwelling
        ("land_use", "i1"),
        ("homestead", "i1"),
        ("share", "i1"),  # holds a collective share
        ("titled", "i1"),  # land title issued
        ("was_base_urban", "i1"),
        ("moved", "i1"),  # Move made this year by the household as a whole
        # summary of members, rewritten by households.summarise at the start of each process
        ("members", "i2"),
        ("present", "i2"),  # members living at the base
        ("adults", "i2"),  # 16 and over
        ("earners", "i2"),  # working members
        ("farmers", "i2"),  # members farming
        ("away", "i2"),  # working members living elsewhere
        ("children", "i2"),  # under 16
        ("pupils", "i2"),  # 6 to 17 in school
        ("old", "i2"),  # 65 and over
        ("events", "i2"),  # LifeEvent bits of any member this year
        ("leader_key", "i8"),  # key of the member whose move the family follows this year, 0 none
        ("leader_spouse_key", "i8"),
        ("leader_target", "i2"),
        ("leader_years", "i2"),
        ("leader_mode", "i1"),
    ],
    align=True,
)

TOWN = np.dtype(
    [
        ("code", "i8"),  # nine-digit code; outside places count down from -1
        ("county", "i2"),  # index, -1 outside
        ("market", "i2"),
        ("outside", "i1"),
        ("seat", "i1"),  # part of a county seat or the central city
        ("key_town", "i1"),
        ("cross_province", "i1"),
        ("villages", "i2"),
        ("area_residents", "i8"),  # residents, weighted
        ("urban_residents", "i8"),
        ("rural_residents", "i8"),
        ("lease_in", "f8"),  # leased-out land over land farmed by its holders
    ],
    align=True,
)

MARKET = np.dtype(
    [
        ("county", "i2"),  # index of the first member's county, -1 outside
        ("kind", "i1"),  # MarketKind
        ("address", "i2"),  # place index where arrivals are addressed by default
        ("jobs", "i8"),  # non-farm jobs, persons
        ("employed", "i8"),
        ("labour", "i8"),  # employed and unemployed
        ("size", "i8"),  # urban residents (outside: city population)
        ("unemployment", "f8"),  # share of the labour force
        ("dwellings", "i8"),  # urban dwellings
        ("households", "i8"),  # urban households
        ("public_dwellings", "i8"),
        ("public_occupied", "i8"),
        ("price", "f8"),  # yuan per m2, nominal
        ("rent", "f8"),  # yuan per m2 and year, nominal
        ("school_places", "i8"),
        ("pupils", "i8"),
        ("services", "f8"),  # 0..1, capacity met
        ("amenity", "f8"),  # utility units
    ],
    align=True,
)


YEAR = np.dtype(
    [  # this year's scalars: the exogenous drivers and the settings every rule may read
        ("seed", "i8"),
        ("year", "i8"),
        ("feedback", "i8"),  # 0: jobs, wages, prices and services stay on their drift
        ("tfr", "f8"),  # children per woman
        ("marriage_onset_male", "f8"),  # age about which first marriages begin, years
        ("marriage_onset_female", "f8"),
        ("divorce_rate", "f8"),  # a year, of married couples
        ("senior_enrolment", "f8"),  # share of those leaving junior school
        ("tertiary_enrolment", "f8"),  # share of the cohort
        ("outside_wage", "f8"),  # yuan a year, migrants' mean
        ("wage_drift", "f8"),  # national urban income over its start value: drift of wages inside
        ("rural_wage", "f8"),  # earnings of who lives in rural territory over those of others in the same job
        ("farm_income_per_mu", "f8"),  # yuan a year
        ("farm_labour_per_mu", "f8"),  # workers
        ("land_rent", "f8"),  # yuan per mu and year
        ("pension_rural", "f8"),  # yuan a year
        ("pension_urban", "f8"),
        ("transfer_rural", "f8"),  # yuan a head and year
        ("property_urban", "f8"),  # yuan a head and year
        ("prices", "f8"),  # consumer prices, 2020 = 1
    ],
    align=True,
)

LEVERS = np.dtype(
    [  # what the policies in force offer at one place this year
        ("hukou_relaxation", "f8"),  # 0..1 of the barrier removed
        ("new_offer", "f8"),  # 1 where an offer is new this year (draws attention)
        ("permit_access", "f8"),  # 0..1 services open to permit holders
        ("grant", "f8"),  # yuan per purchase
        ("interest_subsidy", "f8"),  # points off the loan rate, as a rate
        ("guarantee", "f8"),  # share of the down payment guaranteed
        ("land_offer", "f8"),  # yuan per mu for giving up contracted land
        ("homestead_offer", "f8"),  # yuan for giving up a homestead
        ("offer_share", "f8"),  # share of households to whom the exit offer is open
        ("title_rate", "f8"),  # share of untitled households titled this year
        ("relocation_rate", "f8"),  # share of eligible village households moved this year
        ("school_merger", "f8"),  # share of village pupils whose school closes this year
        ("programme_jobs", "i8"),  # jobs added by programmes, cumulative, persons
    ],
    align=True,
)


def raw(rows: np.ndarray) -> np.ndarray:
    """The same records as plain bytes, which copy faster and with their padding."""
    return rows.view(f"V{rows.dtype.itemsize}")


class Table:
    """A growable structured array; ``rows`` is the live view of its first ``n`` records.

    Rows are never moved while a model runs: pointers between tables stay valid.
    """

    def __init__(self, dtype: np.dtype, n: int = 0, capacity: int | None = None) -> None:
        self.array = np.zeros(max(n, capacity or 0), dtype)
        self.n = n

    @classmethod
    def of(cls, rows: np.ndarray, spare: float = 0.75) -> Table:
        """A table holding a copy of ``rows`` with room for ``spare`` times as many more (memory is used as it fills)."""
        table = cls(rows.dtype, len(rows), int(len(rows) * (1.0 + spare)) + 1024)
        raw(table.array)[: table.n] = raw(np.ascontiguousarray(rows))
        return table

    @property
    def rows(self) -> np.ndarray:
        return self.array[: self.n]

    def append(self, rows: np.ndarray) -> slice:
        """Add rows at the end; returns where they stand."""
        first, last = self.n, self.n + len(rows)
        if last > len(self.array):
            grown = np.zeros(max(last, len(self.array) * 3 // 2), self.array.dtype)
            raw(grown)[: self.n] = raw(self.rows)
            self.array = grown
        raw(self.array)[first:last] = raw(np.ascontiguousarray(rows, self.array.dtype))
        self.n = last
        return slice(first, last)

    def __getstate__(self) -> dict:
        return {"array": self.rows, "n": self.n}

    def copy(self) -> Table:
        return Table.of(self.rows)
