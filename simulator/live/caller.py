"""A caller, from the first attempt to the last: rings, waits, hangs up, tries again. One greenlet a call.

The order is that of docs/model.md; what the policy does, whether a trunk is free and when a call-taker answers is the
API's to say. Where the API says nothing of it, a call goes on as if there were none of that.
"""

from simulator.live.contract import DispatchUser, Heard, State, Trouble, failed, guarded
from simulator.live.floor import GENUINE, LiveAttempt, LiveFloor, said_of
from simulator.scenario.actions import Traits
from simulator.scenario.intent import INTENTS, NUISANCE
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import DISMISSED_BIT, Action, Cause, Ending

NUISANCES = frozenset(map(int, NUISANCE))
LOST = {State.BUSY: Ending.BUSY, State.BLOCKED: Ending.BLOCKED, State.FAILED: Ending.FAILED}
NEWS = 10.0
"""Seconds of the wall clock that the news of an answer may take from another worker."""
ELSEWHERE = "answered by somebody who is no call-taker of this run"
REDIAL_AFTER = {Ending.FAILED: Ending.BUSY}
"""A line that failed sounds like a busy one."""


class Caller:
    """One call of the plan."""

    def __init__(self, floor: LiveFloor, call: int) -> None:
        self.floor, self.world, self.plan, self.call = floor, floor.world, floor.columns, call
        self.intent = INTENTS[self.plan.intent[call]]
        self.passed_back = False

    def run(self) -> None:
        """Make the call, and all further attempts."""
        count, cause, when, row = 1, Cause.FIRST, int(self.plan.arrival[self.call]), self.call
        while True:
            self.world.sleep_until(when)
            attempt = self._attempt(count, cause, when, row)
            goes_on = attempt.ending == Ending.DIVERTED and self._is_passed_back(attempt)
            count += 1
            if goes_on:
                self.passed_back, cause, when, row = True, Cause.PASSBACK, attempt.left, attempt.row
            elif self._redials(attempt, count):
                when = attempt.left + int(self.plan.redial_delay[attempt.row])
                cause, row = Cause.REDIAL, int(self.plan.later[self.call]) + count - 2
            else:
                return

    def _attempt(self, count: int, cause: int, when: int, row: int) -> LiveAttempt:
        attempt = LiveAttempt(self.call, count, int(cause), row, when, 0)
        attempt.number = self.floor.number_of(self.call)
        attempt.sent = self.world.now()
        self.floor.begun(attempt)
        attempt.ending = int(self._make(attempt))
        attempt.left = attempt.left if attempt.left >= 0 else self.world.now()
        self.floor.ended(attempt)
        return attempt

    def _make(self, attempt: LiveAttempt) -> Ending:
        """Ring and live through what the API says; the attempt's ending."""
        user = self.world.user()
        if self._stays_away(attempt, user):
            return Ending.DETERRED
        attempt.ring = self.floor.ring_of(attempt)
        if user.has_queue:
            self._listen(attempt)
        try:
            return self._after(attempt, user, self._ring(attempt, user))
        finally:
            self.floor.waiting.pop(attempt.rank, None)

    def _stays_away(self, attempt: LiveAttempt, user: DispatchUser) -> bool:
        """Whether the person gave up for good, or heeds a warning by SMS that the number has got."""
        if int(self.plan.person[self.call]) in self.floor.gave_up:
            return True
        if not (self.floor.texts and self.plan.heeds[self.call] and attempt.number >= 0 and user.has_blocklist):
            return False
        listed = guarded(user.listed, self.floor.ring_of(attempt).number)
        if listed.state is State.FAILED:
            self.floor.note_fault(attempt, "listed", listed)
            return False
        attempt.action, attempt.rule = int(listed.action), listed.rule
        return listed.action.traits.only_warns

    def _listen(self, attempt: LiveAttempt) -> None:
        """Be there before a call-taker can answer, who may be quicker than the reply to the ring."""
        attempt.picked_up, attempt.talk_ended = self.world.happened(), self.world.happened()
        self.floor.waiting[attempt.rank] = attempt

    def _ring(self, attempt: LiveAttempt, user: DispatchUser) -> Heard:
        heard = guarded(user.ring, attempt.ring)
        if heard.fault is None or heard.fault.status:
            attempt.acknowledged = self.world.now()
        self._milestone("ring", attempt, heard)
        attempt.action, attempt.rule = int(heard.action), heard.rule
        attempt.ring.id = heard.id or attempt.ring.id
        if self.floor.keeper:
            self._keep_list(attempt, heard)
        return heard

    def _keep_list(self, attempt: LiveAttempt, heard: Heard) -> None:
        assert self.floor.keeper
        if heard.state is State.BLOCKED:
            attempt.action, attempt.rule = int(Action.BLOCK), self.floor.keeper.rule_of(attempt.number)
        elif heard.state is not State.FAILED:
            self.floor.keeper.called(attempt.number, innocent=not self._is_nuisance)

    def _after(self, attempt: LiveAttempt, user: DispatchUser, heard: Heard) -> Ending:
        """What becomes of an attempt after its ring."""
        if heard.state in LOST:
            self._answer_back(attempt, heard)
            return LOST[heard.state]
        if heard.state is State.DIVERTED:
            return self._other_line(attempt, heard)
        if heard.state is State.MESSAGE:
            return self._message(attempt, user, heard)
        if heard.state is State.QUEUED and attempt.picked_up:
            return self._wait(attempt, user)
        return self._talk(attempt, user)

    def _answer_back(self, attempt: LiveAttempt, heard: Heard) -> None:
        """Blocked, a person goes on to another number, or never calls again."""
        person = int(self.plan.person[self.call])
        if heard.state is not State.BLOCKED:
            return
        if self.plan.quit[attempt.row]:
            self.floor.gave_up.add(person)
        elif self.plan.rotate[attempt.row]:
            self.floor.turn[person] = self.floor.turn.get(person, 0) + 1

    def _other_line(self, attempt: LiveAttempt, heard: Heard) -> Ending:
        """Another line answers, unless patience ends before."""
        after = heard.after or self._answers_after(attempt)
        self.world.sleep_until(attempt.arrival + min(after, self._patience(attempt)))
        attempt.left = self.world.now()
        return Ending.DIVERTED

    def _answers_after(self, attempt: LiveAttempt) -> int:
        return self.floor.other_line.answers_after(attempt) if self._rule(attempt).diverts else 0

    def _is_passed_back(self, attempt: LiveAttempt) -> bool:
        if self.passed_back or not self._rule(attempt).diverts:
            return False
        answered = self._patience(attempt) >= self._answers_after(attempt)
        return answered and self.floor.other_line.passes_back(attempt)

    def _rule(self, attempt: LiveAttempt) -> Traits:
        """What the action of the scenario's rule does that acted; nothing where the rule is the API's own."""
        rules = self.floor.plan.policy.rules
        return rules[attempt.rule].traits if 0 <= attempt.rule < len(rules) else Traits()

    def _message(self, attempt: LiveAttempt, user: DispatchUser, heard: Heard) -> Ending:
        """Hear the message, and go on to the queue or not; patience runs meanwhile."""
        if self._patience(attempt) <= heard.after:
            return self._give_up(attempt, user)
        self.world.sleep_until(attempt.arrival + heard.after)
        stays = self.floor.messages.stays(attempt) if self._rule(attempt).plays_message else True
        said = guarded(user.heard, attempt.ring, stays=stays)
        if said.state is State.FAILED:
            self.floor.note_fault(attempt, "heard", said)
            return Ending.FAILED
        if stays:
            return self._wait(attempt, user)
        met = Action(attempt.action).traits
        return Ending[met.ending.upper()] if met.plays_message else Ending.ABANDONED

    def _wait(self, attempt: LiveAttempt, user: DispatchUser) -> Ending:
        """Wait in the queue until a call-taker answers, or patience ends."""
        attempt.queued = self.world.now()
        assert attempt.picked_up
        if self._picked_up(attempt):
            return self._answered(attempt)
        return self._give_up(attempt, user)

    def _picked_up(self, attempt: LiveAttempt) -> bool:
        assert attempt.picked_up
        patience = self._patience(attempt)
        if patience >= NEVER:
            return bool(attempt.picked_up.wait())
        left = attempt.arrival + patience - self.world.now()
        return bool(attempt.picked_up.wait(max(self.world.seconds(left), 0.0))) or attempt.answered >= 0

    def _give_up(self, attempt: LiveAttempt, user: DispatchUser) -> Ending:
        """Patience ends: hang up, unless a call-taker is quicker."""
        until = attempt.arrival + self._patience(attempt)
        self.world.sleep_until(until)
        heard = guarded(user.hang_up, attempt.ring)
        self.world.milestone("hang-up", self.intent, until, heard.fault)
        if heard.state is State.FAILED:
            self.floor.note_fault(attempt, "hang-up", heard)
        if heard.state is not State.ANSWERED or not attempt.picked_up:
            return Ending.ABANDONED
        heard_of_it = attempt.picked_up.wait(NEWS) or attempt.answered >= 0
        return self._answered(attempt) if heard_of_it else self._answered_elsewhere(attempt)

    def _answered_elsewhere(self, attempt: LiveAttempt) -> Ending:
        """Somebody answered who is no call-taker of this run: all that is known is that it was before the hang-up."""
        self.floor.note_fault(attempt, "hang-up", failed(Trouble.STATUS, 409, ELSEWHERE))
        attempt.answered = attempt.talk_end = attempt.left = self.world.now()
        return Ending.ANSWERED

    def _answered(self, attempt: LiveAttempt) -> Ending:
        """Talk to a call-taker, until the verdict falls."""
        assert attempt.talk_ended
        # A call-taker may have been quicker than the reply to the ring.
        attempt.queued = min(attempt.queued, attempt.answered) if attempt.queued >= 0 else attempt.answered
        self.world.milestone("answer", self.intent, attempt.arrival)
        attempt.talk_ended.wait()
        return self._judged(attempt)

    def _talk(self, attempt: LiveAttempt, user: DispatchUser) -> Ending:
        """An API without a queue has answered: talk, then the verdict is sent from here."""
        attempt.queued = attempt.answered = attempt.acknowledged
        self.world.milestone("answer", self.intent, attempt.arrival)
        until = attempt.answered + self.floor.talk_of(self.call, attempt.row)
        self.world.sleep_until(until)
        attempt.verdict = self.floor.verdict_of(self.call, attempt.row)
        heard = guarded(user.verdict, attempt.ring, INTENTS[attempt.verdict])
        self.world.milestone("verdict", self.intent, until, heard.fault)
        if heard.state is State.FAILED:
            self.floor.note_fault(attempt, "verdict", heard)
        attempt.judged(*said_of(heard))
        attempt.talk_end = self.world.now()
        self._know(attempt)
        return self._judged(attempt)

    def _know(self, attempt: LiveAttempt) -> None:
        incident = int(self.plan.incident[self.call])
        if incident >= 0 and attempt.verdict == GENUINE:
            self.floor.tell("reported", incident)

    def _judged(self, attempt: LiveAttempt) -> Ending:
        attempt.left = attempt.talk_end
        attempt.dismissed = not self._is_nuisance and attempt.verdict in NUISANCES
        if self.floor.keeper:
            talked = attempt.talk_end - attempt.answered
            self.floor.keeper.judged(attempt.number, attempt.verdict, talked, innocent=not self._is_nuisance)
        return Ending.ANSWERED

    def _redials(self, attempt: LiveAttempt, count: int) -> bool:
        ending = REDIAL_AFTER.get(Ending(attempt.ending), attempt.ending)
        if ending == Ending.DETERRED or count > self.floor.most_attempts[self.call]:
            return False
        if ending == Ending.ANSWERED:
            return bool(attempt.dismissed and self.plan.redial[attempt.row] & (1 << DISMISSED_BIT))
        return bool(self.plan.redial[attempt.row] & (1 << ending))

    def _milestone(self, step: str, attempt: LiveAttempt, heard: Heard) -> None:
        """The first step counts from when the caller meant to call, not from when the generator came to it."""
        self.world.milestone(step, self.intent, attempt.arrival, heard.fault)
        if heard.state is State.FAILED:
            self.floor.note_fault(attempt, step, heard)

    def _patience(self, attempt: LiveAttempt) -> int:
        return int(self.plan.patience[attempt.row])

    @property
    def _is_nuisance(self) -> bool:
        return int(self.plan.intent[self.call]) in NUISANCES
