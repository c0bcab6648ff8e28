"""The one writer of Parquet files: explicit schema, sorted rows, fixed settings, a hash of the rows.

Equal rows give equal bytes: nothing of the machine, the time or the order of work is in a file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jcsim.experiments.atomic import atomic

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS_PER_GROUP = 1 << 18
METADATA = b"jcsim"

TEXT, WHOLE, NUMBER = "string", "int64", "double"


@dataclass(frozen=True)
class Layout:
    """Columns of a table with their types, and the leading columns no two rows share."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    def with_run(self) -> Layout:
        """The same table for several runs: scenario and replicate stand first."""
        run = (("scenario", TEXT), ("replicate", WHOLE))
        return Layout(self.name, (*run, *self.columns), ("scenario", "replicate", *self.key))


TRAJECTORIES = Layout(
    "trajectories",
    (
        ("year", WHOLE),
        ("area", TEXT),
        ("area_name", TEXT),
        ("indicator", TEXT),
        ("value", NUMBER),
    ),
    ("year", "area", "indicator"),
)
POPULATION = Layout(
    "population",
    (
        ("year", WHOLE),
        ("county", TEXT),
        ("urban", TEXT),
        ("sex", TEXT),
        ("age_group", TEXT),
        ("persons", NUMBER),
    ),
    ("year", "county", "urban", "sex", "age_group"),
)
FLOWS = Layout(
    "flows",
    (("year", WHOLE), ("origin", TEXT), ("destination", TEXT), ("persons", NUMBER)),
    ("year", "origin", "destination"),
)
LAYOUTS = {layout.name: layout for layout in (TRAJECTORIES, POPULATION, FLOWS)}


def arrow(frame: pd.DataFrame, layout: Layout) -> pa.Table:
    """``frame`` with the columns and types of ``layout``, rows sorted by its key.

    Raises
    ------
    ValueError
        A column is missing or too many, a value does not fit its type, or two rows share a key.
    """
    import pyarrow as pa

    names = [name for name, _ in layout.columns]
    if set(frame.columns) != set(names):
        raise ValueError(f"table {layout.name}: columns {sorted(frame.columns)} instead of {sorted(names)}")
    schema = pa.schema([pa.field(name, getattr(pa, _MAKERS[kind])()) for name, kind in layout.columns])
    frame = frame[names].sort_values(list(layout.key), kind="stable", ignore_index=True)
    twice = frame.duplicated(list(layout.key))
    if twice.any():
        row = frame.loc[twice.idxmax(), list(layout.key)].to_dict()
        raise ValueError(f"table {layout.name}: two rows for {row}")
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False, safe=True).replace_schema_metadata()


_MAKERS = {TEXT: "string", WHOLE: "int64", NUMBER: "float64"}


def row_hash(table: pa.Table) -> str:
    """SHA-256 of the rows as they stand: names, types and values, not the file they are in."""
    import pyarrow as pa

    digest = hashlib.sha256()
    for name in table.column_names:
        column = table[name]
        digest.update(f"{name}:{column.type}:{len(column)};".encode())
        if pa.types.is_string(column.type):
            digest.update(json.dumps(column.to_pylist(), ensure_ascii=False).encode())
        else:
            digest.update(column.to_numpy().tobytes())
    return digest.hexdigest()


def write(table: pa.Table, path: Path, notes: dict[str, str] | None = None) -> str:
    """Write a table made by ``arrow``; returns its row hash, which also goes into the file."""
    import pyarrow.parquet as pq

    rows = row_hash(table)
    content = json.dumps({"rows": rows, **(notes or {})}, sort_keys=True)
    table = table.replace_schema_metadata({METADATA: content.encode()})
    with atomic(path) as part:
        pq.write_table(
            table,
            part,
            version="2.6",
            data_page_version="1.0",
            compression="zstd",
            compression_level=3,
            row_group_size=ROWS_PER_GROUP,
            write_page_checksum=True,
            store_schema=True,
        )
    return rows


class Damaged(Exception):
    """A stored table cannot be read or its rows are not those that were written."""


def read(path: Path) -> tuple[pa.Table, dict[str, str]]:
    """A written table and its notes, checked against the row hash it carries.

    Raises
    ------
    Damaged
        The file cannot be read, carries no hash, or its rows have another one.
    FileNotFoundError
        There is no such file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path, page_checksum_verification=True).read()
        notes = json.loads((table.schema.metadata or {})[METADATA])
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise Damaged(f"{path.name}: {error}") from error
    table = table.replace_schema_metadata()
    if row_hash(table) != notes["rows"]:
        raise Damaged(f"{path.name}: its rows are not those that were written")
    return table, notes
