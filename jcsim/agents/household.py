"""Households as Mesa agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from jcsim.agents.fields import derived
from jcsim.agents.rows import RowAgent
from jcsim.agents.tables import Column
from jcsim.records import HOUSEHOLD, WEIGHT_ONE, Homestead, HouseholdKind, LandUse, Tenure

if TYPE_CHECKING:
    from jcsim.agents.rowset import RowSet
    from jcsim.agents.town import Town

COLUMNS = (
    Column("key", "", "identity of the household, the same in every scenario and year"),
    Column("members", "persons", "living members, those away included"),
    Column(
        "county",
        "",
        "county of the household's base, administrative code",
        values=lambda h: h.model.place_county[h.base],
        labels=lambda model: model.county_codes,
    ),
    Column(
        "town",
        "",
        "township (or outside place) of the household's base, administrative code or EXT_...",
        values=lambda h: h.base,
        labels=lambda model: model.place_codes,
    ),
    Column("kind", "", "kind of household: decides its agent type", HouseholdKind),
    Column("tenure", "", "tenure of the main dwelling", Tenure),
    Column("land_mu", "mu", "contracted land (15 mu are a hectare)"),
    Column("land_use", "", "use of the contracted land", LandUse),
    Column("homestead", "", "use of the village homestead", Homestead),
    Column("savings", "yuan", "savings, nominal"),
)


class Household(RowAgent, record=HOUSEHOLD):
    """A household: one record of ``records.HOUSEHOLD``. Its ``kind`` decides its type.

    ``members`` is the number of living members, counted when asked for; the record's field of that
    name is the summary that the rules of the year work with.
    """

    columns = COLUMNS
    required = ("key", "base")
    defaults: ClassVar[dict[str, int]] = {"weight": WEIGHT_ONE, "kin": -1, "town_home": -1, "origin": -1}

    @derived
    def members(self) -> int:
        """Number of living members, those away included."""
        return self.model.count_members(self.row)

    @derived
    def county(self) -> str | None:
        """Code of the county of the base, None outside the prefecture."""
        return self.model.place_county_code[self.base]

    @derived
    def town(self) -> str:
        """Code of the place of the base."""
        return self.model.place_codes[self.base]

    @derived
    def land_mu(self) -> float:
        """Contracted land, mu."""
        return self.land / 100

    @property
    def persons(self) -> RowSet:
        """The living members, those away included, as an agent set."""
        return self.model.persons_in(self.row)

    @property
    def place(self) -> Town:
        """The household's base."""
        return self.model.town_at(self.base)

    def leave(self) -> None:
        """Only an empty household can be removed; it goes by itself with its last member."""
        if members := self.members:
            raise ValueError(f"{self!r} has {members} living members: remove them, and it goes with the last")
        super().leave()

    def __repr__(self) -> str:
        what = f"{self.members} members, base {self.town}, {self.land_mu:g} mu"
        return f"<{type(self).__name__} {self.key}: {what}>"


class RuralHousehold(Household, kind=HouseholdKind.RURAL):
    """A family household whose base is a village."""


class UrbanHousehold(Household, kind=HouseholdKind.URBAN):
    """A family household based in a town, native or settled."""


class CollectiveHousehold(Household, kind=HouseholdKind.COLLECTIVE):
    """Institutional quarters: miners' and workers' dormitories, boarders, students."""
