"""A dispatch API without a network: it does in no time what docs/model.md says, told once more for live runs."""

from dataclasses import dataclass, field
from math import inf

from simulator.engines.rules import Blocklist
from simulator.live.contract import COUNTRY, DispatchUser, Heard, Ring, State
from simulator.scenario.intent import INTENTS
from simulator.scenario.policy import NO_POLICY
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action
from simulator.tables.plan import Plan
from tests.live.virtual import Event, VirtualWorld


def number_of(shown: str) -> int:
    return int(shown.removeprefix(COUNTRY) or -1)


@dataclass
class Desk:
    since: int = -1
    call: "Ring | None" = None
    waits: Event | None = None


@dataclass
class Centre:
    """Trunks, a queue, desks and a blocklist; one for all callers."""

    plan: Plan
    world: VirtualWorld | None = None
    queues: tuple[list[Ring], list[Ring]] = field(default_factory=lambda: ([], []))
    desks: dict[int, Desk] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    kind: "type[IdealUser] | None" = None

    def __post_init__(self) -> None:
        self.trunks = self.plan.floor.trunks
        self.kind = self.kind or IdealUser
        self.list = Blocklist(self.plan.policy if self.kind.knows_policy else NO_POLICY)

    def user(self, world: VirtualWorld) -> DispatchUser:
        self.world = world
        assert self.kind
        return self.kind(self)

    def serve(self) -> None:
        """The desk idle longest takes the call that waits longest."""
        idle = sorted((desk.since, number) for number, desk in self.desks.items() if desk.waits and not desk.call)
        for _, number in idle:
            queue = self.queues[0] or self.queues[1]
            if not queue:
                return
            desk = self.desks[number]
            desk.call = queue.pop(0)
            assert desk.waits
            desk.waits.set()

    def strike(self, due: list) -> None:
        for when, strike in due:
            if when <= self.world.now():
                self.list.strike(strike, self.world.now())
            else:
                self.world.at(when, lambda strike=strike, when=when: self.list.strike(strike, when))


class IdealUser(DispatchUser):
    """An API that knows the scenario's policy."""

    has_queue = has_blocklist = knows_policy = True

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    @property
    def now(self) -> int:
        return self.centre.world.now()

    def ring(self, call: Ring) -> Heard:
        centre, number = self.centre, number_of(call.number)
        sanction = None if call.passed_back else centre.list.look(number, self.now)
        action, rule = (sanction.action, sanction.rule) if sanction else (Action.ACCEPT, -1)
        if sanction:
            centre.list.met(number, sanction, self.now)
        if action == Action.BLOCK:
            return Heard(State.BLOCKED, action=action, rule=rule)
        if not call.passed_back and action != Action.DIVERT:
            centre.strike(centre.list.called(number, self.now, innocent=False))
        if action == Action.DIVERT:
            return Heard(State.DIVERTED, action=action, rule=rule)
        if not centre.trunks:
            return Heard(State.BUSY, action=action, rule=rule)
        centre.trunks -= 1
        call.kept = {"demoted": "yes"} if action == Action.DEMOTE else {}
        if action in {Action.WARN, Action.CHALLENGE}:
            rules = centre.plan.policy.rules[rule]
            message = rules.warn or rules.challenge
            return Heard(State.MESSAGE, action=action, rule=rule, after=message.length)
        return self._queue(call, action, rule)

    def _queue(self, call: Ring, action: Action = Action.ACCEPT, rule: int = -1) -> Heard:
        self.centre.queues["demoted" in call.kept].append(call)
        self.centre.serve()
        return Heard(State.QUEUED, action=action, rule=rule)

    def listed(self, number: str) -> Heard:
        text = self.centre.list.texted(number_of(number), self.now)
        return Heard(State.DONE, action=text.action, rule=text.rule) if text else Heard(State.DONE)

    def heard(self, call: Ring, *, stays: bool) -> Heard:
        if stays:
            return self._queue(call)
        self.centre.trunks += 1
        return Heard(State.ENDED)

    def hang_up(self, call: Ring) -> Heard:
        if call.reference in self.centre.answered:
            return Heard(State.ANSWERED)
        for queue in self.centre.queues:
            if call in queue:
                queue.remove(call)
        self.centre.trunks += 1
        return Heard(State.ENDED)

    def sign_on(self, desk: int) -> Heard:
        self.centre.desks[desk] = Desk()
        return Heard(State.DONE)

    def sign_off(self, desk: int) -> Heard:
        del self.centre.desks[desk]
        return Heard(State.DONE)

    def next_call(self, desk: int, wait: float) -> Heard:
        mine = self.centre.desks[desk]
        mine.since = self.now if mine.since < 0 else mine.since
        mine.waits = self.centre.world.happened()
        self.centre.serve()
        if not mine.waits.wait(wait):
            mine.waits = None
            return Heard(State.NOTHING)
        mine.waits, mine.since, call = None, -1, mine.call
        assert call
        self.centre.answered[call.reference] = self.now
        return Heard(State.ANSWERED, id=call.reference, reference=call.reference, number=call.number)

    def verdict(self, call: Ring, verdict: str) -> Heard:
        centre, number = self.centre, number_of(call.number)
        centre.trunks += 1
        talked = self.now - centre.answered[call.reference]
        next(desk for desk in centre.desks.values() if desk.call and desk.call.reference == call.reference).call = None
        centre.strike(centre.list.judge(number, INTENTS.index(verdict), self.now, talked=talked, innocent=False))
        return Heard(State.ENDED)


class ListUser(IdealUser):
    """An API with a blocklist and no rules of its own."""

    knows_policy = False

    def ring(self, call: Ring) -> Heard:
        if self.centre.listed.get(call.number, -1) > self.now:
            return Heard(State.BLOCKED)
        return super().ring(call)

    def block(self, number: str, seconds: float) -> Heard:
        self.centre.listed[number] = self.now + (NEVER if seconds == inf else round(seconds * 1e6))
        return Heard(State.DONE)
