"""Towns: ordinary Mesa agents, one for each place of the region."""

from __future__ import annotations

from typing import Any

import mesa

from jcsim.agents.person import weighted_mean_earnings


def _of_town(field: str, doc: str) -> Any:
    return property(lambda town: town.model.world.towns[field].item(town.index), doc=doc)


def _flag(field: str, doc: str) -> Any:
    return property(lambda town: bool(town.model.world.towns[field].item(town.index)), doc=doc)


def _of_market(field: str, doc: str) -> Any:
    return property(lambda town: town.model.world.markets[field].item(town.market), doc=doc)


class Town(mesa.Agent):
    """A place: a township-level unit of the prefecture or an outside destination.

    Its attributes read this year's town record and the record of the market it belongs to; a market
    may be several towns (the central city is one), and then its values are those of the whole market.

    Parameters
    ----------
    model : a ``ColumnarModel`` with ``world.towns``, ``world.markets`` and ``region``
    index : place index
    """

    def __init__(self, model: Any, index: int) -> None:
        super().__init__(model)
        self.index = index

    @property
    def code(self) -> str:
        """Nine-digit code, or EXT_... of an outside place."""
        return self.model.region.places[self.index].code

    @property
    def name_zh(self) -> str:
        return self.model.region.places[self.index].name_zh

    @property
    def name_en(self) -> str:
        return self.model.region.places[self.index].name_en

    @property
    def county(self) -> str | None:
        """Code of the county, None for an outside place."""
        return self.model.place_county_code[self.index]

    @property
    def wage(self) -> float:
        """Mean yearly earnings of the persons who work here outside farming, yuan; nan if nobody does."""
        return weighted_mean_earnings(self.model.world.persons.rows, self.index)

    market = _of_town("market", "Index of the town's labour and housing market.")
    outside = _flag("outside", "Whether the place lies outside the prefecture.")
    seat = _flag("seat", "Whether it is part of a county seat or of the central city.")
    key_town = _flag("key_town", "Whether it is a key town of the plan.")
    cross_province = _flag("cross_province", "Whether it lies in another province.")
    villages = _of_town("villages", "Number of administrative villages.")
    residents = _of_town("area_residents", "Residents, persons (weighted).")
    urban_residents = _of_town("urban_residents", "Residents of urban-coded territory, persons (weighted).")
    rural_residents = _of_town("rural_residents", "Residents of rural territory, persons (weighted).")

    jobs = _of_market("jobs", "Non-farm jobs of the market.")
    employed = _of_market("employed", "Persons employed in the market.")
    labour = _of_market("labour", "Labour force of the market, persons.")
    unemployment = _of_market("unemployment", "Unemployed as a share of the market's labour force.")
    dwellings = _of_market("dwellings", "Urban dwellings of the market.")
    public_dwellings = _of_market("public_dwellings", "Public rental dwellings of the market.")
    price = _of_market("price", "House price of the market, yuan per m2, nominal.")
    rent = _of_market("rent", "Rent of the market, yuan per m2 and year, nominal.")
    school_places = _of_market("school_places", "School places of the market.")
    pupils = _of_market("pupils", "Pupils of the market.")
    services = _of_market("services", "Share of the service need that the market's capacity meets, 0 to 1.")
    amenity = _of_market("amenity", "Amenity of the market, utility units.")

    def __repr__(self) -> str:
        return f"<Town {self.code} {self.name_zh} {self.name_en}: {self.residents:,} residents>"
