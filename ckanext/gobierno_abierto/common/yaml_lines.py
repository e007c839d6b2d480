"""Pure: YAML that remembers where each entry stands, so that an error can say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

#: The error to raise; called with `place` (`workflow.yaml:12`), `problem` and `fix` (whole sentences).
Problem = Callable[..., Exception]


class Entry(dict[str, Any]):
    """A mapping of a YAML file, with the file's name, the line (from 1) where it begins, and the line of each key."""

    file: str = ""
    line: int = 0
    key_lines: dict[str, int]

    @property
    def place(self) -> str:
        """`organizations.yaml:12`."""
        return f"{self.file}:{self.line}"

    def place_of(self, key: str) -> str:
        """Where a key stands; the entry's own place for one that it lacks."""
        return f"{self.file}:{self.key_lines.get(key, self.line)}"


class _Loader(yaml.SafeLoader):
    """Safe, refuses a key written twice, and keeps what looks like a date as the text that it is."""

    file = ""
    problem: Problem

    def construct_entry(self, node: yaml.MappingNode) -> Entry:
        self._refuse_repeated(node)
        self.flatten_mapping(node)
        entry = Entry()
        entry.file, entry.line = self.file, node.start_mark.line + 1
        entry.key_lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
        for key_node, value_node in node.value:
            entry[str(key_node.value)] = self.construct_object(value_node, deep=True)
        return entry

    def construct_text(self, node: yaml.ScalarNode) -> str:
        return str(node.value)

    def _refuse_repeated(self, node: yaml.MappingNode) -> None:
        # Before merges (`<<`) are flattened: overriding what a merge brings is what they are for.
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value in seen:
                raise self.problem(
                    place=f"{self.file}:{key_node.start_mark.line + 1}",
                    problem=f"la clave «{getattr(key_node, 'value', '?')}» está repetida o no es un texto.",
                    fix="Deje una sola, y que sea un texto.",
                )
            seen.add(key_node.value)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _Loader.construct_entry)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_text)


def read(path: Path, problem: Problem, begin: str) -> Entry:
    """The file's one mapping. `begin` is a sentence: how such a file begins.

    Raises what `problem` makes when it cannot be read, is not YAML, or holds something else than a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise problem(
            place=str(path), problem=f"no se puede leer ({error}).", fix="Debe ser un archivo de texto en UTF-8."
        ) from error
    try:
        found = _parse(path.name, text, problem)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise problem(
            place=f"{path.name}:{line}",
            problem=f"no es YAML válido ({error.problem}).",
            fix="Revise los espacios al inicio, las comillas y los dos puntos de esa línea y la anterior.",
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise problem(
            place=path.name,
            problem="tiene caracteres o valores que YAML no admite.",
            fix="Escriba entre comillas los valores que no son palabras y guárdelo de nuevo como UTF-8.",
        ) from error
    if not isinstance(found, Entry):
        raise problem(place=f"{path.name}:1", problem="no tiene ninguna lista con nombre.", fix=begin)
    return found


def _parse(name: str, text: str, problem: Problem) -> Any:
    loader = _Loader(text)
    loader.file, loader.problem = name, problem
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
