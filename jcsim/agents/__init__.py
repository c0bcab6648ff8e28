"""Agent types and agent sets: towns as ordinary Mesa agents, households and persons as views of records."""

from __future__ import annotations

from jcsim.agents.columnar import ColumnarModel
from jcsim.agents.household import CollectiveHousehold, Household, RuralHousehold, UrbanHousehold
from jcsim.agents.person import MigrantWorker, Person
from jcsim.agents.population import Population
from jcsim.agents.rows import RowAgent
from jcsim.agents.rowset import RowSet
from jcsim.agents.tables import Column
from jcsim.agents.town import Town

COLUMNS: dict[str, tuple[Column, ...]] = {"persons": Person.columns, "households": Household.columns}

__all__ = [
    "COLUMNS",
    "CollectiveHousehold",
    "Column",
    "ColumnarModel",
    "Household",
    "MigrantWorker",
    "Person",
    "Population",
    "RowAgent",
    "RowSet",
    "RuralHousehold",
    "Town",
    "UrbanHousehold",
]
