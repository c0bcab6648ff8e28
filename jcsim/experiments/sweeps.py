"""What a sweep gives: one tidy table of design and outcomes, and what failed."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jcsim.errors import InputError
from jcsim.experiments import tables as store
from jcsim.experiments.atomic import write_json, write_text
from jcsim.experiments.exports import fields_of, resource
from jcsim.experiments.results import ask, manifest_of, read_checked
from jcsim.experiments.tables import NUMBER, TEXT, WHOLE, Layout
from jcsim.experiments.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from jcsim.experiments.design import Design

TABLE, FAILURES, PARTIAL = "table", "failures.csv", "partial.json"
FAILURE_COLUMNS = ("point", "scenario", "replicate", "kind", "message", "key")


class Sweep:
    """A designed batch that has been run.

    Attributes
    ----------
    table : DataFrame, one row a point, replicate, year and area that succeeded: the design's columns, then
        one column an outcome
    failures : DataFrame, one row a run that failed: which, kind and message
    complete : whether every run succeeded
    manifest, folder, notes : as of ``Result``
    """

    def __init__(
        self,
        table: pd.DataFrame,
        failures: pd.DataFrame,
        manifest: dict[str, Any],
        folder: Path | None = None,
    ) -> None:
        self.table, self.failures, self.manifest, self.folder = table, failures, manifest, folder
        self.notes: list[str] = []

    @property
    def complete(self) -> bool:
        return bool(self.failures.empty)

    @property
    def key(self) -> str:
        """Content key: what was asked for."""
        return str(self.manifest["key"])

    @property
    def hash(self) -> str:
        """Hash of the sorted rows of the table: what came out."""
        return str(self.manifest["result_hash"])

    @property
    def layout(self) -> Layout:
        """Columns and types of the table."""
        columns = tuple(tuple(pair) for pair in self.manifest["columns"])
        return Layout(TABLE, columns, ("point", "replicate", "year", "area"))

    def to_pandas(self) -> pd.DataFrame:
        """A copy of the table."""
        return self.table.copy()

    def to_xarray(self) -> xarray.Dataset:
        """Outcomes by point, replicate, year and area; the design's values as coordinates of the point."""
        by = ["point", "replicate", "year", "area"]
        data = self.table.set_index(by)[list(self.manifest["outcomes"])].to_xarray()
        points = self.table.drop_duplicates("point").set_index("point").loc[data["point"].values]
        names = ["scenario", *self.manifest["design"]]
        named: xarray.Dataset = data.assign_coords(
            {name: ("point", points[name].to_numpy(dtype=object)) for name in names}
        )
        return named

    def sql(self, query: str) -> pd.DataFrame:
        """Answer a DuckDB query over the views ``sweep`` and ``failures``; see ``Result.sql``."""
        return ask({"sweep": self.table, "failures": self.failures}, query)

    def save(self, folder: str | Path, overwrite: bool = False) -> Path:
        """Write the table and its manifest to another folder (single runs stay where they are).

        Raises
        ------
        InputError
            The folder holds something else, or runs of the sweep failed.
        OSError
            It cannot be written.
        """
        if not self.complete:
            raise InputError("the sweep has failed runs", allowed="run it again: only they are repeated")
        with Workspace(Path(folder), self.key, overwrite=overwrite) as space:
            if not space.done:
                self.write_files(space.folder)
                self.notes += space.finish(self.manifest, keep_runs=False)
        return space.out

    def write_files(self, folder: Path) -> None:
        """Write table, failures and data package into an unfinished folder."""
        store.write(store.arrow(self.table, self.layout), folder / f"{TABLE}.parquet")
        fields = fields_of(self.layout)
        write_json(
            folder / "datapackage.json",
            {
                "profile": "data-package",
                "name": f"jcsim-{self.manifest['name']}-{self.key}".lower(),
                "resources": [resource(TABLE, f"{TABLE}.parquet", "parquet", fields)],
            },
        )
        for name in (FAILURES, PARTIAL):
            (folder / name).unlink(missing_ok=True)
        if not self.complete:
            write_text(folder / FAILURES, self.failures.to_csv(index=False, lineterminator="\n"))
            write_json(folder / PARTIAL, self.manifest)

    @classmethod
    def load(cls, folder: str | Path) -> Sweep:
        """Read the folder of a sweep, finished, or unfinished because runs failed.

        Raises
        ------
        InputError
            It is neither, or its table is damaged.
        """
        import pandas as pd

        folder = Path(folder)
        failures = pd.DataFrame(columns=list(FAILURE_COLUMNS))
        if (folder / PARTIAL).is_file() and (folder / FAILURES).is_file():
            manifest = json.loads((folder / PARTIAL).read_text(encoding="utf-8"))
            failures = pd.read_csv(folder / FAILURES, keep_default_na=False)  # "nan" is a kind
        else:
            manifest = manifest_of(folder, "sweep")
        table = read_checked(folder / f"{TABLE}.parquet", manifest["result_hash"]).to_pandas()
        return cls(table, failures, manifest, folder)

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.table.to_html(index=False, max_rows=20)}"

    def __repr__(self) -> str:
        points = self.manifest["points"]
        return f"Sweep({self.manifest['name']}; {points} points, {len(self.failures)} failed runs, {self.hash[:10]})"


def table_layout(design: Design) -> Layout:
    """Columns of the table of a design."""
    values = [(name, _kind([p.values[name] for p in design.points])) for name in design.points[0].values]
    columns = (
        ("point", WHOLE),
        ("scenario", TEXT),
        *values,
        ("replicate", WHOLE),
        ("year", WHOLE),
        ("area", TEXT),
        ("area_name", TEXT),
        *((outcome, NUMBER) for outcome in design.file.outcomes),
    )
    return Layout(TABLE, columns, ("point", "replicate", "year", "area"))


def _kind(values: list[Any]) -> str:
    """Numbers where all are; anything else is shown as text."""
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return NUMBER if numbers else TEXT
