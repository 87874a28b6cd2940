"""What a policy and a floor do short of a block: other lines, messages, warnings by SMS, machines for silent calls."""

from typing import Any

import numpy as np

from simulator.scenario.policy import INTENTS
from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE, Calls
from tests.plans import challenge, divert, floor, plan, policy, rule, warn
from tests.verification import renewal, theory
from tests.verification.floors import GENUINE, PRANK, TWO_AN_HOUR, Case, Draws, durations, poisson

DAY_S, HOUR_S = DAY / SECOND, HOUR / SECOND
TEN_A_DAY = 10 / DAY_S
SILENT = INTENTS.index("silent")


def chances(rng: Draws, size: int) -> Any:
    """What is held against shares."""
    return rng.integers(0, DOUBT_SCALE, size)


def challenged_alike(passing: float, length: int, size: int = 60_000) -> Case:
    """Pranks and genuine calls, half each, on one phone; pranks never pass the challenge, a share p of genuine ones do.

    The phone is challenged lam D / (N + lam D) of the time, lam the rate of pranks, which leave strikes only when not
    challenged: b. Pranks are screened with chance b, genuine calls with b (1 - p) (PASTA); of those who are not, a
    share b p / (1 - b (1 - p)) was challenged, and has waited for the message.
    """
    strikes, lasts = 2, 6 * HOUR
    b = theory.blocked_share(strikes, lasts / SECOND, TEN_A_DAY)
    lost = b * (1 - passing)

    def draw(rng: Draws, size: int) -> Calls:
        intent = np.where(rng.random(size) < 0.5, PRANK, GENUINE)
        return plan(poisson(rng, size, 2 * TEN_A_DAY), number=0, intent=intent, challenge=chances(rng, size))

    said = {"screened of pranks": b, "screened of genuine": lost}
    said["wait of genuine"] = length / SECOND * b * passing / (1 - lost)
    rules = policy(challenge(length, "prank", passes={"genuine": passing}, strikes=strikes, for_=(lasts,)))
    name = f"challenge: pranks never pass, {passing:.0%} of genuine calls do"
    return Case(
        name, "a challenge passed by the wrong callers, or of another length", draw, 1, said, size, policy=rules
    )


def strikes_go_on(action: str, passing: float, size: int = 60_000) -> Case:
    """A prankster under one strike, of whose calls a share p goes on after the message and is a strike again.

    An action lasts until a gap longer than D among the calls that pass, a Poisson stream of rate lam p: for
    T = (e^(lam p D) - 1) / (lam p). A cycle has 1 + lam T calls, of which lam T (1 - p) are lost to the message.
    """
    lasts = 4 * HOUR
    met = TEN_A_DAY * renewal.prolonged(passing * TEN_A_DAY, lasts / SECOND)
    made = {"challenge": (challenge, "screened", {"passes": {"prank": passing}})}
    made["warn"] = (warn, "left the message", {"leaves": {"prank": 1 - passing}})
    of, measure, shares = made[action]

    def draw(rng: Draws, size: int) -> Calls:
        return plan(poisson(rng, size, TEN_A_DAY), number=0, intent=PRANK, challenge=chances(rng, size))

    exact = {measure: met * (1 - passing) / (1 + met)}
    rules = policy(of(SECOND, "prank", for_=(lasts,), **shares))
    name = f"{action}: {passing:.0%} of pranks go on, and are strikes again"
    return Case(
        name, "strikes of callers who go on forgotten, or actions not renewed", draw, 1, exact, size, policy=rules
    )


def message_holds_a_line(trunks: int, passing: float, size: int = 60_000) -> Case:
    """M/G/K/K whose callers all hear a message first, a share p of them goes on to talk: a line is held for both.

    Its holding time is the message plus, with chance p, talk; P(busy) is Erlang B of its mean (insensitivity).
    """
    talk = 0.5 / TWO_AN_HOUR
    message = talk / 2
    busy = theory.erlang_b(TWO_AN_HOUR * (message + passing * talk), trunks)

    def draw(rng: Draws, size: int) -> Calls:
        columns = {"talk": durations(rng, size, talk), "intent": np.full(size, GENUINE)}
        columns["talk"][0], columns["intent"][0] = 0, PRANK
        return plan(poisson(rng, size, TWO_AN_HOUR), number=0, challenge=chances(rng, size), **columns)

    exact = {"busy": busy, "screened of genuine": (1 - busy) * (1 - passing)}
    rules = policy(challenge(round(message * SECOND), "prank", passes={"genuine": passing}))
    name = f"challenge: M/G/{trunks}/{trunks} behind a message"
    catches = "a message that holds no line, or a line not freed by who fails"
    return Case(name, catches, draw, trunks, exact, size, floor(trunks), policy=rules)


def texted(heeding: float, size: int = 60_000) -> Case:
    """Two pranksters on one phone, one strike; a share h of the calls is by the one who heeds warnings by SMS.

    Free, the next call of either is a strike; then the warning is renewed by each call of the other, a stream of rate
    a = lam (1 - h), and lasts T = (e^(a D) - 1) / a. Calls of who heeds are deterred T / (1 / lam + T) of the time.
    """
    lasts = 4 * HOUR
    in_force = renewal.prolonged((1 - heeding) * TEN_A_DAY, lasts / SECOND)

    def draw(rng: Draws, size: int) -> Calls:
        heeds = rng.random(size) < heeding
        return plan(poisson(rng, size, TEN_A_DAY), number=0, person=heeds, heeds=heeds, intent=PRANK)

    exact = {"deterred of heeding": in_force / (1 / TEN_A_DAY + in_force)}
    exact["deterred"] = heeding * exact["deterred of heeding"]
    rules = policy(rule("prank", action="sms", for_=(lasts,)))
    catches = "texts heeded by the wrong person, not renewed, or that outlast their time"
    return Case(f"sms: {heeding:.0%} of calls heed it", catches, draw, 1, exact, size, policy=rules)


def too_often(action: str, more_than: int, within: int, size: int = 60_000) -> Case:
    """One number's calls, whatever they are: more than N within W bring a block or a diversion for D.

    A calls are let through on average until N + 1 fall within W (`theory.strikes_in_window`); those that meet the
    action do not count. Diverted, a caller waits exponentially (mean a) for the other line, and gives up after an
    exponential patience (mean b): a / (a + b) of them. Of the others a share is passed back, past the policy.
    """
    passed, answers, patience = 0.6, 10 * MINUTE, 20 * MINUTE / SECOND
    let = theory.strikes_in_window(more_than + 1, TEN_A_DAY, within / SECOND)
    met = theory.blocked_share(let, DAY_S, TEN_A_DAY)

    def draw(rng: Draws, size: int) -> Calls:
        delay = np.rint(rng.exponential(DELAY_SCALE, size))
        columns = {"passback": chances(rng, size), "passback_delay": delay, "patience": durations(rng, size, patience)}
        return plan(poisson(rng, size, TEN_A_DAY), number=0, person=0, intent=GENUINE, **columns)

    often: dict[str, Any] = {"calls": {"more_than": more_than, "within": within}, "for_": (DAY,)}
    exact = {"blocked": met}
    rules = policy(rule(**often))
    if action == "divert":
        back = passed * patience / (answers / SECOND + patience)
        exact = {"diverted": met, "diverted for own earlier calls": met, "passed back of diverted": back}
        rules = policy(divert(answers, exponential=True, passes_back={"genuine": passed}, **often))
    name = f"{action}: more than {more_than} calls within {within // HOUR} h"
    return Case(name, "calls under the action counted, or pass-backs", draw, 1, exact, size, policy=rules)


def machine_holds_a_line(trunks: int, presses: float, size: int = 60_000) -> Case:
    """M/G/K/K of calls where nobody speaks: a line is held for listening, the machine and, of who presses 55, talk.

    As many call-takers as lines, so that nobody waits; P(busy) is Erlang B of the mean holding time (insensitivity).
    """
    listen, asks, talk = 300.0, 900.0, 600.0
    rate = 0.7 * trunks / (listen + asks + presses * talk)

    def draw(rng: Draws, size: int) -> Calls:
        columns = {"talk": durations(rng, size, talk), "press55": chances(rng, size)}
        return plan(poisson(rng, size, rate), intent=SILENT, voiceless=True, **columns)

    exact = {"busy": theory.erlang_b(0.7 * trunks, trunks)}
    procedure = {"listen": _us(listen), "machine": {"length": _us(asks), "presses": {"silent": presses}}}
    name = f"silent calls: M/G/{trunks}/{trunks} with a machine, {presses:.0%} press 55"
    catches = "a line freed before the machine ends, or talk in place of listening"
    return Case(name, catches, draw, trunks, exact, size, floor(trunks, silent=procedure))


def machine_frees_the_call_taker(load: float, size: int = 80_000) -> Case:
    """M/D/1: one call-taker listens, and leaves each call to a machine that takes three times as long."""
    listen = load / TWO_AN_HOUR

    def draw(rng: Draws, size: int) -> Calls:
        columns = {"talk": durations(rng, size, 5 * listen), "wrap": durations(rng, size, 5 * listen)}
        return plan(poisson(rng, size, TWO_AN_HOUR), intent=SILENT, voiceless=True, **columns)

    exact = {"wait": theory.pollaczek_khinchine(TWO_AN_HOUR, listen, 0.0), "delayed": load}
    procedure = {"listen": _us(listen), "machine": {"length": _us(3 * listen), "presses": {}}}
    name = f"silent calls: M/D/1 of listening, load {load}"
    catches = "a call-taker kept by the machine, by wrap-up or by talk that never was"
    return Case(name, catches, draw, 1, exact, size, floor(silent=procedure))


def called_back(share: float, load: float, size: int = 80_000) -> Case:
    """M/G/1: listening, exponential wrap-up, and for a share s of calls a call back of length t, s (1 - s) t^2."""
    unit = load / TWO_AN_HOUR
    listen, wrap, takes = 0.3 * unit, 0.3 * unit, 0.4 * unit / share
    variance = wrap**2 + share * (1 - share) * takes**2

    def draw(rng: Draws, size: int) -> Calls:
        columns = {"talk": durations(rng, size, 5 * unit), "wrap": durations(rng, size, wrap)}
        columns["press55"] = chances(rng, size)
        return plan(poisson(rng, size, TWO_AN_HOUR), intent=SILENT, voiceless=True, **columns)

    exact = {"wait": theory.pollaczek_khinchine(TWO_AN_HOUR, unit, variance**0.5 / unit), "delayed": load}
    procedure = {"listen": _us(listen), "call_back": {"share": share, "takes": _us(takes)}}
    name = f"silent calls: M/G/1, {share:.0%} called back, load {load}"
    return Case(name, "calls back that cost nothing, or each one", draw, 1, exact, size, floor(silent=procedure))


def _us(seconds: float) -> int:
    return round(seconds * SECOND)


def messages() -> list[Case]:
    """Every action short of a block, and the silent procedure."""
    return [
        challenged_alike(0.8, 10 * SECOND),
        strikes_go_on("challenge", 0.5),
        strikes_go_on("warn", 0.7),
        message_holds_a_line(2, 0.7),
        texted(0.4),
        too_often("block", 1, 4 * HOUR),
        too_often("block", 2, 4 * HOUR),
        too_often("divert", 2, 4 * HOUR),
        machine_holds_a_line(3, 0.4),
        machine_frees_the_call_taker(0.5),
        called_back(0.3, 0.5),
    ]
