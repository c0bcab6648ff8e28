"""The store of single runs: one Parquet file a run, named after the run's content key.

``KEY.parquet`` holds the trajectories and is written last: where it is sound, the run is done. Further
tables stand beside it as ``KEY.population.parquet`` and ``KEY.flows.parquet``; a run that failed leaves
``KEY.failure.json``. Resuming a batch is asking which keys are sound.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from jcsim.experiments.atomic import PART, write_json
from jcsim.experiments.failure import Failure
from jcsim.experiments.simulate import Tables
from jcsim.experiments.tables import LAYOUTS, Damaged, arrow, read, write

MAIN = "trajectories"


class RunStore:
    """Runs kept in a folder. Every file appears whole or not at all, so writers cannot disturb readers."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def write(self, key: str, tables: Tables) -> None:
        """Keep a run: further tables first, the trajectories last."""
        ready = {name: arrow(frame, LAYOUTS[name]) for name, frame in tables.items()}
        hashes = {
            name: write(table, self._path(key, name), {"key": key}) for name, table in ready.items() if name != MAIN
        }
        write(ready[MAIN], self._path(key, MAIN), {"key": key, "further": json.dumps(hashes, sort_keys=True)})
        self._failure(key).unlink(missing_ok=True)

    def read(self, key: str) -> Tables:
        """The tables of a run.

        Raises
        ------
        FileNotFoundError
            The run is not here.
        Damaged
            A file of it is damaged or another run's.
        """
        main, notes = read(self._path(key, MAIN))
        if notes.get("key") != key:
            raise Damaged(f"{self._path(key, MAIN).name}: holds another run")
        found = {MAIN: main}
        for name, rows in json.loads(notes["further"]).items():
            try:
                found[name], its = read(self._path(key, name))
            except FileNotFoundError as error:
                raise Damaged(f"{self._path(key, name).name}: missing") from error
            if (its["rows"], its.get("key")) != (rows, key):
                raise Damaged(f"{self._path(key, name).name}: belongs to another writing of the run")
        return {name: table.to_pandas() for name, table in found.items()}

    def sound(self, key: str) -> bool:
        """Whether the run is here and undamaged; damaged files are removed, so that it is run again."""
        try:
            self.read(key)
        except FileNotFoundError:
            return False
        except Damaged:
            self._path(key, MAIN).unlink(missing_ok=True)
            return False
        return True

    def keep_failure(self, key: str, run: str, failure: Failure) -> None:
        """Keep a failure: kind, message and detail, no value."""
        content = {"schema": 1, "key": key, "run": run, "kind": failure.kind, "message": failure.message}
        write_json(self._failure(key), content | {"detail": failure.detail})

    def failure(self, key: str) -> Failure | None:
        """The failure kept for a run, if any."""
        try:
            content = json.loads(self._failure(key).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Failure(content["kind"], content["message"], content["detail"])

    def tidy(self) -> bool:
        """Remove files left half-written; whether any run or failure is here."""
        for path in self.folder.glob(f"*{PART}"):
            path.unlink()
        return any(self.folder.iterdir())

    def keep_only(self, keys: Iterable[str]) -> None:
        """Remove files left half-written and every run that is not among ``keys``."""
        wanted = set(keys)
        for path in self.folder.iterdir():
            if path.name.endswith(PART) or path.name.split(".")[0] not in wanted:
                path.unlink()

    def _path(self, key: str, table: str) -> Path:
        return self.folder / (f"{key}.parquet" if table == MAIN else f"{key}.{table}.parquet")

    def _failure(self, key: str) -> Path:
        return self.folder / f"{key}.failure.json"
