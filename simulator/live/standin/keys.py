"""API keys and what each role may do.

intake      tells of calls: the telephone exchange
desk        works the queue, gives verdicts, sees to tickets
supervisor  all of that, and the blocklist and the audit log
"""

import hmac
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from simulator.scenario.errors import BadInput, Fault, quoted

Role = Literal["intake", "desk", "supervisor"]
ROLES: tuple[Role, ...] = ("intake", "desk", "supervisor")
SHORTEST = 16
LINE = re.compile(r"(?P<role>\S+)\s+(?P<name>[A-Za-z0-9_.@-]{1,40})\s+(?P<key>\S+)")
EXAMPLE = f"ROLE NAME KEY on each line, such as: intake exchange {'k' * SHORTEST}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key it is: the name goes to the audit log."""

    role: Role
    name: str


class Keys:
    """The keys in use. They are kept hashed, and compared in constant time, every one of them each time."""

    def __init__(self, keys: dict[str, Holder]) -> None:
        self._salt = secrets.token_bytes(16)
        self._known = [(self._digest(key), holder) for key, holder in keys.items()]

    def holder(self, given: str) -> Holder | None:
        """Whose key was given."""
        digest, found = self._digest(given), None
        for known, holder in self._known:
            if hmac.compare_digest(known, digest):
                found = holder
        return found

    def _digest(self, key: str) -> bytes:
        return blake2b(key.encode("utf-8", "surrogateescape"), key=self._salt, digest_size=16).digest()


OPEN_KEYS: dict[str, Holder] = {f"{role}-key": Holder(role, role) for role in ROLES}
"""Keys that everybody knows: for this machine alone."""


def keys_for(host: str, file: Path | None) -> tuple[dict[str, Holder], str]:
    """The keys in use, and how to say which. Raises BadInput; only loopback does without a file."""
    if file:
        keys = read_keys(file)
        return keys, f"{len(keys)} from {file}"
    if not is_loopback(host):
        hint = f"write a file with {EXAMPLE}"
        raise BadInput(
            [Fault("keys of your own, where others can reach the server", f"--host {host}", "--keys", hint=hint)]
        )
    return OPEN_KEYS, ", ".join(OPEN_KEYS)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_keys(file: Path) -> dict[str, Holder]:
    """The keys of a file: ``ROLE NAME KEY`` a line, # begins a comment. Raises BadInput with every fault."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BadInput([Fault("a file of keys that can be read", f"{file}, where {why}", "--keys")]) from None
    if os.name == "posix" and file.stat().st_mode & 0o077:
        hint = f"chmod 600 {file}"
        raise BadInput([Fault("a file that its owner alone can read", str(file), "--keys", hint=hint)])
    keys: dict[str, Holder] = {}
    faults = []
    for count, line in enumerate(text.splitlines(), start=1):
        if bare := line.partition("#")[0].strip():
            faults += [Fault(wanted, given, file=str(file), line=count) for wanted, given in _read(bare, keys)]
    if not (keys or faults):
        faults = [Fault(EXAMPLE, "no key", file=str(file))]
    if faults:
        raise BadInput(faults)
    return keys


def _read(line: str, keys: dict[str, Holder]) -> list[tuple[str, str]]:
    """Add the key of a line, or say what is wanted and what was given; never the key itself."""
    match = LINE.fullmatch(line)
    if not match:
        return [(EXAMPLE, f"{len(line.split())} words")]
    role = next((role for role in ROLES if role == match["role"]), None)
    if not role:
        return [(f"one of the roles {', '.join(ROLES)}", quoted(match["role"]))]
    if len(match["key"]) < SHORTEST or match["key"] in keys:
        return [(f"a key of at least {SHORTEST} characters, each only once", f"{len(match['key'])} characters")]
    keys[match["key"]] = Holder(role, match["name"])
    return []
