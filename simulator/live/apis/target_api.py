"""The API that load is sent to, as a person names it: how to talk to it, where it is, and the keys that it wants."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simulator.live.contract import ROLES
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.fixes import nearest

STAND_IN = "stand-in"
"""The name of the stand-in API (`siaga serve`)."""
STAND_IN_HOST = "http://127.0.0.1:8112"
"""Where ``siaga serve`` listens by default."""


@dataclass(frozen=True, slots=True)
class TargetApi:
    """The API that load is sent to.

    name      ``stand-in``, the name of an API's file, or a file
    host      its address; empty: a stand-in is started for the run
    keys      API keys by role
    own       whether the host may stand outside of private networks
    file      where the file of a named API stands, once it was found
    even_so   whether to send load although it does not answer, or fails its check
    """

    name: str = STAND_IN
    host: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    own: bool = False
    file: str = ""
    even_so: bool = False


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
