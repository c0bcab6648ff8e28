"""Built populations on disk, one folder for each content of region, sources and assumptions.

A folder is written aside and renamed, so it is whole or absent; every file's hash stands in its
manifest, and a folder that does not match it is rebuilt.
"""

from __future__ import annotations

import hashlib
import json
import logging
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
FOUNDATIONS = ("numeric.py", "draws.py", "records.py", "network.py")  # modules that decide the numbers
KEPT = 2  # folders kept for one region and year


def source_hash() -> str:
    """Hash of the sources and assumptions that decide a population."""
    package = Path(__file__).parent
    files = [*sorted(package.glob("*.py")), ASSUMPTIONS_FILE]
    files += [package.parent / name for name in FOUNDATIONS]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_folder(region: Any, year: int) -> Path:
    """Where the population of a region and census is kept."""
    content = hashlib.sha256(f"{region.hash} {year} {source_hash()}".encode()).hexdigest()[:16]
    return user_cache_path("jcsim") / "populations" / f"{region.id}-{year}-{content}"


def load(folder: Path) -> Population | None:
    """The population kept in a folder; None when there is none or it is damaged (which is logged)."""
    if not folder.is_dir():
        return None
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if set(manifest["files"]) != {FIT, *(f"{name}.npy" for name in Population.ARRAYS)}:
            raise ValueError("the manifest does not name the files")
        for name, digest in manifest["files"].items():
            if _hash(folder / name) != digest:
                raise ValueError(f"{name} has changed")
        arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in Population.ARRAYS}
        fit = pd.read_csv(
            folder / FIT, dtype={"county": str, "cell": str}, keep_default_na=False, na_values=["nan"]
        )
        return Population(year=int(manifest["year"]), fit=fit, **arrays)
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the kept population in %s is damaged (%s); it is built again", folder, error)
        return None


def store(population: Population, folder: Path) -> None:
    """Keep a population; a folder that cannot be written is logged and left."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    except OSError as error:
        log.warning("the population is not kept: %s", error)
        return
    try:
        for name in Population.ARRAYS:
            np.save(aside / f"{name}.npy", getattr(population, name), allow_pickle=False)
        population.fit.to_csv(aside / FIT, index=False, na_rep="nan", float_format="%.17g")
        files = {path.name: _hash(path) for path in sorted(aside.iterdir())}
        text = json.dumps({"year": population.year, "files": files}, indent=1)
        (aside / MANIFEST).write_text(text, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        aside.rename(folder)
        _forget_old(folder)
    except OSError as error:
        log.warning("the population is not kept: %s", error)
        shutil.rmtree(aside, ignore_errors=True)


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
