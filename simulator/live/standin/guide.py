"""A page that tells of every route, made of the OpenAPI document: plain HTML, nothing loaded from elsewhere."""

from collections.abc import Iterator
from html import escape
from typing import Any

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin:2rem 0 0;font:600 1rem ui-monospace,monospace}p{margin:.3rem 0;white-space:pre-line}"
    "table{border-collapse:collapse}td,th{padding:.1rem 1rem .1rem 0;text-align:left;vertical-align:top}"
)
METHODS = ("get", "put", "post", "delete")


def page(document: dict[str, Any]) -> str:
    """The page."""
    info = document["info"]
    head = f"<title>{escape(info['title'])}</title><style>{STYLE}</style>"
    body = "".join(_routes(document))
    about = f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>"
    machine = '<p>For machines: <a href="/openapi.json">/openapi.json</a></p>'
    return f'<!doctype html><html lang="en"><meta charset="utf-8">{head}<body>{about}{machine}{body}</body></html>'


def _routes(document: dict[str, Any]) -> Iterator[str]:
    for path, ways in document["paths"].items():
        for method in METHODS:
            if method in ways:
                yield _route(path, method, ways[method], document["components"]["schemas"])


def _route(path: str, method: str, way: dict[str, Any], schemas: dict[str, Any]) -> str:
    roles = [name for each in way.get("security", []) for name in each]
    key = f"Key: {', '.join(roles)}" if roles else "No key"
    fields = "".join(_fields(way, schemas))
    replies = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(said['description'])}</td></tr>"
        for status, said in sorted(way["responses"].items())
    )
    tables = "".join(f"<table>{rows}</table>" for rows in (fields, replies) if rows)
    said = escape(way.get("description", ""))
    return f"<h2>{method.upper()} {escape(path)}</h2><p>{said}</p><p>{escape(key)}</p>{tables}"


def _fields(way: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """What may be sent: parameters, and the fields of the body."""
    for each in way.get("parameters", []):
        yield _row(each["name"], each.get("description", ""), each.get("required", False))
    for content in way.get("requestBody", {}).get("content", {}).values():
        schema = schemas[content["schema"]["$ref"].rsplit("/", maxsplit=1)[1]]
        for name, field in schema["properties"].items():
            yield _row(name, field.get("description", ""), name in schema.get("required", []))


def _row(name: str, said: str, required: bool) -> str:
    return (
        f"<tr><td><code>{escape(name)}</code></td><td>{'required' if required else ''}</td><td>{escape(said)}</td></tr>"
    )
