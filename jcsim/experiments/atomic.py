"""Files that appear whole or not at all: written beside their place, flushed to disk, then renamed."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

PART = ".part"  # ending of a file still being written


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """The path to write to; on leaving without an error the file takes the place of ``path``.

    Raises
    ------
    OSError
        The disk is full or the folder cannot be written; ``path`` is as it was.
    """
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{PART}")
    try:
        yield part
        flush(part)
        os.replace(part, path)
        flush(path.parent)
    except OSError as error:
        if error.filename is None:  # a full disk does not say which file met it
            error.filename = str(path)
        raise
    finally:
        part.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Wait until a file or folder is on the disk (folders: where the system can)."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file whole or not at all."""
    with atomic(path) as part:
        part.write_bytes(text.encode())


def write_json(path: Path, content: object) -> None:
    """Write readable JSON whole or not at all; NaN is an error, not a word no other program reads."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def canonical(content: object) -> bytes:
    """The one JSON text of a content, for hashing."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
