"""What ``region.yaml`` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

GRADES = (
    "official",
    "official (third-party page)",
    "secondary",
    "derived",
    "expert recollection",
    "assumption",
    "not found: scenario",
)

Grade = Literal[
    "official",
    "official (third-party page)",
    "secondary",
    "derived",
    "expert recollection",
    "assumption",
    "not found: scenario",
]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
CountyCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", coerce_numbers_to_str=True)]
TownCode = Annotated[str, Field(pattern=r"^[0-9]{9}$", coerce_numbers_to_str=True)]
OutsideCode = Annotated[str, Field(pattern=r"^EXT_[A-Z0-9_]+$")]
Name = Annotated[str, Field(min_length=1)]
CensusYear = Annotated[int, Field(ge=1982, le=2100)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(Part):
    zh: Name
    en: Name


class Files(Part):
    counties: Name
    townships: Name
    township_units_2010: Name | None = None
    township_population: Name | None = None
    links: Name
    nodes_external: Name
    nodes_facilities: Name | None = None
    series: Name
    demography: Name
    observed: Name | None = None


class CensusFile(Part):
    file: Name
    layout: Literal["census2010", "census2020"]


class Expects(Part):
    """Counts and totals the folder must have."""

    counties: int
    towns: int
    key_towns: int
    census_totals: dict[CensusYear, int]
    urban_totals: dict[CensusYear, int] = {}


class CentralMarket(Part):
    name: Names
    members: tuple[TownCode, ...] = Field(min_length=1)
    why: Name


class SeatMarket(Part):
    name: Names
    members: tuple[TownCode, ...] = Field(min_length=1)


class Markets(Part):
    central: CentralMarket
    seats: tuple[SeatMarket, ...]
    key_towns: tuple[TownCode, ...] = ()


class Composite(Part):
    name: Names
    members: tuple[OutsideCode, ...] = Field(min_length=2)


class Destinations(Part):
    single: tuple[OutsideCode, ...]
    composite: dict[OutsideCode, Composite] = {}


class Placement(Part):
    grid_degrees: Positive


class ModeRule(Part):
    """How the length and time of a link follow from a great circle."""

    detour: Annotated[float, Field(ge=1, le=3, allow_inf_nan=False)]
    speed_km_h: Positive
    boarding_min: NotNegative


class Modes(Part):
    road: ModeRule
    long_road: ModeRule
    expressway: ModeRule
    rail: ModeRule
    hsr: ModeRule
    air: ModeRule


class NetworkRules(Part):
    intra_place_min: Positive
    shortest_link_min: Positive
    neighbours: Annotated[int, Field(ge=0, le=20)]
    long_road_km: Positive
    modes: Modes


class UrbanScores(Part):
    seat: NotNegative
    central: NotNegative
    town: NotNegative
    township: NotNegative
    key_town: NotNegative
    community: NotNegative


class SeatUrban(Part):
    persons: Annotated[int, Field(ge=0)]
    source: Name
    quality: Grade


class WeightRule(Part):
    urban: UrbanScores
    known_quality: tuple[Name, ...] = ()
    approximate_quality: tuple[Name, ...] = ()
    seat_urban: dict[CountyCode, SeatUrban] = {}


class SeriesNote(Part):
    title: Name
    unit: Name
    local_after_2010: bool = False


class Assumption(Part):
    what: Name
    statement: Name
    grade: Grade


class Resource(Part):
    path: Name
    title: Name
    licence: Name
    source: Name
    changes: Name


class RegionConfig(Part):
    """The whole of ``region.yaml``."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    code: CountyCode
    home_province: Annotated[str, Field(pattern=r"^[0-9]{2}$", coerce_numbers_to_str=True)]
    name: Names
    files: Files
    censuses: dict[CensusYear, CensusFile] = Field(min_length=1)
    expects: Expects
    hubs: dict[CountyCode, TownCode]
    markets: Markets
    destinations: Destinations
    placement: Placement
    network: NetworkRules
    town_weights: dict[CensusYear, WeightRule]
    series: dict[Name, SeriesNote] = Field(min_length=1)
    series_years: tuple[int, int]
    history_until: int
    price_notes: tuple[Name, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    data_package: tuple[Resource, ...]
