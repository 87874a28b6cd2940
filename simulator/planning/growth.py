"""Growth: more callers of all kinds, or more nuisance, so that what is there at less is there at more, too.

Callers are drawn once at the largest growth; one uniform an incident, or a call of its own, says from which growth on
it is there. So the calls at a smaller growth are a subset of those at a larger one: like is compared with like.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulator.demand.streams import Streams
from simulator.scenario.policy import NUISANCE
from simulator.study.experiment import NUISANCES, Experiment
from simulator.study.no_nuisance import only
from simulator.tables.calls import Calls

Of = Literal["volume", "nuisance"]


@dataclass(frozen=True, slots=True)
class Growth:
    """What grows, and the most that it grows to, times today's."""

    of: Of
    most: float


def grow(experiment: Experiment, growth: Growth) -> Experiment:
    """The same experiment at its most growth: this many times the volume, of all groups or of the nuisance groups."""
    callers = {
        name: group.model_copy(update={"volume": group.volume * growth.most})
        if growth.of == "volume" or group.intent in NUISANCES
        else group
        for name, group in experiment.scenario.callers.items()
    }
    return replace(experiment, scenario=experiment.scenario.model_copy(update={"callers": callers}))


def thin(calls: Calls, of: Of, share: float, streams: Streams) -> Calls:
    """This share of the calls, incidents whole; those of a smaller share are a subset of those of a larger one."""
    alone = streams.of("growth", "calls").random(len(calls))
    together = streams.of("growth", "incidents").random(calls.incidents)
    mark = np.where(calls.incident >= 0, together[calls.incident], alone) if calls.incidents else alone
    stays = mark < share
    if of == "nuisance":
        stays |= ~np.isin(calls.intent, [int(intent) for intent in NUISANCE])
    return only(calls, stays)
