"""What drawn scenes must hold, lest their agreement say little: by name, the rows of a scene where it happened."""

from typing import Any

import numpy as np

from simulator.scenario.policy import Rule
from simulator.tables.law_run import Run
from simulator.tables.outcomes import OF_A_FLOOR, Action, Cause, Ending, Outcomes, Why
from simulator.tables.sanctions import Sanctions
from tests.engines.scenes import Scene

Rows = np.ndarray[Any, Any]


def corners(scene: Scene, o: Outcomes, sanctions: Sanctions) -> dict[str, Rows]:
    """By name, the rows (of outcomes, or of sanctions) where it happened."""
    run = Run(scene.calls, scene.staffing, o, scene.floor, scene.policy)
    return {
        **{f"ends {ending.name}": o.ending == ending for ending in OF_A_FLOOR},
        **{f"meets {action.name}": o.action == action for action in Action},
        **{f"because {why.name}": o.why == why for why in Why},
        **{f"made {cause.name}": o.cause == cause for cause in Cause},
        **_of_the_floor(scene, run, o),
        **_of_messages(scene, run, o),
        **_of_silence(scene, run, o),
        **_of_rules(scene, run, o, sanctions),
    }


def _of_the_floor(scene: Scene, run: Run, o: Outcomes) -> dict[str, Rows]:
    patience = scene.calls.patience[run.row]
    return {
        "handed over": o.handovers > 0,
        "handed over twice": o.handovers > 1,
        "waited to be taken over": (o.handovers > 0) & (o.waited_over > 0) & (o.left >= 0),
        "third attempt": o.attempt == 3,
        "dismissed": o.dismissed,
        "rotated": o.number != scene.calls.number[o.call],
        "answered as patience would have ended": run.taken & (o.answered - o.arrival == patience),
        "answered the moment another hung up": run.taken & np.isin(o.answered, o.left[o.ending == Ending.ABANDONED]),
        "no talk at all": run.taken & (o.talk_end == o.answered),
        "before the start": o.arrival < 0,
    }


def _of_messages(scene: Scene, run: Run, o: Outcomes) -> dict[str, Rows]:
    patience, abandoned = scene.calls.patience[run.row], o.ending == Ending.ABANDONED
    diverted, last = o.ending == Ending.DIVERTED, scene.calls.attempts[scene.calls.group[o.call]]
    heard = run.hears & (patience > run.message)
    return {
        "passed a challenge": (o.action == Action.CHALLENGE) & (o.queued >= 0),
        "left after a warning": heard & abandoned & (o.queued == -1),
        "hung up as the message ended": run.hears & abandoned & (patience == run.message),
        "hung up during a message": run.hears & abandoned & (patience < run.message),
        "hung up behind a message": run.hears & abandoned & (o.queued >= 0),
        "in a message at the end": run.hears & (o.ending == Ending.OPEN) & (o.queued == -1),
        "diverted at the end": (o.action == Action.DIVERT) & (o.ending == Ending.OPEN),
        "the other line was too late": diverted & (run.delay > patience),
        "the other line answered as patience ended": diverted & (run.delay == patience) & run.comes_back,
        "kept by the other line": diverted & (run.delay <= patience) & ~run.comes_back,
        "not passed back twice": diverted & (run.delay <= patience) & run.comes_back & _passed_back_before(o),
        "passed back on top of all attempts": run.passed_back & (o.attempt > last),
        "a redial after a pass-back": (o.cause == Cause.REDIAL) & _passed_back_before(o),
        "passed back, and busy": run.passed_back & (o.ending == Ending.BUSY),
    }


def _passed_back_before(o: Outcomes) -> Rows:
    """Attempts of calls that were passed back before."""
    passed = [(o.call == call) & (np.arange(len(o)) > row) for row, call in _rows(o.call, o.cause == Cause.PASSBACK)]
    return np.any([np.zeros(len(o), dtype=bool), *passed], axis=0)


def _rows(column: Rows, where: Rows) -> list[tuple[int, int]]:
    return [(row, int(column[row])) for row in np.flatnonzero(where).tolist()]


def _of_silence(scene: Scene, run: Run, o: Outcomes) -> dict[str, Rows]:
    silent, intent = scene.floor.silent_procedure, scene.calls.intent[o.call]
    machine, back = (silent.machine, silent.call_back) if silent else (None, None)
    heard = run.taken & run.listened
    tried = heard & (o.number >= 0) & run.answered & (back is not None)
    longer = o.free - o.talk_end > scene.calls.wrap[run.row]
    return {
        "only listened": heard & (machine is None) & (back is None),
        "called back": tried & longer,
        "not called back": tried & ~longer & (o.free >= 0),
        "nobody speaks, and there is no procedure": run.answered & scene.calls.voiceless[o.call] & (silent is None),
        **{f"left to the machine, {what}": run.left_to_machine & (intent == what) for what in range(4)},
        **{f"pressed 55, {what}": run.answered & run.pressed & (intent == what) for what in range(4)},
        "listened to by two, then the machine": run.left_to_machine & (o.handovers > 0),
        "handed over behind the machine": run.answered & run.pressed & (o.handovers > 1),
        "with the machine at the end": heard & (machine is not None) & (o.ending == Ending.OPEN) & (o.free >= 0),
        "pressed, and nobody came": heard & run.pressed & (o.ending == Ending.OPEN) & (o.waited_over > 0),
        "a deceiver who does not speak": run.left_to_machine & scene.calls.deceives[o.call],
        "a deceiver who pressed": run.answered & run.pressed & scene.calls.deceives[o.call],
    }


def _of_rules(scene: Scene, run: Run, o: Outcomes, sanctions: Sanctions) -> dict[str, Rows]:
    rules = [*scene.policy.rules]

    def of(what: Any) -> Rows:
        """Attempts that met a rule of this sort."""
        return run.by_rule(lambda rule: int(bool(what(rule)))) == 1

    begun = {(n, r): _begun(sanctions, n, r) for n, r in zip(sanctions.number, sanctions.rule, strict=True)}
    prolonged = [rules[r].extend and len(ends) > 1 for (_, r), ends in begun.items()]
    allowed = [number for name in scene.policy.allowlist for number in range(scene.calls.numbers)[_slice(scene, name)]]
    return {
        "under a review": of(lambda rule: rule.review),
        "under calls": of(lambda rule: rule.calls),
        "under calls that must be one more": of(lambda rule: rule.calls and rule.calls.more_than > 1),
        "under short talk": of(lambda rule: _length(rule) == (False, True)),
        "under long talk": of(lambda rule: _length(rule) == (True, False)),
        "under talk of some length": of(lambda rule: _length(rule) == (True, True)),
        "under talk and verdict": of(lambda rule: rule.talk and rule.on),
        "under talk alone": of(lambda rule: rule.talk and not rule.on),
        "under strikes in a row": of(lambda rule: rule.consecutive and max(rule.strikes) > 1),
        "under strikes that climb": of(lambda rule: len(set(rule.strikes)) > 1),
        "under the second rule": o.rule == 1,
        "under the third rule": o.rule == 2,
        "under the list at the start": o.rule == len(rules),
        "acted on more than once": np.array([len(ends) > 1 for ends in begun.values()]),
        "prolonged": np.array(prolonged, dtype=bool),
        "for ever": sanctions.end > 10**17,
        "withheld ones acted on": sanctions.number == -1,
        "answered from the allowlist": run.answered & np.isin(o.number, allowed) & (len(rules) > 0),
        "on the allowlist and on the list": np.isin(o.number, allowed) & np.isin(o.number, scene.calls.listed),
    }


def _begun(sanctions: Sanctions, number: int, rule: int) -> Rows:
    return sanctions.end[(sanctions.number == number) & (sanctions.rule == rule)]


def _slice(scene: Scene, name: str) -> slice:
    return scene.calls.numbers_of(name)


def _length(rule: Rule) -> tuple[bool, bool] | None:
    """Whether talk must be longer, and shorter, than something."""
    return rule.talk and (rule.talk.longer_than is not None, "shorter_than" in rule.talk.model_fields_set)
