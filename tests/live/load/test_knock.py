"""Before a call is drawn: whether anybody is at the door, and one clear fault with its mend where nobody is."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from simulator.live.apis.standin import StandIn
from simulator.live.contract import DispatchUser, Heard, State, Trouble, failed
from simulator.live.load.capacity import carry_out as find_capacity
from simulator.live.load.knock import knock, unlike
from simulator.live.load.load import carry_out
from simulator.live.load.order import Door
from simulator.live.load.twin import carry_out as twin
from simulator.scenario.errors import BadInput
from tests.live.apis.dialled import target_class
from tests.live.apis.test_redirects import moved
from tests.live.load.lines import ask, fake_locust

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


def fault(door: Door, kind: type[DispatchUser] = StandIn, speed: float = 1.0) -> str:
    with pytest.raises(BadInput) as error:
        knock(door, kind, speed, "scenarios/bontang.yaml")
    assert len(error.value.faults) == 1
    return str(error.value)


def test_where_nobody_listens_it_is_said_how_to_start_somebody(nobodys: str) -> None:
    said = fault(Door(host=nobodys), speed=60.0)
    assert f"--host: given {nobodys} (connection refused)" in said
    assert f"start it: siaga serve scenarios/bontang.yaml --speed 60 --port {nobodys.rpartition(':')[2]}" in said
    assert "--even-so" in said
    assert "siaga serve" not in fault(Door("mine.yaml", nobodys), DispatchUser)


def test_a_clock_of_another_speed_is_a_fault_with_its_mend(host: str) -> None:
    knock(Door(host=host), StandIn, 1.0, "")
    said = fault(Door(host=host), speed=60.0)
    assert "its clock goes 1 x, the calls 60 x: siaga serve --speed 60" in said


def test_a_stand_in_of_another_setting_or_with_calls_in_its_queue_is_a_warning(host: str, tmp_path: Path) -> None:
    scenario = ask(tmp_path).order.loaded.scenario
    setting, waiting = unlike(Door(host=host), scenario)
    assert "the stand-in serves with policy Hers" in setting
    assert "and 7 trunks, the scenario has policy" in setting
    assert setting.endswith("and 2 trunks")
    assert waiting.startswith("calls of somebody else wait in its queue (3), or desks are on duty (0)")
    assert unlike(Door("mine.py", host), scenario) == ()


def test_a_target_that_is_there_but_is_another_one_is_a_fault(host: str) -> None:
    class Picky(DispatchUser):
        def check(self, speed: float) -> Heard:
            return failed(Trouble.KEY, 401, "no key for intake")

    said = fault(Door("picky.py", host), Picky)
    assert said.startswith(f"--key: given {host} (wrong key 401: no key for intake); wanted a target that passes")


def test_whoever_insists_is_not_held_up(nobodys: str) -> None:
    knock(Door(host=nobodys, even_so=True), StandIn, 60.0, "")


def test_a_target_without_a_check_needs_only_to_be_there(host: str) -> None:
    assert DispatchUser(None).check(1.0).state is State.DONE  # type: ignore[arg-type]
    knock(Door("mine.py", host), DispatchUser, 60.0, "")


@pytest.mark.usefixtures("fake_locust")
def test_nothing_is_drawn_or_played_where_nobody_listens(tmp_path: Path, nobodys: str) -> None:
    asked = ask(tmp_path)
    asked = replace(asked, door=Door(host=nobodys))
    with pytest.raises(BadInput, match="connection refused"):
        carry_out(asked)
    with pytest.raises(BadInput, match="connection refused"):
        find_capacity(asked)
    with pytest.raises(BadInput, match="connection refused"):
        twin(asked, nobodys, 1)
    assert not (tmp_path / "results").exists()


def test_a_check_that_a_web_page_answers_is_told_what_to_do() -> None:
    with moved(200) as (host, _):
        said = fault(Door("mine.yaml", host), target_class("check: {send: GET /health}\nring: {send: POST /calls}"))
    assert "(answered 200 with a web page (text/html), most likely a log-in page)" in said
    assert "give the address of the API itself" in said


def test_a_check_that_is_redirected_is_told_where_it_led_and_what_to_do() -> None:
    """Before the first call, as everywhere: the page at the end of it would say 200."""
    with moved(301, "https://api.example/health") as (host, asked):
        said = fault(Door("mine.yaml", host), target_class("check: {send: GET /health}\nring: {send: POST /calls}"))
    assert "(redirected to https://api.example/health (301))" in said
    assert "siaga follows no redirect" in said
    assert asked == ["GET /health"]
