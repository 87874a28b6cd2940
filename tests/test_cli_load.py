"""``siaga load``, ``twin`` and ``api`` as a person meets them: a real server, real Locust, exit codes, Ctrl-C."""

import json
import re
import signal
import subprocess
import threading
import time
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import live_servers
from tests.live.apis.test_redirects import moved
from tests.live_servers import ROOT, SIAGA, serving

BONTANG = ROOT / "scenarios" / "bontang.yaml"
STRETCH = ("--from", "7h", "--for", "1 h", "--speed", "600", "--scale", "40", "--most-lag", "2 s")
"""Six seconds, about forty calls, on a machine that has other things to do."""


MARK = "SIAGA_TEST_FOLDER"


def environment(folder: Path) -> dict[str, str]:
    """An environment by which all processes of a command can be found, whoever their parent is."""
    return {**live_servers.environment(), MARK: str(folder)}


def siaga(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*SIAGA, *map(str, words)]
    return subprocess.run(
        command, cwd=cwd, env=environment(cwd), capture_output=True, text=True, check=False, timeout=180
    )


BAD = (
    (("load", "nowhere.yaml"), "nowhere.yaml"),
    (("load", BONTANG, "--host", "http://8.8.8.8"), "--i-own-this-host"),
    (("load", BONTANG, "--host", "localhost:8112"), "is it http://localhost:8112?"),
    (("load", BONTANG, "--for", "30m"), "write 30 min"),
    (("load", BONTANG, "--from", "15 d"), "--from"),
    (("load", BONTANG, "--speed", "0"), "--speed"),
    (("load", BONTANG, "--scale", "1e7"), "--scale"),
    (("load", BONTANG, "--key", "a b"), "--key"),
    (("load", BONTANG, "--key", "intak=s3cr3t"), "did you mean intake?"),
    (("load", BONTANG, "--host", "http://127.0.0.1:9"), "start it: siaga serve"),
    (("load", BONTANG, "--policy", "nobodys"), "--policy"),
    (("load", BONTANG, "--target", "90 %"), "--target"),
    (("load", BONTANG, "--most-lag", "10"), "--most-lag"),
    (("load", BONTANG, "--host", "http://[::1"), "--host"),
    (("load",), "SCENARIO"),
    (("load", BONTANG, "--api", "nobodys"), "--api"),
    (("load", BONTANG, "--api", "ranger-ims"), "such as --host http://127.0.0.1:8000"),
    (("twin", BONTANG, "--api", "ranger-ims"), "such as --host http://127.0.0.1:8000"),
    (("breaking-point", BONTANG, "--target", "90 %"), "--target"),
    (("draw", BONTANG, "file/plan"), "PLAN"),
    (("api", "new", "mine.yaml"), "--openapi"),
    (("api", "new", "file", "--openapi", "spec.json"), "a file in YAML"),
    (("api", "try", "nobodys"), "one of the APIs"),
    (("api", "try", "--host", "http://8.8.8.8"), "--i-own-this-host"),
)


@pytest.mark.parametrize(
    "words, named", BAD, ids=lambda value: "" if isinstance(value, str) else " ".join(map(str, value[:1] + value[2:]))
)
def test_bad_input_ends_with_2_and_a_word_of_what_was_wrong(
    words: tuple[object, ...], named: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    done = siaga(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


OLD = (
    (("load", BONTANG, "--target", "ranger-ims"), "write --api ranger-ims"),
    (("twin", BONTANG, "--target", "ranger-ims"), "write --api ranger-ims"),
    (("twin", BONTANG, "--target=ranger-ims"), "write --api ranger-ims"),
    (("load", BONTANG, "--target-level", "90 % of all within 9 s"), "write --target '90 % of all within 9 s'"),
    (("load", BONTANG, "--find-capacity"), "write siaga breaking-point"),
    (("load", BONTANG, "--serve"), "without --host a stand-in is started"),
    (("load", "--try"), "write siaga api try"),
    (("load", "--new-target", "mine.yaml", "--openapi", "s.json"), "write siaga api new mine.yaml"),
    (("load", BONTANG, "--draw", "plan.siaga"), "write siaga draw SCENARIO plan.siaga"),
    (("load", BONTANG, "--timeout", "3"), "write timeout: 3 s into the API's file"),
    (("twin", BONTANG, "--sockets", "9"), "write sockets: 9 into the API's file"),
    (("twin", BONTANG, "--insecure"), "write insecure: yes into the API's file"),
)


@pytest.mark.parametrize("words, hint", OLD, ids=lambda value: value if isinstance(value, str) else value[-1])
def test_an_old_option_ends_with_2_and_what_to_write(words: tuple[object, ...], hint: str, tmp_path: Path) -> None:
    done = siaga(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert hint in done.stderr
    assert done.stdout == ""


def test_a_plan_is_drawn_into_a_file(tmp_path: Path) -> None:
    done = siaga("draw", BONTANG, "plan.siaga", "--for", "1 d", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.match(r"\d+ calls of 24 h and 5 call-takers in plan.siaga", done.stdout)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.siaga"]


def test_calls_are_played_at_a_server_in_another_terminal(tmp_path: Path) -> None:
    """Two commands; then a page for people, and a document and a folder for programs."""
    with serving(tmp_path, BONTANG, "--speed", "600", "--trunks", "8") as host:
        page = siaga("load", BONTANG, *STRETCH, "--host", host, cwd=tmp_path)
        document = siaga("load", BONTANG, *STRETCH, "--host", host, "--seed", "2", "--json", cwd=tmp_path)
    assert page.returncode in {0, 1}, page.stderr
    assert document.returncode in {0, 1}, document.stderr
    assert page.stderr == document.stderr == ""
    assert "What the API said" in page.stdout
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert found["made"] == found["calls"] > 20
    assert found["generator"]["drained"]
    assert not any(each["failed"] or each["open"] for each in found["replies"])
    folder = tmp_path / page.stdout.rstrip().splitlines()[-1].removeprefix("kept in ")
    names = {path.name for path in folder.iterdir()}
    assert names >= {"manifest.json", "summary.json", "outcomes.parquet", "locust.html", "locust_stats.csv"}


def test_an_api_that_is_not_there_fails_every_call_and_says_so(tmp_path: Path) -> None:
    done = siaga("load", BONTANG, *STRETCH, "--host", "http://127.0.0.1:9", "--even-so", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert re.search(r"^failed: connection refused +\d+ \(100\.0 %\)", done.stdout, re.M)
    assert "The API turned away 100.0 % of the attempts of genuine callers." in done.stdout


MINE = """
api:
  title: my centre
  ring: {send: POST /v1/calls, json: {ref: '{reference}'}}
  verdict: {send: POST /v1/calls/close, json: {ref: '{reference}', outcome: '{verdict}'}}
"""


@pytest.mark.parametrize(
    ("status", "trouble", "said"),
    [
        (302, "redirected", "redirected to /login (302)"),
        (200, "web page", "answered 200 with a web page (text/html), most likely a log-in page"),
    ],
)
@pytest.mark.parametrize("client", ["fast", "lean"])
def test_behind_a_log_in_no_call_is_taken_by_a_load_or_a_trial(
    client: str, status: int, trouble: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    with moved(status) as (host, asked):
        there = ("--api", "mine.yaml", "--host", host)
        loaded = siaga("load", BONTANG, *there, *STRETCH, "--json", "--client", client, cwd=tmp_path)
        tried = siaga("api", "try", *there[1:], cwd=tmp_path)
    assert (loaded.returncode, tried.returncode) == (1, 1), loaded.stderr + tried.stdout
    found = json.loads(loaded.stdout)
    assert all(each["failed"] == {trouble: each["rang"]} for each in found["replies"])
    assert found["generator"]["troubles"][0]["example"] == said
    assert [(each["state"], each["in_time"]) for each in found["targets"]] == [("missed", 0)]
    assert f"ring: FAILED, {said}" in tried.stdout
    assert not any("/login" in line for line in asked)


class Forgetful(BaseHTTPRequestHandler):
    """Takes every call, and can keep no verdict."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b"{}"
        self.send_response(500 if self.path.endswith("/close") else 201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_an_api_that_keeps_no_verdict_meets_no_target(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forgetful)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        host = f"http://127.0.0.1:{server.server_port}"
        done = siaga("load", BONTANG, "--api", "mine.yaml", "--host", host, *STRETCH, "--json", cwd=tmp_path)
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    genuine = next(each for each in found["replies"] if each["intent"] == "genuine")
    assert genuine["not_kept"] == genuine["callers"] > 0
    assert not genuine["failed"]
    [target] = found["targets"]
    assert (target["state"], target["in_time"], target["not_kept"]) == ("missed", 0, genuine["callers"])


def test_a_wrong_key_is_named(tmp_path: Path) -> None:
    with serving(tmp_path, BONTANG, "--speed", "600") as host:
        done = siaga("load", BONTANG, *STRETCH, "--host", host, "--key", "nobodys-key", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "failed: wrong key" in done.stdout
    manifest = next(tmp_path.glob("results/bontang/load-*/manifest.json")).read_text()
    assert "nobodys-key" not in manifest


def test_a_server_with_another_clock_is_told(tmp_path: Path) -> None:
    with serving(tmp_path, BONTANG, "--speed", "1") as host:
        done = siaga("load", BONTANG, *STRETCH, "--host", host, cwd=tmp_path)
    assert done.returncode == 2
    assert "siaga serve --speed 600" in done.stderr


def test_an_api_is_tried_with_one_made_up_call(tmp_path: Path) -> None:
    with serving(tmp_path, BONTANG) as host:
        done = siaga("api", "try", "--host", host, cwd=tmp_path)
        spec = urllib.request.urlopen(f"{host}/openapi.json").read()
        (tmp_path / "spec.json").write_bytes(spec)
        wrong = siaga("api", "try", "--host", host, "--key", "nobodys-key", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^all \d+ steps are understood", done.stdout, re.M)
    assert wrong.returncode == 1
    assert "nobodys-key" not in wrong.stdout
    written = siaga("api", "new", "mine.yaml", "--openapi", "spec.json", cwd=tmp_path)
    assert written.returncode == 0, written.stderr
    assert "api:" in (tmp_path / "mine.yaml").read_text()


def test_a_twin_starts_a_server_of_its_own_and_leaves_none(tmp_path: Path) -> None:
    done = siaga("twin", BONTANG, *STRETCH, "--trunks", "8", "--within", "500 ms", cwd=tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    assert re.search(r"^waits, call by call: apart +\d+", done.stdout, re.M)
    assert re.search(r"^blocked +\d+ +\d+", done.stdout, re.M)
    assert not processes(tmp_path)


def test_ctrl_c_leaves_a_usable_result(tmp_path: Path) -> None:
    """Calls in progress are open; no process is left."""
    words = [*SIAGA, "load", str(BONTANG), "--from", "7h", "--for", "6 h", "--speed", "60", "--scale", "100"]
    with subprocess.Popen(words, cwd=tmp_path, env=environment(tmp_path), stdout=-1, stderr=-1, text=True) as child:
        until = time.monotonic() + 60
        while started(tmp_path) < 10:
            assert time.monotonic() < until
            assert child.poll() is None
            time.sleep(0.1)
        assert len(processes(tmp_path)) >= 3, "siaga, the server, Locust"
        child.send_signal(signal.SIGINT)
        page, told = child.communicate(timeout=60)
    assert child.returncode == 130, told
    assert "a live run cannot be gone on with" in told
    assert "Traceback" not in told
    assert "stopped:" in page
    folder = next(tmp_path.glob("results/bontang/load-*"))
    found = json.loads((folder / "summary.json").read_text())
    assert found["interrupted"]
    assert 10 <= found["made"] < found["calls"]
    assert not processes(tmp_path)


def started(folder: Path) -> int:
    for path in folder.glob("results/bontang/load-*/status.json"):
        return int(json.loads(path.read_text())["started"])
    return 0


def processes(folder: Path) -> set[int]:
    """Processes that a command given in this folder started, itself included."""
    mark, found = f"{MARK}={folder}".encode(), set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
    return found
