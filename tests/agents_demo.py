"""A five-place model on ``ColumnarModel`` for the tests of the agents, and plain Mesa agents beside it."""

from dataclasses import dataclass
from types import SimpleNamespace

import mesa
import numpy as np

from jcsim.agents import ColumnarModel, Household, MigrantWorker, Person, RowAgent
from jcsim.records import (
    HOUSEHOLD,
    MARKET,
    PERSON,
    TOWN,
    WEIGHT_ONE,
    Activity,
    Marital,
    PersonKind,
    Table,
)


@dataclass(frozen=True)
class Place:
    code: str
    name_zh: str
    name_en: str
    county: int


PLACES = (
    Place("140502001", "东街", "Dongjie", 0),
    Place("140521100", "龙港", "Longgang", 1),
    Place("140521101", "中村", "Zhongcun", 1),
    Place("140524100", "崇文", "Chongwen", 2),
    Place("EXT_COAST", "沿海", "Coast", -1),
)
OUTSIDE = 4
COUNTIES = tuple(SimpleNamespace(code=code) for code in ("140502", "140521", "140524"))


def demo_world(households, rng):
    """Households of three: a couple and a child; towns and markets to match."""
    h = np.zeros(households, HOUSEHOLD)
    h["key"] = 7_000_000_000_000_000_001 + np.arange(households)
    h["weight"], h["alive"] = WEIGHT_ONE, 1
    h["base"] = rng.integers(0, OUTSIDE, households)
    h["kind"] = h["base"] == 0
    h["land"] = np.where(h["base"] == 0, 0, rng.integers(0, 900, households))
    h["savings"] = rng.integers(0, 10**11, households)
    p = np.zeros(3 * households, PERSON)
    rows = np.arange(len(p))
    p["key"], p["weight"], p["alive"] = 10**18 + rows * 17, WEIGHT_ONE, 1
    p["household"], p["role"] = rows // 3, rows % 3
    p["sex"], p["mother"] = rows % 2, np.where(rows % 3 == 2, rows - 1, -1)
    p["spouse"] = np.choose(rows % 3, [rows + 1, rows - 1, -1])
    p["marital"] = np.where(rows % 3 == 2, Marital.SINGLE, Marital.MARRIED)
    p["born"] = np.where(rows % 3 == 2, 2010, 1980 + rows % 7)
    p["residence"] = p["hukou_place"] = h["base"][p["household"]]
    p["hukou_place"][::5] = -1
    p["workplace"] = np.where(rows % 3 == 2, -1, p["residence"])
    p["activity"] = np.where(rows % 3 == 2, Activity.PUPIL, Activity.LOCAL_WORK)
    p["sector"] = np.where(rows % 3 == 2, -1, rows % 6)
    p["earnings"] = np.where(rows % 3 == 2, 0, rng.integers(20_000, 90_000, len(p)))
    towns, markets = np.zeros(len(PLACES), TOWN), np.zeros(3, MARKET)
    towns["county"], towns["market"] = [place.county for place in PLACES], [0, 1, 1, 0, 2]
    towns["outside"] = towns["county"] < 0
    towns["area_residents"] = np.bincount(p["residence"], minlength=len(PLACES))
    markets["jobs"], markets["price"], markets["unemployment"] = [100, 50, 0], [6000.0, 3000.5, 0], 0.04
    return SimpleNamespace(persons=Table.of(p), households=Table.of(h), towns=towns, markets=markets)


def migrants(model):
    return len(model.workers)


def age(person):  # a function, since Mesa cannot pickle a model with agent reporters given as text
    return person.age


def residence(person):
    return person.residence


class Demo(ColumnarModel):
    """Every year some adults leave for the coast and become migrant workers."""

    def __init__(self, households=40, leaving=0.2, rng=None):
        super().__init__(rng=rng)
        self.leaving, self.year = leaving, 2020
        self.region = SimpleNamespace(places=PLACES, counties=COUNTIES)
        self.world = demo_world(households, self.rng)
        self.use_tables({Household: self.world.households, Person: self.world.persons})
        self.add_towns()
        self.datacollector = mesa.DataCollector(
            model_reporters={"migrants": migrants, "year": "year"},
            agenttype_reporters={MigrantWorker: {"age": age, "residence": residence}},
        )

    def step(self):
        self.year += 1
        p = self.world.persons.rows
        leaves = (p["role"] < 2) & (self.rng.random(len(p)) < self.leaving)
        p["residence"][leaves] = p["workplace"][leaves] = OUTSIDE
        p["kind"][leaves] = PersonKind.MIGRANT_WORKER
        self.datacollector.collect(self)


class Behaviour:
    """What plain agents and rows of the comparison can both do."""

    def earn(self, amount=1):
        self.earnings += amount

    def wealth(self):
        return self.earnings * 2

    @property
    def rich(self):
        return self.earnings > 50_000


class Being(Behaviour, RowAgent, record=PERSON, kind=PersonKind.PERSON):
    """A row of the comparison."""


class Traveller(Being, kind=PersonKind.MIGRANT_WORKER):
    """A row of another kind."""


class PlainBeing(Behaviour, mesa.Agent):
    """The same as an ordinary Mesa agent."""

    def __init__(self, model, key, earnings, residence, sex):
        super().__init__(model)
        self.key, self.earnings, self.residence, self.sex = key, earnings, residence, sex


class PlainTraveller(PlainBeing):
    """The same of another type."""


class RowModel(ColumnarModel):
    """Beings as rows."""

    def __init__(self, rng=1):
        super().__init__(rng=rng)
        self.use_tables({Being: Table(PERSON)})


def twins(n=60, seed=1):
    """The same beings as plain Mesa agents and as rows: (plain model, row model)."""
    numbers = np.random.default_rng(seed)
    values = {
        "key": 2**62 + np.arange(n) * 3,
        "earnings": numbers.integers(0, 100_000, n),
        "residence": numbers.integers(0, 4, n),
        "sex": numbers.integers(0, 2, n),
    }
    plain, rows = mesa.Model(rng=seed), RowModel(rng=seed)
    for part, ordinary, row_type in ((0, PlainBeing, Being), (1, PlainTraveller, Traveller)):
        some = {name: np.array_split(column, 2)[part] for name, column in values.items()}
        count = len(some["key"])
        ordinary.create_agents(plain, count, **{name: column.tolist() for name, column in some.items()})
        row_type.create_agents(rows, count, **some)
    return plain, rows


def keys(agents):
    return [agent.key for agent in agents]


def pair(**options):
    """Sets of the same beings: Mesa's own (as a weak AgentSet) and rows."""
    plain, rows = twins(**options)
    return plain.agents.select(lambda a: True), rows.agents.copy(), plain, rows
