"""Warnings about a tuned rule."""

from collections.abc import Iterator, Sequence

from simulator.metrics.estimate import says_none
from simulator.questions.tune.entries import Entry, is_flat
from simulator.questions.tune.family import Family, span_of
from simulator.questions.tune.members import Trial
from simulator.scenario.load import Loaded
from simulator.study.effects import of_this_stretch
from simulator.study.experiment import Experiment
from simulator.study.options import nobody_genuine, warnings_of

ASSUMED = {
    "shared_phone": ("shared_with", "shared phones"),
    "misjudged_earlier": ("misjudged", "misjudgement"),
    "reused_number": ("reused", "reused numbers"),
}
"""Routes of harm: the setting of the scenario that each hangs on, and the word for it."""


def tuning_warnings(
    loaded: Loaded, base: Experiment, family: Family, entries: Sequence[Entry], best: Entry | None, fresh: Trial
) -> tuple[str, ...]:
    """Oddities of the scenario under the rule, what the front does not show, ends of ranges, and assumptions."""
    odd = warnings_of(loaded, base if best is None else base.under(best.policy))
    nobody = nobody_genuine(base.scenario)
    stretch = of_this_stretch(base.scenario, [each.policy for each in entries])
    found = (*_of_front(base, entries, fresh), *_at_ends(base, family, best), *stretch, *_assumed(loaded, entries))
    return tuple(dict.fromkeys((*nobody, *odd, *found)))


def _of_front(base: Experiment, entries: Sequence[Entry], fresh: Trial) -> Iterator[str]:
    if entries and not any(each.never.value for each in entries):
        none = says_none(len(fresh.busy), base.scenario.length)
        yield f"no rule judged was seen to shut out a genuine caller: {none}; more --replications would show more"
    elif is_flat(fresh):
        yield "the front is flat: its ends cannot be told apart by whom they shut out; ask for more --replications"


def _at_ends(base: Experiment, family: Family, best: Entry | None) -> Iterator[str]:
    """A best value at the end of a range may have a better one beyond it."""
    if best is None:
        return
    for number, (name, axis, place) in enumerate(zip(family.names, family.axes, best.point, strict=True)):
        value, matters = axis.values[place], all(other[number] == place for other in best.same)
        if matters and axis.open_at(place) and value < span_of(base.scenario):
            yield f"{name} is at an end of what was varied ({axis.texts[place]}): what lies beyond was not tried"


def _assumed(loaded: Loaded, entries: Sequence[Entry]) -> Iterator[str]:
    """Harm goes by shares that nobody has measured."""
    for route, (part, words) in ASSUMED.items():
        if any(each.routes[route] for each in entries):
            for each in loaded.assumptions:
                if part in f"{each.key} {each.value}":
                    yield f"{each.key} is assumed ({each.value}): harm by {words} goes up and down with it"
