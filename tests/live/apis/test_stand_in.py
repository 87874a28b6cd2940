"""From the description of an API to an API that works, with nobody's help: the stand-in knows nothing of the file.

The trial is the one of `siaga load --try`.
"""

import json
from pathlib import Path

from simulator.live.apis.named import api_named
from simulator.live.apis.plain_client import PlainClient
from simulator.live.apis.scaffold import new_api
from simulator.live.apis.standin import StandIn
from simulator.live.apis.trial import lines_of, try_api
from tests.live.standin.servers import serving

KEYS = {role: f"{role}-key" for role in ("intake", "desk", "supervisor")}


def test_a_scaffold_of_the_stand_in_understands_it_in_every_step(tmp_path: Path) -> None:
    with serving(database=str(tmp_path / "calls.sqlite")) as server:
        host = f"http://127.0.0.1:{server.port}"
        described = PlainClient(host).request("GET", "/openapi.json")
        (tmp_path / "openapi.json").write_text(json.dumps(described.json()))
        new_api(tmp_path / "mine.yaml", tmp_path / "openapi.json")
        kind = api_named(tmp_path / "mine.yaml", tmp_path)
        lines = lines_of(try_api(kind, lambda: PlainClient(host), KEYS))
    assert kind.has_queue
    assert kind.has_blocklist
    assert lines[-1] == "all 13 steps are understood", "\n".join(lines)
    assert "listed: done, block" in lines


def test_a_trial_takes_a_class_in_python_too(tmp_path: Path) -> None:
    with serving(database=str(tmp_path / "calls.sqlite")) as server:
        host = f"http://127.0.0.1:{server.port}"
        lines = lines_of(try_api(StandIn, lambda: PlainClient(host), KEYS))
        wrong = lines_of(try_api(StandIn, lambda: PlainClient(host), {"": "no such key"}))
    assert lines[-1] == "all 13 steps are understood", "\n".join(lines)
    assert any(line.startswith("ring: FAILED, wrong key 401") for line in wrong)
