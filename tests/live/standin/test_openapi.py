"""The OpenAPI document is true: every check of schemathesis, over every route, alone and in sequences."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from simulator.live.standin.app import create_app
from tests.live.standin.servers import serving
from tests.plans import challenge, divert, policy, rule

KEY = {"X-API-Key": "supervisor-key"}
RULES = policy(challenge(10**6, "silent"), divert(10**6, "prank", exponential=True), rule(action="sms"))
LONGEST_WAIT = 0.05


BUSY = {"checks": {"not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]}}}
"""No free trunk is 503, as it is for a real exchange; it is documented, and held against the document like others."""
config = schemathesis.Config.from_dict(BUSY)
schema = schemathesis.openapi.from_dict(create_app(None).openapi(), config=config)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(RULES, trunks=3, database=tmp_path_factory.mktemp("api") / "calls.sqlite") as server:
        yield f"http://127.0.0.1:{server.port}"


BOUNDED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def do_not_wait(case: Any) -> None:
    """A desk may ask for a minute's wait, which is nothing to test here."""
    wait = (case.query or {}).get("wait")
    if isinstance(wait, float | int) and not isinstance(wait, bool) and LONGEST_WAIT < wait <= 60:
        case.query["wait"] = LONGEST_WAIT


@schema.parametrize()
@BOUNDED
def test_every_reply_is_as_documented(case: Any, url: str) -> None:
    do_not_wait(case)
    case.call_and_validate(base_url=url, headers=KEY, timeout=20)


def test_every_reply_in_a_sequence_of_requests_is_as_documented(url: str) -> None:
    """What one reply says (a call's id, a ticket's) is used in the next request."""
    machine: Any = schema.as_state_machine()

    class Sequence(machine):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            do_not_wait(case)
            return {"base_url": url, "headers": KEY, "timeout": 20}

    Sequence.run(settings=settings(BOUNDED, max_examples=15, stateful_step_count=8))
