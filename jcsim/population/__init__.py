"""From census margins to persons and households, 1:1, and nested samples of them."""

from jcsim.population.build import build_population, make_population
from jcsim.population.collective import CollectiveType
from jcsim.population.fit import fit_report_text, worst_cells
from jcsim.population.population import Population
from jcsim.population.sampling import keep_away, permute_rows, sample

__all__ = [
    "CollectiveType",
    "Population",
    "build_population",
    "fit_report_text",
    "keep_away",
    "make_population",
    "permute_rows",
    "sample",
    "worst_cells",
]
