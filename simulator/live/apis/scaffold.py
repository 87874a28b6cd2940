"""An API's file from an OpenAPI description: what was found, what is guessed, and what is left to fill in.

The file loads as it is. ``# guess:`` says why something was chosen, ``# fill in:`` marks a value that nobody but its
author can know.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from simulator.live.apis.filling import Use, properties, remark, scalar
from simulator.live.apis.guess import SAID_BY, name_of, steps_of
from simulator.live.apis.model import STEPS
from simulator.live.apis.names import KNOWN, NAMED_BY
from simulator.live.apis.openapi import Json, Operation, Spec, read_spec
from simulator.live.apis.read import api_of
from simulator.live.apis.replies import IDS, described, path_of, state_of
from simulator.scenario.errors import BadInput, Fault
from simulator.tables.files import write_text

MOST_LISTED = 100
"""Most operations that are listed as not used."""
PLAIN_HEADER = r"[A-Za-z][A-Za-z0-9_.-]*"
"""Names of headers and cookies that stand in the file as they are."""
NORMAL = {"ring": "answered", "hang_up": "ended", "next_call": "answered", "verdict": "ended"}
"""What success means to a step, where it is not just done."""


def scaffold(path: Path) -> str:
    """The text of an API's file for the API that an OpenAPI description describes; raises BadInput."""
    return "\n".join(_Writer(read_spec(path)).lines()) + "\n"


def new_api(file: Path, openapi: Path | None) -> list[str]:
    """Write an API's file from a description; what to say of it. A file that exists is left alone; raises BadInput."""
    if openapi is None:
        hint = "without one begin with the example in docs/guides/apis.md"
        raise BadInput([Fault("the description of the API: --openapi SPEC", "none", "--openapi", hint=hint)])
    if file.suffix not in {".yaml", ".yml"}:
        raise BadInput([Fault("a file in YAML", str(file), "FILE", hint=f"write {file.with_suffix('.yaml')}")])
    if file.exists():
        raise BadInput([Fault("a file that does not exist yet", str(file), "FILE", hint="name another one")])
    text = scaffold(openapi)
    api_of(text, str(file))
    try:
        write_text(file, text)
    except OSError as error:
        given = error.strerror or str(error)
        raise BadInput([Fault("a file that can be written", given, "FILE", str(file))]) from None
    return said_of(text, file)


def said_of(text: str, file: Path) -> list[str]:
    """What a scaffold found and left open, and how to go on."""
    lines = text.splitlines()
    steps = [step for step in ("log_in", *STEPS) if f"  {step}:" in lines]
    lacking = [step for step in STEPS if step not in steps]
    left = [
        f"{file}:{nth}: {line.split('#', 1)[1].strip()}" for nth, line in enumerate(lines, 1) if "# fill in:" in line
    ]
    return [
        f"wrote {file}: {', '.join(steps)}",
        *([f"not found: {', '.join(lacking)}"] if lacking else []),
        *left,
        f"read it, then try it: siaga api try {file} --host http://127.0.0.1:8000",
    ]


class _Writer:
    """Lines of an API's file."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        operations = spec.operations()
        self.steps = steps_of(operations)
        self.queue = "next_call" in self.steps
        self.settings: dict[str, str] = {}
        self.operations = operations
        self.count = len(operations)

    def lines(self) -> Iterator[str]:
        """The whole file; steps are written first, since they say which settings are needed."""
        if not self._logs_in():
            self.steps.pop("log_in", None)
        steps = [line for step in ("log_in", *STEPS) for line in self._step(step)]
        yield from self._head()
        yield from self._settings()
        yield from self._headers()
        yield from steps
        yield from self._unused()

    def _head(self) -> Iterator[str]:
        yield f"# An API for siaga, from {remark(self.spec.file)} ({self.count} operations)."
        yield "# Read every line marked guess, and put a value where it says fill in; see docs/guides/apis.md."
        yield "api:"
        yield f"  title: {scalar(remark(self.spec.title) or 'an API')}"
        if self.queue:
            yield "  queue: yes                 # guess: call-takers fetch their calls"

    def _settings(self) -> Iterator[str]:
        if self.settings:
            yield "  settings:"
            yield from (f"    {name}: '1'  # fill in: {remark(said)}" for name, said in self.settings.items())

    def _logs_in(self) -> bool:
        """Whether a log-in brings the token that is shown."""
        kinds = {(each.get("type"), str(each.get("scheme", "")).lower()) for each in self.spec.schemes.values()}
        return (
            "log_in" in self.steps and bool(kinds & {("http", "bearer"), ("oauth2", "")}) and self._token() is not None
        )

    def _token(self) -> list[str] | None:
        """Where the log-in's reply has the token."""
        reply = self._success(self.steps["log_in"])
        return path_of(self.spec, self._schema(reply), ("token", "access_token", "accessToken", "jwt", "id_token"))

    def _headers(self) -> Iterator[str]:
        used = [name for step, each in self.steps.items() if step != "log_in" for name in each.security]
        for name in dict.fromkeys(used):
            if line := self._header(self.spec.schemes.get(name, {})):
                yield "  headers:"
                yield f"    {line}"
                return
            yield f"  # fill in: how {remark(name)} is shown, by {{key.intake}}, {{key.desk}} or {{key.supervisor}}"

    def _header(self, scheme: Json) -> str:
        kind, name = scheme.get("type"), str(scheme.get("name") or "")
        shown = "{token}" if "log_in" in self.steps else "{key}"
        if kind == "apiKey" and not re.fullmatch(PLAIN_HEADER, name):
            return ""
        if kind == "apiKey" and scheme.get("in") == "header":
            return f"{name}: '{{key}}'  # the key of the step's role: --key intake=... --key desk=..."
        if kind == "apiKey" and scheme.get("in") == "cookie":
            return f"Cookie: '{name}={{key}}'"
        if kind == "http" and str(scheme.get("scheme", "")).lower() == "basic":
            return "Authorization: 'Basic {key}'  # the key is user:password in base64"
        if kind in {"http", "oauth2", "openIdConnect"}:
            return f"Authorization: 'Bearer {shown}'"
        return ""

    def _step(self, step: str) -> Iterator[str]:
        operation = self.steps.get(step)
        if operation is None:
            yield from self._lacking(step)
            return
        known = {*KNOWN[step], "now", *(["id"] if step in NAMED_BY else [])}
        line = f"send: {operation.method} {self._path(step, operation, known)}"
        guess = f"# guess: {remark(operation.words, 70) or 'by its path'}"
        more = list(self._expect(step, operation))
        bodies = {
            verdict: list(self._body(Use(step, frozenset(known), verdict), operation))
            for verdict in (SAID_BY if step == "verdict" else [""])
        }
        yield ""
        yield f"  {step}:"
        if len(set(map(tuple, bodies.values()))) == 1:
            yield f"    {line}  {guess}"
            yield from (*next(iter(bodies.values())), *more)
            return
        for verdict, body in bodies.items():
            yield f"    - {line}  {guess}"
            yield f"      when: {{verdict: {verdict}}}"
            yield from (f"  {each}" for each in (*body, *more))

    def _lacking(self, step: str) -> Iterator[str]:
        if step == "ring":
            yield ""
            yield "  ring:"
            yield "    send: POST /  # fill in: where a call comes in; no operation looked like it"
            if self._id_is_used("ring"):
                yield "    capture: {id: json .id}  # fill in: where the reply has the API's own name of the call"
        elif step == "verdict":
            yield ""
            yield "  # fill in: verdict, if the API is told what a call was: send: POST /calls/{id}/verdict"

    def _path(self, step: str, operation: Operation, known: set[str]) -> str:
        parts = re.split(r"\{([^{}]*)\}", self.spec.prefix + operation.path)
        path = "".join(
            self._input(step, part, known) if nth % 2 else quote(part, safe="/:@!$&()*+,;=~-._%", errors="replace")
            for nth, part in enumerate(parts)
        )
        pairs = [
            pair
            for each in operation.parameters
            if each.get("in") == "query" and (pair := self._pair(step, each, known))
        ]
        return path + ("?" + "&".join(pairs) if pairs else "")

    def _pair(self, step: str, parameter: Json, known: set[str]) -> str:
        """A parameter of the query that must not lack, or says how long to wait."""
        key = str(parameter["name"])
        name = name_of(key, known)
        needed = str(parameter.get("required")).lower() == "true" or name == "wait_s"
        said = quote(key, safe="", errors="replace")
        return f"{said}={f'{{{name}}}' if name else self._input(step, key, set())}" if needed else ""

    def _input(self, step: str, given: str, known: set[str]) -> str:
        """The name that stands for a parameter; a setting where siaga has none."""
        name = name_of(given, known)
        if not name and "id" in known and re.search(r"id|key|number|call", given.lower()):
            name = "id"
        if not name:
            plain = re.sub(r"\W+", "_", given, flags=re.ASCII).strip("_").lower()[:40]
            name = "my_" + (plain or "parameter")
            self.settings.setdefault(name, f"{given}, of {step}")
        return f"{{{name}}}"

    def _unused(self) -> Iterator[str]:
        """What else the API has, for whoever looks for a step that was not found."""
        others = [each for each in self.operations if each not in self.steps.values()]
        if others:
            yield ""
            yield "# Not used:"
            yield from (
                f"#   {each.method} {remark(each.path, 100)}  {remark(each.words, 70)}".rstrip()
                for each in others[:MOST_LISTED]
            )
        if len(others) > MOST_LISTED:
            yield f"#   and {len(others) - MOST_LISTED} more"

    def _body(self, use: Use, operation: Operation) -> Iterator[str]:
        if not operation.body.get("properties"):
            if operation.body:
                yield "    json: {}  # fill in: the body"
            return
        lines = list(properties(self.spec, operation.body, use, 6, 0))
        yield f"    {'form' if operation.form else 'json'}:{'' if lines else ' {}'}"
        yield from lines

    def _expect(self, step: str, operation: Operation) -> Iterator[str]:
        normal = "queued" if step == "ring" and self.queue else NORMAL.get(step, "done")
        states, words = dict[str, str](), dict[str, str]()
        for status, reply in sorted(operation.replies.items()):
            if re.fullmatch("2[0-9][0-9]|2[xX][xX]", status):
                said, words = self._told(step, reply)
                states[status.lower()] = said or described(step, reply) or normal
            elif re.fullmatch("[3-5][0-9][0-9]", status) and (meant := described(step, reply)):
                states[status] = meant
        if states:
            yield f"    expect: {{{', '.join(f'{status}: {scalar(meant)}' for status, meant in states.items())}}}"
        if words:
            yield f"    states: {{{', '.join(f'{scalar(word)}: {state}' for word, state in words.items())}}}  # guess"
        yield from self._capture(step, operation)

    def _told(self, step: str, reply: Json) -> tuple[str, dict[str, str]]:
        """Where a reply says the state, and what its words most likely mean."""
        schema = self._schema(reply)
        for key in ("state", "status"):
            found = self.spec.schema((schema.get("properties") or {}).get(key))
            words = [str(each) for each in found.get("enum") or ([found["const"]] if "const" in found else [])]
            meant = {word: state_of(step, word, self.queue) for word in words}
            if words and any(meant.values()):
                return f"json .{key}", {word: state for word, state in meant.items() if state and state != word}
        return "", {}

    def _capture(self, step: str, operation: Operation) -> Iterator[str]:
        reply = self._success(operation)
        picks, left = dict[str, str](), ""
        if step == "log_in" and (path := self._token()):
            picks["token"] = "json " + "".join(path)
        if step in {"ring", "next_call"}:
            found = self._id(reply)
            if found or self._id_is_used(step):
                picks["id"] = found or "json .id"
                left = "" if found else "  # fill in: where the reply has the API's own name of the call"
            elif step == "ring":
                yield "    # fill in: capture: {id: json .data.id}, if the reply has the API's own name of the call"
        if step == "next_call":
            path = path_of(self.spec, self._schema(reply), ("reference", "external_id", "call_reference"))
            picks["reference"] = "json " + ("".join(path) if path else ".reference")
            left = left if path else "  # fill in: where the reply has what ring sent as reference"
        if step == "listed" and "action" in (self._schema(reply).get("properties") or {}):
            picks["action"] = "json .action"
        if picks:
            yield f"    capture: {{{', '.join(f'{name}: {scalar(pick)}' for name, pick in picks.items())}}}{left}"

    def _id_is_used(self, giver: str) -> bool:
        """Whether a later step needs the id that this one would have to capture."""
        users = [each for each in NAMED_BY if (each == "verdict" and self.queue) == (giver == "next_call")]
        return any("{id}" in line for each in users if each in self.steps for line in self._step(each))

    def _id(self, reply: Json) -> str:
        """Where a reply has the id of a call."""
        if path := path_of(self.spec, self._schema(reply), IDS):
            return "json " + "".join(path)
        headers = [name for name in map(str, reply.get("headers") or {}) if re.fullmatch(PLAIN_HEADER, name)]
        named = next((each for each in headers if re.search(r"(-|^)(id|number)$", each, re.IGNORECASE)), "")
        return f"header {named}" if named else "location" if "location" in map(str.lower, headers) else ""

    def _success(self, operation: Operation) -> Json:
        return next((reply for status, reply in operation.replies.items() if status.startswith("2")), {})

    def _schema(self, reply: Json) -> Json:
        found = reply.get("content")
        content: Json = found if isinstance(found, dict) else {}
        kind = next((each for each in content if "json" in each), "")
        return self.spec.schema(self.spec.resolved(content[kind]).get("schema")) if kind else {}
