"""What is drawn anew for each attempt: patience, talk, wrap-up, judgement, acceptance, and trying again."""

from collections.abc import Callable, Collection
from functools import partial

import numpy as np

from simulator.demand.streams import Streams, Values, happens
from simulator.scenario.callers import CallerGroup, Misjudged, Redial
from simulator.scenario.distribution import Distribution, FixedDuration
from simulator.scenario.model import Acceptance
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE, Int32, UInt8
from simulator.tables.outcomes import REDIAL_BITS

Column = Callable[[], Values]
"""Draws a column; each has a stream of its own, so it does not matter when, or whether, others are drawn."""


def draw_attempts(
    group: CallerGroup,
    acceptance: Acceptance | None,
    extras: Collection[str],
    size: int,
    streams: Streams,
    *name: str,
) -> dict[str, Column]:
    """The attempt columns of Calls, ``size`` rows or one value for all, each drawn when it is called.

    Only those that some policy and floor could make a difference with: others are left out, and stand at 0. A group
    that is never taken for genuine needs no acceptance; ``duplicate`` is there where it differs from ``talk``; what
    ``extras`` (of `EXTRAS`) do not ask for is left out, too.
    """
    columns: dict[str, Callable[..., Values]] = {
        "patience": partial(_durations, group.patience),
        "talk": partial(_durations, group.talk),
        "wrap": partial(_durations, group.wrap_up),
    }
    if group.numbers.rotate:
        columns["rotate"] = partial(happens, group.numbers.rotate)
    if group.gives_up:
        columns["quit"] = partial(happens, group.gives_up)
    if group.misjudged:
        columns |= {"doubt": chances, "verdict": partial(mistakes, group.misjudged)}
    if acceptance and _may_be_accepted(group):
        columns["accept"] = partial(_durations, acceptance.delay)
    if group.redial:
        columns["redial"] = partial(redial_bits, group.redial)
        columns["redial_delay"] = partial(_durations, group.redial.delay)
    if group.incidents and group.incidents.duplicate_talk:
        columns["duplicate"] = partial(_durations, group.incidents.duplicate_talk)
    columns |= _extra_columns(group, extras)
    return {column: partial(draw, size, streams, *name, column) for column, draw in columns.items()}


def _extra_columns(group: CallerGroup, extras: Collection[str]) -> dict[str, Callable[..., Values]]:
    """What messages, diversion and the silent procedure need; nobody presses 55 who is able to speak."""
    columns: dict[str, Callable[..., Values]] = {}
    if "messages" in extras:
        columns["challenge"] = chances
    if "diversion" in extras:
        columns |= {"passback": chances, "passback_delay": delays}
    if "silence" in extras and group.share_voiceless:
        columns["press55"] = chances
    return columns


def delays(size: int, streams: Streams, *name: str) -> Int32:
    """Exponential delays with mean 1 in units of 1 / DELAY_SCALE; beyond 64 means, which no draw reaches, cut there."""
    drawn = np.rint(streams.of(*name).standard_exponential(size) * DELAY_SCALE)
    return np.minimum(drawn, 64 * DELAY_SCALE - 1).astype(np.int32)


def chances(size: int, streams: Streams, *name: str) -> Int32:
    """Whole numbers below DOUBT_SCALE: the upper bits of 32, half as dear as a bound that is kept by rejection."""
    bits = streams.of(*name).integers(0, 2**32, size, dtype=np.uint32)
    bits //= 2**32 // DOUBT_SCALE
    return bits.view(np.int32)


def mistakes(misjudged: Misjudged, size: int, streams: Streams, *name: str) -> Values:
    """The verdict of a call-taker who errs, in the proportions of ``misjudged.as``; no draw where there is only one."""
    shares = np.array([misjudged.as_.get(intent, 0.0) for intent in INTENTS])
    kinds = np.flatnonzero(shares)
    if len(kinds) < 2:
        return int(kinds.sum())
    edges = np.cumsum(shares) / shares.sum()
    return np.asarray(np.searchsorted(edges, streams.of(*name).random(size), side="right"))


def redial_bits(redial: Redial, size: int, streams: Streams, *name: str) -> UInt8:
    """Bits of the endings after which the caller tries again.

    One uniform serves all endings: who tries again after the less likely one does so after the likelier one too.
    """
    u, bits = streams.of(*name).random(size), np.zeros(size, dtype=np.uint8)
    for ending, bit in REDIAL_BITS.items():
        bits |= (u < getattr(redial.after, ending)).view(np.uint8) << np.uint8(bit)
    return bits


def _may_be_accepted(group: CallerGroup) -> bool:
    """Whether a call-taker can take such a call for genuine, so that it becomes an agency's ticket."""
    mistaken = group.misjudged is not None and group.misjudged.as_.get("genuine", 0) > 0
    return group.intent == "genuine" or group.deceives > 0 or mistaken


def _durations(distribution: Distribution, size: int, streams: Streams, *name: str) -> Values:
    """Durations from the stream of this name; a fixed one takes no draw and no stream."""
    if isinstance(distribution, FixedDuration):
        return distribution.fixed
    return distribution.sample(streams.of(*name), size)
