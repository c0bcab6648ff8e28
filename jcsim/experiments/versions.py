"""Versions of everything a result may depend on."""

from __future__ import annotations

import platform
from importlib import metadata

from jcsim import __version__

PACKAGES = (
    "mesa", "numpy", "numba", "llvmlite", "pandas", "pyarrow", "networkx", "pydantic", "PyYAML",
    "duckdb", "matplotlib", "solara", "typer",
)  # fmt: skip


class Versions(dict[str, str]):
    """Name -> version; printed as a small table."""

    def __init__(self) -> None:
        super().__init__(jcsim=__version__, python=platform.python_version(), system=platform.platform())
        for name in PACKAGES:
            try:
                self[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                self[name] = "not installed"

    def __repr__(self) -> str:
        width = max(map(len, self))
        return "\n".join(f"{name:<{width}}  {version}" for name, version in self.items())

    __str__ = __repr__


def show_versions() -> Versions:
    """Versions of Python, the system and the packages jcsim uses; shown as a table."""
    return Versions()
