"""Who may do what, on every route: the document says it, and the server does it."""

from collections.abc import Iterator

import pytest

from simulator.live.standin.app import create_app
from tests.live.standin.servers import Client, serving

DOCUMENT = create_app(None).openapi()
OPEN = {("get", "/health"), ("get", "/metrics")}
ROLES = ("intake", "desk", "supervisor")
ROUTES = [(method, path) for path, ways in DOCUMENT["paths"].items() for method in ways]
BODIES = {
    ("post", "/v1/calls"): {"reference": "a"},
    ("post", "/v1/calls/{call_id}/heard"): {"stays": True},
    ("post", "/v1/calls/{call_id}/pass-back"): {"reference": "b"},
    ("post", "/v1/calls/{call_id}/verdict"): {"verdict": "prank"},
    ("put", "/v1/desks/{desk}"): {"on_duty": False},
    ("put", "/v1/blocklist/{number}"): {"seconds": 1},
}
MAY: dict[str, set[tuple[str, str]]] = {
    "intake": {
        ("post", "/v1/calls"),
        ("post", "/v1/calls/{call_id}/heard"),
        ("post", "/v1/calls/{call_id}/hang-up"),
        ("post", "/v1/calls/{call_id}/pass-back"),
        ("get", "/v1/calls"),
        ("get", "/v1/calls/{call_id}"),
    },
    "desk": {
        ("get", "/v1/calls"),
        ("get", "/v1/calls/{call_id}"),
        ("post", "/v1/calls/{call_id}/verdict"),
        ("get", "/v1/desks"),
        ("get", "/v1/desks/{desk}"),
        ("put", "/v1/desks/{desk}"),
        ("post", "/v1/desks/{desk}/next"),
        ("get", "/v1/tickets"),
        ("get", "/v1/tickets/{ticket_id}"),
        ("post", "/v1/tickets/{ticket_id}/accept"),
        ("post", "/v1/tickets/{ticket_id}/close"),
    },
    "supervisor": set(ROUTES) - OPEN,
}
"""What each role may do, a second time: the routes say it in code."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(database=tmp_path_factory.mktemp("roles") / "calls.sqlite") as server:
        yield server


def status(client: Client, method: str, path: str, role: str, key: str | None = None) -> int:
    """What a request that is otherwise in order gets."""
    for name, value in (("call_id", "99"), ("ticket_id", "99"), ("desk", "1"), ("number", "+999000000001")):
        path = path.replace(f"{{{name}}}", value)
    where = path + ("?wait=0" if path.endswith("/next") else "")
    body = BODIES.get((method, path.replace("99", "{call_id}").replace("/1", "/{desk}")))
    body = body or next((sent for (verb, shape), sent in BODIES.items() if verb == method and _is(shape, path)), None)
    return client.ask(role, method.upper(), where, body, key).status


def _is(shape: str, path: str) -> bool:
    """Whether a path has this shape."""
    parts, wanted = path.split("/"), shape.split("/")
    return len(parts) == len(wanted) and all(
        w in (p, "{" + w.strip("{}") + "}") for p, w in zip(parts, wanted, strict=True)
    )


@pytest.mark.parametrize("method, path", ROUTES)
def test_each_role_may_do_what_is_its_own_and_nobody_anything_without_a_key(
    client: Client, method: str, path: str
) -> None:
    if (method, path) in OPEN:
        assert status(client, method, path, "") == 200
        return
    for role in ROLES:
        let_in = status(client, method, path, role) not in {401, 403}
        assert let_in == ((method, path) in MAY[role]), role
    assert status(client, method, path, "") == 401
    assert status(client, method, path, "intake", key="intake-keys") == 401


@pytest.mark.parametrize("method, path", [each for each in ROUTES if each not in OPEN])
def test_the_document_names_the_roles(method: str, path: str) -> None:
    [scheme] = [name for each in DOCUMENT["paths"][path][method]["security"] for name in each]
    assert {*scheme.split("-or-"), "supervisor"} == {role for role in ROLES if (method, path) in MAY[role]}


def test_a_method_that_a_path_has_not_is_405_and_all_that_it_has_are_named(client: Client) -> None:
    said = client.ask("supervisor", "PATCH", "/v1/blocklist/+999000000001")
    assert (said.status, said.headers["allow"]) == (405, "DELETE, GET, PUT")


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    assert client.ring("a", place="x" * 20_000).status == 413


def test_a_parameter_that_nobody_knows_is_refused(client: Client) -> None:
    said = client.ask("desk", "POST", "/v1/desks/1/next?wiat=3")
    assert (said.status, "wiat" in said.body["detail"]) == (422, True)


def test_the_page_of_routes_tells_of_every_route_and_loads_nothing(client: Client) -> None:
    page = client.ask("", "GET", "/docs").body.decode()
    assert all(f"{method.upper()} {path}" in page for method, path in ROUTES)
    assert "<script" not in page
    assert "http" not in page.replace("href", "")
