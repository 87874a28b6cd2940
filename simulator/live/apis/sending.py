"""From a request of an API's file to what is sent: path, headers, body and signature, with the names filled in."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

from simulator.live.apis.model import Api, Request, Sign
from simulator.live.apis.names import Lacking
from simulator.live.apis.template import Slot, Template, Values, as_text, in_header, in_path
from simulator.live.contract import Client, Response
from simulator.scenario.units import SECOND

TRUE_WORDS, FALSE_WORDS = frozenset({"yes", "true"}), frozenset({"no", "false"})


def send(client: Client, api: Api, request: Request, values: Values, *, common: bool = True) -> Response:
    """Send a request; ``common``: with the headers of every request."""
    body, kind = body_of(request, values)
    headers = {"Content-Type": kind} if kind else {}
    for each in (api.headers if common else {}, request.headers):
        _put(headers, {name: template.fill(values, in_header) for name, template in each.items()})
    if request.sign:
        headers[request.sign.header] = signature(request.sign, body, values)
    wait = request.timeout or api.timeout
    return client.request(
        request.send.method,
        _path(request.send.path, values),
        name=f"{request.send.method} {request.send.path.text}",
        data=body.encode() if kind or body else None,
        headers=headers,
        timeout=wait / SECOND if wait else None,
    )


def _path(path: Template, values: Values) -> str:
    """The path with its names filled in; raises Lacking where one of them is empty, which would be another path."""
    for part in path.parts:
        if not isinstance(part, Slot):
            if "?" in part:
                break
        elif not part.optional and as_text(part.value(values)) == "":
            raise Lacking(f"{{{part.name}}} is empty, and the path {path.text} needs it")
    return path.fill(values, in_path)


def asks_for_pages(api: Api, request: Request) -> bool:
    """Whether a header Accept says that web pages are answers."""
    headers = {name.lower(): each.text for name, each in (*api.headers.items(), *request.headers.items())}
    return "html" in headers.get("accept", "").lower()


def _put(headers: dict[str, str], more: Mapping[str, str]) -> None:
    """Add headers; one that is there already, in whatever case, gives way."""
    for name, text in more.items():
        for other in [each for each in headers if each.lower() == name.lower()]:
            del headers[other]
        headers[name] = text


def body_of(request: Request, values: Values) -> tuple[str, str]:
    """The body as text, and what kind it is; '' for none."""
    if request.json_ is not None:
        return request.json_.fill(values), "application/json"
    if request.form is not None:
        pairs = (f"{quote_plus(name)}={each.fill(values, quote_plus)}" for name, each in request.form.items())
        return "&".join(pairs), "application/x-www-form-urlencoded"
    return (request.text.fill(values), "text/plain; charset=utf-8") if request.text is not None else ("", "")


def signature(sign: Sign, body: str, values: Values) -> str:
    """The signature of a body."""
    over = "".join(
        part if isinstance(part, str) else body if part.name == "body" else as_text(part.value(values))
        for part in sign.over.parts
    )
    made = hmac.new(sign.key.fill(values).encode(), over.encode(), getattr(hashlib, sign.hmac)).digest()
    return sign.prefix + (made.hex() if sign.encoding == "hex" else base64.b64encode(made).decode())


def is_wanted(request: Request, values: Values) -> bool:
    """Whether a request is sent: what `when` and `unless` say."""
    return all(_is_one(values[name], texts) for name, texts in request.when.items()) and not any(
        _is_one(values[name], texts) for name, texts in request.unless.items()
    )


def _is_one(value: Any, texts: tuple[str, ...]) -> bool:
    if isinstance(value, bool):
        return not (TRUE_WORDS if value else FALSE_WORDS).isdisjoint(texts)
    return as_text(value) in texts


def templates(api: Api, request: Request, *, common: bool = True) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(the keys down to it from the request or, with ``..`` first, from the API; its names) of every template."""
    yield ("send",), request.send.path.names
    for name, each in (api.headers if common else {}).items():
        yield ("..", "headers", name), each.names
    for key, group in (("headers", request.headers), ("form", request.form or {})):
        for name, each in group.items():
            yield (key, name), each.names
    if request.json_ is not None:
        yield ("json",), request.json_.names
    if request.text is not None:
        yield ("text",), request.text.names
    for key in ("when", "unless"):
        for name in getattr(request, key):
            yield (key, name), (name,)
    if request.sign:
        yield ("sign", "key"), request.sign.key.names
        yield ("sign", "over"), tuple(name for name in request.sign.over.names if name != "body")
