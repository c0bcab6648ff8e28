"""Files of a results folder for other programs: scoreboard, data package, workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jcsim.experiments.atomic import atomic, write_json, write_text
from jcsim.experiments.tables import LAYOUTS, NUMBER, TEXT, WHOLE, Layout

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
ROWS_OF_A_SHEET = 1_000_000


def write_exports(folder: Path, result: Result) -> None:
    """Write ``scoreboard.csv``, ``datapackage.json`` and ``results.xlsx``."""
    board = result.scoreboard() if result.projects else None
    if board is not None:
        write_text(folder / "scoreboard.csv", board.to_csv(index=False, lineterminator="\n"))
    write_json(folder / "datapackage.json", data_package(result.tables, board, result.manifest))
    with atomic(folder / "results.xlsx") as part:
        _write_workbook(part, result, board)


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


def _write_workbook(path: Path, result: Result, board: pd.DataFrame | None) -> None:
    import pandas as pd

    from jcsim.indicators.catalogue import as_frame

    sheets = {"about": _about(result)}
    if board is not None:
        sheets["scoreboard"] = board
    by_year = wide(result.trajectories)
    county = by_year["area"].str.fullmatch(r"\d{6}")
    sheets["prefecture and counties"] = by_year[county]
    sheets["other areas"] = by_year[~county]
    sheets["indicators"] = as_frame()
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, sheet in sheets.items():
            sheet.head(ROWS_OF_A_SHEET).to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))


def wide(trajectories: pd.DataFrame) -> pd.DataFrame:
    """Years as columns; central runs as they are, parameter draws by their median, 5 % and 95 % points."""
    import pandas as pd

    by = ["scenario", "area", "area_name", "indicator"]
    central = trajectories[trajectories["replicate"] == 0]
    draws = trajectories[trajectories["replicate"] != 0].groupby([*by, "year"], observed=True)["value"]
    parts = [_spread(central.set_index([*by, "year"])["value"], by, "central run")]
    for words, share in (("5 % of draws", 0.05), ("median of draws", 0.5), ("95 % of draws", 0.95)):
        parts.append(_spread(draws.quantile(share), by, words))
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True).sort_values([*by, "statistic"], ignore_index=True)


def _spread(values: pd.Series, by: list[str], statistic: str) -> pd.DataFrame:
    table = values.unstack("year").reset_index()
    table.insert(len(by), "statistic", statistic)
    return table


def _about(result: Result) -> pd.DataFrame:
    import pandas as pd

    manifest = result.manifest
    rows = [
        ("name", manifest["name"]),
        ("content key", manifest["key"]),
        ("result hash", manifest["result_hash"]),
        ("parameters", manifest["parameters_label"]),
        ("region", manifest["region"]["id"]),
        ("seed", manifest["seed"]),
        ("runs", len(manifest["runs"])),
        ("code version", manifest["code_version"]),
        *(("note", note) for note in manifest["notes"]),
    ]
    return pd.DataFrame(rows, columns=["what", "value"])
