"""What was asked for of a live run: which calls, at whose door, and who plays them."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic_core import PydanticCustomError

from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.mend import nearest
from simulator.scenario.units import parse_duration, parse_positive_duration

DEFAULT_HOST = "http://127.0.0.1:8112"
"""Where ``siaga serve`` listens."""
DEFAULT_LAG = "10 ms"
MOST_SPEED, MOST_SCALE = 10_000, 1_000_000
ROLES = ("intake", "desk", "supervisor")
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of the scenario is played, how fast, and with how many callers.

    begin    microseconds from the scenario's start
    length   microseconds; None: to the scenario's end
    speed    simulated time a second of the clock on the wall
    scale    how many times the scenario's volumes, and pools of numbers
    """

    begin: int = 0
    length: int | None = None
    speed: float = 1.0
    scale: float = 1.0

    @classmethod
    def of(cls, begin: str | None, length: str | None, speed: float, scale: float) -> "Stretch":
        """From the texts of ``--from`` and ``--for``; raises BadInput."""
        return cls(
            parsed(parse_duration, begin, "--from") if begin else 0,
            parsed(parse_positive_duration, length, "--for") if length else None,
            _between(speed, MOST_SPEED, "--speed"),
            _between(scale, MOST_SCALE, "--scale"),
        )


@dataclass(frozen=True, slots=True)
class Door:
    """The target: its name or file, the address, and the keys by role; ``own`` where it may stand anywhere.

    ``file``: where a named target's stands, once it was found; ``even_so``: play whether or not it answers.
    """

    target: str = "stand-in"
    host: str = DEFAULT_HOST
    keys: Mapping[str, str] = field(default_factory=dict)
    own: bool = False
    file: str = ""
    even_so: bool = False


@dataclass(frozen=True, slots=True)
class Player:
    """Locust: its client, processes, the most lag at which its figures count, bounds of sockets and time, and whether
    certificates are left unverified.

    Empty, 0 and None leave it to Locust.
    """

    client: str = "fast"
    processes: int = 0
    most_lag: str = DEFAULT_LAG
    sockets: int | None = None
    timeout: float | None = None
    insecure: bool = False
    more: tuple[str, ...] = ()


def keys_of(given: Iterable[str]) -> dict[str, str]:
    """Keys by role, from ``--key ROLE=KEY`` and the environment (SIAGA_KEY_INTAKE); without a role: everybody's.

    A key that begins as a role would (``mine=...``) is given to everybody by ``=KEY``.
    """
    keys = {role: key for role in ROLES if (key := os.environ.get(variable(role), ""))}
    for text in given:
        role, key = _role_and_key(text)
        keys[role] = key
    return keys


def _role_and_key(text: str) -> tuple[str, str]:
    """The role, '' for all, and its key; no message repeats more of the text than what stands in a role's place."""
    role, _, key = text.partition("=") if "=" in text else ("", "", text)
    padding = not key.strip("=")  # what base64 ends in
    if role not in ROLES and role and (padding or not re.fullmatch(r"[A-Za-z_-]+", role)):
        role, key = "", text
    if role and role not in ROLES:
        hint = nearest(role, ROLES) or f"if it is part of the key: --key ={role}=..., or {variable('intake')} and so on"
        raise BadInput([Fault(f"a role, one of {', '.join(ROLES)}", quoted(role), "--key", hint=hint)])
    if not re.fullmatch(r"\S+", key):
        wanted = f"ROLE=KEY, the role one of {', '.join(ROLES)}, or a KEY for all of them"
        raise BadInput([Fault(wanted, "something else", "--key", hint="a key has no spaces: --key intake=...")])
    return role, key


def variable(role: str) -> str:
    """The environment's name of a role's key."""
    return f"SIAGA_KEY_{role.upper()}"


def parsed(parse: Callable[[object], Parsed], text: str, option: str) -> Parsed:
    """What an option's text says; its complaint names the option."""
    try:
        return parse(text)
    except PydanticCustomError as error:
        said = error.context or {}
        raise BadInput([Fault(str(error), quoted(text), option, hint=str(said.get("hint", "")))]) from None


def lag_of(text: str) -> str:
    """The text of ``--most-lag``, held sound; Locust's option reads the same one. Raises BadInput."""
    parsed(parse_positive_duration, text, "--most-lag")
    return text


def one_of(**given: bool) -> None:
    """Raises BadInput where more than one of these options was given: each asks for something else."""
    if len(both := [option for option, is_given in given.items() if is_given]) > 1:
        raise BadInput([Fault("one of them", " and ".join(both), both[0], hint=f"leave {both[-1]} out, or {both[0]}")])


def _between(value: float, most: float, option: str) -> float:
    if not 0 < value <= most:
        hint = f"1 plays the scenario as it is: {option} 1"
        raise BadInput([Fault(f"a number above 0, at most {most:,}", f"{value:g}", option, hint=hint)])
    return value
