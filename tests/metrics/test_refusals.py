"""What a run says unaided of a target that did not take calls. Every trace is made, so that the truth is known."""

import re
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from simulator.metrics.limits import Limit, limit_of
from simulator.metrics.refusals import Tries, explain, said_of, tries_of
from simulator.scenario.units import HOUR, MINUTE, SECOND
from simulator.tables.exchanges import TROUBLES, Trouble
from simulator.tables.outcomes import Ending

RATE, SERVER, REFUSED = (TROUBLES.index(each) for each in (Trouble.RATE, Trouble.SERVER, Trouble.REFUSED))


def arrivals(rate: float, seconds: float, seed: int = 1) -> np.ndarray:
    """Poisson, µs."""
    draws = np.random.default_rng(seed)
    gaps = draws.exponential(SECOND / rate, int(rate * seconds * 1.5) + 20)
    at = np.cumsum(gaps).astype(np.int64)
    return at[at < seconds * SECOND]


def fixed_window(count: int, period: int) -> Callable[[int], bool]:
    """Opens with the first call after the last one closed, as TicketsCAD's does."""
    state = {"begin": -(10**18), "used": 0}

    def takes(now: int) -> bool:
        if now - state["begin"] >= period:
            state.update(begin=now, used=0)
        state["used"] += 1
        return state["used"] <= count

    return takes


def clock_window(count: int, period: int) -> Callable[[int], bool]:
    """Begins with the minute of the clock, wherever the run began."""
    used: dict[int, int] = {}

    def takes(now: int) -> bool:
        window = (now + 17 * SECOND) // period
        used[window] = used.get(window, 0) + 1
        return used[window] <= count

    return takes


def sliding_window(count: int, period: int) -> Callable[[int], bool]:
    taken: deque[int] = deque()

    def takes(now: int) -> bool:
        while taken and taken[0] <= now - period:
            taken.popleft()
        if len(taken) >= count:
            return False
        taken.append(now)
        return True

    return takes


def bucket(rate: float, burst: float) -> Callable[[int], bool]:
    state = {"tokens": burst, "at": 0}

    def takes(now: int) -> bool:
        state["tokens"] = min(burst, state["tokens"] + (now - state["at"]) * rate / SECOND)
        state["at"] = now
        if state["tokens"] < 1:
            return False
        state["tokens"] -= 1
        return True

    return takes


def tries(at: np.ndarray, taken: np.ndarray, trouble: int = RATE, intent: np.ndarray | None = None) -> Tries:
    of = np.zeros(len(at), np.int8) if intent is None else intent
    return Tries(at, np.where(taken, 0, trouble).astype(np.int8), of, taken)


def through(at: np.ndarray, takes: Callable[[int], bool]) -> np.ndarray:
    return np.array([takes(int(now)) for now in at])


LIMITS = [
    (lambda: fixed_window(600, MINUTE), 20, 600, MINUTE, True),
    (lambda: clock_window(600, MINUTE), 20, 600, MINUTE, True),
    (lambda: fixed_window(100, 10 * SECOND), 30, 100, 10 * SECOND, True),
    (lambda: fixed_window(30, SECOND), 60, 30, SECOND, True),
    (lambda: sliding_window(600, MINUTE), 20, 600, MINUTE, False),
    (lambda: bucket(10, 50), 25, 10, SECOND, False),
    (lambda: bucket(1.5, 30), 12, 90, MINUTE, False),
]


@pytest.mark.parametrize(("target", "rate", "count", "period", "cut_off"), LIMITS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_limit_of_a_target_is_found_within_a_twentieth(
    target: Callable[[], Callable[[int], bool]], rate: float, count: int, period: int, cut_off: bool, seed: int
) -> None:
    at = arrivals(rate, 300, seed) + seed * 10**12
    found = limit_of(at, ~through(at, target()))
    assert found is not None
    assert (found.period, found.cut_off) == (period, cut_off)
    assert found.count == pytest.approx(count, rel=0.05)
    assert found.sent == pytest.approx(rate * period / SECOND, rel=0.2)


def test_a_limit_is_found_though_the_load_falls_below_it_in_between() -> None:
    at = np.concatenate([arrivals(20, 200), 200 * SECOND + arrivals(5, 120, 2), 320 * SECOND + arrivals(30, 240, 3)])
    found = limit_of(at, ~through(at, fixed_window(600, MINUTE)))
    assert found is not None
    assert found.count == pytest.approx(600, rel=0.1)
    assert found.period == MINUTE


def test_a_quota_that_is_used_up_is_said_to_be_one() -> None:
    at = arrivals(20, 100)
    taken = np.arange(len(at)) < 1000
    [said] = explain(tries(at, taken))
    assert (
        "the API took 1,000 attempts and then none for the rest of the run: a rate limit, not a lack of capacity"
        in said
    )


def test_a_rate_limit_is_told_from_capacity_and_with_the_genuine_callers_it_shut_out() -> None:
    at = arrivals(20, 300)
    intent = np.random.default_rng(4).integers(0, 4, len(at)).astype(np.int8)
    taken = through(at, fixed_window(600, MINUTE))
    [said] = explain(tries(at, taken, intent=intent), retry_after="60")
    assert re.match(r"rate limit \(429\): 3,0\d\d of 6,\d\d\d attempts were refused as they rang; ", said)
    assert "the API took about 600 attempts a minute from this address, of 1,2" in said
    assert (
        "sent, the first of each minute and then none until it was over: a rate limit, not a lack of capacity" in said
    )
    assert said.endswith("; it said to come back after 60 s")
    share = (~taken)[intent == 0].mean()
    assert f"{share:.0%} of genuine attempts" in said


def test_a_few_refusals_are_counted_without_a_guess() -> None:
    at = arrivals(20, 60)
    taken = np.ones(len(at), bool)
    taken[[7, 300]] = False
    [said] = explain(tries(at, taken))
    assert said.startswith(f"rate limit (429): 2 of {len(at):,} attempts")
    assert "took" not in said


def test_refusals_after_the_ring_do_not_make_a_limit_of_rings() -> None:
    at = arrivals(20, 60)
    later = np.random.default_rng(3).random(len(at)) < 0.3
    said = explain(
        Tries(at, np.where(later, RATE, 0).astype(np.int8), np.zeros(len(at), np.int8), np.ones(len(at), bool))
    )
    assert re.match(r"rate limit \(429\): 0 of .* as they rang, \d+ more at a later step$", said[0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_errors_above_some_rate_are_a_lack_of_capacity(seed: int) -> None:
    draws = np.random.default_rng(seed)
    steps = [arrivals(rate, 60, seed + rate) + nth * 60 * SECOND for nth, rate in enumerate((5, 10, 20, 40, 80, 15))]
    at = np.concatenate(steps)
    fast = ((at >= 180 * SECOND) & (at < 300 * SECOND)) & (draws.random(len(at)) < 0.5)
    [said] = explain(tries(at, ~fast, SERVER))
    found = re.search(r"hardly any below ([\d.]+) attempts a second, (\d+)% of those above: a lack of capacity", said)
    assert found
    assert 20 <= float(found[1]) <= 45
    assert 45 <= int(found[2]) <= 55


def test_a_target_that_dies_is_said_to_have_gone_down_and_when() -> None:
    at = arrivals(20, 300)
    up = at < 183 * SECOND
    [said] = explain(tries(at, up, REFUSED))
    assert "connection refused: " in said
    assert "every one from 3 min" in said or "every one from 183 s" in said
    assert "went down and did not come back" in said


def test_a_target_that_comes_back_is_told_from_one_that_does_not() -> None:
    at = arrivals(20, 300)
    up = (at < 100 * SECOND) | (at > 130 * SECOND)
    [said] = explain(tries(at, up, REFUSED))
    assert "from 100 s to 2 min 10 s after the first call (on the wall): the API was down and came back" in said


def test_a_target_that_was_never_there_is_said_so() -> None:
    at = arrivals(20, 30)
    [said] = explain(tries(at, np.zeros(len(at), bool), REFUSED))
    assert said.startswith(f"connection refused: all {len(at)} attempts; from the first call to the last")


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.REFUSED, "the API is not there"),
        (Trouble.TIMEOUT, "the API does not answer"),
        (Trouble.LOST, "the API does not answer"),
        (Trouble.SERVER, "the API answers with nothing but errors"),
    ],
)
def test_a_target_that_took_connections_is_not_said_to_be_missing(trouble: Trouble, words: str) -> None:
    at = arrivals(20, 30)
    [said] = explain(tries(at, np.zeros(len(at), bool), TROUBLES.index(trouble)))
    assert f"from the first call to the last: {words}" in said
    assert ("not there" in said) == (trouble is Trouble.REFUSED)


def test_errors_of_one_call_in_fifty_are_said_to_be_all_over_the_run() -> None:
    at = arrivals(20, 300)
    taken = np.random.default_rng(7).random(len(at)) > 0.02
    [said] = explain(tries(at, taken, SERVER))
    assert "spread over the whole run" in said


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.KEY, "the API never took the key: give the right one by --key"),
        (Trouble.TLS, "check https, the name and the chain of certificates"),
        (Trouble.GARBAGE, "reply not understood: all 600 attempts"),
        (Trouble.PAGE, "web page: all 600 attempts; most likely a log-in page: give the API a log-in"),
    ],
)
def test_what_fails_always_is_said_with_its_fix(trouble: Trouble, words: str) -> None:
    at = np.arange(600) * SECOND // 10
    [said] = explain(tries(at, np.zeros(600, bool), TROUBLES.index(trouble)))
    assert words in said


def test_several_troubles_come_with_the_most_frequent_first_and_none_where_nothing_failed() -> None:
    at = arrivals(20, 60)
    codes = np.zeros(len(at), np.int8)
    codes[::10], codes[::4] = SERVER, REFUSED
    both = explain(Tries(at, codes, np.zeros(len(at), np.int8), codes == 0))
    assert [said.split(":")[0] for said in both] == ["connection refused", "server error (5xx)"]
    assert explain(tries(at, np.ones(len(at), bool))) == []


def test_rows_may_come_in_any_order() -> None:
    at = arrivals(20, 300)
    taken = through(at, fixed_window(600, MINUTE))
    order = np.random.default_rng(1).permutation(len(at))
    assert explain(tries(at[order], taken[order])) == explain(tries(at, taken))


def test_no_call_at_all_is_no_trouble() -> None:
    empty = np.array([], np.int64)
    assert explain(tries(empty, np.array([], bool))) == []


def test_a_period_that_is_not_round_is_said_to_the_second() -> None:
    at = arrivals(20, 400)
    found = limit_of(at, ~through(at, fixed_window(200, 43 * SECOND)))
    assert found is not None
    assert "every 43 s" in said_of(found)


def test_the_tables_of_a_live_run_are_read_by_the_clock_on_the_wall() -> None:
    """At speed 60; an attempt that never rang, since its caller was deterred, is left out."""
    calls = SimpleNamespace(intent=np.array([0, 2], np.int8))
    outcomes = SimpleNamespace(
        call=np.array([0, 1, 1]), ending=np.array([Ending.ANSWERED, Ending.FAILED, Ending.DETERRED])
    )
    exchanges = SimpleNamespace(sent=np.array([60 * SECOND, 180 * SECOND, -1]), trouble=np.array([0, RATE, 0], np.int8))
    found = tries_of(calls, outcomes, exchanges, 60.0)  # type: ignore[arg-type]
    assert found.at.tolist() == [SECOND, 3 * SECOND]
    assert found.trouble.tolist() == [0, RATE]
    assert found.intent.tolist() == [0, 2]
    assert found.accepted.tolist() == [True, False]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(10, SECOND, 25, cut_off=False), "took about 10 attempts a second from this address, of 25 sent"),
        (Limit(90, MINUTE, 720, cut_off=False), "took about 90 attempts a minute from this address, of 720 sent"),
        (
            Limit(1000, HOUR, 1200, cut_off=True),
            "took about 1,000 attempts an hour from this address, of 1,200 sent, "
            "the first of each hour and then none until it was over",
        ),
        (
            Limit(100, 10 * SECOND, 300, cut_off=True),
            "took about 100 attempts every 10 s from this address, of 300 sent, "
            "the first of each such stretch and then none until it was over",
        ),
        (Limit(5, 5 * MINUTE, 9, cut_off=False), "took about 5 attempts every 5 min from this address, of 9 sent"),
        (
            Limit(5, 135 * SECOND, 9, cut_off=False),
            "took about 5 attempts every 2 min 15 s from this address, of 9 sent",
        ),
        (
            Limit(5, 2 * SECOND + SECOND // 2, 9, cut_off=False),
            "took about 5 attempts every 2.5 s from this address, of 9 sent",
        ),
        (Limit(500, 0, 900, cut_off=True), "took 500 attempts and then none for the rest of the run"),
    ],
)
def test_a_limit_is_said_in_words(limit: Limit, words: str) -> None:
    assert said_of(limit) == words
