"""The code version: a hash of every source and data file that can change a result.

Git is not asked: a result made from an edited, uncommitted file has another version. Rooms that only
show results are left out, so a corrected chart does not make stored runs unfindable.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

SHOWS_ONLY = {"viz", "report", "app", "cli", "__main__.py", "__init__.py"}
READ_BY_NO_RUN = ("plan",)  # folders of data/: targets and published history stand beside results
PACKAGE = Path(__file__).parent.parent


@functools.cache
def code_version() -> str:
    """Hash of the package's sources and data files (16 hex digits)."""
    return hash_files(PACKAGE, files_that_matter(PACKAGE))


def files_that_matter(package: Path) -> list[Path]:
    """Sources outside the showing rooms and the data a run reads, in the order of their paths."""
    sources = [p for p in package.rglob("*.py") if p.relative_to(package).parts[0] not in SHOWS_ONLY]
    data = [
        p
        for p in (package / "data").rglob("*")
        if p.is_file() and p.relative_to(package).parts[1] not in READ_BY_NO_RUN
    ]
    return sorted(p for p in {*sources, *data} if not _hidden(p.relative_to(package)))


def hash_files(root: Path, files: list[Path]) -> str:
    """Hash over names and contents (16 hex digits); ends of lines of text files do not count."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _hidden(relative: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in relative.parts)
