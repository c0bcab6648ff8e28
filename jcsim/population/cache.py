"""Built populations on disk, one folder for each content of region, sources and assumptions.

A folder is written aside and renamed, so it is whole or absent. Arrays are mapped into memory and read
where they are used. Files carry a fixed time: one that still has it and its size has not been written to
since it was stored; of any other the hash is compared with the manifest, and a folder that does not match
is removed and built again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from platformdirs import user_cache_path

from jcsim.population.assumptions import FILE as ASSUMPTIONS_FILE
from jcsim.population.population import Population

log = logging.getLogger(__name__)
MANIFEST, FIT = "manifest.json", "fit.csv"
FOUNDATIONS = ("numeric.py", "draws.py", "codes.py", "records.py", "network.py", "region/*.py")
KEPT = 2  # folders kept for one region and year
STAMP = 1_000_000_000  # seconds, the time a stored file carries


def source_files() -> list[Path]:
    """The sources and assumptions that decide a population."""
    package = Path(__file__).parent
    files = [*package.glob("*.py"), ASSUMPTIONS_FILE]
    for pattern in FOUNDATIONS:
        files += package.parent.glob(pattern)
    return sorted(files)


def source_hash() -> str:
    """Hash of the files that decide a population."""
    digest = hashlib.sha256()
    for path in source_files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_folder(region: Any, year: int) -> Path:
    """Where the population of a region and census is kept."""
    content = hashlib.sha256(f"{region.hash} {year} {source_hash()}".encode()).hexdigest()[:16]
    return user_cache_path("jcsim") / "populations" / f"{region.id}-{year}-{content}"


def load(folder: Path) -> Population | None:
    """The population kept in a folder; None when there is none, or a damaged one (logged and removed)."""
    if not folder.is_dir():
        return None
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the kept population in %s is damaged (%s); it is built again", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _read(folder: Path) -> Population:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if set(manifest["files"]) != {FIT, *(f"{name}.npy" for name in Population.ARRAYS)}:
        raise ValueError("the manifest does not name the files")
    for name, (size, digest) in manifest["files"].items():
        state = (folder / name).stat()
        untouched = state.st_size == size and state.st_mtime == STAMP
        if not untouched and _hash(folder / name) != digest:
            raise ValueError(f"{name} has changed")
    parts: dict[str, Any] = {
        name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
        for name in Population.ARRAYS
    }
    kinds = {"county": str, "cell": str}
    fit = pd.read_csv(folder / FIT, dtype=kinds, keep_default_na=False, na_values=["nan"])
    parts |= {"year": int(manifest["year"]), "scale": float(manifest["scale"])}
    return Population(candidates=int(manifest["candidates"]), fit=fit, **parts)


def store(population: Population, folder: Path) -> None:
    """Keep a population unless it is kept already; a folder that cannot be written is logged and left."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    except OSError as error:
        log.warning("the population is not kept: %s", error)
        return
    try:
        _write(population, aside)
        aside.rename(folder)
        _forget_old(folder)
    except OSError as error:
        if not folder.is_dir():  # otherwise another process kept it first
            log.warning("the population is not kept: %s", error)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(population: Population, folder: Path) -> None:
    for name in Population.ARRAYS:
        np.save(folder / f"{name}.npy", getattr(population, name), allow_pickle=False)
    population.fit.to_csv(folder / FIT, index=False, na_rep="nan", float_format="%.17g")
    files = {}
    for path in sorted(folder.iterdir()):
        os.utime(path, (STAMP, STAMP))
        files[path.name] = (path.stat().st_size, _hash(path))
    about = {name: getattr(population, name) for name in ("year", "scale", "candidates")}
    (folder / MANIFEST).write_text(json.dumps({**about, "files": files}, indent=1), encoding="utf-8")


def _forget_old(folder: Path) -> None:
    """Remove all but the newest folders of the same region and year."""
    family = folder.name.rsplit("-", 1)[0] + "-"
    others = [path for path in folder.parent.iterdir() if path.name.startswith(family) and path != folder]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
