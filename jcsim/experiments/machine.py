"""What this machine can do: processors, memory, and how many runs fit side by side."""

from __future__ import annotations

from pathlib import Path

from jcsim.threads import processors

# Peak memory of one run, rounded up from 0.64 GB at 1:50 and 1.19 GB at 1:1 over 25 years (Python 3.11).
BYTES_OF_A_PROCESS = 750_000_000
BYTES_AT_FULL_SCALE = 750_000_000


def memory() -> int | None:
    """Bytes of memory free for new work, within the limit of the container; None where unknown."""
    found = [value for value in (_available(), _container_rest()) if value is not None]
    return min(found) if found else None


def memory_of_run(scale: float) -> int:
    """Bytes one run at ``scale`` may need at its peak."""
    return int(BYTES_OF_A_PROCESS + BYTES_AT_FULL_SCALE * scale)


def workers_that_fit(scale: float, tasks: int) -> int:
    """Workers to start: no more than tasks, processors, or runs of ``scale`` that fit into memory."""
    free = memory()
    fitting = processors() if free is None else free // memory_of_run(scale)
    return max(1, min(tasks, processors(), fitting))


def largest_scale() -> float | None:
    """The largest of the usual scales of which one run fits into memory; None where unknown."""
    free = memory()
    if free is None:
        return None
    usual = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
    return next((scale for scale in usual if memory_of_run(scale) <= free), usual[-1])


def _available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    kilobytes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(kilobytes[0]) * 1024 if kilobytes else None


def _container_rest() -> int | None:
    """What the control group (version 2) still allows."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text().strip()
        return None if limit == "max" else int(limit) - int((folder / "memory.current").read_text())
    except (OSError, ValueError):
        return None
