"""Picks: where in a reply a value stands.

    json .data.id              in the body, by keys and, in lists, by index or by the first entry that has a value:
                               .calls[0].id, .calls[state=ringing].id
    header X-Incident-Number   in a header
    cookie session             in a cookie that the reply sets
    location                   the last part of the path in the header Location; or what a pattern finds in it:
                               location /incidents/([0-9]+)
    text token=([a-z0-9]+)     what a pattern finds in the body: its first group, or all of it
    status                     the status itself

``?`` behind json or header means that the value may lack, and is empty then.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from simulator.live.contract import Response
from simulator.scenario.fixes import nearest
from simulator.scenario.units import refuse

KINDS = ("json", "header", "cookie", "location", "text", "status")
PICK_WANTED = "where a value stands in a reply: json .id, header NAME, cookie NAME, location, text PATTERN, or status"
_STEP = re.compile(r"""[.]([A-Za-z_$@][\w$@-]*)|\[([0-9]+)\]|\[([\w$@-]+)=([^\]]*)\]|[.]?\["([^"]*)"\]""")
MOST_SEARCHED = 1_000_000
"""Most characters of a body that a pattern is looked for in."""


class Missing(LookupError):  # noqa: N818  (the project's word)
    """A reply does not have a value where it was expected; the text says which."""


@dataclass(frozen=True, slots=True)
class Equals:
    """The first entry of a list whose ``key`` has this text."""

    key: str
    text: str


Step = str | int | Equals


class Reply:
    """A response whose JSON is read once, however many picks look into it."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self._read: list[Any] = []

    def json(self) -> Any:
        """The body read as JSON; raises Missing where it is none."""
        if not self._read:
            try:
                self._read.append(self.response.json())
            except (ValueError, TypeError, RecursionError) as error:
                raise Missing("no JSON in the body") from error
        return self._read[0]


@dataclass(frozen=True, slots=True)
class Pick:
    """Where a value stands: ``text`` as the file has it."""

    text: str
    kind: str
    name: str = ""
    path: tuple[Step, ...] = ()
    pattern: re.Pattern[str] | None = None
    optional: bool = False

    def find(self, reply: Reply) -> Any:
        """The value; raises Missing where it lacks and may not."""
        try:
            return _FINDERS[self.kind](self, reply)
        except Missing:
            if self.optional:
                return ""
            raise


def parse_pick(given: object) -> Pick:
    """The pick of a text; raises the validator's complaint where it is none."""
    if isinstance(given, Pick):
        return given
    text = str(given) if isinstance(given, str) else ""
    kind, _, rest = text.strip().partition(" ")
    if kind not in KINDS:
        hint = "begin with json: json " + text if text.startswith((".", "$")) else nearest(kind, KINDS)
        raise refuse(PICK_WANTED, given, hint)
    return _PARSERS[kind](text, kind, rest.strip())


def _named(text: str, kind: str, rest: str) -> Pick:
    name = rest.rstrip("?")
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        raise refuse(f"{kind} and its name", text, f"write {kind} X-Call-Id" if kind == "header" else "")
    return Pick(text, kind, name, optional=rest.endswith("?"))


def _json(text: str, kind: str, rest: str) -> Pick:
    path, steps, at = rest.rstrip("?").removeprefix("$"), list[Step](), 0
    wanted = "json and a path, such as json .data.id or json .calls[0].id"
    while at < len(path):
        found = _STEP.match(path, at)
        if not found:
            hint = f"write json .{path}" if re.match(r"[A-Za-z_]", path) else ""
            raise refuse(wanted, text, hint)
        key, index, name, value, odd = found.groups()
        steps.append(int(index) if index else Equals(name, value) if name else key if key is not None else odd)
        at = found.end()
    if not rest:
        raise refuse(wanted, text)
    return Pick(text, kind, path=tuple(steps), optional=rest.endswith("?"))


def _pattern(text: str, kind: str, rest: str) -> Pick:
    if kind == "text" and not rest:
        raise refuse('text and a pattern, such as text name="token" value="([^"]+)"', text)
    try:
        return Pick(text, kind, pattern=re.compile(rest) if rest else None)
    except (re.error, OverflowError, RecursionError) as error:
        raise refuse(f"a pattern that can be read ({error})", text) from error


def _bare(text: str, kind: str, rest: str) -> Pick:
    if rest:
        raise refuse("status, and nothing behind it", text, "write status")
    return Pick(text, kind)


def _in_json(pick: Pick, reply: Reply) -> Any:
    value, walked = reply.json(), ""
    for step in pick.path:
        value = _below(value, step)
        walked += f"[{step}]" if isinstance(step, int) else f".{step.key}" if isinstance(step, Equals) else f".{step}"
        if value is None:
            raise Missing(f"no value at {walked} in the JSON body")
    return value


def _below(value: Any, step: Step) -> Any:
    if isinstance(step, Equals):
        entries = value if isinstance(value, list) else []
        return next((each for each in entries if isinstance(each, dict) and str(each.get(step.key)) == step.text), None)
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _in_header(pick: Pick, reply: Reply) -> str:
    value = reply.response.headers.get(pick.name)
    if value is None:
        raise Missing(f"no header {pick.name}")
    return value


def _in_cookie(pick: Pick, reply: Reply) -> str:
    said = reply.response.headers.get("Set-Cookie") or ""
    found = re.search(rf"(?:^|[,;\s]){re.escape(pick.name)}=([^;,\s]*)", said)
    if not found:
        raise Missing(f"no cookie {pick.name}")
    return found[1]


def _in_location(pick: Pick, reply: Reply) -> str:
    value = reply.response.headers.get("Location")
    if value is None:
        raise Missing("no header Location")
    if pick.pattern is None:
        return unquote(urlsplit(value).path.rstrip("/").rsplit("/", 1)[-1])
    return _found(pick.pattern, value, "the header Location")


def _in_text(pick: Pick, reply: Reply) -> str:
    if pick.pattern is None:
        raise Missing("no pattern")
    return _found(pick.pattern, (reply.response.text or "")[:MOST_SEARCHED], "the body")


def _found(pattern: re.Pattern[str], text: str, where: str) -> str:
    found = pattern.search(text)
    if not found:
        raise Missing(f"nothing like {pattern.pattern} in {where}")
    return str((found[1] if pattern.groups else found[0]) or "")


_PARSERS: dict[str, Callable[[str, str, str], Pick]] = {
    "json": _json,
    "header": _named,
    "cookie": _named,
    "location": _pattern,
    "text": _pattern,
    "status": _bare,
}
_FINDERS: dict[str, Callable[[Pick, Reply], Any]] = {
    "json": _in_json,
    "header": _in_header,
    "cookie": _in_cookie,
    "location": _in_location,
    "text": _in_text,
    "status": lambda _, reply: reply.response.status_code,
}
