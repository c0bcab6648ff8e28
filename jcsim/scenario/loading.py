"""Finding, reading and merging scenario files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jcsim.errors import InputError
from jcsim.instruments import load_instruments
from jcsim.scenario.model import OFF, Scenario
from jcsim.validation import Place, Source, YamlPath, unknown
from jcsim.yamlfile import load_yaml

MERGED = ("assumptions", "instruments")  # merged entry by entry; every other key is replaced


def scenario_folder() -> Path:
    """Where the shipped scenarios stand: in the installed package, else beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def list_scenarios() -> list[str]:
    """Names of the shipped scenarios, sorted."""
    return sorted(path.stem for path in scenario_folder().glob("*.yaml"))


def load_scenario(case: str | Path | Mapping[str, Any] | Scenario) -> Scenario:
    """A scenario with all it inherits, validated.

    Parameters
    ----------
    case : name of a shipped scenario; path of a file (a Path, or text with a slash or ending in
        ``.yaml``); a dict in the form of a file, whose ``name`` and ``title`` may be left out; or a
        Scenario, returned as it is

    Raises
    ------
    InputError
        Where, what was given, what is allowed and the nearest name. Places and series are checked by
        ``Scenario.check`` once a region is known.
    """
    if isinstance(case, Scenario):
        return case
    if isinstance(case, Mapping):
        name = case.get("name", "custom")
        named = {"name": name, "title": {"zh": str(name), "en": str(name)}}
        return _build(named | dict(case), Source(), Path(), ())
    if not isinstance(case, (str, Path)):
        raise InputError("not a scenario", given=case, allowed="a name, a path, a dict or a Scenario")
    if isinstance(case, Path) or _is_path(case):
        return _from_file(Path(case), ())
    if case not in list_scenarios():
        raise InputError("unknown scenario", **unknown(case, list_scenarios()))
    return _from_file(scenario_folder() / f"{case}.yaml", ())


def _is_path(text: str) -> bool:
    return "/" in text or text.endswith((".yaml", ".yml"))


def _from_file(path: Path, children: tuple[Path, ...]) -> Scenario:
    document = load_yaml(path)
    return _build(document.mapping(), document, path.parent, (*children, path.resolve()))


def _build(raw: dict[str, Any], source: Source, folder: Path, files: tuple[Path, ...]) -> Scenario:
    """The scenario of one file's data; ``files`` are this file and those that extend it, last first."""
    if raw.get("extends") is not None:
        base = _base(raw["extends"], source, folder, files)
        raw, source = _merge(base.as_dict(), raw), _merged_places(base._source, source)
    scenario = source.validate(Scenario, _without_off(raw))
    scenario._source = source
    return scenario


def _base(extends: object, source: Source, folder: Path, files: tuple[Path, ...]) -> Scenario:
    """The scenario named by ``extends``: a shipped name, or a file beside this one."""
    names = list_scenarios()
    if not isinstance(extends, str):
        raise source.error("not a scenario", ("extends",), given=extends, allowed=", ".join(names))
    path = folder / extends if _is_path(extends) else scenario_folder() / f"{extends}.yaml"
    if not path.is_file():
        allowed = f"{', '.join(names)}, or a .yaml file beside this one"
        about = unknown(extends, names) | {"allowed": allowed}
        raise source.error("unknown scenario", ("extends",), **about)
    if path.resolve() in files:
        raise source.error(
            "extends itself in a circle",
            ("extends",),
            given=extends,
            allowed="a scenario that ends the chain",
        )
    return _from_file(path, files)


def _merge(base: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """The child's keys over the base's; an instrument's or series' entry replaces the base's whole."""
    identity = {"name", "title"}
    merged = {key: value for key, value in base.items() if key not in identity} | child
    for key in MERGED:
        if isinstance(child.get(key), Mapping):
            merged[key] = {**base[key], **child[key]}
    return merged


def _without_off(raw: dict[str, Any]) -> dict[str, Any]:
    """Drop the instruments that are switched off (unknown names stay, to be refused)."""
    instruments = raw.get("instruments")
    if not isinstance(instruments, Mapping):
        return raw
    known = load_instruments()
    kept = {
        name: settings
        for name, settings in instruments.items()
        if not (name in known and (settings is False or settings == OFF))
    }
    return raw | {"instruments": kept}


def _merged_places(base: Source, child: Source) -> Source:
    """Where each value of a merged scenario stands: in the file that wrote it."""

    def entry(path: YamlPath) -> YamlPath:
        return path[:2] if path and path[0] in MERGED else path[:1]

    replaced = {entry(path) for path in child.places}
    inherited: dict[YamlPath, Place] = {p: v for p, v in base.places.items() if entry(p) not in replaced}
    return Source(child.file, inherited | child.places)
