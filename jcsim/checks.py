"""Named consistency checks of a running model: accounts balance exactly, pointers and codes are sound."""

from __future__ import annotations

import numpy as np

from jcsim.records import HouseholdKind, LandUse, Marital, Urban


def check_world(model, strict: bool = False) -> list[tuple[str, bool, str]]:
    """Run every check; (name, passed, message). ``strict`` raises AssertionError on the first failure."""
    results = []
    for check in CHECKS:
        problem = check(model)
        results.append((check.__name__, problem == "", problem or "passed"))
        if strict and problem:
            raise AssertionError(f"{check.__name__}: {problem}")
    return results


def _alive(model) -> np.ndarray:
    persons = model.world.persons.rows
    return persons[persons["alive"] == 1]


def everybody_has_a_living_household(model) -> str:
    """The household of a living person exists and is alive."""
    homes, persons = model.world.households.rows, _alive(model)
    dead = int((homes["alive"][persons["household"]] == 0).sum())
    return f"{dead} persons in households that ended" if dead else ""


def spouses_are_mutual(model) -> str:
    """A spouse's spouse is oneself, alive and married."""
    persons = model.world.persons.rows
    rows = np.flatnonzero((persons["alive"] == 1) & (persons["spouse"] >= 0))
    mates = persons["spouse"][rows]
    wrong = int((persons["spouse"][mates] != rows).sum() + (persons["marital"][rows] != Marital.MARRIED).sum())
    return f"{wrong} spouses do not agree" if wrong else ""


def keys_are_unique(model) -> str:
    """No two persons, and no two households, share a key."""
    for name, table in (("persons", model.world.persons), ("households", model.world.households)):
        keys = table.rows["key"]
        if len(np.unique(keys)) != len(keys):
            return f"{name} share keys"
    return ""


def residences_are_places(model) -> str:
    """Residences are places of the region; people outside live in towns."""
    persons = _alive(model)
    wrong = (persons["residence"] < 0) | (persons["residence"] >= len(model.world.towns))
    rural_outside = (persons["residence"] >= model.world.n_towns) & (persons["urban"] == Urban.RURAL)
    bad = int(wrong.sum() + rural_outside.sum())
    return f"{bad} persons live nowhere" if bad else ""


def territories_are_known(model) -> str:
    """Everybody lives on territory of a known kind."""
    urban = _alive(model)["urban"]
    bad = int(((urban < Urban.RURAL) | (urban > Urban.RELABELLED)).sum())
    return f"{bad} persons on territory of no kind" if bad else ""


def savings_and_debts_are_not_negative(model) -> str:
    """Nobody owes the bank a negative sum or holds negative savings."""
    homes = model.world.households.rows
    bad = int(((homes["savings"] < 0) | (homes["debt"] < 0)).sum())
    return f"{bad} households" if bad else ""


def hired_do_not_exceed_jobs(model) -> str:
    """In every market and sector, those hired this year fit the jobs (half a person's weight spare)."""
    hires = model.world.flows.get("hires")
    if hires is None:
        return ""
    spare = int(model.world.persons.rows["weight"].max()) * 6
    over = hires > model.world.labour.jobs.sum(axis=1) + spare
    return f"{int(over.sum())} markets hire more than they have jobs" if over.any() else ""


def urban_account_balances(model) -> str:
    """Change of the urban count = natural + migration + territory, exactly, by place sum."""
    return _balance(model.world, "urban")


def population_account_balances(model) -> str:
    """Change of residents = births - deaths + arrivals - departures, exactly."""
    return _balance(model.world, "people")


def _balance(world, which: str) -> str:
    if "births_by_place" not in world.flows:
        return ""
    n, persons, flows = world.n_towns, world.persons.rows, world.flows
    alive = persons[persons["alive"] == 1]
    now = alive[alive["residence"] < n]
    begin = persons[_was_there(world)]
    if which == "people":
        change = int(now["weight"].sum(dtype=np.int64)) - int(begin["weight"].sum(dtype=np.int64))
        account = sum(
            sign * int(flows[f"{name}_by_place"][:n].sum())
            for name, sign in (("births", 1), ("deaths", -1), ("arrivals", 1), ("departures", -1))
        )
    else:
        change = int(now["weight"][now["urban"] > 0].sum(dtype=np.int64))
        change -= int(begin["weight"][begin["was_urban"] > 0].sum(dtype=np.int64))
        names = ("urban_growth_natural", "urban_growth_migration", "urban_growth_territory")
        account = sum(int(flows[name][:n].sum()) for name in names)
    return f"change {change} against {account} booked" if change != account else ""


def _was_there(world) -> np.ndarray:
    """Rows of residents at the start of the year, the dead and the departed included."""
    persons, flows = world.persons.rows, world.flows
    there = (persons["was_at"] >= 0) & (persons["was_at"] < world.n_towns)
    started = persons["alive"] == 1
    for name in ("died", "left"):
        started[flows.get(name, np.zeros(0, np.int64))] = True
    started[flows.get("born", np.zeros(0, np.int64))] = False
    return there & started


def land_is_conserved(model) -> str:
    """Contracted land of all households and of the collectives is what it was at the start."""
    homes = model.world.households.rows
    total = int((homes["land"].astype(np.int64) * homes["weight"]).sum())
    total += int(model.world.collective_land.sum())
    start = model.world.start_land
    return f"{total} against {start}" if total != start else ""


def land_use_matches_land(model) -> str:
    """Households without land have no use of it."""
    homes = model.world.households.rows
    bad = int(((homes["land"] > 0) & (homes["land_use"] == LandUse.NONE) & (homes["members"] > 0)).sum())
    return f"{bad} households hold land without a use" if bad else ""


def kinds_partition_households(model) -> str:
    """Every household is rural, urban or collective; urban-core bases are not village households."""
    homes = model.world.households.rows
    core = (homes["base_urban"] == Urban.URBAN) & (homes["kind"] == HouseholdKind.RURAL) & (homes["alive"] == 1)
    return f"{int(core.sum())} village households in the urban core" if core.any() else ""


CHECKS = (
    everybody_has_a_living_household,
    spouses_are_mutual,
    keys_are_unique,
    residences_are_places,
    territories_are_known,
    savings_and_debts_are_not_negative,
    hired_do_not_exceed_jobs,
    urban_account_balances,
    population_account_balances,
    land_is_conserved,
    land_use_matches_land,
    kinds_partition_households,
)
