"""Persons as Mesa agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from jcsim.agents.fields import derived
from jcsim.agents.rows import RowAgent
from jcsim.agents.tables import Column
from jcsim.records import PERSON, WEIGHT_ONE, Activity, Education, Marital, PersonKind, Sex, Urban

if TYPE_CHECKING:
    from jcsim.agents.household import Household
    from jcsim.agents.town import Town

COLUMNS = (
    Column("key", "", "identity of the person, the same in every scenario and year"),
    Column(
        "household",
        "",
        "key of the person's household",
        values=lambda p: p.model.household_keys(p.household),
    ),
    Column("age", "years", "age reached in the model's year"),
    Column("sex", "", "sex", Sex),
    Column(
        "county",
        "",
        "county of residence, administrative code; missing outside the prefecture",
        values=lambda p: p.model.place_county[p.residence],
        labels=lambda model: model.county_codes,
    ),
    Column(
        "town",
        "",
        "township or outside place of residence (six months or more), administrative code or EXT_...",
        values=lambda p: p.residence,
        labels=lambda model: model.place_codes,
    ),
    Column("urban", "", "territory of residence; relabelled became urban-coded after the start", Urban),
    Column("hukou_local", "", "whether the person is registered in the prefecture"),
    Column("education", "", "highest level attained or attended", Education),
    Column("activity", "", "what the person does in the model's year", Activity),
)


class Person(RowAgent, record=PERSON, kind=PersonKind.PERSON):
    """A member of a household: one record of ``records.PERSON``.

    ``Person`` itself is the type of everybody who is not a ``MigrantWorker``; the set
    ``model.persons`` holds both.
    """

    columns = COLUMNS
    required = ("key", "household", "residence", "hukou_place", "born", "sex")
    defaults: ClassVar[dict[str, int]] = {
        "weight": WEIGHT_ONE,
        **dict.fromkeys(("spouse", "mother", "workplace", "target", "was_at"), -1),
        **dict.fromkeys(("sector", "intent", "applied"), -1),
    }

    @derived
    def age(self) -> int:
        """Age reached in the model's year, years."""
        return self.model.year - self.born

    @derived
    def county(self) -> str | None:
        """Code of the county of residence, None outside the prefecture."""
        return self.model.place_county_code[self.residence]

    @derived
    def town(self) -> str:
        """Code of the place of residence."""
        return self.model.place_codes[self.residence]

    @derived
    def hukou_local(self) -> bool:
        """Whether the person is registered in the prefecture."""
        return (self.hukou_place >= 0) & (self.model.place_county[self.hukou_place] >= 0)

    @property
    def home(self) -> Household:
        """The person's household."""
        return self.model.household_at(self.household)

    @property
    def place(self) -> Town:
        """Where the person lives six months or more of the year."""
        return self.model.town_at(self.residence)

    @property
    def works_at(self) -> Town | None:
        """Place of work or school, None if there is none."""
        return None if self.workplace < 0 else self.model.town_at(self.workplace)

    @property
    def wife_or_husband(self) -> Person | None:
        """The living spouse, None if there is none."""
        if self.spouse < 0:
            return None
        partner = self.model.person_at(self.spouse)
        return partner if partner.alive else None

    def leave(self) -> None:
        """Removal is a death: the spouse is widowed, and a household goes with its last member."""
        super().leave()
        if (partner := self.wife_or_husband) is not None:
            partner.spouse, partner.marital = -1, Marital.WIDOWED
        if len(self.home.persons) == 0:
            self.home.remove()

    def __repr__(self) -> str:
        sex, activity = Sex(self.sex).name.lower(), Activity(self.activity).name.lower()
        what = f"{sex}, {self.age} years, {activity}, lives in {self.town}"
        return f"<{type(self).__name__} {self.key}: {what}>"


class MigrantWorker(Person, kind=PersonKind.MIGRANT_WORKER):
    """A person who works away from the household's base for six months or more."""


def weighted_mean_earnings(persons: np.ndarray, place: int) -> float:
    """Mean yearly earnings of the living who work at a place outside farming, yuan; nan if nobody does.

    Parameters
    ----------
    persons : records of ``records.PERSON``
    place : place index
    """
    chosen = (persons["workplace"] == place) & (persons["alive"] != 0) & (persons["sector"] > 0)
    weight = persons["weight"][chosen].astype(np.int64)
    total = int(weight.sum())
    return int((weight * persons["earnings"][chosen]).sum()) / total if total else float("nan")
