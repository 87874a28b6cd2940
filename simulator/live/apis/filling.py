"""Bodies of requests from their schemas: a value for every key that must not lack, or that siaga has one for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.live.apis.guess import TEXTS, is_of_verdict, name_of, word_for
from simulator.live.apis.openapi import Json, Spec
from simulator.scenario.source import UNPRINTABLE

DEEPEST = 4
"""How deep objects in a body are written out."""
MOST_KEYS = 40


@dataclass(frozen=True, slots=True)
class Use:
    """What a body is written for: the step, the names that it knows and, where its words differ, the verdict."""

    step: str
    known: frozenset[str]
    verdict: str = ""

    def name_of(self, key: str) -> str:
        """The known name that a key most likely stands for."""
        return name_of(key, self.known)

    def without(self, name: str) -> "Use":
        """The same where a name has another meaning."""
        return replace(self, known=self.known - {name})


def properties(spec: Spec, schema: Json, use: Use, indent: int, depth: int) -> Iterator[str]:
    """The lines of an object: keys that siaga has a value for, and those that must not lack."""
    required, written = schema.get("required") or [], set()
    for key, part in list((schema.get("properties") or {}).items())[:MOST_KEYS]:
        below, needed = spec.schema(part), key in required
        # Keys that differ in what cannot be printed only are one in the file.
        if scalar(key) in written:
            continue
        written.add(scalar(key))
        start = f"{' ' * indent}{scalar(key)}:"
        if below.get("type") == "object" or below.get("properties"):
            if depth < DEEPEST:
                yield from _object(spec, below, use, start, depth, needed=needed)
        elif below.get("type") == "array":
            yield from _array(spec, below, use, start, needed=needed)
        elif (name := use.name_of(key)) or needed or (use.verdict and is_of_verdict(key, below)):
            yield f"{start} {_duty(key, below, use.step) or _secret(key, use.step) or _value(key, below, name, use)}"


def _object(spec: Spec, schema: Json, use: Use, start: str, depth: int, *, needed: bool) -> Iterator[str]:
    """An object; one that may lack only where siaga has something to say in it."""
    indent = len(start) - len(start.lstrip()) + 2
    inner = list(properties(spec, schema, use.without("id"), indent, depth + 1))
    if needed or any("'{" in line or "# guess" in line for line in inner):
        yield start + ("" if inner else " {}")
        yield from inner


def _array(spec: Spec, schema: Json, use: Use, start: str, *, needed: bool) -> Iterator[str]:
    """A list: of the one value that siaga has for it, or an empty one where it must not lack."""
    key, items = start.strip().rstrip(":"), spec.schema(schema.get("items"))
    name = use.name_of(key) if items.get("type", "string") == "string" else ""
    if name:
        yield f"{start} ['{{{name}}}']"
    elif needed:
        yield f"{start} []  # fill in: list of {remark(items.get('type') or 'values')}"


def _duty(key: str, schema: Json, step: str) -> str:
    """Whether a call-taker is there, where a key says so."""
    says = schema.get("type") == "boolean" and re.search(r"duty|available|active|online|ready|signed", key.lower())
    return {"sign_on": "true", "sign_off": "false"}.get(step, "") if says else ""


def _secret(key: str, step: str) -> str:
    """The key of the exchange, where a log-in asks for one; it is not kept in the file."""
    return "'{key.intake}'" if step == "log_in" and re.search("secret|pass|pin", key.lower()) else ""


def _value(key: str, schema: Json, name: str, use: Use) -> str:
    """What stands for a key, and a remark."""
    words = [str(each) for each in schema.get("enum") or ()]
    if use.verdict and is_of_verdict(key, schema):
        word, choice = word_for(use.verdict, words), f"of {remark(', '.join(words[:10]))}"
        return f"{scalar(word or words[0])}  # {'guess' if word else f'fill in: {use.verdict}'}, {choice}"
    if name:
        return f"'{{{name}{'?' if name == 'number' else ''}}}'"
    if re.fullmatch(TEXTS, key.lower()) and schema.get("type", "string") == "string" and not words:
        return "siaga call" + (" {reference}" if key else "")
    if len(words) == 1:
        return scalar(words[0])
    made, said = _made(schema)
    return f"{made}  # fill in: {remark(said)}"


def _made(schema: Json) -> tuple[str, str]:
    """A value of a schema, and what it is one of."""
    kind, words = str(schema.get("type", "string")), [str(each) for each in schema.get("enum") or ()]
    if words:
        return scalar(words[0]), f"one of {', '.join(words[:10])}"
    for key in ("const", "default", "example"):
        if isinstance(schema.get(key), (str, int, float)):
            return scalar(str(schema[key])), f"{kind}, {key} {str(schema[key])[:40]}"
    plain = {
        "integer": str(schema.get("minimum", 1)),
        "number": str(schema.get("minimum", 1)),
        "boolean": "false",
        "array": "[]",
        "object": "{}",
    }
    return plain.get(kind, "siaga"), " ".join(f"{kind} {schema.get('format') or ''}".split())


def scalar(text: str) -> str:
    """A text as YAML has it, in quotes where it would be something else without; its braces are no template's."""
    line = remark(text).replace("{", "{{").replace("}", "}}")
    if re.fullmatch(r"[A-Za-z_.][\w .+/()=-]*", line, re.ASCII) and line.lower() not in {"null", "yes", "no", "true"}:
        return line
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,15})([.][0-9]+)?", line):
        return line
    return "'" + line.replace("'", "''") + "'"


def remark(text: object, longest: int = 200) -> str:
    """A text that may stand in one line of a file."""
    return " ".join(UNPRINTABLE.sub(" ", str(text)[:longest]).split())
