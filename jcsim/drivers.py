"""The year's exogenous drivers: dated series of the region in the scenario's variants, as one record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcsim.markets.labour import SERIES
from jcsim.numeric import exp
from jcsim.records import YEAR
from jcsim.rules.marriage import LEGAL_AGE_FEMALE, LEGAL_AGE_MALE, onset_for_mean
from jcsim.rules.survival import OLDEST

FIRST_TABLE = 2015  # the level of mortality is stated against WPP's rates of 2015-20 (FACTS section 2)
RULES_INCLUDED_FROM = 2021


@dataclass(frozen=True)
class Drivers:
    """Reads the drivers of one run. After the last year of the series (2035) they stay as they are then.

    Attributes
    ----------
    region, case : Region and Scenario ; p : Parameters ; seed : run seed ; start : census year
    """

    region: object
    case: object
    p: object
    seed: int
    start: int

    def at(self, series: str, year: int) -> float:
        """Value of a series in the scenario's variant, that of its last year afterwards."""
        values = self.region.series(series, self.case.variant(series))
        return values.at(min(year, values.years[-1]))

    def record(self, year: int, farm_level: float = 1.0, rural_wage: float = 1.0) -> np.ndarray:
        """records.YEAR of one year, shape (1,); the levels are met at the start (``building.py``)."""
        p, t = self.p, np.zeros(1, YEAR)
        row = t[0]
        row["seed"], row["year"], row["feedback"] = self.seed, year, self.case.feedback
        row["tfr"] = p["tfr_2021"] if year >= RULES_INCLUDED_FROM else p["tfr_2011_2013"]
        peak = float(p["marriage_peak"])
        men, women = (self.at(f"mean_age_first_marriage_{sex}", year) for sex in ("male", "female"))
        row["marriage_onset_male"] = onset_for_mean(men, LEGAL_AGE_MALE, peak)
        row["marriage_onset_female"] = onset_for_mean(women, LEGAL_AGE_FEMALE, peak)
        row["divorce_rate"] = self.at("divorce_rate", year) / 1000.0
        row["senior_enrolment"] = min(self.at("senior_enrolment", year) / 100.0, 1.0)
        row["tertiary_enrolment"] = min(self.at("tertiary_enrolment", year) / 100.0, 1.0)
        row["outside_wage"] = self.at("outside_wage", year)
        row["wage_drift"] = self.at("national_urban_income", year) / self.at("national_urban_income", self.start)
        row["rural_wage"] = rural_wage
        row["farm_income_per_mu"] = self.at("farm_income_per_mu", year) * farm_level
        labour = self.at("farm_labour_per_mu", year) / self.at("farm_labour_per_mu", 2010)
        row["farm_labour_per_mu"] = p["farm_labour_start"] * labour
        row["land_rent"] = self.at("land_rent", year)
        row["pension_rural"] = self.at("pension_rural", year)
        row["pension_urban"] = self.at("pension_urban", year)
        row["transfer_rural"] = self.at("transfer_per_head_rural", year)
        row["property_urban"] = self.at("national_urban_income", year) * p["urban_property_share"]
        row["prices"] = self.at("cpi", year)
        return t

    def growth(self, year: int) -> dict[str, float]:
        """Outside growth of jobs by sector and of coal since the start."""
        names = [*SERIES.values(), "coal"]
        return {name: self.at(name, year) / self.at(name, self.start) for name in names}

    def house_price(self, year: int) -> float:
        """Price per m2 in the central city, nominal: the anchor of the series, moved by its index."""
        return self.p["house_price_2020"] * self.at("house_price", year) * self.at("cpi", year)

    def death_probability(self, year: int) -> np.ndarray:
        """Chance to die in a year by sex and age at its start, (2, 106): ``1 - exp(-m level)``.

        The first column serves the second year of life; infants are ``infant_death``.
        """
        table, ages = self._mortality(year), np.array(self.region.demography.mortality_ages)
        chance = np.zeros((2, OLDEST + 1))
        for sex in (0, 1):
            for age in range(OLDEST + 1):
                group = int(np.searchsorted(ages, max(age, 1), side="right")) - 1
                chance[sex, age] = 1.0 - exp(-table[sex, group] * self._level(year))
        return chance

    def infant_death(self, year: int) -> np.ndarray:
        """Chance to die in the year of birth by sex, (2,)."""
        table = self._mortality(year)
        return np.array([1.0 - exp(-table[sex, 0] * self._level(year)) for sex in (0, 1)])

    def _mortality(self, year: int) -> np.ndarray:
        demography = self.region.demography
        return demography.mortality[demography.period_index(self._tabled(max(year, FIRST_TABLE)))]

    def _tabled(self, year: int) -> int:
        return min(year, self.region.demography.years[-1])

    def _level(self, year: int) -> float:
        return self.p["mortality_level"] * self.at("mortality_level", year)

    def fertility_by_age(self, year: int) -> np.ndarray:
        """Births per woman and year at each age for a total rate of 1, (50,)."""
        demography = self.region.demography
        shares = demography.fertility_share[demography.period_index(self._tabled(year))]
        rate = np.zeros(50)
        for first, share in zip(demography.fertility_ages, shares, strict=True):
            rate[first : min(first + 5, 50)] = share / 5.0
        return rate

    def boys_per_girl(self, year: int) -> float:
        """Sex ratio at birth."""
        demography = self.region.demography
        return float(demography.sex_ratio_at_birth[demography.year_index(self._tabled(year))])
