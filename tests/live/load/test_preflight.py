"""Before a call is drawn: whether anybody answers, and one clear fault with its fix where nobody is."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from simulator.live.apis.standin import StandIn
from simulator.live.apis.target_api import TargetApi
from simulator.live.contract import DispatchUser, Heard, State, Trouble, failed
from simulator.live.load.breaking_point import find_breaking_point
from simulator.live.load.load import run_load
from simulator.live.load.preflight import check_api, differences
from simulator.live.load.twin import run_twin
from simulator.scenario.errors import BadInput
from tests.live.apis.dialled import api_class
from tests.live.apis.test_redirects import moved
from tests.live.load.lines import fake_locust, load_request

__all__ = ["fake_locust"]


class Health(BaseHTTPRequestHandler):
    """A stand-in's health, its clock at speed 1."""

    def do_GET(self) -> None:
        body = b'{"service": "siaga stand-in", "speed": 1.0, "policy": "Hers", "rules": 0, "trunks": 7, "waiting": 3}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def host() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def nobodys() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def fault(api: TargetApi, kind: type[DispatchUser] = StandIn, speed: float = 1.0) -> str:
    with pytest.raises(BadInput) as error:
        check_api(api, kind, speed, "scenarios/bontang.yaml")
    assert len(error.value.faults) == 1
    return str(error.value)


def test_where_nobody_listens_it_is_said_how_to_start_somebody(nobodys: str) -> None:
    said = fault(TargetApi(host=nobodys), speed=60.0)
    assert f"--host: given {nobodys} (connection refused)" in said
    assert f"start it: siaga serve scenarios/bontang.yaml --speed 60 --port {nobodys.rpartition(':')[2]}" in said
    assert "--even-so" in said
    assert "siaga serve" not in fault(TargetApi("mine.yaml", nobodys), DispatchUser)


def test_a_clock_of_another_speed_is_a_fault_with_its_fix(host: str) -> None:
    check_api(TargetApi(host=host), StandIn, 1.0, "")
    said = fault(TargetApi(host=host), speed=60.0)
    assert "its clock goes 1 x, the calls 60 x: siaga serve --speed 60" in said


def test_a_stand_in_of_another_setting_or_with_calls_in_its_queue_is_a_doubt(host: str, tmp_path: Path) -> None:
    scenario = load_request(tmp_path).options.loaded.scenario
    setting, waiting = differences(TargetApi(host=host), scenario)
    assert "the stand-in serves with policy Hers" in setting
    assert "and 7 trunks, the scenario has policy" in setting
    assert setting.endswith("and 2 trunks")
    assert waiting.startswith("calls of somebody else wait in its queue (3), or desks are on duty (0)")
    assert differences(TargetApi("mine.py", host), scenario) == ()


def test_an_api_that_is_there_but_is_another_one_is_a_fault(host: str) -> None:
    class Picky(DispatchUser):
        def check(self, speed: float) -> Heard:
            return failed(Trouble.KEY, 401, "no key for intake")

    said = fault(TargetApi("picky.py", host), Picky)
    assert said.startswith(f"--key: given {host} (wrong key 401: no key for intake); wanted an API that passes")


def test_whoever_insists_is_not_held_up(nobodys: str) -> None:
    check_api(TargetApi(host=nobodys, even_so=True), StandIn, 60.0, "")


def test_an_api_without_a_check_needs_only_to_be_there(host: str) -> None:
    assert DispatchUser(None).check(1.0).state is State.DONE  # type: ignore[arg-type]
    check_api(TargetApi("mine.py", host), DispatchUser, 60.0, "")


@pytest.mark.usefixtures("fake_locust")
def test_nothing_is_drawn_or_played_where_nobody_listens(tmp_path: Path, nobodys: str) -> None:
    asked = load_request(tmp_path)
    asked = replace(asked, api=TargetApi(host=nobodys))
    with pytest.raises(BadInput, match="connection refused"):
        run_load(asked)
    with pytest.raises(BadInput, match="connection refused"):
        find_breaking_point(asked)
    with pytest.raises(BadInput, match="connection refused"):
        run_twin(asked, 1)
    assert not (tmp_path / "results").exists()


def test_a_check_that_a_web_page_answers_is_told_what_to_do() -> None:
    with moved(200) as (host, _):
        said = fault(TargetApi("mine.yaml", host), api_class("check: {send: GET /health}\nring: {send: POST /calls}"))
    assert "(answered 200 with a web page (text/html), most likely a log-in page)" in said
    assert "give the address of the API itself" in said


def test_a_check_that_is_redirected_is_told_where_it_led_and_what_to_do() -> None:
    """Before the first call, as everywhere: the page at the end of it would say 200."""
    with moved(301, "https://api.example/health") as (host, asked):
        said = fault(TargetApi("mine.yaml", host), api_class("check: {send: GET /health}\nring: {send: POST /calls}"))
    assert "(redirected to https://api.example/health (301))" in said
    assert "siaga follows no redirect" in said
    assert asked == ["GET /health"]
