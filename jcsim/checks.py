"""Named consistency checks of a running model: accounts balance exactly, pointers and codes are sound."""

from __future__ import annotations

import numpy as np

from jcsim.markets.accounts import heads, unbooked_money
from jcsim.records import WEIGHT_ONE, HouseholdKind, LandUse, Marital, Urban

EVERYBODY, RESIDENTS, URBAN = range(3)  # of accounts.heads
NATURAL = {"births_by_place": 1, "deaths_by_place": -1}


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
    """In every market and sector, jobs held after hiring fit the jobs there are: at most half a
    person's weight is over. With feedback off jobs are not rationed."""
    filled = model.world.flows.get("filled")
    if filled is None or not model.case.feedback:
        return ""
    over = filled - model.world.labour.jobs > int(model.world.persons.rows["weight"].max()) // 2
    return f"{int(over.sum())} markets and sectors hold more people than jobs" if over.any() else ""


def urban_account_balances(model) -> str:
    """Change of the urban count = natural + migration + territory, exactly."""
    sources = ("natural", "migration", "territory")
    return _balance(model.world, URBAN, {f"urban_growth_{source}": 1 for source in sources})


def population_account_balances(model) -> str:
    """Change of residents = births - deaths + arrivals - departures, exactly."""
    return _balance(model.world, RESIDENTS, NATURAL | {"arrivals_by_place": 1, "departures_by_place": -1})


def everybody_is_accounted_for(model) -> str:
    """Change of all persons, members away included = births - deaths + arrivals - departures of people
    registered elsewhere, exactly."""
    weights, flows = model.world.persons.rows["weight"], model.world.flows
    empty = np.zeros(0, np.int64)
    came, went = (int(weights[flows.get(name, empty)].sum(dtype=np.int64)) for name in ("arrived", "left"))
    return _balance(model.world, EVERYBODY, NATURAL, came - went)


def _balance(world, which: int, signs: dict[str, int], crossings: int = 0) -> str:
    """Whether heads changed since the start of the year by what was booked by place."""
    flows, places = world.flows, slice(None) if which == EVERYBODY else slice(world.n_towns)
    if "births_by_place" not in flows:
        return ""
    change = int((heads(world) - flows["heads_before"])[which])
    booked = crossings + sum(sign * int(flows[name][places].sum()) for name, sign in signs.items())
    return f"change {change} against {booked} booked" if change != booked else ""


def land_is_conserved(model) -> str:
    """Contracted land of all households and of the collectives is what it was at the start."""
    homes = model.world.households.rows
    total = int((homes["land"].astype(np.int64) * homes["weight"]).sum())
    total += int(model.world.collective_land.sum())
    start = model.world.start_land
    return f"{total} against {start}" if total != start else ""


def land_use_matches_land(model) -> str:
    """Land that is held has a use."""
    homes = model.world.households.rows
    bad = int(((homes["land"] > 0) & (homes["land_use"] == LandUse.NONE) & (homes["members"] > 0)).sum())
    return f"{bad} households hold land without a use" if bad else ""


def dwellings_are_conserved(model) -> str:
    """The urban stock of every market is that of the start and what was built, enough for its households when the
    year began, and public dwellings let are not more than there are (less than one household's weight over)."""
    housing, markets = model.world.housing, model.world.markets
    if (housing["stock"] != housing["stock_start"] + housing["built_so_far"]).any():
        return "dwellings appeared or vanished"
    if (housing["stock"] < housing["demand"]).any():
        return "more households than dwellings"
    homes = model.world.households.rows
    spare = int(homes["weight"].max()) // WEIGHT_ONE + 1
    over = int((markets["public_occupied"] > markets["public_dwellings"] + spare).sum())
    return f"{over} markets let more public dwellings than they have" if over else ""


def money_is_conserved(model) -> str:
    """Savings less debts of all households changed by what was booked, to the yuan."""
    if "opening" not in model.world.money:
        return ""
    unbooked = unbooked_money(model.world)
    return f"{unbooked} yuan times weights are not booked" if unbooked else ""


def subsidies_are_in_a_budget(model) -> str:
    """What households received this year is what the budgets of the instruments paid."""
    money = model.world.money
    received = {
        "housing_subsidy": money.get("grants", 0) + money.get("interest_subsidy", 0),
        "rights_exit": money.get("exit_payments", 0),
    }
    paid = dict.fromkeys(received, 0)
    for (instrument, _), yuan in model.world.ledger.get(model.year, {}).items():
        if instrument in paid:
            paid[instrument] += yuan
    wrong = [name for name in received if received[name] // WEIGHT_ONE != paid[name]]
    return "; ".join(f"{name}: {received[name] // WEIGHT_ONE} received, {paid[name]} paid" for name in wrong)


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
    everybody_is_accounted_for,
    dwellings_are_conserved,
    money_is_conserved,
    subsidies_are_in_a_budget,
    land_is_conserved,
    land_use_matches_land,
    kinds_partition_households,
)
