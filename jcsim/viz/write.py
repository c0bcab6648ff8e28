"""Every figure a result has data for, saved as PNG and SVG under stable names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from jcsim.indicators.plan import TARGET_YEAR
from jcsim.indicators.select import Parts
from jcsim.viz.county_panels import county_panels
from jcsim.viz.decomposition import decomposition
from jcsim.viz.flows import flows
from jcsim.viz.gaps import target_gaps
from jcsim.viz.network_map import network_map
from jcsim.viz.pyramid import population_pyramid
from jcsim.viz.style import Words, settings
from jcsim.viz.trajectories import trajectories

FIGURES: dict[str, Callable[..., Figure]] = {
    "trajectories": trajectories,
    "target_gaps": target_gaps,
    "county_panels": county_panels,
    "network_map": network_map,
    "population_pyramid": population_pyramid,
    "flows": flows,
    "decomposition": decomposition,
}
DPI = 150
METADATA = {"png": {"Software": None}, "svg": {"Date": None, "Creator": "jcsim"}}  # same figure, same bytes


def available(parts: Parts) -> list[str]:
    """Names of the figures the parts have data for, in the order of a report."""
    tables = {name for frame in parts.frames() for name in frame.tables}
    lacking = {
        "target_gaps": not parts.projects or parts.projection.years[-1:] < (TARGET_YEAR,),
        "population_pyramid": "population" not in tables,
        "flows": "flows" not in parts.projection.tables,
    }
    return [name for name in FIGURES if not lacking.get(name, False)]


def draw(parts: Parts, region: Any, lang: str) -> Iterator[tuple[str, Figure]]:
    """(name, figure) of every figure there is data for, one at a time."""
    for name in available(parts):
        yield name, FIGURES[name](parts, region, lang)


def image(figure: Figure, form: str, dpi: int = DPI) -> bytes:
    """A figure as the bytes of a PNG or SVG file; the same figure gives the same bytes."""
    stream = BytesIO()
    with matplotlib.rc_context(settings()):
        figure.savefig(stream, format=form, dpi=dpi, metadata=METADATA[form])
    return stream.getvalue()


def file_name(name: str, lang: str, form: str = "png") -> str:
    """Name of the file of a figure."""
    return f"{name}.{form}" if lang == "en" else f"{name}_{lang}.{form}"


def write_all(result_parts: Any, folder: Path, region: Any, lang: str) -> list[Path]:
    """See :func:`jcsim.viz.write_figures`."""
    parts, say = Parts.of(result_parts), Words.of(lang)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, figure in draw(parts, region, lang):
        for form in METADATA:
            path = folder / file_name(name, say.lang, form)
            part = path.with_name(path.name + ".part")
            part.write_bytes(image(figure, form))
            os.replace(part, path)
            written.append(path)
    return sorted(written)
