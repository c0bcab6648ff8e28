"""Indicators of one year from the tally and the world: a tidy list of (area, indicator, value).

Rates are in percent, money in nominal yuan of the year and in 2020 yuan (``_real``), counts in persons.
Definitions are the National Bureau's; ``indicators/catalogue`` says them in words.
"""

from __future__ import annotations

import numpy as np

from jcsim.indicators.tally import Tally, census_households, count_people
from jcsim.markets.weighing import weigh
from jcsim.records import WEIGHT_ONE, Activity, Homestead, LandUse, MarketKind, Tenure
from jcsim.world import World

ONE = float(WEIGHT_ONE)
WORK = (int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK))


class Areas:
    """Sums over places for the prefecture, its counties and its townships."""

    def __init__(self, world: World, region) -> None:
        self.n = world.n_towns
        self.county = world.towns["county"][: self.n].astype(int)
        self.codes = [region.code, *(c.code for c in region.counties), *(p.code for p in region.places[: self.n])]
        self.n_counties = region.n_counties

    def sums(self, by_place: np.ndarray, towns: bool = True) -> np.ndarray:
        """Persons (or households, yuan) by area, float64; by_place in weight units."""
        inside = by_place[: self.n]
        county = weigh(self.county, inside, self.n_counties)
        parts = [np.array([int(inside.sum())]), county]
        if towns:
            parts.append(inside)
        return np.concatenate(parts) / ONE


class Recorder:
    """Collects rows of one year; a value that does not exist (0/0) is not recorded."""

    def __init__(self, areas: Areas) -> None:
        self.areas = areas
        self.rows: list[tuple[str, str, float]] = []

    def count(self, indicator: str, by_place: np.ndarray, towns: bool = True) -> None:
        values = self.areas.sums(by_place, towns)
        self.rows += [(code, indicator, float(v)) for code, v in zip(self.areas.codes, values, strict=False)]

    def rate(self, indicator: str, part: np.ndarray, whole: np.ndarray, towns: bool = True, unit: float = 100.0):
        above, below = self.areas.sums(part, towns), self.areas.sums(whole, towns)
        for code, a, b in zip(self.areas.codes, above, below, strict=False):
            if b > 0:
                self.rows.append((code, indicator, float(unit * a / b)))

    def value(self, indicator: str, area: str, value: float) -> None:
        self.rows.append((area, indicator, float(value)))


def record_year(world: World, region, t, p_rows: np.ndarray) -> tuple[list[tuple[str, str, float]], Tally]:
    """Every indicator of the year, and the tally it was made from."""
    tally = count_people(world, int(t["year"]), p_rows)
    recorder = Recorder(Areas(world, region))
    _population(recorder, tally, world)
    _work(recorder, tally, world, p_rows[0])
    _households(recorder, world)
    _land(recorder, world)
    _incomes(recorder, tally, t)
    _places(recorder, world, region, tally, t)
    _changes(recorder, world)
    return recorder.rows, tally


def _population(r: Recorder, tally: Tally, world: World) -> None:
    by_urban = tally.people.sum(axis=(2, 3))
    residents, urban = by_urban.sum(axis=1), by_urban[:, 1:].sum(axis=1)
    r.count("resident_population", residents)
    r.count("urban_population", urban)
    r.rate("urbanisation_rate", urban, residents)
    r.rate("urbanisation_rate_constant_territory", by_urban[:, 1], residents)
    r.count("persons_moved_to_urban", world.moved_total, towns=False)
    ages = tally.people.sum(axis=(1, 2))
    r.rate("age_share_0_14", ages[:, :15].sum(axis=1), residents, towns=False)
    r.rate("age_share_65plus", ages[:, 65:].sum(axis=1), residents, towns=False)
    sexes = tally.people.sum(axis=(1, 3))
    r.rate("sex_ratio", sexes[:, 0], sexes[:, 1], towns=False)
    registered = tally.hukou.sum(axis=(1, 2))
    r.rate("hukou_urban_rate", tally.hukou[:, :, 1].sum(axis=1), registered, towns=False)
    r.rate("hukou_nonfarm_share", tally.nonfarm, residents, towns=False)
    for k, name in enumerate(("same_county", "other_shanxi", "other_province")):
        r.count(f"registered_elsewhere_{name}", tally.elsewhere[:, k], towns=False)
    children, old = tally.left_behind[:, 0], tally.left_behind[:, 1]
    r.count("left_behind_children", children, towns=False)
    r.count("left_behind_old", old, towns=False)
    away = tally.people[world.n_towns :].sum(axis=(1, 2, 3))
    r.value("members_away", r.areas.codes[0], int(away.sum()) / ONE)


def _work(r: Recorder, tally: Tally, world: World, p) -> None:
    total = tally.activity.sum(axis=1)
    employed = total[:, WORK].sum(axis=1)
    r.rate("farm_employment_share", total[:, Activity.FARM], employed, towns=False)
    urban = tally.activity[:, 1:].sum(axis=1)
    idle, busy = urban[:, Activity.UNEMPLOYED], urban[:, WORK].sum(axis=1)
    r.rate("unemployment_rate", idle, idle + busy, towns=False)
    r.count("employed", employed, towns=False)
    cover = tally.cover[:, 1:].sum(axis=1)
    r.rate("pension_cover", cover[:, 1], cover[:, 0], towns=False)
    r.rate("medical_cover", cover[:, 2], cover[:, 0], towns=False)
    everyone = tally.cover.sum(axis=1)
    r.rate("certificate_share", everyone[:, 3], everyone[:, 0], towns=False)
    hires = world.flows.get("hires")
    if hires is not None:
        centre = world.markets["address"]
        by_place = weigh(centre[centre < world.n_towns], hires[centre < world.n_towns], len(world.towns))
        r.count("gross_hires", by_place, towns=False)
        reported = (by_place * float(p["hires_reporting"])).astype(np.int64)
        r.count("new_urban_jobs", reported, towns=False)


def _households(r: Recorder, world: World) -> None:
    total, single = census_households(world)
    r.count("households", total)
    r.rate("one_person_households", single, total, towns=False)
    homes = world.households.rows
    family = homes[(homes["members"] > 0) & (homes["kind"] != 2) & (homes["base"] < world.n_towns)]
    n = len(world.towns)
    all_families = weigh(family["base"], family["weight"], n)
    for name, tenure in (
        ("owner_bought_share", Tenure.BOUGHT),
        ("rented_share", Tenure.RENTED),
        ("self_built_share", Tenure.SELF_BUILT),
        ("public_rental_share", Tenure.PUBLIC_RENTAL),
    ):
        some = family[family["tenure"] == tenure]
        r.rate(name, weigh(some["base"], some["weight"], n), all_families, towns=False)
    second = family[family["town_home"] >= 0]
    r.count("second_homes_in_town", weigh(second["base"], second["weight"], n), towns=False)


def _land(r: Recorder, world: World) -> None:
    homes = world.households.rows[world.households.rows["members"] > 0]
    village = np.where(homes["origin"] >= 0, homes["origin"], homes["base"])
    n, area = len(world.towns), homes["land"].astype(np.int64) * homes["weight"] // 100
    total = weigh(village, area, n)
    for name, use in (
        ("land_leased_share", LandUse.LEASED_OUT),
        ("land_idle_share", LandUse.IDLE),
        ("land_exited_share", LandUse.EXITED),
    ):
        some = homes["land_use"] == use
        r.rate(name, weigh(village[some], area[some], n), total, towns=False)
    holds = homes["homestead"] != Homestead.NONE
    gone = homes["homestead"] == Homestead.EXITED
    weight = homes["weight"]
    r.rate("homestead_exited_share", weigh(village[gone], weight[gone], n),
           weigh(village[holds], weight[holds], n), towns=False)  # fmt: skip


def _incomes(r: Recorder, tally: Tally, t) -> None:
    people = tally.people.sum(axis=(2, 3))
    money = {
        "urban": (tally.income[:, 1:].sum(axis=1), people[:, 1:].sum(axis=1)),
        "rural": (tally.income[:, 0], people[:, 0]),
    }
    for suffix, deflator in (("", 1.0), ("_real", float(t["prices"]))):
        for side, (yuan, persons) in money.items():
            r.rate(f"{side}_income{suffix}", yuan, persons, towns=False, unit=1.0 / deflator)
    (urban_yuan, urban), (rural_yuan, rural) = money["urban"], money["rural"]
    sums = [r.areas.sums(x, towns=False) for x in (urban_yuan, urban, rural_yuan, rural)]
    for code, uy, u, ry, ru in zip(r.areas.codes, *sums, strict=False):
        if u > 0 and ru > 0 and ry > 0:
            r.value("income_ratio", code, (uy / u) / (ry / ru))


def _places(r: Recorder, world: World, region, tally: Tally, t) -> None:
    markets = world.markets
    city = r.areas.codes[0]
    central = int(np.flatnonzero(markets["kind"] == MarketKind.CENTRAL)[0])
    r.value("house_price", city, markets["price"][central])
    r.value("house_price_real", city, markets["price"][central] / float(t["prices"]))
    urban = tally.people[:, 1:].sum(axis=(1, 2, 3))
    for m in np.flatnonzero((markets["kind"] == MarketKind.SEAT) | (markets["kind"] == MarketKind.CENTRAL)):
        county = region.counties[int(markets["county"][m])].code
        towns = list(region.markets[m].places)
        r.value("seat_population", county, sum(int(urban[i]) for i in towns) / ONE)
        r.value("house_price", county, markets["price"][m])
    leaving = tally.workers_out[: world.n_towns, world.n_towns :]
    r.value("migrants_out", city, int(leaving.sum()) / ONE)
    for j, place in enumerate(region.places[world.n_towns :]):
        r.value("migrants_out", place.code, int(leaving[:, j].sum()) / ONE)
    away_inside = tally.workers_out[: world.n_towns, : world.n_towns]
    r.value("migrants_within", city, int(away_inside.sum()) / ONE)
    stock, used = int(markets["public_dwellings"].sum()), int(markets["public_occupied"].sum())
    if stock:
        r.value("public_rental_occupancy", city, 100.0 * used / stock)
    spending = world.ledger.get(int(t["year"]), {})
    r.value("fiscal_cost", city, float(sum(spending.values())))
    r.value("fiscal_cost_real", city, float(sum(spending.values())) / float(t["prices"]))


def _changes(r: Recorder, world: World) -> None:
    """Flows of the year: births, deaths, crossings of the border and the growth of the urban count."""
    for name in ("births", "deaths", "arrivals", "departures"):
        if f"{name}_by_place" in world.flows:
            r.count(name, world.flows[f"{name}_by_place"], towns=False)
    for name in ("urban_growth_natural", "urban_growth_migration", "urban_growth_territory"):
        if name in world.flows:
            r.count(name, world.flows[name], towns=False)
