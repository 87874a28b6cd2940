"""Recordings of real replies: taken by `python -m tests.live.apis.record`, and played back strictly.

Keys, tokens and cookies are not in them; times of the clock on the wall and names of runs stand as NOW and RUN.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.live.apis.compiled import compiled
from simulator.live.apis.named import api_named
from simulator.live.contract import DispatchUser
from tests.live.apis.dialled import Reply
from tests.live.apis.plays import Play

FOLDER = Path(__file__).parents[1] / "recorded"
RUN = "RUN"
ROLES = ("intake", "desk", "supervisor")
SAID = ("content-type", "location", "retry-after", "x-ims-incident-number")
"""Headers of replies that are kept."""
LONGEST = 4000


def class_of(play: Play) -> type[DispatchUser]:
    """The API of a play, with its settings."""
    api = api_named(play.api, Path()).api  # type: ignore[attr-defined]
    return compiled(api.model_copy(update={"settings": {**api.settings, **play.settings}}), "played")


def plain(text: str, secrets: dict[str, str], run: str = RUN) -> str:
    """A text without secrets and without what differs from one run to the next."""
    for name, secret in secrets.items():
        text = text.replace(secret, name)
    text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN", text.replace(run, "RUN"))
    text = re.sub(r"\b[0-9a-f]{64}\b", "CSRF", text)
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}Z", "NOW", text)


def asked(method: str, path: str, more: dict[str, Any], secrets: dict[str, str], run: str = RUN) -> dict[str, Any]:
    """A request as a recording has it."""
    body = (more.get("data") or b"").decode()
    headers = {name: plain(value, secrets, run) for name, value in sorted((more.get("headers") or {}).items())}
    return {"request": f"{method} {plain(path, secrets, run)}", "headers": headers, "body": plain(body, secrets, run)}


@dataclass
class Recorded:
    """A client that gives the recorded replies in order, each to the very request that it was given to."""

    exchanges: list[dict[str, Any]]
    at: int = 0

    def request(self, method: str, path: str, **more: Any) -> Reply:
        assert self.at < len(self.exchanges), f"more requests than were recorded: {method} {path}"
        kept = self.exchanges[self.at]
        self.at += 1
        assert asked(method, path, more, {}) == {name: kept[name] for name in ("request", "headers", "body")}
        headers = {name.replace("-", "_"): value for name, value in kept["reply_headers"].items()}
        return Reply(kept["status"], kept["reply"], **headers)

    @property
    def done(self) -> bool:
        return self.at == len(self.exchanges)


def recorded(play: Play) -> list[dict[str, Any]]:
    """The exchanges of a play."""
    plays = json.loads((FOLDER / f"{play.api}.json").read_text(encoding="utf-8"))["plays"]
    found: list[dict[str, Any]] = plays[play.name]
    return found
