"""One rule, two engines: compiled and plain Python agree on every field, over years and on rows at the edge."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import jcsim
from jcsim import engine
from jcsim.engine import ArrayView, Engine, RowView, TableView, plain
from jcsim.kernels import decisions, demography, families
from jcsim.markets import births, border, hiring, households, offers, quarters, start
from jcsim.markets import marriage as pairing
from jcsim.rules import marriage
from jcsim.world import N_SECTORS


def run(case, until, **settings):
    return jcsim.JinchengModel(case, **({"scale": 0.002, "rng": 3} | settings)).run_to(until)


@pytest.mark.parametrize(("case", "until"), [("history", 2016), ("baseline", 2026)])
def test_compiled_and_agent_by_agent_make_the_same_world(case, until, monkeypatch):
    monkeypatch.setattr(start, "ROUNDS", 1)  # the loop of the start is the same in each of its rounds
    run(case, until, scale=1 / 2000, engine="both")  # raises on the first field that differs


ROWS = 200


class Edge:
    """A small world whose rows hold values at the edges of what each field may be, in any combination."""

    def __init__(self, seed):
        model = jcsim.JinchengModel("plan", scale=1 / 2000, rng=seed)
        self.model, self.world, self.rng = model, model.world, np.random.default_rng(seed)
        self.places, self.towns = len(self.world.towns), self.world.n_towns
        self.moment = model._moment(2023)
        self.t, self.p = self.moment.t, model._p_rows
        self.persons, self.homes = self._persons(), self._homes()
        self.homes["leader_key"] = self.pick([0, *self.persons["key"][:50]])
        self.homes["leader_spouse_key"] = self.pick([0, *self.persons["key"][50:99]])
        self.levers = self._levers()

    def pick(self, values, n=ROWS):
        return self.rng.choice(np.asarray(values), n)

    def _persons(self):
        rows = self.world.persons.rows[:ROWS].copy()
        n = self.places
        edges = {
            "born": [2023, 2017, 2011, 2007, 2004, 2001, 1998, 1963, 1945, 1915, 1890], "alive": [0, 1, 1, 1],
            "weight": [1, 65536, 6_553_600], "household": range(ROWS), "spouse": range(-1, ROWS),
            "mother": range(-1, ROWS), "earnings": [0, 1, 30_000, 900_000], "residence": range(n),
            "workplace": range(-1, n), "hukou_place": range(-2, n), "village": range(3), "target": range(-1, n),
            "was_at": range(-1, n), "years_here": [0, 1, 2, 10, 99, 100], "event": range(128), "urban": range(3),
            "was_urban": range(3), "hukou_urban": [0, 1], "hukou_type": [0, 1], "sex": [0, 1], "education": range(6),
            "marital": range(4), "activity": range(9), "sector": range(-1, 6), "role": range(7), "quarters": [0, 1],
            "parity": [0, 1, 5], "mode": range(4), "intent": range(9), "intent_mode": range(4),
            "applied": range(-1, 6), "hired": [0, 1], "insurance": range(8), "permit": [0, 1], "schooling": range(5),
        }  # fmt: skip
        for field, values in edges.items():
            rows[field] = self.pick(values)
        rows["key"] = self.rng.integers(1, 2**62, ROWS)
        return rows

    def _homes(self):
        rows = self.world.households.rows[:ROWS].copy()
        money, few = [0, 1, 5_000, 300_000, 10**10], [0, 1, 3]
        edges = {
            "savings": money, "debt": money, "weight": [1, 65536], "kin": range(-1, ROWS), "land": [0, 1, 500, 20_000],
            "base": range(self.towns), "village": range(3), "town_home": range(-1, self.towns), "queue_year": [0, 2021],
            "origin": range(-1, self.towns), "origin_village": range(3), "was_base": range(self.towns),
            "subsidised": [0, 1], "base_urban": range(3), "kind": range(3), "alive": [1], "tenure": range(6),
            "land_use": range(5), "homestead": range(5), "titled": [0, 1], "was_base_urban": range(3),
            "moved": range(5), "members": few, "present": few, "adults": few, "earners": few, "farmers": few,
            "away": few, "children": few, "pupils": few, "old": few, "events": range(128),
            "leader_target": range(-1, self.towns), "leader_years": [0, 1, 40], "leader_mode": range(4),
        }  # fmt: skip
        for field in ("wage_income", "business_income", "property_income", "transfer_income", "remitted", "grant"):
            edges[field] = [0, 1, 30_000, 2_000_000]
        for field, values in edges.items():
            rows[field] = self.pick(values)
        rows["key"] = self.rng.integers(1, 2**62, ROWS)
        return rows

    def _levers(self):
        levers = np.zeros_like(self.world.levers)
        for field in levers.dtype.names:
            levers[field] = self.pick([0, 0.3, 1], self.places)
        for field, yuan_ in (("grant", 50_000), ("land_offer", 60_000), ("homestead_offer", 90_000)):
            levers[field] *= yuan_
        return levers

    def kernels(self):
        """Every kernel of the model with its arguments."""
        w, g, p, t, m = self.world, self.world.geography, self.p, self.t, self.moment
        persons, homes, zeros = self.persons, self.homes, np.zeros
        tables = offers.make_offers(w, p[0])
        deaths, levers = m.drivers.death_probability(2023), self.levers
        school = (g.school_place, g.minutes, g.school_commute, g.college_weight, w.n_towns, levers)
        seats = (w.markets, w.towns, levers, g.seat_of, w.village_urban)
        address = (w.towns, g.address_place, g.address_share)
        return {
            demography.START_YEAR: (persons, t),
            demography.SURVIVE: (persons, deaths, t),
            demography.MOURN_AND_BEAR: (persons, persons["alive"].copy(), np.full(50, 0.4), t),
            demography.SEEK: (persons, zeros(ROWS, np.int8), p, t),
            decisions.ATTEND: (persons, homes, *school, p, t),
            decisions.USE_LAND: (homes, levers, p, t),
            decisions.CHOOSE: (persons, homes, w.towns, tables, levers, p, t),
            decisions.NEST_SHARES: (persons, zeros((ROWS, 7), np.int64), homes, 1, w.towns, tables, levers, p, t),
            decisions.TAKE_UP: (persons, homes, *address, p, t),
            decisions.SETTLE: (homes, zeros(ROWS, np.int64), *seats, p, t),
            decisions.FOLLOW: (persons, homes, p, t),
            decisions.SETTLE_STATUS: (persons, homes, levers, w.n_towns, p, t),
            decisions.FIND_ABILITIES: (persons, zeros(ROWS), p, t),
            decisions.EARN: (persons, np.linspace(0.2, 3.0, ROWS), w.labour.wage, w.towns, p, t),
            decisions.HOUSEHOLD_INCOMES: (homes, w.towns, p, t),
            decisions.PAY_AND_SAVE: (homes, zeros((ROWS, 5), np.int64), w.towns, w.markets, levers, p),
        }

    def loops(self):
        """Compiled loops beside the kernels that apply rules or write rows, with their arguments."""
        w, p, t = self.world, self.p, self.t
        persons, homes, everybody = self.persons, self.homes, np.arange(ROWS)
        own = (persons, everybody, homes, 0, ROWS // 2, np.zeros(ROWS, bool))  # marks members of others
        brides = (np.arange(ROWS, dtype=np.int32) // 2, persons["household"][: ROWS // 2 + 1], everybody)
        jobs = self.rng.integers(0, 4, (len(w.markets), N_SECTORS)) * 32_768
        seekers = np.flatnonzero((persons["target"] >= 0) & (persons["target"] < w.n_towns))
        served = (
            seekers,
            homes["base"][persons["household"]].astype(np.int16),
            w.towns["market"].astype(np.int64),
            w.geography.commute,
        )
        given = (w.markets["address"].astype(np.int64), w.labour.male_share, 1, 2023)
        return [
            (families._clear_summary, homes, 2023),
            (families._add_members, *own, 2023),
            (families._with_parent, persons, np.zeros(ROWS, bool), p, t),
            (families._join, persons, everybody, homes),
            (families._no_leaders, homes, w.n_towns, w.geography.seat_of),
            (families._add_leaders, *own, w.n_towns, w.geography.seat_of),
            (families._no_moves, homes, persons),
            (families._add_moves, *own, persons),
            (families._follow, persons, persons, homes, t),
            (families._keep_company, persons, persons, homes, np.zeros(ROWS, bool)),
            (families._go_back, persons, everybody % 3 == 0, homes, t),
            (families._come_back, persons, persons, homes, t),
            (families._no_incomes, homes, p, t),
            (families._add_incomes, *own, p, t),
            (quarters._leaving, persons, np.zeros(ROWS, bool), homes, t[0]),
            (quarters._mothers, persons, np.zeros(ROWS, bool), homes, w.n_towns, 2023),
            (pairing._change_household, persons, *brides, 2023),
            (border._leave, persons, homes, everybody, everybody % 3 == 0, w.n_towns, p[0], t[0], np.zeros(ROWS, bool)),
            (border._finish, persons, homes, everybody, w.n_towns, np.zeros(ROWS, bool)),
            (hiring._sort_out, persons, np.zeros(ROWS, np.int8), w.n_towns),
            (hiring._count_filled, persons, w.towns, w.n_towns, np.zeros((len(w.markets), N_SECTORS), np.int64)),
            (hiring._serve, persons, *served, *given, jobs),
            (households._share_out, homes, everybody[::-1].copy(), homes[::-1].copy()),
            (households._inherit, homes, everybody[homes["members"] == 0]),
            (births._children, persons, everybody[::9], persons[: len(everybody[::9])], 1.1, np.array([0.1, 0.1]), t),
            *self._offers(),
            (marriage.onset_for_mean, 27.5, 22, 0.3),
        ]

    def _offers(self):
        """The loops of the tables of offers, over markets without people, rent, services or chances."""
        w, p, g, few = self.world, self.p[0], self.world.geography, 8
        n, markets = len(w.markets), w.markets.copy()
        for field, values in (("size", [0, 900, 10**6]), ("rent", [0, 1e5]), ("services", [0, 1]), ("amenity", [0, 1])):
            markets[field] = self.pick(values, n)
        wage, chance = self.pick([0.5, 30_000.0], (n, 2)), self.pick([0.02, 1.0], n)
        travel = self.pick([0.0, 3.0], (self.places, n))
        place, barrier, deposit, modes = (np.zeros(shape) for shape in (n, n, n, (n, 2, 2, 3)))
        destinations, network = g.destinations[:few], self.pick([0.0, 1.0], (self.places, few))
        near, away = np.zeros((few, 2, 6, g.commute.shape[1])), np.zeros((few, 2, 6, few))
        return [
            (offers._market_terms, markets, w.towns, self.levers, wage, chance, p, place, barrier, deposit, modes),
            (offers._nearby, wage, chance, g.commute[:few], travel, p, near),
            (offers._destinations, markets, wage, chance, destinations, travel, network, place, barrier, p, away),
            (offers._exponentials, self.pick([-5e3, 0.0, 600.0], 50), 0.7, np.zeros(50)),
            (offers._powers_of, self.pick([0.0, 1e-9, 700.0], 50), 0.7, np.zeros(50)),
        ]


@pytest.fixture(scope="module", params=[1, 2])
def edge(request):
    return Edge(request.param)


def test_every_kernel_agrees_with_plain_python_on_edge_rows(edge):
    kernels = edge.kernels()
    assert set(kernels) == {k for k in engine.KERNELS if k.source.__module__.startswith("jcsim.")}
    for kernel, arguments in kernels.items():
        rows = tuple(map(_copied, arguments))
        Engine("both").run(kernel, rows)  # raises on the first field that differs
        same = [_same(a, b) for a, b in zip(arguments, rows, strict=True) if isinstance(a, np.ndarray)]
        assert not all(same), f"{kernel.name} did nothing"


def _same(a, b):
    fields = a.dtype.names or (...,)
    return all(np.array_equal(a[field], b[field], equal_nan=a[field].dtype.kind == "f") for field in fields)


def _copied(value):
    return value.copy() if isinstance(value, (np.ndarray, np.void)) else value


def _copies(arguments):
    """Copies of arguments; one passed twice stays one."""
    made = {}
    return [made.setdefault(id(a), _copied(a)) for a in arguments]


def _seen(value):
    if isinstance(value, np.void):
        return RowView(np.array([value]), 0)
    if not isinstance(value, np.ndarray):
        return value
    return ArrayView(value) if value.dtype.names is None else TableView(value)


def test_every_other_loop_agrees_with_plain_python_on_edge_rows(edge):
    for function, *arguments in edge.loops():
        compiled, python = _copies(arguments), _copies(arguments)
        assert function(*compiled) == plain(function)(*map(_seen, python))
        for position, (a, b) in enumerate(zip(compiled, python, strict=True)):
            if isinstance(a, np.ndarray):
                assert _same(a, b), f"{function.__name__}, argument {position}"


def test_the_edge_rows_reach_every_rule(edge):
    reached = set(engine.rule_names())
    for function, *_ in edge.loops():
        reached |= engine.rules_of(SimpleNamespace(source=function)) | {function.__name__}
    rules = {
        name
        for path in (Path(jcsim.__file__).parent / "rules").glob("*.py")
        for name, value in vars(importlib.import_module(f"jcsim.rules.{path.stem}")).items()
        if hasattr(value, "py_func") and value.__module__ == f"jcsim.rules.{path.stem}"
    }
    assert rules <= reached
