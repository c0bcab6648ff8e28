"""JinchengModel: builds one prefecture and runs it year by year. ``step`` is the list of the year."""

from __future__ import annotations

import gzip
import pickle
import secrets
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import mesa
import numpy as np

from jcsim import steps
from jcsim.agents import ColumnarModel, Household, MigrantWorker, Person
from jcsim.building import build_world
from jcsim.checks import check_world
from jcsim.drivers import Drivers
from jcsim.engine import Engine, Rules, rule_names
from jcsim.errors import InputError
from jcsim.indicators.history import History
from jcsim.network import Network
from jcsim.parameters import Parameters, load_parameters
from jcsim.records import WEIGHT_ONE
from jcsim.region import Region, load_region
from jcsim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JinchengModel", "rule_names"]

SEED_MASK = 0x7FFFFFFFFFFFFFFF


class JinchengModel(ColumnarModel):
    """A prefecture of households, persons and towns as a Mesa model; one step is one year.

    Parameters
    ----------
    case : Scenario, name, path or dict
    scale : 0 < scale <= 1, share of households simulated (ranked nested sample)
    rng : int seed; None takes an entropy seed, kept in ``seed``
    region : Region, name or folder
    parameters : Parameters, or ``"posterior"``, ``"prior"``, ``"mean"`` or a file: their central values
    engine : ``"compiled"``, ``"agents"`` (plain Python, slow) or ``"both"`` (compares them exactly)
    threads : most threads of the parallel loops; None all
    rules : functions used instead of the rules of these names, same arguments (``jcsim.rule_names()``)
    permute : seed of a permutation of the rows at the start; results do not depend on it (a law)

    Raises
    ------
    InputError
        A wrong argument, scenario, region or parameter.
    """

    def __init__(
        self,
        case: str | Path | dict | Scenario = "plan",
        *,
        scale: float = 1.0,
        rng: int | None = None,
        region: str | Path | Region = "jincheng",
        parameters: str | Path | Parameters = "posterior",
        engine: str = "compiled",
        threads: int | None = None,
        rules: Rules | None = None,
        permute: int | None = None,
    ) -> None:
        seed = secrets.randbits(32) if rng is None else _checked_seed(rng)
        super().__init__(rng=seed)
        self.seed = seed
        self.case = load_scenario(case)
        self.region = region if isinstance(region, Region) else load_region(region)
        self.case.check(self.region)
        self.scale = _checked_scale(scale)
        self.parameters = _parameters(parameters)
        self.engine = _engine(engine, threads, rules)
        self.year = self.start_year = self.case.start
        self._p_rows = self.parameters.record
        self._drivers = Drivers(self.region, self.case, self.parameters, seed & SEED_MASK, self.year)
        self._network = Network(self.region)
        self.world, self._levels, self._relabelling = build_world(
            self.region, self.case, self.parameters, self._drivers, self.engine, self._network, self.scale, permute
        )
        self.history = History(self.region)
        self._record(self._moment(self.year))
        self.use_tables({Household: self.world.households, Person: self.world.persons})
        self.add_towns()
        self.datacollector = mesa.DataCollector(model_reporters=dict(SERIES))
        self.datacollector.collect(self)

    # the year
    def step(self) -> None:
        """Simulate one year, in the order of the model's description."""
        world, m = self.world, self._moment(self.year + 1)
        steps.policies(world, m)
        steps.population(world, m)
        steps.schooling(world, m)
        steps.towns(world, m)
        steps.land(world, m)
        steps.work(world, m)
        steps.hiring_and_moving(world, m)
        steps.settling(world, m)
        steps.hukou(world, m)
        steps.incomes(world, m)
        steps.land_under_urban_code(world, m)
        self.year = m.year
        self.running = m.year < self.case.until
        self._record(m)
        self.use_tables({Household: world.households, Person: world.persons})
        self.datacollector.collect(self)

    def run_to(self, year: int) -> JinchengModel:
        """Step to the end of calendar ``year``; returns the model."""
        while self.year < year:
            self.step()
        return self

    def _moment(self, year: int) -> steps.Moment:
        t = self._drivers.record(year, *self._levels)
        steps.update_links(self.world, self._network.minutes(year), self.parameters)
        return steps.Moment(
            year, t, self.parameters, self._p_rows, self.engine, self._drivers, self.region, self.case,
            self._relabelling,
        )  # fmt: skip

    def _record(self, m: steps.Moment) -> None:
        self.history.record(self.world, m.now, self._p_rows)

    # what one asks of it
    @property
    def n_persons(self) -> int:
        """Residents of the prefecture represented (weighted), persons."""
        return self._weighted(inside=True)

    @property
    def n_away(self) -> int:
        """Members registered here who live outside the prefecture, represented."""
        return self._weighted(inside=False)

    @property
    def n_households(self) -> int:
        """Family households with a living member, represented."""
        homes = self.world.households.rows
        family = (homes["alive"] == 1) & (homes["members"] > 0) & (homes["kind"] != 2)
        return int(round(int(homes["weight"][family].sum(dtype=np.int64)) / WEIGHT_ONE))

    def _weighted(self, inside: bool) -> int:
        persons = self.world.persons.rows
        there = persons["residence"] < self.world.n_towns
        rows = (persons["alive"] == 1) & (there if inside else ~there)
        return int(round(int(persons["weight"][rows].sum(dtype=np.int64)) / WEIGHT_ONE))

    @property
    def workers(self):
        """Migrant workers: members at work away from their household's base."""
        return self.agents_by_type[MigrantWorker]

    def indicator(self, name: str, area: str | None = None) -> float:
        """Value of an indicator this year; the prefecture unless an area code is given (NaN if none)."""
        return self.history.latest(name, area or self.region.code)

    def trajectories(self) -> pd.DataFrame:
        """year, area, area_name, indicator, value for every year so far, start included."""
        return self.history.trajectories()

    def population_table(self) -> pd.DataFrame:
        """year, county, urban, sex, age_group, persons."""
        return self.history.population()

    def flows_table(self) -> pd.DataFrame:
        """year, origin, destination, persons who moved in the year, by county or outside place."""
        return self.history.flows()

    def check(self, strict: bool = False) -> list[tuple[str, bool, str]]:
        """Named consistency checks as (name, passed, message); ``strict`` raises on the first failure."""
        return check_world(self, strict)

    def save(self, path: str | Path) -> Path:
        """Write the whole model, mid-run, to one file."""
        path = Path(path)
        with gzip.open(path, "wb", compresslevel=1) as file:
            pickle.dump(self, file, protocol=pickle.HIGHEST_PROTOCOL)
        return path

    @staticmethod
    def load(path: str | Path) -> JinchengModel:
        """A model written by ``save`` with the same version of jcsim; continue with ``step``."""
        with gzip.open(path, "rb") as file:
            return pickle.load(file)


def _latest(name: str, model: JinchengModel) -> float:
    return model.indicator(name)


SERIES = [
    (name, partial(_latest, name))
    for name in (
        "resident_population", "urban_population", "urbanisation_rate", "urbanisation_rate_constant_territory",
        "persons_moved_to_urban", "urban_income", "rural_income", "income_ratio", "new_urban_jobs",
        "unemployment_rate", "farm_employment_share", "households", "migrants_out", "house_price", "fiscal_cost",
    )
]  # fmt: skip


def _checked_seed(seed) -> int:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise InputError("wrong seed", field="rng", given=seed, allowed="a whole number from 0")
    return int(seed)


def _checked_scale(scale) -> float:
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not 0.0 < scale <= 1.0:
        raise InputError("wrong scale", field="scale", given=scale, allowed="above 0, at most 1 (1:1)")
    return float(scale)


def _parameters(parameters) -> Parameters:
    return parameters if isinstance(parameters, Parameters) else load_parameters(parameters).central()


def _engine(mode: str, threads: int | None, rules: Rules | None) -> Engine:
    if threads is not None and (isinstance(threads, bool) or not isinstance(threads, int) or threads < 1):
        raise InputError("wrong number of threads", field="threads", given=threads, allowed="1 or more")
    return Engine(mode, threads, rules)
