"""Indicators of households, dwellings, land, incomes, services and public spending."""

from __future__ import annotations

import numpy as np

from jcsim.indicators.inequality import gini, means_by_fifth
from jcsim.indicators.record import ONE, Moment, Recorder
from jcsim.instruments import load_instruments
from jcsim.markets.housing import households_by_market
from jcsim.markets.weighing import weigh
from jcsim.records import Homestead, LandUse, MarketKind, Tenure

TENURES = (
    ("owner_bought_share", Tenure.BOUGHT),
    ("rented_share", Tenure.RENTED),
    ("self_built_share", Tenure.SELF_BUILT),
    ("public_rental_share", Tenure.PUBLIC_RENTAL),
)
LAND_USES = (
    ("land_leased_share", LandUse.LEASED_OUT),
    ("land_idle_share", LandUse.IDLE),
    ("land_exited_share", LandUse.EXITED),
)
HOMESTEADS = (("homestead_idle_share", Homestead.IDLE), ("homestead_exited_share", Homestead.EXITED))
GROUPS = ("male", "female", "age_0_15", "age_16_34", "age_35_59", "age_60plus")  # as in the tally


def record_economy(r: Recorder, m: Moment) -> None:
    """All indicators that are not of persons alone."""
    _households(r, m)
    _land(r, m)
    _incomes(r, m)
    _spread(r, m)
    _dwellings(r, m)
    _services(r, m)
    _spending(r, m)


def _households(r: Recorder, m: Moment) -> None:
    counted = m.homes.based + m.people.apart
    r.count("households", counted[:, 0], towns=True)
    r.rate("one_person_households", counted[:, 1], counted[:, 0])
    families = m.homes.tenure.sum(axis=1)
    for name, tenure in TENURES:
        r.rate(name, m.homes.tenure[:, tenure], families)
    r.count("second_homes_in_town", m.homes.second)


def _land(r: Recorder, m: Moment) -> None:
    land = m.homes.land.sum(axis=1)
    for name, use in LAND_USES:
        r.rate(name, m.homes.land[:, use], land)
    homesteads = m.homes.homestead[:, Homestead.NONE + 1 :].sum(axis=1)
    for name, state in HOMESTEADS:
        r.rate(name, m.homes.homestead[:, state], homesteads)


def _incomes(r: Recorder, m: Moment) -> None:
    """Disposable income a head by territory; what members apart earn counts where they live."""
    income, people, prices = m.people.income, m.residents, float(m.t["prices"])
    sides = {
        "urban_income": (income[:, 1:].sum(axis=1), people[:, 1:].sum(axis=1)),
        "rural_income": (income[:, 0], people[:, 0]),
        "income_per_head": (income.sum(axis=1), people.sum(axis=1)),
    }
    for name, (yuan, persons) in sides.items():
        r.rate(name, yuan, persons, unit=1.0)
        r.rate(f"{name}_real", yuan, persons, unit=1.0 / prices)
    sums = [r.sums(x) for side in ("urban_income", "rural_income") for x in sides[side]]
    for code, urban_yuan, urban, rural_yuan, rural in zip(r.codes, *sums, strict=False):
        if urban > 0 and rural > 0 and rural_yuan > 0:
            r.value("income_ratio", code, (urban_yuan / urban) / (rural_yuan / rural))


def _spread(r: Recorder, m: Moment) -> None:
    """Inequality inside rural and urban, fifths of the prefecture, and means by sex and age."""
    spread, prices = m.people.spread, float(m.t["prices"])
    for side, name in enumerate(("gini_rural", "gini_urban")):
        for code, bins in zip((r.city, *r.counties), (spread[:, side].sum(axis=0), *spread[:, side]), strict=True):
            value = gini(bins[:, 0], bins[:, 1])
            if value is not None:
                r.value(name, code, value)
    everyone = spread.sum(axis=(0, 1))
    for k, mean in enumerate(means_by_fifth(everyone[:, 0], everyone[:, 1])):
        r.money(f"income_fifth_{k + 1}", r.city, mean, prices)
    groups = [*m.people.by_sex.tolist(), *m.people.by_age.tolist()]
    for name, (persons, yuan) in zip(GROUPS, groups, strict=True):
        if persons:
            r.money(f"income_{name}", r.city, yuan / persons, prices)


def _dwellings(r: Recorder, m: Moment) -> None:
    """Prices, what a dwelling costs in years of income, and empty dwellings, by market."""
    markets, prices = m.world.markets, float(m.t["prices"])
    urban = [r.sums(x) for x in (m.people.income[:, 1:].sum(axis=1), m.residents[:, 1:].sum(axis=1),
                                 m.homes.urban[:, 1], m.homes.urban[:, 0])]  # fmt: skip
    households = {
        code: yuan / persons * members / homes
        for code, yuan, persons, members, homes in zip(r.codes, *urban, strict=False)
        if persons > 0 and homes > 0
    }
    for market in np.flatnonzero((markets["kind"] == MarketKind.SEAT) | (markets["kind"] == MarketKind.CENTRAL)):
        central = markets["kind"][market] == MarketKind.CENTRAL
        areas = [r.counties[int(markets["county"][market])], *([r.city] if central else [])]
        for area in areas:
            price = float(markets["price"][market])
            r.money("house_price", area, price, prices)
            if households.get(area, 0.0) > 0.0:
                years = price * float(m.p["dwelling_area"]) / households[area]
                r.value("house_price_to_income", area, years)
    stock = m.world.housing["stock"]
    empty = np.maximum(stock - households_by_market(m.world), 0)
    _by_market(r, m, "vacant_dwellings", empty)
    _market_rate(r, m, "vacancy_rate", empty, stock)


def _services(r: Recorder, m: Moment) -> None:
    """School places and public rental dwellings of towns."""
    markets = m.world.markets
    places, pupils = markets["school_places"].astype(np.int64), markets["pupils"].astype(np.int64)
    _by_market(r, m, "school_places", places * int(ONE))
    _market_rate(r, m, "school_place_cover", np.minimum(places, pupils), pupils)
    stock, used = int(markets["public_dwellings"].sum()), int(markets["public_occupied"].sum())
    if stock:
        r.value("public_rental_occupancy", r.city, 100.0 * used / stock)


def _spending(r: Recorder, m: Moment) -> None:
    """Cost of the instruments somebody pays for, all and each; nothing spent is recorded as zero."""
    spent = {name: 0 for name, one in load_instruments().items() if one.payer != "none"}
    for (instrument, _), yuan in m.world.ledger.get(int(m.t["year"]), {}).items():
        spent[instrument] += yuan
    prices = float(m.t["prices"])
    r.money("fiscal_cost", r.city, float(sum(spent.values())), prices)
    for instrument, yuan in spent.items():
        r.money(f"cost_{instrument}", r.city, float(yuan), prices)


def _county_of_markets(m: Moment) -> tuple[np.ndarray, np.ndarray]:
    """Markets inside the prefecture and the county each is counted in: that of its first town."""
    inside = np.flatnonzero(m.world.markets["kind"] != MarketKind.OUTSIDE)
    return inside, m.world.markets["county"][inside].astype(np.int64)


def _by_market(r: Recorder, m: Moment, indicator: str, values: np.ndarray) -> None:
    inside, county = _county_of_markets(m)
    sums = weigh(county, values[inside], r.n_counties)
    for code, value in zip((r.city, *r.counties), (int(sums.sum()), *sums.tolist()), strict=True):
        r.value(indicator, code, value / ONE)


def _market_rate(r: Recorder, m: Moment, indicator: str, part: np.ndarray, whole: np.ndarray) -> None:
    inside, county = _county_of_markets(m)
    above, below = (weigh(county, values[inside], r.n_counties) for values in (part, whole))
    pairs = zip((int(above.sum()), *above.tolist()), (int(below.sum()), *below.tolist()), strict=True)
    for code, (a, b) in zip((r.city, *r.counties), pairs, strict=True):
        if b > 0:
            r.value(indicator, code, 100.0 * a / b)
