"""A results folder while it is being made: complete when it has a manifest, and never before.

Work goes into ``NAME.unfinished`` beside the folder to come. There single runs are kept as they end,
so that a killed or interrupted batch goes on from where it stood; when all is written and on the disk
the manifest follows and the folder gets its name.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from jcsim.errors import InputError
from jcsim.experiments.atomic import PART, flush, write_json
from jcsim.experiments.runfile import RunStore

MANIFEST, LOCK, RUNS = "manifest.json", ".lock", "runs"


class Workspace:
    """The folder a batch works in; use it in a ``with`` statement.

    Parameters
    ----------
    out : the results folder to come
    key : content key of the batch
    overwrite : replace a folder that is already there

    Attributes
    ----------
    done : a finished folder of this key is already there; nothing was opened
    folder, runs : where to write, and the store of single runs in it

    Raises
    ------
    InputError
        ``out`` or ``out.unfinished`` holds something else, or another process is writing it.
    OSError
        The folder cannot be made.
    """

    def __init__(self, out: Path, key: str, *, overwrite: bool = False) -> None:
        self.out, self.key, self.overwrite = _place(out), key, overwrite
        self.folder = self.out.with_name(f"{self.out.name}.unfinished")
        self.runs = RunStore(self.folder / RUNS)
        self.done = False

    def __enter__(self) -> Self:
        self.done = self._finished_before()
        if self.done:
            return self
        strange = self.folder.is_dir() and {path.name for path in self.folder.iterdir()} - {LOCK}
        if strange and RUNS not in strange:
            raise InputError("the name is taken by a folder with other files", file=self.folder)
        self.made = [parent for parent in self.folder.parents if not parent.exists()]
        self.runs.folder.mkdir(parents=True, exist_ok=True)
        self.lock = FileLock(self.folder / LOCK, blocking=False)
        try:
            self.lock.acquire()
        except Timeout:
            raise InputError("another jcsim process is writing this folder", file=self.out) from None
        self.done = self._finished_before()  # by another process, just before the lock was ours
        if self.done:
            self._remove()
        else:
            self.runs.folder.mkdir(exist_ok=True)
            self._clear()
        return self

    def __exit__(self, *error: object) -> None:
        """Finished runs and recorded failures stay for the next attempt; nothing that looks complete does."""
        if self.done:
            return
        (self.folder / MANIFEST).unlink(missing_ok=True)
        if error[0] is not None:
            self._clear()
        if self.runs.folder.exists() and self.runs.tidy():
            self.lock.release()
        else:
            self._remove()

    def _clear(self) -> None:
        """Remove what was written beside the runs: tables, figures, a manifest."""
        for path in self.folder.iterdir():
            if path.name in (LOCK, RUNS):
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _remove(self) -> None:
        """Remove the folder (runs last: they show whose it is), and those made above it that are empty."""
        self._clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.release()
        for parent in self.made:
            with contextlib.suppress(OSError):
                parent.rmdir()

    def _finished_before(self) -> bool:
        """Whether ``out`` is a finished folder of this key; anything else there must be replaceable."""
        if self.out.exists() and not self.out.is_dir():
            raise InputError("there is a file of this name", file=self.out, allowed="a new or empty folder")
        if self.overwrite or not self.out.exists() or not any(self.out.iterdir()):
            return False
        manifest = read_manifest(self.out)
        if manifest is not None and manifest.get("key") == self.key:
            return True
        what = "the folder holds other results" if manifest else "the folder is not empty"
        raise InputError(what, file=self.out, allowed="a new or empty folder, or --overwrite")

    def finish(self, manifest: dict[str, Any], keep_runs: bool) -> list[str]:
        """Write the manifest and give the folder its name; returns notes for the user.

        Raises
        ------
        OSError
            The disk is full or not writable; no folder with a manifest is left.
        """
        for path in sorted(self.folder.rglob("*")):
            if path.name.endswith(PART):
                path.unlink()
            elif path.name != LOCK:
                flush(path)
        write_json(self.folder / MANIFEST, manifest)
        replaced = self._make_room()
        self.folder.rename(self.out)
        flush(self.out.parent)
        self.done = True
        if not keep_runs:
            shutil.rmtree(self.out / RUNS)
        (self.out / LOCK).unlink(missing_ok=True)
        self.lock.release()
        return self._replaced(replaced)

    def _make_room(self) -> Path | None:
        """Clear the place of the folder; where what was there now stands."""
        if not self.out.exists():
            return None
        if not any(self.out.iterdir()):
            self.out.rmdir()
            return None
        aside = next(path for path in self._names_aside() if not path.exists())
        self.out.rename(aside)
        return aside

    def _names_aside(self) -> Iterator[Path]:
        return (self.out.with_name(f"{self.out.name}.replaced-{n}") for n in itertools.count(1))

    @staticmethod
    def _replaced(aside: Path | None) -> list[str]:
        """Earlier results of ours go once the new ones stand; anything else is kept, and said."""
        if aside is None:
            return []
        if read_manifest(aside) is None:
            return [f"what was in the folder before is kept in {aside}"]
        shutil.rmtree(aside)
        return []


def _place(out: Path) -> Path:
    """The absolute path of a results folder, which is given its name when all is done: never one that
    holds the current folder or is the user's own."""
    path = Path(os.path.abspath(out))
    here = Path.cwd()
    if path in (here, *here.parents, Path.home()):
        raise InputError("this folder cannot be replaced", file=path, allowed="a new folder")
    return path


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished results folder, or None where there is none of ours."""
    try:
        content = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and content.get("made_by") == "jcsim" else None
