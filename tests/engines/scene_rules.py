"""Rules drawn at random for the scenes: every action under every trigger, times on a grid of whole seconds."""

from collections.abc import Callable
from typing import Any

from simulator.scenario.distribution import FixedDuration
from simulator.scenario.policy import INTENTS, IntentName, Rule
from simulator.scenario.units import DAY, NEVER, SECOND

Ints = Callable[[int, int, Any], Any]
"""(lowest, highest, shape) -> an array of whole numbers."""
One = Callable[[int, int], int]
"""(lowest, highest) -> a whole number."""
ACTIONS = ("block", "demote", "divert", "divert", "challenge", "warn", "sms")
WINDOWS = (*(seconds * SECOND for seconds in (1, 2, 3, 4, 6, 8, 12, 18)), NEVER)


def drawn_rule(ints: Ints, one: One) -> Rule:
    """A rule whose every choice comes from these."""
    side = ints(0, 2, 4).tolist()
    side[one(0, 3)] = 0
    action = ACTIONS[one(0, 6)]
    lasts = sorted(ints(1, 20, one(1, 3)).tolist())
    resetting = tuple(name for name, which in zip(INTENTS, side, strict=True) if which == 1)
    return Rule(
        **{
            **_trigger(ints, one, tuple(name for name, which in zip(INTENTS, side, strict=True) if which == 0)),
            **_details(ints, one, action),
            "reset_by": resetting,
            "resets_ladder": bool(one(0, 1)),
            "action": action,
            "for": tuple(NEVER if each > 17 else each * SECOND for each in lasts),
            "extend": action != "sms" and one(0, 2) == 2,
            "review": max(0, one(-3, 5)) * SECOND,
        }
    )


def _trigger(ints: Ints, one: One, on: tuple[str, ...]) -> dict[str, Any]:
    """Verdicts, talk, both, or calls; half of the rules go by verdicts alone."""
    kind, within = one(0, 5), WINDOWS[one(0, 8)]
    if kind == 5:
        return {"calls": {"more_than": max(1, one(-1, 3)), "within": min(within, 10**6 * SECOND)}}
    verdicts = {} if kind == 3 else {"on": on}
    return {
        **verdicts,
        **({"talk": _talk(one)} if kind in (3, 4) else {}),
        "strikes": tuple(max(1, strikes) for strikes in ints(-1, 3, max(1, one(-2, 3))).tolist()),
        "within": within,
        "consecutive": one(0, 2) == 2,
    }


def _talk(one: One) -> dict[str, int]:
    """Shorter, longer, or both; the lengths that talks have, so that some are just as long."""
    longer, more = one(1, 4) * SECOND, one(1, 3) * SECOND
    return (
        {"shorter_than": longer},
        {"longer_than": longer},
        {"longer_than": longer, "shorter_than": longer + more},
    )[one(0, 2)]


def _details(ints: Ints, one: One, action: str) -> dict[str, Any]:
    length, some = lasting(one(1, 9)) * SECOND, shares(ints)
    after = min(length, DAY)
    delay = {"exponential": {"mean": after}} if one(0, 1) else FixedDuration(fixed=after)
    found = {
        "challenge": {"length": length, "passes": some},
        "warn": {"length": length, "leaves": some},
        "divert": {"answers_after": delay, "passes_back": some},
    }
    return {action: found[action]} if action in found else {}


def lasting(seconds: int) -> int:
    """1 to 4 s, now and then longer than any scene runs on."""
    return 10**6 if seconds > 7 else (seconds + 1) // 2


def shares(ints: Ints) -> dict[IntentName, float]:
    """None, half or all of each intent."""
    return {name: share / 2 for name, share in zip(INTENTS, ints(0, 2, 4).tolist(), strict=True)}
