"""How functions are compiled: Numba, with its disk cache in a folder of its own for each version of the sources.

Numba's cache does not notice an edited function in another file, so the folder's name carries the
hash of every source file that compiled code is made of and of the Numba version. Every compiled function imports
``njit`` from here, so the folder is set before the first decorator runs.
"""

import atexit
import hashlib
import logging
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import numba
from platformdirs import user_cache_path

__all__ = ["cache_folder", "njit", "njit_with_arrays", "source_hash"]


log = logging.getLogger(__name__)
KEPT = 8  # versions whose compiled code is kept
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


def usable(folder: Path) -> Path:
    """The folder, ready for writing and rid of all but the newest others; where it cannot be written, one
    that goes with the process (Numba would otherwise write beside the sources)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        log.warning("compiled rules are not kept: %s", error)
        aside = Path(tempfile.mkdtemp(prefix="jcsim-kernels-"))
        atexit.register(shutil.rmtree, aside, ignore_errors=True)
        return aside
    os.utime(folder)
    for old in sorted(folder.parent.glob("kernels-*"), key=_used, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _used(folder: Path) -> float:
    """When a folder was last used; 0 if another process has just removed it."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


njit_with_arrays = partial(numba.njit, cache=True)  # for functions that make arrays
# Functions that only read and write what they are given hold no lock of Python's, so that threads run them side
# by side, and count no references: atomic counts of arrays passed to a rule took half the time of some kernels.
njit = partial(numba.njit, cache=True, nogil=True, _nrt=False)
numba.config.CACHE_DIR = str(usable(cache_folder()))
