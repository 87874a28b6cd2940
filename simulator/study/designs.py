"""What is compared: every policy with every staffing, and for each staffing the two baselines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from simulator.metrics.paired import PAIRED
from simulator.scenario.errors import BadInput, Fault, field_name, quoted
from simulator.scenario.fixes import listed
from simulator.scenario.library import policy_names
from simulator.scenario.load import Loaded
from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment
from simulator.study.options import experiment_with, policy_named
from simulator.study.pairing import acts_never
from simulator.tables.store import key_of

NONE, OWN, NO_NUISANCE = "none", "scenario", "no nuisance"
MOST_CALL_TAKERS = 10_000
Role = Literal["none", "policy", "no nuisance"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A policy with a staffing, among those compared.

    policy       its name as it was asked for; ``no nuisance`` for that baseline
    call_takers  on every shift; None: as the scenario has it
    role         ``none`` and ``no nuisance`` are the baselines
    """

    policy: str
    call_takers: int | None
    role: Role
    experiment: Experiment

    @property
    def key(self) -> str:
        """A name for what its paired numbers depend on; it holds whatever else is compared."""
        return key_of(self.experiment.identity(), "paired", PAIRED)


def designs_with(
    loaded: Loaded, seed: int, policies: str | None, call_takers: str | None = None, targets: Sequence[str] = ()
) -> list[Compared]:
    """The designs of a scenario, staffing by staffing: no policy, the policies, no nuisance. Raises BadInput."""
    names, staffings = _names(loaded, policies), _staffings(call_takers)
    experiment = partial(experiment_with, loaded, seed, targets=targets)
    designs = [each for staffing in staffings for each in _of_staffing(experiment, names, staffing)]
    _distinct([each for each in designs if each.call_takers == staffings[0]])
    return designs


def _of_staffing(
    experiment: Callable[..., Experiment], names: Sequence[str], call_takers: int | None
) -> Iterator[Compared]:
    bare = experiment(call_takers=call_takers).under(NO_POLICY)
    yield Compared(NONE, call_takers, "none", bare)
    for name in names:
        if name != NONE:
            yield Compared(_label(name, names), call_takers, "policy", _under(experiment, name, call_takers))
    yield Compared(NO_NUISANCE, call_takers, "no nuisance", replace(bare, nuisance=False))


def _under(experiment: Callable[..., Experiment], name: str, call_takers: int | None) -> Experiment:
    try:
        return experiment(policy=None if name == OWN else name, call_takers=call_takers)
    except BadInput as error:
        # A policy is named in a list here.
        raise error.at("policies", instead_of="policy") from None


def _label(name: str, names: Sequence[str]) -> str:
    """A policy's name, or that of its file where no other has the same."""
    alike = [each for each in names if Path(each).stem == Path(name).stem]
    return Path(name).stem if name.endswith((".yaml", ".yml")) and len(alike) == 1 else name


def _names(loaded: Loaded, policies: str | None) -> list[str]:
    """The policies asked for, by name; the scenario's own beside none where none is."""
    if policies is None:
        if acts_never(loaded.scenario.policy):
            raise _fault("policies", "none, and the scenario has no policy of its own", *_two(loaded))
        return [NONE, OWN]
    names = _list_of(policies, "policies", "names of policies, separated by commas")
    if NONE in names and not acts_never(policy_named(NONE, loaded.path.parent)):
        wanted = "no rules under the name none, which stands for no blocklist"
        raise _fault("policies", "none, which has rules in the folder policies", wanted, "give that file another name")
    if len(names) == 1:
        raise _fault("policies", f"{quoted(names[0])} alone", *_two(loaded))
    return names


def _two(loaded: Loaded) -> tuple[str, str]:
    known = policy_names(loaded.path.parent)
    some = [name for name in known if name != NONE][:2]
    return (
        f"two policies or more, of {listed(known)}, or files",
        f"write {field_name('policies')} {','.join([NONE, *some])}",
    )


def _staffings(call_takers: str | None) -> list[int | None]:
    if call_takers is None:
        return [None]
    wanted = f"whole numbers from 0 to {MOST_CALL_TAKERS:,}, separated by commas"
    found: list[int | None] = []
    for text in _list_of(call_takers, "call_takers", wanted):
        if not text.isascii() or not text.isdecimal() or int(text) > MOST_CALL_TAKERS:
            raise _fault("call_takers", quoted(text), wanted, f"write {field_name('call_takers')} 1,2,3")
        if int(text) in found:
            raise _fault("call_takers", f"{int(text)} twice", "each number once", "leave one of them out")
        found.append(int(text))
    return found


def _list_of(text: str, field: str, wanted: str) -> list[str]:
    """The parts of a comma-separated list, each once and none empty."""
    parts = [part.strip() for part in text.split(",")]
    if ";" in text or not all(parts):
        hint = "separate them by commas, without a comma before the first or behind the last"
        raise _fault(field, quoted(text), wanted, hint)
    twice = next((part for place, part in enumerate(parts) if part in parts[:place]), None)
    if twice is not None:
        raise _fault(field, f"{quoted(twice)} twice", "each of them once", "leave one of them out")
    return parts


def _distinct(designs: Sequence[Compared]) -> None:
    """Raises BadInput where two names stand for the same policy."""
    seen: dict[str, str] = {}
    for each in designs:
        if each.role == "policy" and acts_never(each.experiment.scenario.policy):
            wanted = "policies with rules: no policy is compared as none in any case"
            raise _fault("policies", f"{quoted(each.policy)}, which has no rules", wanted, "leave it out")
        if (other := seen.setdefault(each.key, each.policy)) != each.policy:
            given = f"{quoted(other)} and {quoted(each.policy)}, which are the same policy"
            raise _fault("policies", given, "each of them once", "leave one of them out")


def _fault(field: str, given: str, wanted: str, hint: str) -> BadInput:
    return BadInput([Fault(wanted, given, field=field, hint=hint)])
