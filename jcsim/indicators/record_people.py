"""Indicators of persons: residents, registration, who is away, work, emptying townships, flows."""

from __future__ import annotations

import numpy as np

from jcsim.indicators.record import ONE, Moment, Recorder
from jcsim.markets.weighing import weigh
from jcsim.records import Activity, MarketKind, Mode

WORK = (int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK))
MODES = (("alone", Mode.ALONE), ("couple", Mode.COUPLE), ("with_children", Mode.WITH_CHILDREN))
URBAN_MARKETS = (MarketKind.CENTRAL, MarketKind.SEAT, MarketKind.KEY_TOWN)  # whose jobs count as urban (城镇)
EMPTYING = 20  # percent of residents lost since the start
OLD, CHILDREN = 65, 15


def record_people(r: Recorder, m: Moment) -> None:
    """All indicators of persons."""
    _residents(r, m)
    _registration(r, m)
    _away(r, m)
    _work(r, m)
    _emptying(r, m)
    _changes(r, m)


def _residents(r: Recorder, m: Moment) -> None:
    residents, urban = m.residents.sum(axis=1), m.residents[:, 1:].sum(axis=1)
    r.count("resident_population", residents, towns=True)
    r.count("urban_population", urban, towns=True)
    r.rate("urbanisation_rate", urban, residents, towns=True)
    r.rate("urbanisation_rate_constant_territory", m.residents[:, 1], residents, towns=True)
    r.count("persons_moved_to_urban", m.world.moved_total)
    ages = m.people.people.sum(axis=(1, 2))
    r.rate("age_share_0_14", ages[:, :CHILDREN].sum(axis=1), residents, towns=True)
    r.rate("age_share_65plus", ages[:, OLD:].sum(axis=1), residents, towns=True)
    sexes = m.people.people.sum(axis=(1, 3))
    r.rate("sex_ratio", sexes[:, 0], sexes[:, 1])
    for market in m.region.markets:
        if market.kind in (MarketKind.SEAT, MarketKind.CENTRAL):
            county = r.counties[int(m.world.markets["county"][market.index])]
            r.value("seat_population", county, int(urban[list(market.places)].sum()) / ONE)


def _registration(r: Recorder, m: Moment) -> None:
    registered = m.people.hukou.sum(axis=(1, 2))
    r.rate("hukou_urban_rate", m.people.hukou[:, :, 1].sum(axis=1), registered)
    r.rate("hukou_nonfarm_share", m.people.nonfarm, m.residents.sum(axis=1))
    for k, name in enumerate(("same_county", "other_shanxi", "other_province")):
        r.count(f"registered_elsewhere_{name}", m.people.elsewhere[:, k])


def _away(r: Recorder, m: Moment) -> None:
    """Members away and who is left behind; workers by where they live, by base and by family mode."""
    n = r.n
    r.value("members_away", r.city, int(m.residents[n:].sum()) / ONE)
    students = m.people.activity[n:, :, Activity.STUDENT_AWAY]
    r.value("students_away", r.city, int(students.sum()) / ONE)
    out, within = m.people.workers_away[:n, n:], m.people.workers_away[:n, :n]
    r.count("migrants_out", out.sum(axis=1))
    for place, persons in zip(m.region.places[n:], out.sum(axis=0), strict=True):
        r.value("migrants_out", place.code, int(persons) / ONE)
    r.count("migrants_within", within.sum(axis=1))
    r.count("migrants_living_here", within.sum(axis=0))
    for name, mode in MODES:
        r.count(f"migrants_within_{name}", m.people.away_mode[:, 0, mode])
        r.count(f"migrants_out_{name}", m.people.away_mode[:, 1, mode])
    r.count("left_behind_children", m.people.left_behind[:, 0], towns=True)
    r.count("left_behind_old", m.people.left_behind[:, 1], towns=True)


def _work(r: Recorder, m: Moment) -> None:
    total = m.people.activity.sum(axis=1)
    employed = total[:, WORK].sum(axis=1)
    r.count("employed", employed)
    r.rate("farm_employment_share", total[:, Activity.FARM], employed, towns=True)
    urban = m.people.activity[:, 1:].sum(axis=1)
    idle, busy = urban[:, Activity.UNEMPLOYED], urban[:, WORK].sum(axis=1)
    r.rate("unemployment_rate", idle, idle + busy)
    cover = m.people.cover[:, 1:].sum(axis=1)
    r.rate("pension_cover", cover[:, 1], cover[:, 0])
    r.rate("medical_cover", cover[:, 2], cover[:, 0])
    r.rate("certificate_share", m.people.cover[:, :, 3].sum(axis=1), employed)
    hires = m.world.flows.get("hires")
    if hires is not None:
        address = m.world.markets["address"]
        urban = np.isin(m.world.markets["kind"], URBAN_MARKETS)
        by_place = weigh(address[urban], hires[urban], len(m.world.towns))
        r.count("gross_hires", by_place)
        r.count("new_urban_jobs", (by_place * float(m.p["hires_reporting"])).astype(np.int64))


def _emptying(r: Recorder, m: Moment) -> None:
    """Access by travel time, and the townships that have lost a fifth of their residents."""
    n, geography = r.n, m.world.geography
    residents = m.residents[:n].sum(axis=1)
    seat = geography.seat_of[:n]
    seconds = (geography.minutes[np.arange(n), seat] * 60.0).astype(np.int64)
    r.rate("minutes_to_seat", residents * seconds, residents, towns=True, unit=1.0 / 60.0)
    lost = (residents * 100 <= m.start[:n] * (100 - EMPTYING)) & (m.start[:n] > 0)
    r.value("emptying_townships", r.city, int(lost.sum()))
    for index, code in enumerate(r.counties):
        r.value("emptying_townships", code, int(lost[r.county == index].sum()))
    there = np.where(lost, residents, 0)
    r.count("emptying_residents", there)
    ages = m.people.people[:n].sum(axis=(1, 2)) * lost[:, None]
    r.rate("emptying_share_0_14", ages[:, :CHILDREN].sum(axis=1), there)
    r.rate("emptying_share_65plus", ages[:, OLD:].sum(axis=1), there)
    r.rate("emptying_minutes_to_seat", there * seconds, there, unit=1.0 / 60.0)


def _changes(r: Recorder, m: Moment) -> None:
    """Flows of the year: births, deaths, crossings of the border and the growth of the urban count."""
    flows = m.world.flows
    for name in ("births", "deaths", "arrivals", "departures"):
        if f"{name}_by_place" in flows:
            r.count(name, flows[f"{name}_by_place"])
    for name in ("urban_growth_natural", "urban_growth_migration", "urban_growth_territory"):
        if name in flows:
            r.count(name, flows[name])
