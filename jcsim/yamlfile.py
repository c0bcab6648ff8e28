"""YAML files that know the line of every value.

The dialect is YAML 1.2's core schema with underscores allowed in numbers (``20_000``): only ``true``
and ``false`` are booleans, ``off`` and dates are text, and a key may stand only once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from jcsim.errors import InputError
from jcsim.validation import Place, Source, YamlPath

MOST_NODES = 200_000  # aliases of aliases can grow without end: refuse before memory does


_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_SCALARS = (
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|", ("~", "n", "")),
    ("int", r"[-+]?(?:0|[1-9][0-9_]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)", "-+0123456789"),
    ("float", r"[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
)


class _Loader(yaml.SafeLoader):
    """A safe loader with the scalars of the dialect above instead of PyYAML's."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


class Document(Source):
    """One YAML file (or text) read: ``data`` and the line of every node."""

    def __init__(self, data: object, file: str | Path | None, places: Mapping[YamlPath, Place]) -> None:
        super().__init__(file, places)
        self.data = data

    def line_of(self, path: str | Sequence[str | int]) -> int | None:
        """Line of a dotted (``a.b.0``) or stepwise path, or of its nearest known parent."""
        steps = [int(s) if s.isdigit() else s for s in path.split(".")] if isinstance(path, str) else path
        return self.locate(steps).line

    def mapping(self) -> dict[str, Any]:
        """``data``, which must be a mapping."""
        if not isinstance(self.data, dict):
            raise self.error(
                "the file is empty" if self.data is None else "the file holds no mapping",
                allowed="lines of the form 'key: value'",
            )
        return self.data


def load_yaml(path: str | Path) -> Document:
    """Read one YAML file.

    Raises
    ------
    InputError
        The file is missing, unreadable, not YAML, or has a key twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", file=path) from None
    except UnicodeDecodeError:
        raise InputError("the file is not text in UTF-8", file=path) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path) from None
    return parse_yaml(text, path)


def parse_yaml(text: str, file: str | Path | None = None) -> Document:
    """Read YAML text; ``file`` is the name shown in errors."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        places: dict[YamlPath, Place] = {(): Place(None if file is None else str(file), 1)}
        data = None if root is None else _Builder(loader, file, places).build(root, (), ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        line = None if mark is None else mark.line + 1
        raise InputError(f"broken YAML: {problem}", file=file, line=line) from None
    finally:
        loader.dispose()
    return Document(data, file, places)


class _Builder:
    """Turns a tree of YAML nodes into data, noting lines and refusing what YAML lets pass."""

    def __init__(self, loader: _Loader, file: str | Path | None, places: dict[YamlPath, Place]) -> None:
        self.loader, self.file, self.places = loader, file, places

    def build(self, node: yaml.Node, path: YamlPath, parents: tuple[int, ...]) -> object:
        if id(node) in parents:
            raise self._error("an anchor holds itself", node, path)
        if len(self.places) > MOST_NODES:
            raise self._error(f"more than {MOST_NODES} values", node, path)
        if isinstance(node, yaml.CollectionNode) and node.tag not in _COLLECTIONS:
            raise self._error("a tag is not allowed", node, path, given=node.tag)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, (*parents, id(node)))
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path, (*parents, id(node)))
        try:
            return self.loader.construct_object(node)
        except ValueError:
            raise self._error("cannot be read", node, path, given=node.value) from None

    def _mapping(self, node: yaml.MappingNode, path: YamlPath, parents: tuple[int, ...]) -> dict[str, object]:
        built: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error("a key must be a plain word", key_node, path)
            key = str(key_node.value)
            here = (*path, key)
            if key in built:
                first = self.places[here].line
                raise self._error(f"the key stands twice (first in line {first})", key_node, here, given=key)
            self.places[here] = self._place(key_node)
            built[key] = self.build(value_node, here, parents)
        return built

    def _sequence(self, node: yaml.SequenceNode, path: YamlPath, parents: tuple[int, ...]) -> list[object]:
        built = []
        for position, item in enumerate(node.value):
            self.places[(*path, position)] = self._place(item)
            built.append(self.build(item, (*path, position), parents))
        return built

    def _place(self, node: yaml.Node) -> Place:
        return Place(None if self.file is None else str(self.file), node.start_mark.line + 1)

    def _error(self, problem: str, node: yaml.Node, path: YamlPath, given: object = None) -> InputError:
        field = ".".join(map(str, path)) or None
        return InputError(problem, file=self.file, line=self._place(node).line, field=field, given=given)
