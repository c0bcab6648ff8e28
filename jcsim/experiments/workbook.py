"""The workbook of a results folder: headings in words, widths, number formats; same bytes for the same result."""

from __future__ import annotations

import math
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.workbook import Workbook

    from jcsim.experiments.results import Result

ROWS_OF_A_SHEET = 1_000_000
WRITTEN = datetime(2000, 1, 1)  # a fixed date: when a result was written is no part of it
NARROWEST, WIDEST = 7, 44  # characters; longer texts are wrapped
ARROW = 3  # characters of the filter's arrow in a heading
GENERAL, COUNT, RATE, TENTHS = "General", "#,##0", "0.00", "#,##0.0"
FORMATS = {  # by unit; counts and money are shown whole
    "percent": RATE,
    "ratio": "0.000",
    "years of income": RATE,
    "minutes": TENTHS,
    "males per 100 females": TENTHS,
    "10k persons per year": RATE,
    "per 1000": RATE,
    "km/km2": RATE,
    "km2": TENTHS,
}
YEARS = ("target_year", "start_year")  # have no thousands
PERSONS = "_persons_moved"  # columns of the scoreboard in persons whatever the unit of the row
NUMBERS_AS_TEXT = ("target", "start", "start_year")  # of the scoreboard: words in some rows
HEADINGS = {"id": "no.", "area": "area code", "start": "value at the start", "p_met": "probability of meeting it"}
LANGUAGES = {"_en": " (English)", "_zh": " (Chinese)"}


def write_workbook(path: Path, result: Result, board: pd.DataFrame | None) -> None:
    """Sheets: about, scoreboard, prefecture and counties, other areas, indicators."""
    import xlsxwriter  # loaded when used: `import jcsim` stays cheap

    from jcsim.indicators.catalogue import as_frame

    by_year = with_units(wide(result.trajectories))
    county = by_year["area"].str.fullmatch(r"\d{6}")
    content = BytesIO()  # XlsxWriter hides what goes wrong on a disk behind errors of its own
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": f"jcsim results: {result.manifest['name']}", "created": WRITTEN})
        _sheet(book, "about", _about(result), frozen=1)
        if board is not None:
            _sheet(book, "scoreboard", board, frozen=2)
        _sheet(book, "prefecture and counties", by_year[county], frozen=3)
        _sheet(book, "other areas", by_year[~county], frozen=3)
        _sheet(book, "indicators", as_frame(), frozen=1)
    path.write_bytes(content.getvalue())


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


def with_units(by_year: pd.DataFrame) -> pd.DataFrame:
    """The table of :func:`wide` with title and unit of every indicator; what a reader looks for comes first."""
    from jcsim.indicators.catalogue import catalogue

    entries = {entry.id: entry for entry in catalogue()}
    titles = {name: entry.title_en for name, entry in entries.items()}
    units = {name: entry.unit for name, entry in entries.items()}
    names = by_year["indicator"]
    table = by_year.assign(title=names.map(titles).fillna(names), unit=names.map(units).fillna(""))
    first = ["scenario", "area_name", "title", "unit", "statistic", "area", "indicator"]
    return table[[*first, *(column for column in by_year.columns if column not in first)]]


def heading(column: Any) -> Any:
    """A column's name in words: ``indicator (English)`` for ``indicator_en``; a year as it is."""
    if not isinstance(column, str):
        return int(column)
    for ending, language in LANGUAGES.items():
        if column.endswith(ending):
            return heading(column.removesuffix(ending)) + language
    return HEADINGS.get(column, column.replace("_", " "))


def number_format(column: Any, unit: str) -> str:
    """How a number of a column is shown where its row has a unit."""
    if column in YEARS or not unit:
        return GENERAL
    return COUNT if PERSONS in str(column) else FORMATS.get(unit, COUNT)


def as_number(value: Any) -> Any:
    """A text that is a number, as that number; anything else as it is."""
    try:
        return float(value)
    except ValueError:
        return value


def _sheet(book: Workbook, name: str, table: pd.DataFrame, frozen: int) -> None:
    """One sheet: a bold head with a filter, which stays in sight with the first ``frozen`` columns."""
    table = table.head(ROWS_OF_A_SHEET)
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    forms = {
        form: book.add_format({"num_format": form, "valign": "top"}) for form in (GENERAL, COUNT, *FORMATS.values())
    }
    units = table["unit"].tolist() if "unit" in table else [""] * len(table)
    for place, column in enumerate(table.columns):
        values = table[column].tolist()
        if column in NUMBERS_AS_TEXT:
            values = [as_number(value) for value in values]
        shown = [forms[number_format(column, unit)] for unit in units]
        sheet.write(0, place, heading(column), bold)
        sheet.set_column(place, place, width(heading(column), values))
        for row, (value, form) in enumerate(zip(values, shown, strict=True), start=1):
            if isinstance(value, str):
                sheet.write_string(row, place, value, text)
            elif value is not None and not math.isnan(value):
                sheet.write_number(row, place, value, form)
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def width(head: Any, values: list[Any]) -> float:
    """Characters a column needs: its longest text up to the widest allowed, or numbers with their thousands."""
    from rich.cells import cell_len  # loaded when used, as above

    texts = {value for value in values if isinstance(value, str)}
    numbers = [value for value in values if isinstance(value, (int, float)) and not math.isnan(value)]
    if numbers:
        texts |= {f"{min(numbers):,.2f}", f"{max(numbers):,.2f}"}
    longest = max(map(cell_len, texts), default=0)
    word = max(len(part) for part in str(head).split()) + ARROW  # a heading may take several lines
    return min(max(NARROWEST, word, longest + 1), WIDEST)


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
