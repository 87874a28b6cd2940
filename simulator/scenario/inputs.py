"""Which measures of a run repeat what its scenario says, so that nobody takes an input for a finding."""

from collections.abc import Iterator

from simulator.scenario.model import Scenario
from simulator.scenario.quantity import written

MISTAKEN = ("misjudgement", "never_heard_misjudgement")
"""Measures of genuine callers who were taken for a nuisance."""


def repeated_inputs(scenario: Scenario) -> dict[str, str]:
    """By the name of a measure of genuine callers, the settings that it repeats: ``misjudged: 1 % (residents)``.

    How many call is the volume; how many are taken for a nuisance goes by ``misjudged``, and by who does not speak:
    both rise and fall with the setting, whatever the rules and the staffing.
    """
    mistaken = "; ".join(_mistaken(scenario))
    return {"offered": "volume", **dict.fromkeys(MISTAKEN if mistaken else (), mistaken)}


def _mistaken(scenario: Scenario) -> Iterator[str]:
    for name, group in scenario.callers.items():
        if group.intent == "genuine":
            if group.misjudged and (share := sum(group.misjudged.as_.values())):
                yield f"misjudged: {written(share, ' %')} ({name})"
            if group.voiceless:
                yield f"voiceless: {written(group.voiceless, ' %')} ({name})"
