"""Files of a results folder for other programs: scoreboard and data package; the workbook is made beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jcsim.experiments.atomic import atomic, write_json, write_text
from jcsim.experiments.tables import LAYOUTS, NUMBER, TEXT, WHOLE, Layout
from jcsim.experiments.workbook import write_workbook

if TYPE_CHECKING:
    import pandas as pd

    from jcsim.experiments.results import Result

FRICTIONLESS = {TEXT: "string", WHOLE: "integer", NUMBER: "number"}
MEANING = {
    "scenario": "name of the scenario",
    "replicate": "0: central parameter values; k: parameter draw k and the seed derived from it",
    "year": "calendar year; stocks are of 31 December",
    "area": "administrative code: prefecture and county six digits, township nine, EXT_... outside",
    "area_name": "name of the area in English",
    "indicator": "id in the catalogue of indicators (jcsim info --indicators)",
    "value": "value in the unit of the indicator",
    "persons": "persons represented",
}
BOM = "\ufeff"  # without it Excel takes the Chinese of a CSV file for another encoding


def write_exports(folder: Path, result: Result) -> None:
    """Write ``scoreboard.csv``, ``datapackage.json`` and ``results.xlsx``."""
    board = result.scoreboard() if result.projects else None
    if board is not None:
        write_text(folder / "scoreboard.csv", BOM + board.to_csv(index=False, lineterminator="\n"))
    write_json(folder / "datapackage.json", data_package(result.tables, board, result.manifest))
    with atomic(folder / "results.xlsx") as part:
        write_workbook(part, result, board)


def data_package(
    tables: dict[str, pd.DataFrame], board: pd.DataFrame | None, manifest: dict[str, Any]
) -> dict[str, Any]:
    """A Frictionless data package: every table with the names, types and meanings of its columns."""
    resources = [resource(name, f"{name}.parquet", "parquet", fields_of(LAYOUTS[name].with_run())) for name in tables]
    if board is not None:
        kinds = {"f": "number", "i": "integer", "b": "boolean"}
        fields = [{"name": c, "type": kinds.get(board[c].dtype.kind, "string")} for c in board.columns]
        resources.append(resource("scoreboard", "scoreboard.csv", "csv", fields))
    return {
        "profile": "data-package",
        "name": f"jcsim-{manifest['name']}-{manifest['key']}".lower(),
        "title": f"jcsim results: {manifest['name']}",
        "resources": resources,
    }


def resource(name: str, path: str, form: str, fields: list[dict[str, str]]) -> dict[str, Any]:
    """One file of a data package."""
    return {"name": name, "path": path, "format": form, "schema": {"fields": fields}}


def fields_of(layout: Layout) -> list[dict[str, str]]:
    """Fields of a table in the words of the Frictionless table schema."""
    return [
        {"name": name, "type": FRICTIONLESS[kind], "description": MEANING.get(name, name.replace("_", " "))}
        for name, kind in layout.columns
    ]
