"""A Mesa model whose households and persons are records and whose other agents are ordinary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import mesa
import numpy as np

from jcsim.agents.compat import AgentSetBase, forget_model
from jcsim.agents.household import Household
from jcsim.agents.person import MigrantWorker, Person
from jcsim.agents.population import Everyone, Population
from jcsim.agents.rows import RowAgent
from jcsim.agents.rowset import RowSet
from jcsim.agents.store import ID_BLOCK, RowStore
from jcsim.agents.town import Town
from jcsim.records import Table


class ColumnarModel(mesa.Model):
    """Base of models that keep most agents as rows of tables.

    The subclass calls ``use_tables`` when its tables exist (again whenever it replaces a table) and
    ``add_towns`` once, and provides ``year``, ``region`` (``places`` and ``counties``, each item with
    ``code``, places also ``name_zh``, ``name_en`` and ``county``, -1 outside) and ``world``
    (``persons``, ``households``: ``records.Table``; ``towns``, ``markets``: structured arrays). It may
    override ``members_of`` with an index. Do not give its ``__init__`` ``**keywords``: on Mesa 3.5
    SolaraViz would then pass a second seed on Reset.

    Unique ids: ordinary agents (towns first) count from 1; rows of the first table are 1e9 + row,
    of the second 2e9 + row. Types partition the rows, and ``agents_by_type`` has them all, also
    those without members.
    """

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self._stores: dict[type[RowAgent], RowStore] = {}
        self._towns: tuple[Town, ...] = ()
        self._next_id = 1
        super().__init__(*args, **keywords)

    def use_tables(self, tables: Mapping[type[RowAgent], Table]) -> None:
        """Say which table holds the rows of which root class.

        Said again after a table was replaced by one with the same rows, sets and agents held by
        anybody go over to the new table.

        Raises
        ------
        TypeError
            A class is no root class, or its table has another record layout.
        """
        for root, table in tables.items():
            if "types" not in vars(root):
                raise TypeError(f"{root.__name__} is not the root class of a table")
            if table.array.dtype != root.record:
                raise TypeError(f"the table of {root.__name__} has another record layout")
        before, self._stores = self._stores, {}
        for number, (root, table) in enumerate(tables.items(), start=1):
            store = before.get(root)
            if store is None or store.first_id != number * ID_BLOCK:
                store = RowStore(self, root, table, number * ID_BLOCK)
            store.table = table
            self._stores[root] = store

    def add_towns(self) -> None:
        """Make the towns, one for each place of the region."""
        self._towns = tuple(Town(self, index) for index in range(len(self.region.places)))

    # Mesa's registry
    def register_agent(self, agent: mesa.Agent) -> None:
        """Called by Mesa for each new ordinary agent; rows register by standing in a table."""
        super().register_agent(agent)
        agent.unique_id = self._next_id
        self._next_id += 1
        forget_model(self)

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Called by ``agent.remove()``. The yearly accounts do not know of rows removed by hand."""
        if isinstance(agent, RowAgent):
            agent.leave()
        else:
            super().deregister_agent(agent)

    def remove_all_agents(self) -> None:
        """Remove the ordinary agents and mark every row dead."""
        super().remove_all_agents()
        for store in self._stores.values():
            store.table.rows["alive"] = 0

    @property
    def ordinary_agents(self) -> AgentSetBase:
        """The agents that are not rows, as Mesa's own set."""
        return super().agents

    @property
    def agents(self) -> Population:
        """All agents: the ordinary ones, then the rows, table by table."""
        return Population(Everyone(self, self._stores.values()))

    @agents.setter
    def agents(self, agents: object) -> None:
        raise AttributeError("model.agents is kept by Mesa: use another name")

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSetBase]:
        """Agent sets by exact type; the sets of row types follow the records."""
        rows = {
            agent_type: RowSet(store, exactly=agent_type)
            for store in self._stores.values()
            for agent_type in store.root.types.values()
        }
        return {**super().agents_by_type, **rows}

    @property
    def agent_types(self) -> list[type[mesa.Agent]]:
        """All agent types of the model."""
        return list(self.agents_by_type)

    # agent sets by name
    @property
    def households(self) -> RowSet:
        """All living households."""
        return RowSet(self.store_of(Household))

    @property
    def persons(self) -> RowSet:
        """All living persons, migrant workers and members away included."""
        return RowSet(self.store_of(Person))

    @property
    def workers(self) -> RowSet:
        """The migrant workers."""
        return RowSet(self.store_of(Person), exactly=MigrantWorker)

    @property
    def towns(self) -> AgentSetBase:
        """The towns in place order, as Mesa's own set."""
        return super().agents_by_type[Town]

    # single agents and their relations
    def store_of(self, cls: type[RowAgent]) -> RowStore:
        """The table behind a row agent class.

        Raises
        ------
        LookupError
            ``use_tables`` has not named a table for it.
        """
        for root, store in self._stores.items():
            if issubclass(cls, root):
                return store
        raise LookupError(f"the model has no table for {cls.__name__}: call use_tables first")

    def town_at(self, place: int) -> Town:
        """The town of a place index."""
        return self._towns[place]

    def household_at(self, row: int) -> Household:
        """The household of a row."""
        return self.store_of(Household).agent(row)

    def person_at(self, row: int) -> Person:
        """The person of a row."""
        return self.store_of(Person).agent(row)

    def members_of(self, household: int) -> np.ndarray:
        """Rows of the persons of one household (the dead may be among them); walks the whole table."""
        return np.flatnonzero(self.store_of(Person).table.rows["household"] == household)

    def persons_in(self, household: int) -> RowSet:
        """The living members of the household of one row."""
        return RowSet(self.store_of(Person), self.members_of(household))

    def count_members(self, household: int | np.ndarray) -> int | np.ndarray:
        """Living members of one household, or of each of an array of household rows."""
        if isinstance(household, int):
            return len(self.persons_in(household))
        persons = self.store_of(Person).table.rows
        homes = persons["household"][persons["alive"] != 0]
        return np.bincount(homes, minlength=self.store_of(Household).table.n)[household]

    def household_keys(self, rows: np.ndarray) -> np.ndarray:
        """Keys of the households of an array of rows."""
        return self.store_of(Household).table.array["key"][rows]

    # administrative codes, by place index
    @cached_property
    def place_codes(self) -> np.ndarray:
        """Code of each place, text."""
        return np.array([place.code for place in self.region.places], dtype=object)

    @cached_property
    def place_county(self) -> np.ndarray:
        """Index of each place's county, -1 outside."""
        return np.array([place.county for place in self.region.places], dtype=np.int64)

    @cached_property
    def county_codes(self) -> tuple[str, ...]:
        """Code of each county, text."""
        return tuple(county.code for county in self.region.counties)

    @cached_property
    def place_county_code(self) -> np.ndarray:
        """Code of each place's county, text; None outside."""
        codes = np.array([*self.county_codes, None], dtype=object)  # -1, outside, is the last
        return codes[self.place_county]
