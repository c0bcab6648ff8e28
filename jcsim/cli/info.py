"""``jcsim info``: catalogues of instruments, indicators, columns and parameters; versions."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from jcsim.cli.console import answering, show, show_json

Rows = list[dict[str, Any]]


def info(
    instruments: Annotated[bool, typer.Option("--instruments", help="Policy instruments.")] = False,
    indicators: Annotated[bool, typer.Option("--indicators", help="What a run records.")] = False,
    columns: Annotated[bool, typer.Option("--columns", help="Columns of persons and households.")] = False,
    parameters: Annotated[bool, typer.Option("--parameters", help="Behavioural parameters.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="JSON Schema of scenario files, for editors, and nothing else.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print catalogues with units, definitions, clauses, ranges and grades; without an option, versions."""
    asked = {
        "instruments": (instruments, _instruments, _instrument_text),
        "indicators": (indicators, _indicators, _indicator_text),
        "columns": (columns, _columns, _column_text),
        "parameters": (parameters, _parameters, _parameter_text),
    }
    with answering("info", as_json):
        if schema:
            _show_schema()
            return
        chosen = {name: (rows(), text) for name, (wanted, rows, text) in asked.items() if wanted}
        versions = {} if chosen else _versions()
        if as_json:
            content: dict[str, Any] = {name: rows for name, (rows, _) in chosen.items()}
            show_json("info", **content or {"versions": versions})
            return
        for rows, text in chosen.values():
            show("\n".join(text(row) for row in rows))
        for name, version in versions.items():
            show(f"{name:<12} {version}")


def _show_schema() -> None:
    from jcsim.scenario import scenario_schema

    show(json.dumps(scenario_schema(), ensure_ascii=False, indent=1, allow_nan=False))


def _versions() -> dict[str, str]:
    from jcsim.experiments.codeversion import code_version
    from jcsim.experiments.versions import Versions

    return {**Versions(), "code version": code_version()}


def _instruments() -> Rows:
    from jcsim.instruments import load_instruments

    return [one.model_dump(mode="json") for one in load_instruments().values()]


def _instrument_text(row: dict[str, Any]) -> str:
    head = (
        f"{row['name']}  {row['title']['zh']} {row['title']['en']}\n"
        f"  plan or act {row['clause']}; levers {', '.join(row['levers'])}; paid by {row['payer']}; "
        f"evidence {row['evidence']}; from {row['year_first']}\n  {row['mechanism']}"
    )
    doses = [
        f"  {name}: {dose['low']:g} to {dose['high']:g} {dose['unit']}, default {dose['default']:g} ({dose['grade']})"
        for name, dose in row["settings"].items()
    ]
    return "\n".join([head, *doses])


def _indicators() -> Rows:
    from dataclasses import asdict

    from jcsim.indicators.catalogue import catalogue

    return [asdict(one) | {"unit_zh": one.unit_zh} for one in catalogue()]


def _indicator_text(row: dict[str, Any]) -> str:
    return (
        f"{row['id']}  {row['title_zh']} {row['title_en']}\n"
        f"  {row['unit']}; {row['kind']}; {row['areas']}\n  {row['definition_en']}"
    )


def _columns() -> Rows:
    from jcsim.agents import COLUMNS

    return [
        {
            "table": table,
            "name": one.name,
            "unit": one.unit,
            "definition": one.definition,
            "codes": one.code_text,
        }
        for table, columns in COLUMNS.items()
        for one in columns
    ]


def _column_text(row: dict[str, Any]) -> str:
    codes = f" ({row['codes']})" if row["codes"] else ""
    unit = f" [{row['unit']}]" if row["unit"] else ""
    return f"{row['table']}.{row['name']}{unit}  {row['definition']}{codes}"


def _parameters() -> Rows:
    from jcsim.parameters import read_definitions

    return [one.model_dump(mode="json") for one in read_definitions().values()]


def _parameter_text(row: dict[str, Any]) -> str:
    return (
        f"{row['name']} = {row['value']:g}, {row['low']:g} to {row['high']:g} {row['unit']} "
        f"({row['distribution']}; {row['grade']})\n  {row['meaning'] or row['group']}; {row['evidence']}"
    )
