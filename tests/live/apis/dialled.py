"""Clients that tests give to targets: replies from a list, and whatever was asked kept for a look."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from simulator.live.apis.compiled import compiled
from simulator.live.apis.read import api_of
from simulator.live.contract import DispatchUser, Ring

KEYS = {"intake": "in-key", "desk": "desk-key", "supervisor": "super-key"}


class Reply:
    """A reply as tests write it; a body that is no text is sent as JSON."""

    def __init__(self, status: int = 200, body: Any = "", error: BaseException | None = None, **headers: str) -> None:
        self.status_code, self.error = status, error
        self.text = body if isinstance(body, str) else json.dumps(body)
        self._headers = {name.lower().replace("_", "-"): value for name, value in headers.items()}

    @property
    def headers(self) -> "Names":
        return Names(self._headers)

    def json(self) -> Any:
        return json.loads(self.text)


class Names(dict[str, str]):
    """Found whatever their case."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        return super().get(name.lower(), otherwise)


@dataclass(frozen=True)
class Asked:
    """A request as it was sent."""

    method: str
    path: str
    body: str
    headers: Mapping[str, str]
    timeout: float | None
    name: str

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Scripted:
    """Answers each request with the next reply of a list, or with what a function makes of it."""

    replies: Iterable[Reply] | Callable[[Asked], Reply] = ()
    asked: list[Asked] = field(default_factory=list)

    def request(self, method: str, path: str, **more: Any) -> Reply:
        data = more.get("data")
        body = data.decode() if isinstance(data, bytes) else data or ""
        self.asked.append(
            Asked(method, path, body, more.get("headers") or {}, more.get("timeout"), more.get("name") or "")
        )
        if callable(self.replies):
            return self.replies(self.asked[-1])
        replies = list(self.replies)
        return replies[min(len(self.asked), len(replies)) - 1] if replies else Reply()

    @property
    def lines(self) -> list[str]:
        return [each.line for each in self.asked]


def api_class(text: str) -> type[DispatchUser]:
    """The class of an API's file's keys below ``api:``."""
    body = "".join(f"  {line}\n" for line in dedent(text).strip("\n").splitlines())
    return compiled(api_of(f"api:\n{body}", "t.yaml"), "t")


def dial(text: str, *replies: Reply, keys: Mapping[str, str] = KEYS) -> tuple[DispatchUser, Scripted]:
    """A user of an API, and the client that it speaks through."""
    client = Scripted(replies)
    return api_class(text)(client, keys), client


def a_call(number: str = "+999000000012", **more: Any) -> Ring:
    told = {"group": "residents", "intent": "genuine", "attempt": 1, "passed_back": False}
    told |= {"at": "2021-08-26T07:00:00+08:00", "talk": 90_500_000, "verdict": "genuine"}
    return Ring(reference="0f0f0f0f-12-1", number=number, **{**told, **more})
