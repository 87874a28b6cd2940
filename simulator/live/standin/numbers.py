"""Telephone numbers as the server keeps them: keyed hashes, of no use to whoever finds the database alone.

There are so few telephone numbers that a plain hash is undone by trying them all; with a key (BLAKE2b's own keyed mode,
which is a MAC) that takes the key too, and this stands in a file of its own, readable by its owner alone.
"""

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from simulator.logs.numbers import reader
from simulator.scenario.errors import BadInput, Fault, quoted

SECRET_IN = "SIAGA_SECRET"
"""The environment variable that holds the key, where no file shall."""
BYTES = 32
HASH_BYTES = 8
MASK = 2**63 - 1
"""The blocklist's numbers are not negative."""
REGION = "ID"
"""Where numbers without a country code come from, as `siaga replay` takes it."""
_read = reader(REGION)


class Numbers:
    """Hashes telephone numbers under one key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def hashed(self, number: str) -> str:
        """16 hexadecimal digits: 63 bits, so that among a million numbers two alike are most unlikely (1 in 10^7).

        All writings of a phone have the same hash: an exchange shows 0812..., a supervisor blocks +62812...
        """
        phone = _read(number).key or number
        digest = blake2b(phone.encode(), key=self._secret, digest_size=HASH_BYTES, person=b"siaga number").digest()
        return f"{int.from_bytes(digest, 'big') & MASK:016x}"

    @property
    def fingerprint(self) -> str:
        """Tells this key from another, and nothing else of it."""
        return blake2b(b"which key", key=self._secret, digest_size=HASH_BYTES, person=b"siaga key").hexdigest()

    def chained(self, before: bytes, entry: bytes) -> bytes:
        """The link of an audit log: nobody without the key can change, or leave out, a line and fix what follows."""
        return blake2b(before + entry, key=self._secret, digest_size=16, person=b"siaga audit").digest()


def secret_for(file: Path | None) -> bytes:
    """The key: that of the environment, else of the file, which is made where there is none. Raises BadInput."""
    if given := os.environ.get(SECRET_IN):
        return _parsed(given, SECRET_IN)
    if file is None:
        hint = f"export {SECRET_IN}=$(openssl rand -hex {BYTES}), the same at each start"
        raise BadInput([Fault(f"a secret to hash numbers with, in {SECRET_IN}", "none", "--database", hint=hint)])
    if not file.exists():
        _write(file, secrets.token_hex(BYTES))
    if file.stat().st_mode & 0o077 and os.name == "posix":
        raise BadInput([Fault("a secret that its owner alone can read", str(file), hint=f"chmod 600 {file}")])
    return _parsed(file.read_text(encoding="ascii", errors="replace").strip(), str(file))


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as to:
        to.write(text + "\n")
        to.flush()
        os.fsync(to.fileno())


def _parsed(text: str, place: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != BYTES:
        raise BadInput([Fault(f"{2 * BYTES} hexadecimal digits in {place}", quoted(f"{len(text)} characters"))])
    return secret
