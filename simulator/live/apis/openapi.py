"""An OpenAPI 3 description read as far as an API needs it: operations, their bodies, replies and keys.

Nothing is fetched: a ``$ref`` must point into the file. Whatever the file holds, reading it is bounded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from simulator.live.apis.shapes import METHODS, at, faults, is_absent, key_text
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.fixes import listed
from simulator.scenario.source import read_bytes

LARGEST = 20_000_000
DEEPEST = 30
MOST_OPERATIONS = 5_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its parts with every ``$ref`` at their top resolved."""

    method: str
    path: str
    words: str
    """Its id, summary and tags, in small letters."""
    parameters: tuple[Json, ...]
    body: Json
    """The schema of its body; empty without one."""
    form: bool
    replies: dict[str, Json]
    security: tuple[str, ...]
    """Names of the schemes that it may be called with."""

    @property
    def last(self) -> str:
        """The last part of the path that is no parameter, in small letters."""
        return next((part.lower() for part in reversed(self.path.split("/")) if part and "{" not in part), "")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the parameters in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{") and part.endswith("}"))


class Spec:
    """A description."""

    def __init__(self, tree: Json, file: str) -> None:
        self.tree, self.file = tree, file
        self._schemas: dict[int, Json] = {}
        """Schemas in one piece by the identity of the part of the tree: each is made once, however often it is used."""

    @property
    def title(self) -> str:
        """What the API is called."""
        info = self._mapping(self.tree.get("info"))
        return " ".join(f"{info.get('title') or ''} {info.get('version') or ''}".split()) or "an API"

    @property
    def prefix(self) -> str:
        """The path that its servers put before every path."""
        servers = self.tree.get("servers")
        first = self._mapping(servers[0]) if isinstance(servers, list) and servers else {}
        path = urlsplit(str(first.get("url") or "")).path.rstrip("/")
        return "" if "{" in path or not path else f"/{path.lstrip('/')}"

    @property
    def schemes(self) -> dict[str, Json]:
        """The security schemes by name."""
        found = self._mapping(self._mapping(self.tree.get("components")).get("securitySchemes"))
        return {name: self.resolved(scheme) for name, scheme in found.items()}

    def operations(self) -> list[Operation]:
        """Every operation, in the order of the file."""
        found: list[Operation] = []
        for path, item in self._mapping(self.tree.get("paths")).items():
            if not str(path).startswith("/"):
                continue  # an extension (x-...)
            shared = self.resolved(item)
            for method in METHODS:
                if isinstance(shared.get(method), dict) and len(found) < MOST_OPERATIONS:
                    found.append(self._operation(method, str(path), shared, shared[method]))
        return found

    def resolved(self, part: Any) -> Json:
        """A part, its ``$ref`` followed; empty where it leads nowhere, or out of the file."""
        for _ in range(DEEPEST):
            if not isinstance(part, dict):
                return {}
            ref = part.get("$ref")
            if not isinstance(ref, str):
                return part
            part = at(self.tree, ref)[1]
        return {}

    def schema(self, part: Any) -> Json:
        """A schema in one piece: ``$ref`` followed, ``allOf`` joined, of a choice the first that is not null."""
        return self._whole(part, 0)

    def _whole(self, part: Any, depth: int) -> Json:
        resolved = self.resolved(part)
        known = self._schemas.get(id(resolved)) if resolved else {}
        if known is None:
            known = self._schemas[id(resolved)] = {}  # what leads back to itself adds nothing
            known |= self._in_one_piece(resolved, depth)
        return known

    def _in_one_piece(self, resolved: Json, depth: int) -> Json:
        found = _sound(resolved)
        if depth > DEEPEST:
            return found
        for each in self._list(found.pop("allOf", None)):
            below = self._whole(each, depth + 1)
            found = {**below, **found, **_joined(below, found)}
        for key in ("anyOf", "oneOf"):
            choices = [self._whole(each, depth + 1) for each in self._list(found.pop(key, None))[:20]]
            told = [each for each in choices if each.get("type") != "null"]
            found = {**(told[0] if told else {}), **found}
        return found

    def _operation(self, method: str, path: str, shared: Json, own: Json) -> Operation:
        parameters = [
            self.resolved(each) for each in (*self._list(shared.get("parameters")), *self._list(own.get("parameters")))
        ]
        content = self._mapping(self.resolved(own.get("requestBody")).get("content"))
        kind = next((each for each in content if "json" in each), next(iter(content), ""))
        replies = {str(status): self.resolved(reply) for status, reply in self._mapping(own.get("responses")).items()}
        words = " ".join(str(own.get(key) or "") for key in ("operationId", "summary"))
        tags = " ".join(map(str, self._list(own.get("tags"))))
        return Operation(
            method.upper(),
            path,
            f"{words} {tags}".lower(),
            tuple(each for each in parameters if each.get("name")),
            self.schema(self._mapping(content.get(kind)).get("schema")),
            "form" in kind,
            replies,
            tuple(self._security(own)),
        )

    def _security(self, own: Json) -> Iterator[str]:
        for choice in self._list(own.get("security", self.tree.get("security"))):
            if isinstance(choice, dict):
                yield from map(str, choice)

    @staticmethod
    def _mapping(part: Any) -> Json:
        return part if isinstance(part, dict) else {}

    @staticmethod
    def _list(part: Any) -> list[Any]:
        return part if isinstance(part, list) else []


def _sound(schema: Json) -> Json:
    """A schema without what has no meaning: properties that are no mapping, words that are none, several types."""
    found = dict(schema)
    for key, kind in (("properties", dict), ("required", list), ("enum", list)):
        if not isinstance(found.get(key, kind()), kind):
            del found[key]
    for key in ("required", "enum"):
        if key in found:
            found[key] = [str(each) for each in found[key] if isinstance(each, (str, int, float)) and each != ""]
    kinds = found.get("type")
    told = [str(each) for each in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(each, str)]
    found["type"] = next((each for each in told if each != "null"), "null" if told else None)
    return {key: value for key, value in found.items() if value is not None}


def _joined(first: Json, second: Json) -> Json:
    """Properties and required keys of two schemas together."""
    properties = {**(first.get("properties") or {}), **(second.get("properties") or {})}
    required = [*(first.get("required") or []), *(second.get("required") or [])]
    return {key: value for key, value in (("properties", properties), ("required", required)) if value}


def read_spec(path: Path) -> Spec:
    """The description in a file, in JSON or YAML; raises BadInput."""
    text = read_bytes(path, LARGEST).decode("utf-8-sig", "replace")
    try:
        tree = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _LOADER)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise BadInput([_unread(error, path)]) from None
    if not isinstance(tree, dict) or is_absent(tree.get("paths")):
        given = f"the keys {listed(map(key_text, tree))}" if isinstance(tree, dict) else "something else"
        hint = "give the file that the API serves, often at /openapi.json"
        if isinstance(tree, dict) and "swagger" in tree:
            hint = "OpenAPI 2 (Swagger) has to be converted first"
        raise BadInput([Fault("an OpenAPI 3 description: openapi, info, paths", given, "", str(path), hint=hint)])
    if not str(tree.get("openapi", "")).startswith("3"):
        given = quoted(tree.get("openapi") or tree.get("swagger") or "")
        hint = "convert it to OpenAPI 3 first; or write the API by hand, see docs/guides/apis.md"
        raise BadInput([Fault("OpenAPI 3", given, "openapi", str(path), hint=hint)])
    if wrong := faults(tree, str(path), text):
        raise BadInput(wrong)
    return Spec(tree, path.name)


_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Every scalar stays the text that was written."""


def _unread(error: Exception, path: Path) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line, column = (
        (mark.line + 1, mark.column + 1) if mark else (getattr(error, "lineno", 0), getattr(error, "colno", 0))
    )
    given = str(getattr(error, "problem", None) or getattr(error, "msg", None) or error or type(error).__name__)
    hint = "correct it there, or give the file that the API serves, often at /openapi.json"
    return Fault("an OpenAPI 3 description in JSON or YAML", given, "", str(path), line, column, hint)
