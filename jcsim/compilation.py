"""Numba with its disk cache in a folder of its own for each version of the sources.

Numba's cache does not notice an edited function in another file, so the folder's name carries the
hash of every source file that compiled code is made of and of the Numba version. Every compiled function imports
``njit`` and ``prange`` from here, so the folder is set before the first decorator runs.
"""

import hashlib
from pathlib import Path

import numba
from numba import njit, prange
from platformdirs import user_cache_path

__all__ = ["cache_folder", "njit", "prange", "source_hash"]


FOR_PEOPLE = {"agents", "experiments", "viz", "report", "app", "cli"}  # rooms without compiled code


def source_hash() -> str:
    """Hash of the Python source files compiled code may come from (16 hex digits)."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if name.parts[0] not in FOR_PEOPLE:
            digest.update(name.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled kernels of this version are kept."""
    return user_cache_path("jcsim") / f"kernels-{source_hash()}-numba{numba.__version__}"


numba.config.CACHE_DIR = str(cache_folder())
