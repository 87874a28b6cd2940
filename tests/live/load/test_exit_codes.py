"""What a live command ends with: 0 met, 1 missed or not judged, 2 bad input, 3 nothing that counts was played."""

from pathlib import Path
from typing import Self

import pytest
from typer.testing import CliRunner, Result

from simulator.cli import app
from simulator.cli.frame import LOST
from simulator.live.load import breaking_point, search, server
from simulator.live.load.child import Child, how_it_ended
from simulator.live.load.load import run_load
from simulator.scenario.errors import ProcessLost
from tests.live.load.lines import CROWDED, fake_locust, load_request
from tests.live.load.test_twin import ROOMY
from tests.study.towns import town

__all__ = ["fake_locust"]
pytestmark = pytest.mark.usefixtures("fake_locust")
EASY = ROOMY.replace("90 % of genuine", "1 % of genuine")
CASES = [
    # what Locust does, the scenario, the exit code
    ("ideal", EASY, 0),
    ("ideal", CROWDED, 1),
    ("ideal", EASY.replace("of genuine", "of enquiry"), 1),
    ("forgets", EASY, 1),
    ("down", EASY, 1),
    ("saturated", EASY, 3),
    ("dies", EASY, 3),
    ("loses", EASY, 3),
    ("killed", EASY, 3),
    ("early", EASY, 3),
]


def ended(done: Result) -> int:
    """The exit code; ``main`` gives a process that was lost its own."""
    return LOST if isinstance(done.exception, ProcessLost) else done.exit_code


@pytest.mark.parametrize(("kind", "text", "code"), CASES)
def test_a_load_ends_with_what_it_found(
    kind: str, text: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAGA_TEST_FAKE", kind)
    words = ["load", str(town(tmp_path, text)), "--from", "1h", "--for", "6h", "--speed", "60", "--even-so"]
    done = CliRunner().invoke(app, [*words, "--host", "http://127.0.0.1:1", "--out", str(tmp_path / "results")])
    assert ended(done) == code, done.output


@pytest.mark.parametrize(
    ("kind", "text", "code"), [("ideal", EASY, 0), ("ideal", CROWDED, 1), ("forgets", EASY, 1), ("killed", EASY, 3)]
)
def test_a_twin_ends_with_what_it_found(
    kind: str, text: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too few calls to tell are not agreement."""
    monkeypatch.setenv("SIAGA_TEST_FAKE", kind)
    words = ["twin", str(town(tmp_path, text)), "--from", "1h", "--for", "6h", "--speed", "60", "--even-so"]
    done = CliRunner().invoke(app, [*words, "--host", "http://127.0.0.1:1", "--out", str(tmp_path / "results")])
    assert ended(done) == code, done.output


@pytest.mark.parametrize(("kind", "text", "code"), [("ideal", EASY, 0), ("down", EASY, 1), ("saturated", EASY, 3)])
def test_a_search_for_the_breaking_point_ends_with_what_it_found(
    kind: str, text: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAGA_TEST_FAKE", kind)
    monkeypatch.setattr(breaking_point, "MOST_SCALE", 1.0)
    monkeypatch.setattr(search, "LEAST", 0.9)
    words = ["breaking-point", str(town(tmp_path, text)), "--from", "1h", "--for", "1h", "--speed", "60", "--even-so"]
    done = CliRunner().invoke(app, [*words, "--host", "http://127.0.0.1:1", "--out", str(tmp_path / "results")])
    assert ended(done) == code, done.output


@pytest.mark.parametrize(("kind", "said"), [("killed", "was killed by SIGKILL"), ("early", "ended with code 1")])
def test_a_generator_that_was_killed_before_the_first_call_is_no_bad_input(
    kind: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ProcessLost, match=rf"the load generator {said} before the first call"):
        run_load(load_request(tmp_path, kind))


def test_how_a_process_ended_is_said_in_words() -> None:
    assert [how_it_ended(code) for code in (1, -9, -15, -63)] == [
        "ended with code 1",
        "was killed by SIGKILL",
        "was killed by SIGTERM",
        "was killed by signal 63",
    ]


def test_a_stand_in_that_is_killed_while_calls_are_played_says_nothing_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[Child] = []

    class Known(Child):
        def __enter__(self) -> Self:
            children.append(self)
            return super().__enter__()

    monkeypatch.setattr(server, "Child", Known)

    def kill_while_served() -> None:
        with server.stand_in(load_request(tmp_path).options, 60.0):
            children[0].process.kill()
            children[0].wait(10)

    with pytest.raises(ProcessLost, match="the stand-in dispatch API was killed by SIGKILL while calls were played"):
        kill_while_served()
