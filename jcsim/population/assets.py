"""What households own: dwelling, contracted land, homestead, savings."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.compilation import njit_with_arrays
from jcsim.numeric import exp, whole
from jcsim.population.collective import CollectiveType
from jcsim.population.ipf import apportion, fit_counts
from jcsim.population.luck import normals, order_numbers, race, uniforms
from jcsim.population.people import People
from jcsim.population.registration import LOCAL
from jcsim.records import Homestead, Hukou, LandUse, Role, Sector, Tenure, Urban

TENURE_LUCK, LAND_LUCK, LEASE_LUCK, SAVINGS_LUCK, FOUNDED_LUCK, ORIGIN_VILLAGE = range(1501, 1507)
ADULT = 16


def settle_assets(region: Any, people: People) -> None:
    """Add tenure, land, land_use, homestead, share, savings, founded, origin, origin_village to households."""
    homes = people.households
    family = homes["kind"] >= 0
    head = household_heads(people)
    homes["tenure"] = np.full(len(homes), Tenure.OTHER, np.int8)
    _tenure(people, head)
    members, weights = entitled_members(people)
    people.margins["land"] = np.array([land_total(region, people, members)])
    homes["land"] = _land(people, weights, int(people.margins["land"][0]))
    homes["land_use"] = _land_use(people)
    homes["share"] = (members > 0).astype(np.int8)
    _origins(region, people, head)
    rural = family & (homes["urban"] == Urban.RURAL)
    own = np.isin(homes["tenure"], (Tenure.SELF_BUILT, Tenure.INHERITED)) | (members > 0)
    homestead = np.where(rural & own, Homestead.USED, Homestead.NONE)
    homes["homestead"] = np.where(homes["origin"] >= 0, Homestead.IDLE, homestead).astype(np.int8)
    homes["savings"] = _savings(region, people)
    homes["founded"] = _founded(people, head)


def household_heads(people: People) -> np.ndarray:
    """Row of the head of each household; of collective units any member."""
    persons = people.persons
    head = np.full(len(people.households), -1)
    head[persons["home"]] = np.arange(len(persons))
    heads = np.flatnonzero(persons["role"] == Role.HEAD)
    head[persons["home"][heads]] = heads
    return head


def tenure_totals(census: Any, county: int) -> np.ndarray:
    """Family households by tenure: the long form scaled to all family households, (6,) int64."""
    return apportion(census.housing_source[county].astype(float), int(census.family_households[county]))


def _tenure(people: People, head: np.ndarray) -> None:
    """Tenure by county exact, fitted over territory and registration of the head."""
    homes, persons = people.households, people.persons
    weights = people.assumptions.table("tenure_weights")
    cells = [
        [row["urban" if urban else "rural"] * (row["mover"] if mover else 1.0) for row in weights.values()]
        for urban in (0, 1)
        for mover in (0, 1)
    ]
    for county in range(len(people.census.residents)):
        rows = np.flatnonzero((homes["county"] == county) & (homes["kind"] >= 0))
        cell = 2 * (homes["urban"][rows] != Urban.RURAL) + (persons["origin"][head[rows]] != LOCAL)
        counts = np.bincount(cell, minlength=4)
        table = fit_counts(np.array(cells) * counts[:, None], counts, tenure_totals(people.census, county))
        order = np.lexsort((order_numbers(homes["key"][rows], TENURE_LUCK), cell))
        homes["tenure"][rows[order]] = np.repeat(np.tile(np.arange(len(Tenure)), 4), table.ravel())


def entitled_members(people: People) -> tuple[np.ndarray, np.ndarray]:
    """Members of agricultural hukou registered in the prefecture, and their land weights in thousandths."""
    persons, n = people.persons, len(people.households)
    rule = people.assumptions.table("land_weights")
    entitled = (
        (persons["quarters"] == CollectiveType.NONE)
        & (persons["hukou_type"] == Hukou.AGRICULTURAL)
        & (persons["hukou_place"] >= 0)
    )
    rows = np.flatnonzero(entitled)
    weight = np.where(persons["hukou_urban"][rows] == 1, rule["urban_village"], rule["village"])
    weight = (weight * 1000.0).astype(np.int64)
    home = persons["home"][rows]
    return np.bincount(home, minlength=n), np.bincount(home, weight, n).astype(np.int64)


def land_total(region: Any, people: People, members: np.ndarray) -> int:
    """Contracted land of all households, 0.01 mu."""
    known = people.assumptions.table("contracted_land")
    return int(known.get(region.id, int(known["per_head"]) * int(members.sum())))


def _land(people: People, weights: np.ndarray, total: int) -> np.ndarray:
    """Contracted land in 0.01 mu, in proportion to entitled members with a keyed spread; total exact."""
    spread = people.assumptions.table("land_weights")["spread"]
    luck = uniforms(people.households["key"], LAND_LUCK)
    return apportion(weights * (1.0 + spread * (luck - 0.5)), total).astype(np.int32)


def _land_use(people: People) -> np.ndarray:
    """Farmed where a member farms; else leased out for the assumed share, else idle."""
    persons, homes = people.persons, people.households
    farmers = np.bincount(persons["home"][persons["sector"] == Sector.FARM], minlength=len(homes))
    leased = uniforms(homes["key"], LEASE_LUCK) < people.assumptions.number("unfarmed_leased")
    use = np.where(farmers > 0, LandUse.FARMED, np.where(leased, LandUse.LEASED_OUT, LandUse.IDLE))
    return np.where(homes["land"] > 0, use, LandUse.NONE).astype(np.int8)


def _origins(region: Any, people: People, head: np.ndarray) -> None:
    """Village an urban household came from: where its head is registered on rural territory."""
    homes, persons = people.households, people.persons
    came = (homes["kind"] >= 0) & (homes["urban"] != Urban.RURAL)
    came &= (persons["hukou_place"][head] >= 0) & (persons["hukou_urban"][head] == 0)
    came &= persons["hukou_type"][head] == Hukou.AGRICULTURAL
    homes["origin"] = np.where(came, persons["hukou_place"][head], -1).astype(np.int16)
    villages = np.array([max(place.villages, 1) for place in region.places[: region.n_towns]])
    luck = uniforms(homes["key"], ORIGIN_VILLAGE)
    number = 1 + (luck * villages[homes["origin"]]).astype(np.int64)
    homes["origin_village"] = np.where(came, number, 0).astype(np.int16)


def _savings(region: Any, people: People) -> np.ndarray:
    """Savings in yuan: lognormal around the assumed years of national income a head, per adult."""
    persons, homes, census = people.persons, people.households, people.census
    rule = people.assumptions.table("savings_years")
    adults = np.bincount(persons["home"][persons["age"] >= ADULT], minlength=len(homes))
    income = [region.series(f"national_{kind}_income").at(census.year) for kind in ("rural", "urban")]
    scale = rule["mean"] * np.array(income)[homes["urban"]] * adults
    share = rule["status"]
    deviate = share * homes["status"] + (1.0 - share) * normals(homes["key"], SAVINGS_LUCK)
    savings = lognormal(scale, deviate, rule["spread"])
    return np.where(homes["kind"] >= 0, savings, 0)


@njit_with_arrays
def lognormal(scale, deviate, spread):
    """Whole yuan ``scale exp(s z - s^2/2)``."""
    amounts = np.zeros(scale.shape[0], np.int64)
    for i in range(scale.shape[0]):
        amounts[i] = whole(scale[i] * exp(spread * deviate[i] - 0.5 * spread * spread))
    return amounts


def _founded(people: People, head: np.ndarray) -> np.ndarray:
    """Calendar year of founding: exponential years ago, after the head's youth."""
    homes, persons = people.households, people.persons
    rule = people.assumptions.table("house_founding")
    luck = uniforms(homes["key"], FOUNDED_LUCK)
    ago = race(luck, np.full(len(luck), 1.0 / rule["years"])).astype(np.int64)
    most = np.maximum(persons["age"][head].astype(np.int64) - int(rule["age"]), 0)
    return (people.census.year - np.minimum(ago, most)).astype(np.int16)
