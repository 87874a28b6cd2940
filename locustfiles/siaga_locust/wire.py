"""HTTP/1.1 as bytes: a request written, a reply read, whatever a server sends instead of one.

`read_reply` pulls bytes until a reply is whole. Replies of one reading with a Content-Length, nearly all, take the
short way; the others (chunks, a body that ends with the connection, interim replies) are written out for sense, not
speed. Everything is bounded: a server that never ends its headers or its body is a fault and not a leak.
"""

import re
import zlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

MOST_HEAD = 2**16
"""Most bytes of a status line and headers."""
MOST_BODY = 2**22
"""Most bytes of a body."""
MOST_INTERIM = 8
"""Most interim replies (100 Continue) before the reply."""

END = b"\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9]\d\d)(?:[ \r]|$)")
NAMES = rb"content-length|transfer-encoding|connection|set-cookie|content-encoding"
FIELDS = re.compile(rb"\r\n(" + NAMES + rb"):[ \t]*([^\r\n]*)", re.IGNORECASE)
PLAIN = re.compile(r"[!-~]*")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t -~\x80-\xff]*")

Pull = Callable[[], bytes]
"""The next bytes from the server; b'' at the end of them."""


class ReplyParseError(ValueError):
    """What came is no HTTP reply, or one without measure."""


class Cut(ConnectionError):  # noqa: N818  (the project's words)
    """The server closed the connection before a reply was whole."""


class Raw(NamedTuple):
    """A reply as it came: ``keep`` says whether the connection can carry another request."""

    status: int
    head: bytes
    body: bytes
    cookies: list[bytes]
    packed: bool
    keep: bool


def read_reply(pull: Pull, bodiless: bool) -> Raw:
    """The reply to one request; ``bodiless`` where it has no body whatever its headers say (HEAD)."""
    data = pull()
    if not data:
        raise Cut("connection closed before a reply")
    for _ in range(MOST_INTERIM):
        data, end = _head(data, pull)
        line = STATUS.match(data)
        if line is None:
            raise ReplyParseError(f"not an HTTP reply: {bytes(data[:40])!r}")
        status = int(line[2])
        if status >= 200:
            return _final(status, line[1] == b"1", data, end, pull, bodiless)
        if status == 101:
            raise ReplyParseError("another protocol, unasked")
        data = data[end + 4 :] or pull()
    raise ReplyParseError("interim replies without an end")


def _head(data: bytes, pull: Pull) -> tuple[bytes, int]:
    """As many bytes as it takes to have all headers, and where those end."""
    end = data.find(END)
    if end < 0:
        held = bytearray(data)
        while end < 0:
            if not STATUS.match(held) and len(held) >= 13:
                raise ReplyParseError(f"not an HTTP reply: {bytes(held[:40])!r}")
            if len(held) > MOST_HEAD:
                raise ReplyParseError(f"headers longer than {MOST_HEAD} bytes")
            more = pull()
            if not more:
                raise Cut("connection closed in the middle of the headers")
            seen = len(held)
            held += more
            end = held.find(END, max(seen - 3, 0))
        data = bytes(held)
    return data, end


def _final(status: int, kept: bool, data: bytes, end: int, pull: Pull, bodiless: bool) -> Raw:
    length, chunked, keep, rest = _fields(data, end, kept)
    head, begin = data[:end], end + 4
    if bodiless or status in (204, 304):
        return Raw(status, head, b"", *rest, keep and len(data) == begin)
    if chunked:
        body, left = _chunks(data[begin:], pull)
        return Raw(status, head, body, *rest, keep and not left and length < 0)
    if length < 0:
        return Raw(status, head, _until_closed(data[begin:], pull), *rest, False)
    body = data[begin : begin + length]
    if len(body) < length:
        body = _as_long(body, length, pull)
    return Raw(status, head, body, *rest, keep and len(data) <= begin + length)


def _fields(data: bytes, end: int, keep: bool) -> tuple[int, bool, bool, tuple[list[bytes], bool]]:
    """Length of the body (-1: not said), whether it comes in chunks and the connection is kept; and the rest."""
    length, chunked, packed = -1, False, False
    cookies: list[bytes] = []
    for name, value in FIELDS.findall(data, 0, end):
        match name.lower():
            case b"content-length":
                length = _length(value, length)
            case b"transfer-encoding":
                chunked = _is_chunked(value)
            case b"connection":
                keep = value.lower() == b"keep-alive" or (keep and b"close" not in value.lower())
            case b"set-cookie":
                cookies.append(value)
            case _:
                packed = value.lower() in {b"gzip", b"deflate"}
    return length, chunked, keep, (cookies, packed)


def _length(value: bytes, before: int) -> int:
    if not value.isdigit() or before not in (-1, int(value)):
        raise ReplyParseError(f"Content-Length {value!r}")
    if int(value) > MOST_BODY:
        raise ReplyParseError(f"a body of {int(value)} bytes; at most {MOST_BODY} are read")
    return int(value)


def _is_chunked(value: bytes) -> bool:
    if value.strip().lower() != b"chunked":
        raise ReplyParseError(f"Transfer-Encoding {value!r}")
    return True


def _as_long(body: bytes, length: int, pull: Pull) -> bytes:
    held = bytearray(body)
    while len(held) < length:
        more = pull()
        if not more:
            raise Cut(f"connection closed after {len(held)} of {length} bytes")
        held += more
    if len(held) > length:
        raise ReplyParseError(f"more than the {length} bytes announced")
    return bytes(held)


def _until_closed(body: bytes, pull: Pull) -> bytes:
    held = bytearray(body)
    while more := pull():
        held += more
        if len(held) > MOST_BODY:
            raise ReplyParseError(f"a body of more than {MOST_BODY} bytes")
    return bytes(held)


def _chunks(data: bytes, pull: Pull) -> tuple[bytes, bytes]:
    """A chunked body, and what came behind it."""
    body = bytearray()
    held = bytearray(data)
    while True:
        size = _chunk_size(_line(held, pull))
        if size == 0:
            break
        if len(body) + size > MOST_BODY:
            raise ReplyParseError(f"a body of more than {MOST_BODY} bytes")
        while len(held) < size + 2:
            _more(held, pull)
        body += held[:size]
        if held[size : size + 2] != b"\r\n":
            raise ReplyParseError("a chunk longer than announced")
        del held[: size + 2]
    trailers = 0
    while trailer := _line(held, pull):
        trailers += len(trailer)
        if trailers > MOST_HEAD:
            raise ReplyParseError("trailers without an end")
    return bytes(body), bytes(held)


def _chunk_size(line: bytes) -> int:
    digits = line.split(b";", 1)[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
        raise ReplyParseError(f"chunk size {line[:40]!r}")
    return int(digits, 16)


def _line(held: bytearray, pull: Pull) -> bytes:
    """The next line, taken off the front of what is held."""
    while (end := held.find(b"\r\n")) < 0:
        if len(held) > MOST_HEAD:
            raise ReplyParseError("a line without an end")
        _more(held, pull)
    line = bytes(held[:end])
    del held[: end + 2]
    return line


def _more(held: bytearray, pull: Pull) -> None:
    more = pull()
    if not more:
        raise Cut("connection closed in the middle of the body")
    held += more


def unpacked(body: bytes) -> bytes:
    """A body that came packed (gzip, deflate), though nobody asked for that."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        held = unpack.decompress(body, MOST_BODY)
    except zlib.error as error:
        raise ReplyParseError(f"a body that is not packed as its Content-Encoding says: {error}") from None
    if body and not unpack.eof:
        raise ReplyParseError(f"a packed body without an end, or of more than {MOST_BODY} bytes")
    return held


def target_of(path: str) -> str:
    """A path as it stands in a request: percent-encoded where it must be, never able to end the line."""
    if not PLAIN.fullmatch(path):
        path = quote(path, safe="/%?&=:@!$'()*+,;~-._[]")
    return path.partition("#")[0]


def header_lines(headers: dict[str, str]) -> bytes:
    """Headers as bytes; a name or a value that would break out of its line is refused."""
    for name, value in headers.items():
        if not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            raise ValueError(f"a header cannot be sent: {name!r}: {value!r}")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")
