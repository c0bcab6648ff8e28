"""What a batch of runs gives: tidy tables and the manifest that says how they were made."""

from __future__ import annotations

import html
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from jcsim.errors import InputError
from jcsim.experiments import tables as store
from jcsim.experiments.exports import write_exports
from jcsim.experiments.workspace import Workspace, read_manifest

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import xarray

    from jcsim.region import Region

LOADED = ("trajectories", "population", "flows")
FULL, ENSEMBLE, HISTORY = "full", "ensemble", "history"  # parts of a result


class Result:
    """Runs of one or more scenarios.

    Attributes
    ----------
    tables : name -> DataFrame: ``trajectories``, and where kept ``population`` and ``flows``
    manifest : how they were made (see ``jcsim.experiments.manifest``)
    folder : where they are stored, None while they are only in memory
    notes : what the user should know, such as a folder that was already finished
    """

    def __init__(self, tables: dict[str, pd.DataFrame], manifest: dict[str, Any], folder: Path | None = None) -> None:
        self.tables = {name: tables[name] for name in LOADED if name in tables}
        self.manifest, self.folder = manifest, folder
        self.notes: list[str] = []
        self._board: pd.DataFrame | None = None

    @property
    def trajectories(self) -> pd.DataFrame:
        """Tidy: scenario, replicate, year, area, area_name, indicator, value; rows sorted."""
        return self.tables["trajectories"]

    @property
    def key(self) -> str:
        """Content key: what was asked for."""
        return str(self.manifest["key"])

    @property
    def hash(self) -> str:
        """Hash of the sorted rows of the trajectories: what came out."""
        return str(self.manifest["result_hash"])

    def parts(self) -> dict[str, Result]:
        """The runs split as they are read: ``full`` (projections), ``ensemble`` (their parameter draws,
        where the full part is a central run) and ``history`` (runs from the census of 2010)."""
        found: dict[str, list[dict[str, Any]]] = {}
        for run in self.manifest["runs"]:
            found.setdefault(run["part"], []).append(run)
        if len(found) == 1:
            return {next(iter(found)): self}
        return {part: self._only(runs) for part, runs in found.items()}

    def _only(self, runs: list[dict[str, Any]]) -> Result:
        import pandas as pd

        wanted = pd.MultiIndex.from_tuples([(run["scenario"], run["replicate"]) for run in runs])
        chosen = {}
        for name, frame in self.tables.items():
            mine = pd.MultiIndex.from_frame(frame[["scenario", "replicate"]]).isin(wanted)
            if mine.any():
                chosen[name] = frame[mine].reset_index(drop=True)
        return Result(chosen, self.manifest | {"runs": runs, "scale": runs[0]["scale"]})

    def region(self) -> Region:
        """The region the runs are of.

        Raises
        ------
        InputError
            It is not where it was, or another content is there now.
        """
        from jcsim.region import load_region

        about = self.manifest["region"]
        region = load_region(about["asked_for"])
        if region.hash != about["hash"]:
            raise InputError("the region was edited since these runs", file=region.folder)
        return region

    @property
    def projects(self) -> bool:
        """Whether any run goes beyond the history, so that there is a scoreboard."""
        return any(run["part"] != HISTORY for run in self.manifest["runs"])

    @property
    def looks_back(self) -> bool:
        """Whether any run starts from the census of 2010, so that there is a hindcast."""
        return any(run["part"] == HISTORY for run in self.manifest["runs"])

    def scoreboard(self) -> pd.DataFrame:
        """One row per target of the plan (see ``jcsim.indicators.scoreboard``).

        Raises
        ------
        InputError
            There are history runs only.
        """
        from jcsim.indicators.scoreboard import scoreboard

        if self._board is None:
            parts = self.parts()
            region = SimpleNamespace(code=self.manifest["region"]["code"])
            self._board = scoreboard(parts.get(FULL), parts.get(ENSEMBLE), region=region)
        return self._board.copy()

    def hindcast(self) -> pd.DataFrame:
        """The history runs beside the census of 2020, and the first projected year beside 2021 (see
        ``jcsim.indicators.hindcast``); no rows where there is neither.

        Raises
        ------
        InputError
            As ``region``.
        """
        from jcsim.indicators.hindcast import hindcast

        return hindcast(self.parts(), self.region())

    def sql(self, query: str) -> pd.DataFrame:
        """Answer a DuckDB query over the tables; ``trajectories``, ``population`` and ``flows`` are views.

        One thread, so that a sum of floats has one value; no files, no network, nothing is changed.

        Raises
        ------
        InputError
            DuckDB does not accept the query.
        """
        return ask(self.tables, query)

    def to_xarray(self) -> xarray.DataArray:
        """Values by scenario, replicate, year, area and indicator; NaN where a run has no such value."""
        by = ["scenario", "replicate", "year", "area", "indicator"]
        array: xarray.DataArray = self.trajectories.set_index(by)["value"].to_xarray()
        names = self.trajectories.drop_duplicates("area").set_index("area")["area_name"]
        named: xarray.DataArray = array.assign_coords(
            area_name=("area", names.loc[array["area"].values].to_numpy(dtype=object))
        )
        return named

    def save(self, folder: str | Path, overwrite: bool = False) -> Path:
        """Write a results folder: manifest, Parquet tables, scoreboard, data package, workbook.

        Raises
        ------
        InputError
            The folder holds something else.
        OSError
            It cannot be written.
        """
        with Workspace(Path(folder), self.key, overwrite=overwrite) as space:
            if not space.done:
                self.write_files(space.folder)
                self.notes += space.finish(self.manifest, keep_runs=False)
            self.folder = space.out
        return space.out

    def write_files(self, folder: Path) -> None:
        """Write every file but the manifest into an unfinished folder."""
        for name, frame in self.tables.items():
            table = store.arrow(frame, store.LAYOUTS[name].with_run())
            store.write(table, folder / f"{name}.parquet")
        write_exports(folder, self)

    @classmethod
    def load(cls, folder: str | Path) -> Result:
        """Read a results folder.

        Raises
        ------
        InputError
            The folder has no manifest (it is unfinished or something else), or a table in it is damaged.
        """
        folder = Path(folder)
        manifest = manifest_of(folder, "run")
        found = {}
        for name in LOADED:
            if name not in manifest["hashes"]:
                continue
            table = read_checked(folder / f"{name}.parquet", manifest["hashes"][name])
            found[name] = table.to_pandas()
        return cls(found, manifest, folder)

    def _repr_html_(self) -> str:
        table = self.scoreboard() if self.projects else self.trajectories.head()
        return f"<p>{html.escape(repr(self))}</p>{table.to_html(index=False)}"

    def __repr__(self) -> str:
        runs = self.manifest["runs"]
        names = ", ".join(dict.fromkeys(run["scenario"] for run in runs))
        return f"Result({names}; {len(runs)} runs, {len(self.trajectories)} rows, {self.hash[:10]})"


def ask(tables: dict[str, pd.DataFrame], query: str) -> pd.DataFrame:
    """Answer a DuckDB query over tables in memory; see ``Result.sql``."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for name, frame in tables.items():
            connection.register(name, frame)
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            return connection.execute(query).df()
        except duckdb.Error as error:
            raise InputError(f"DuckDB: {error}", field="query") from None


def manifest_of(folder: Path, kind: str) -> dict[str, Any]:
    """The manifest of a finished folder of a kind (``run`` or ``sweep``).

    Raises
    ------
    InputError
        There is no manifest of that kind.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError("not a finished results folder", file=folder, allowed="a folder with a manifest.json")
    if manifest["kind"] != kind:
        raise InputError(f"the results of a {manifest['kind']}", file=folder, allowed=f"those of a {kind}")
    return manifest


def read_checked(path: Path, rows: str) -> pa.Table:
    """A Parquet table whose row hash must be ``rows``.

    Raises
    ------
    InputError
        The file is missing, damaged or another.
    """
    try:
        table, notes = store.read(path)
    except FileNotFoundError:
        raise InputError("missing from the results folder", file=path) from None
    except store.Damaged as error:
        raise InputError(f"damaged ({error})", file=path, allowed="run again with --overwrite") from None
    if notes["rows"] != rows:
        raise InputError("not the table the manifest speaks of", file=path)
    return table
