"""``siaga serve``: what it says as it starts, how it stops, and what is said where it cannot begin."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.live.standin.serve import BROKEN, TRUNKS, Wish, serve
from simulator.scenario.errors import BadInput
from simulator.scenario.extras import install_command
from tests.live.standin.processes import ROOT, process

NUMBER = "+999000000001"


def silent(_: str) -> None:
    pass


def test_it_says_what_it_serves_in_lines_that_a_terminal_holds(tmp_path: Path) -> None:
    with process("--database", str(tmp_path / "c.sqlite"), "--policy", "bontang-24h", "--speed", "60") as server:
        said = "\n".join(server.lines)
        for part in (f"http://127.0.0.1:{server.port}/docs", "Bontang", "60 x", "c.sqlite", "intake-key", "Ctrl-C"):
            assert part in said
        assert f"{TRUNKS} (assumed" in said
        assert all(len(line) <= 80 for line in server.lines if str(tmp_path) not in line)


def test_a_scenario_s_policy_and_trunks_are_served(tmp_path: Path) -> None:
    scenario = str(ROOT / "scenarios" / "bontang.yaml")
    with process(scenario, "--database", str(tmp_path / "c.sqlite")) as server:
        health = server.client.ask("", "GET", "/health").body
        assert (health["trunks"], health["rules"], health["speed"]) == (4, 1, 1.0)
        assert "assumed" not in "\n".join(server.lines)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_good_order_when_told_to_stop(tmp_path: Path, how: signal.Signals) -> None:
    with process("--database", str(tmp_path / "c.sqlite")) as server:
        server.client.ring("a")
        code, said, complained = server.stop(how)
        assert (code, complained) == (0, "")
        assert "1 call" in said


def test_without_a_database_it_takes_a_new_file_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    places = []
    for _ in range(2):
        with process() as server:
            assert server.client.ring("a").status == 201
            [line] = [line for line in server.lines if line.startswith("  database")]
            places.append(Path(line.split()[1]))
    assert places[0] != places[1]
    assert all(place.is_file() and place.is_relative_to(tmp_path) for place in places)


def test_a_server_whose_disk_fails_stops_before_it_acknowledges_more(tmp_path: Path) -> None:
    place = tmp_path / "c.sqlite"
    with process("--database", str(place)) as server:
        assert server.client.ring("a").status == 201
        connection = sqlite3.connect(place)
        connection.execute("DROP TABLE siaga_audit")
        connection.close()
        with pytest.raises(OSError):  # noqa: PT011  (whatever a connection that is cut says)
            server.client.ring("b")
        _, complained = server.process.communicate(timeout=20)
        assert server.process.returncode == BROKEN
        assert complained.startswith("stopped: the database cannot be written: no such table")
        assert len(complained.splitlines()) == 1


def fault(wish: Wish) -> str:
    with pytest.raises(BadInput) as caught:
        serve(wish, silent)
    return str(caught.value)


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = fault(Wish(port=port, database=str(tmp_path / "c.sqlite")))
        assert f"127.0.0.1:{port}" in said
        assert "--port" in said


def test_an_address_that_is_not_this_machine_s_is_said(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"desk one {'k' * 16}", encoding="utf-8")
    keys.chmod(0o600)
    assert "203.0.113.7:0" in fault(Wish(host="203.0.113.7", port=0, keys=keys))


@pytest.mark.parametrize(
    "database, said",
    [
        ("nowhere/c.sqlite", "a folder that exists"),
        ("mysql://root@localhost/x", "postgresql://"),
        ("sqlite://", "a file"),
        ("postgresql://siaga@/x?host=/nowhere", "can be used"),
        ("://", "a file's name"),
    ],
)
def test_a_database_that_can_not_be_had_is_said(database: str, said: str) -> None:
    complaint = fault(Wish(port=0, database=database))
    assert said in complaint
    assert len(complaint.splitlines()) <= 2


def test_a_file_that_is_no_database_and_one_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    text, foreign = tmp_path / "notes.txt", tmp_path / "photos.sqlite"
    text.write_text("dear diary, " * 100, encoding="utf-8")
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.close()
    assert "not a database" in fault(Wish(port=0, database=str(text)))
    assert "others' tables" in fault(Wish(port=0, database=str(foreign)))
    assert text.read_text(encoding="utf-8").startswith("dear diary")


def test_a_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "c.sqlite"
    with process("--database", str(place)):
        pass
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE siaga_about SET value = 'siaga-standin 99' WHERE key = 'version'")
    connection.close()
    assert "siaga-standin 99" in fault(Wish(port=0, database=str(place)))


def test_two_servers_do_not_share_a_database(tmp_path: Path) -> None:
    with process("--database", str(tmp_path / "c.sqlite")):
        assert "no other server" in fault(Wish(port=0, database=str(tmp_path / "c.sqlite")))


def test_a_database_is_not_gone_on_with_under_another_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with process("--database", str(tmp_path / "c.sqlite")):
        pass
    monkeypatch.setenv("SIAGA_SECRET", "00" * 32)
    assert "the secret that" in fault(Wish(port=0, database=str(tmp_path / "c.sqlite")))


def test_a_policy_with_an_allowlist_of_groups_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("rules: []\nallowlist: residents\n", encoding="utf-8")
    said = fault(Wish(port=0, policy=str(file)))
    assert "residents" in said
    assert "telephone numbers" in said


def test_others_can_reach_it_only_with_keys_of_its_own() -> None:
    assert "keys of your own" in fault(Wish(host="0.0.0.0", port=0))


def test_an_installation_without_the_extra_says_what_to_install() -> None:
    code = (
        "import importlib.util as u, sys; there = u.find_spec;"
        "u.find_spec = lambda name, *more: None if name == 'fastapi' else there(name, *more);"
        "sys.argv = ['siaga', 'serve']; from simulator.cli import main; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert install_command("load") in done.stderr
    assert "fastapi" in done.stderr


@pytest.mark.parametrize("words", [["--speed", "0"], ["--trunks", "0"], ["--port", "70000"]])
def test_options_out_of_bounds_are_refused(words: list[str]) -> None:
    command = [sys.executable, "-m", "simulator.cli", "serve", *words]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 2
