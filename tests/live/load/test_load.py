"""A live run, Locust's place taken: what is kept, what is judged, and what becomes of one that goes wrong."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from simulator.engines.simulate import simulate
from simulator.live.apis.hosts import words_without_secrets
from simulator.live.apis.target_api import TargetApi, keys_of
from simulator.live.load.load import known, run_load
from simulator.live.load.locust import Files, Status, command_of
from simulator.live.load.request import Generator, lag_of
from simulator.scenario.errors import BadInput
from simulator.scenario.shipped import shipped_scenarios
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.parquet import calls_from, outcomes_from
from tests.live.load.lines import CROWDED, fake_locust, load_request

__all__ = ["fake_locust"]
pytestmark = pytest.mark.usefixtures("fake_locust")


def test_a_run_at_an_ideal_target_is_the_simulation_of_its_calls(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path))
    plan = done.drawn.plan
    model = simulate(plan.calls, plan.staffing, plan.floor, plan.policy)
    order = np.lexsort((model.attempt, model.call, model.arrival))
    assert len(done.run.outcomes) == len(model) > 300
    for name in Outcomes.DTYPES:
        assert np.array_equal(getattr(done.run.outcomes, name), getattr(model, name)[order]), name
    assert done.played.code == 0
    assert not done.played.saturated


def test_everything_is_kept_in_a_folder_of_its_own(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path))
    names = {path.name for path in done.folder.iterdir()}
    assert done.folder == tmp_path / "results" / "town" / f"load-{done.drawn.plan.settings.run}"
    assert names >= {"manifest.json", "plan.siaga", "calls.parquet", "outcomes.parquet", "exchanges.parquet"}
    assert names >= {"summary.json", "generator.json", "locust.log"}
    assert not names & {"rows.log", "status.json"}
    assert calls_from(pq.read_table(done.folder / "calls.parquet")) == [(0, done.run.calls)]
    assert outcomes_from(pq.read_table(done.folder / "outcomes.parquet")) == [(0, done.run.outcomes)]
    assert pq.read_table(done.folder / "exchanges.parquet").num_rows == len(done.run.outcomes)
    assert json.loads((done.folder / "summary.json").read_text()) == json.loads(json.dumps(done.document))


def test_the_manifest_says_what_was_played_where_and_by_whom_and_no_key(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    api = replace(asked.api, host="http://me:hush@127.0.0.1:9", keys={"intake": "secret-key"})
    done = run_load(replace(asked, api=api))
    text = (done.folder / "manifest.json").read_text()
    told = json.loads(text)
    assert (told["from"], told["for"], told["speed"], told["scale"]) == ("1 h", "6 h", 60, 1)
    assert (told["host"], told["api"], told["seed"]) == ("http://127.0.0.1:9", "stand-in", 1)
    assert {"siaga", "numpy", "locust", "gevent", "python"} <= set(told["versions"])
    assert told["began"] <= told["finished"]
    for path in done.folder.iterdir():
        assert b"secret-key" not in path.read_bytes()
        assert b"hush" not in path.read_bytes()


def test_keys_go_by_the_environment_and_not_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAGA_KEY_DESK", "of the environment")
    keys = keys_of(["intake=one", "everybodys"])
    assert keys == {"desk": "of the environment", "intake": "one", "": "everybodys"}
    words = command_of(Files(tmp_path), TargetApi(keys=keys), Generator())
    assert not any("one" in word.split("=") or "everybodys" in word for word in words)
    for bad in ("boss=1 2", "", "a b", "intake=", "desk=a b"):
        with pytest.raises(BadInput, match="--key"):
            keys_of([bad])


def test_a_role_that_is_none_is_not_taken_for_a_part_of_the_key() -> None:
    for text, hint in (("intak=s3cr3t", "did you mean intake?"), ("token=s3cr3t", "--key =token=...")):
        with pytest.raises(BadInput, match=re.escape(hint)) as error:
            keys_of([text])
        assert "s3cr3t" not in str(error.value)


def test_a_key_may_hold_the_sign_that_parts_it_from_its_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIAGA_KEY_DESK", raising=False)
    assert keys_of(["desk=a=b"]) == {"desk": "a=b"}
    assert keys_of(["=token=x"]) == {"": "token=x"}
    assert keys_of(["c2VjcmV0=="]) == {"": "c2VjcmV0=="}
    assert keys_of(["k9/x+y=z"]) == {"": "k9/x+y=z"}
    assert words_without_secrets(["--key", "c2VjcmV0=="]) == ["--key", "..."]


def test_locust_is_told_all_that_was_asked(tmp_path: Path) -> None:
    generator = Generator("lean", 2, "5 ms", ("--tags", "x"))
    words = " ".join(command_of(Files(tmp_path), TargetApi("mine.yaml", "http://h"), generator))
    for said in (
        *("--headless", "--host http://h", "--api mine.yaml", "--client lean", "--processes 2", "--most-lag 5 ms"),
        *(
            "--tags x",
            f"--plan {tmp_path}/plan.siaga",
            f"--rows {tmp_path}/rows.log",
        ),
    ):
        assert said in words


def test_refusals_are_counted_by_intent_and_kind(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path, "refuses"))
    o, intent = done.run.outcomes, done.run.calls.intent[done.run.outcomes.call]
    failed = o.ending == Ending.FAILED
    assert 0.4 < failed.mean() < 0.6
    for number, each in ((0, done.found.replies[0]), (2, done.found.replies[1])):
        mine = intent == number
        assert each.rang == (mine & (o.ending != Ending.DETERRED)).sum()
        assert each.failed == {"rate limit (429)": int((failed & mine).sum())}
        assert each.policy == (mine & (o.ending == Ending.BLOCKED)).sum()
        assert each.busy == (mine & (o.ending == Ending.BUSY)).sum()
    assert [each.intent for each in done.found.replies] == ["genuine", "prank"]
    assert not done.met
    assert done.reasons[0].startswith(f"rate limit (429): {failed.sum()} of {len(o):,} attempts")
    assert done.document["reasons"] == list(done.reasons)


def test_what_of_the_scenario_is_not_played_is_a_warning(tmp_path: Path) -> None:
    text = CROWDED.replace("trunks: 2", "trunks: 2\n  end_of_shift: hand_over")
    done = run_load(load_request(tmp_path, text=text))
    assert any("handing calls over is not played live" in warning for warning in done.found.answer.warnings)


def test_an_api_beside_the_scenario_is_found_by_its_name(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    (tmp_path / "apis").mkdir()
    shipped = shipped_scenarios() / "apis" / "ticketscad.yaml"
    mine = tmp_path / "apis" / "mine.yaml"
    mine.write_text(shipped.read_text())
    found = known(replace(asked, api=replace(asked.api, name="mine")))
    assert (found.api.name, found.api.file) == ("mine", str(mine))
    assert f"--api {mine}" in " ".join(command_of(Files(tmp_path), found.api, Generator()))
    with pytest.raises(BadInput, match=r"--api: given 'min'[\s\S]*did you mean mine"):
        known(replace(asked, api=replace(asked.api, name="min")))


def test_a_generator_that_fell_behind_is_told(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path, "saturated"))
    assert done.played.saturated
    assert done.document["generator"]["saturated"]
    assert done.document["generator"]["lag"]["p99_ms"] == 55


def test_a_child_that_dies_leaves_what_it_had_written(tmp_path: Path) -> None:
    """Half the stretch, a line cut off in the middle; calls that were never made are told, and not counted."""
    done = run_load(load_request(tmp_path, "dies"))
    assert done.played.code == -signal.SIGKILL
    assert 0 < len(done.run.calls) < done.run.planned
    assert done.run.never_made == done.run.planned - len(done.run.calls)
    assert f"{done.run.never_made} of {done.run.planned} calls were never made" in done.found.answer.warnings[0]
    assert (done.run.outcomes.ending == Ending.OPEN).any()


@pytest.mark.parametrize("kind", ["dies", "loses"])
def test_a_run_that_broke_off_does_not_count_and_is_cut_to_what_was_played(tmp_path: Path, kind: str) -> None:
    done = run_load(load_request(tmp_path, kind))
    assert done.broke_off
    assert not done.counts
    assert not done.played.saturated
    assert done.run.calls.length < 6 * 3600 * 10**6
    assert done.document["generator"]["broke_off"]


def test_an_api_that_fails_every_ring_meets_nothing(tmp_path: Path) -> None:
    """Nor where no target is about its callers, and none is missed."""
    text = CROWDED.replace("targets: ['90 % of genuine within 15 s']", "targets: []")
    done = run_load(load_request(tmp_path, "down", text=text))
    assert done.found.answer.met
    assert done.all_failed
    assert not done.met


def test_calls_of_somebody_else_are_a_doubt_and_no_row(tmp_path: Path) -> None:
    done = run_load(load_request(tmp_path, "strangers"))
    assert done.found.answer.warnings[0].startswith("3 calls in the queue were not of this run")
    assert all(row.intent for row in done.latencies)


def test_lag_is_said_with_its_unit() -> None:
    assert lag_of("10 ms") == "10 ms"
    for bad in ("10", "-5", "0", "0 ms", "abc"):
        with pytest.raises(BadInput, match="--most-lag"):
            lag_of(bad)


def test_a_child_that_makes_no_call_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"Locust ended with code 1[\s\S]*the API said: wrong key"):
        run_load(load_request(tmp_path, "broken"))


def test_a_target_that_nobody_called_for_is_not_met(tmp_path: Path) -> None:
    """As in ``siaga run``: a script would take exit code 0 for met."""
    text = CROWDED.replace("targets: ['90 % of genuine within 15 s']", "targets: ['90 % of enquiry within 15 s']")
    done = run_load(load_request(tmp_path, "ideal", text=text))
    assert [verdict.state for verdict in done.found.answer.verdicts] == ["no callers"]
    assert not done.met


def test_a_stretch_without_a_call_is_not_played(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a stretch with a call in it"):
        run_load(load_request(tmp_path, length=1))


def test_without_a_host_only_the_stand_in_is_started(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    with pytest.raises(BadInput, match=r"--host: given none; wanted the address of the API ranger-ims"):
        run_load(replace(asked, api=TargetApi("ranger-ims")))
    assert not (tmp_path / "results").exists()


def test_a_host_elsewhere_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    with pytest.raises(BadInput, match="--i-own-this-host"):
        run_load(replace(asked, api=replace(asked.api, host="http://8.8.8.8")))
    assert not (tmp_path / "results").exists()


def test_a_folder_that_can_not_be_written_to_is_bad_input(tmp_path: Path) -> None:
    asked = load_request(tmp_path)
    (tmp_path / "results").write_text("mine")
    with pytest.raises(BadInput, match="out: given"):
        run_load(asked)


def test_ctrl_c_is_passed_on_and_what_was_played_is_counted(tmp_path: Path) -> None:
    """What was in progress is open; the stretch ends where the run was stopped."""
    seen: list[Status] = []
    done = run_load(load_request(tmp_path, "slow"), stop_once_playing(seen))
    assert done.played.interrupted
    assert seen[-1].calls == done.run.planned > len(done.run.calls) > 0
    assert done.run.calls.length < 6 * 3600 * 10**6
    assert (done.run.outcomes.ending == Ending.OPEN).any()
    assert done.document["interrupted"]
    assert "stopped" in done.found.answer.warnings[0]


def stop_once_playing(seen: list[Status]) -> Callable[[Status], None]:
    def watch(now: Status) -> None:
        seen.append(now)
        if now.calls:
            signal.default_int_handler(signal.SIGINT, None)

    return watch


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    """Not even one that the child started, and that outlives it."""
    done = run_load(load_request(tmp_path, "dies"))
    left = int((done.folder / "grandchild").read_text()) if (done.folder / "grandchild").exists() else None
    assert left is not None
    until = time.monotonic() + 5
    while time.monotonic() < until and alive(left):
        time.sleep(0.05)
    assert not alive(left)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"


def test_threads_other_than_the_main_one_can_play(tmp_path: Path) -> None:
    """Nothing of it needs signals."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(len(run_load(load_request(tmp_path)).run.calls)))
    thread.start()
    thread.join()
    assert found[0] > 0
