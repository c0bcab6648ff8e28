"""Policy mechanisms: an instrument is a module here and a file of the same name in data/policies.

Each module has ``apply(world, places, setting, t, p)``, which puts this year's values on the towns (or
the year's record) before anything else happens, and ``cost(world, t, p)``, yuan spent in the year.
"""

from __future__ import annotations

import importlib

import numpy as np

from jcsim.instruments import load_instruments
from jcsim.scenario.places import towns_of


def put_in_force(world, region, case, t, p) -> None:
    """Clear the towns' levers and apply every setting in force in the year, in order of name; one whose
    amounts are all zero offers nothing and is no news."""
    instruments = load_instruments()
    world.levers[:] = np.zeros(1, world.levers.dtype)[0]
    for name, settings in sorted(case.settings_in(int(t["year"])).items()):
        mechanism, doses = importlib.import_module(f"jcsim.policies.{name}"), instruments[name].doses
        for setting in settings:
            if doses and not any(setting.values[dose] for dose in doses):
                continue
            mechanism.apply(world, np.array(towns_of(setting.where, region)), setting, t, p)
    world.levers["programme_jobs"] = world.programme


def assume_in_force(world, region, case, t, p) -> None:
    """Put on the towns' levers what is in force at the start already: people have adapted to it, so nothing is
    news, and nothing is done or spent."""
    programme = world.programme.copy()
    put_in_force(world, region, case, t, p)
    world.programme[:] = programme
    world.flows.clear()
    for lever in ("new_offer", "programme_jobs"):
        world.levers[lever] = 0


def book_costs(world, case, t, p) -> None:
    """Enter the year's cost of every instrument in force in the ledger, by payer, whole yuan."""
    instruments = load_instruments()
    for name in sorted(case.settings_in(int(t["year"]))):
        mechanism = importlib.import_module(f"jcsim.policies.{name}")
        amount = mechanism.cost(world, t, p)
        if amount:
            world.ledger[int(t["year"])][(name, instruments[name].payer)] += amount


def announce(world, places, setting, t) -> None:
    """An offer that begins this year is news: it draws attention where it is made."""
    if setting.from_ == int(t["year"]):
        world.levers["new_offer"][places] = 1.0
