"""The floor in memory: who is answered next, by whom, and what is never lost or counted twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simulator.live.standin.book import Entry, Refused
from simulator.live.standin.calls import ON_TRUNK, Call, Desk, State, Ticket
from simulator.live.standin.floor import MOST_DELAY, Floor, NewCall
from simulator.scenario.policy import NO_POLICY, Policy
from tests import plans
from tests.plans import challenge, divert, policy, warn

VERDICTS = st.sampled_from(["genuine", "enquiry", "prank", "silent"])
NUMBERS = st.sampled_from([None, *(f"{number:016x}" for number in range(3))])
RULES = policy(plans.rule(strikes=2, action="demote"), challenge(5, "silent", for_=(30,)), divert(5, "enquiry"))


class Remembered:
    """A book that only remembers."""

    def __init__(self) -> None:
        self.kept: list[Call | Desk | Ticket] = []
        self.entries: list[Entry] = []
        self.lists: list[tuple[str, int, int | None]] = []

    def keep(self, thing: Call | Desk | Ticket) -> None:
        self.kept.append(thing)

    def enter(self, entry: Entry) -> None:
        self.entries.append(entry)

    def list(self, number: str, at: int, until: int | None) -> None:
        self.lists.append((number, at, until))


class Told:
    """A floor, the book it keeps, and what desks that wait were handed."""

    def __init__(self, trunks: int = 9, rules: Policy = NO_POLICY) -> None:
        self.book, self.handed = Remembered(), list[tuple[int, int]]()
        self.floor = Floor(trunks, rules, self.book)
        self.floor.hand = lambda desk, call: self.handed.append((desk, call.id))
        self.count = 0

    def ring(self, now: int, number: str | None = None, **more: Any) -> Call:
        self.count += 1
        return self.floor.ring(now, "intake", NewCall(f"r{self.count}", number, number and "+999", **more))

    def ask(self, now: int, desk: int) -> Call | None:
        if desk not in self.floor.desks:
            self.floor.sign(now, "desk", desk, on_duty=True)
        return self.floor.ask(now, "desk", desk)


def test_the_first_to_come_is_the_first_to_be_answered() -> None:
    told = Told()
    calls = [told.ring(now) for now in range(3)]
    assert [told.ask(10 + desk, desk) for desk in range(3)] == calls


def test_of_desks_that_wait_the_one_idle_longest_answers_and_of_one_moment_the_lower() -> None:
    told = Told()
    for now, desk in [(0, 5), (1, 9), (1, 3), (2, 1)]:
        assert told.ask(now, desk) is None
    for now in range(10, 14):
        told.ring(now)
    assert [desk for desk, _ in told.handed] == [5, 3, 9, 1]


def test_a_desk_whose_wait_ran_out_keeps_its_turn() -> None:
    told = Told()
    told.ask(0, 1)
    told.floor.stop_asking(1)
    told.ask(5, 2)
    told.ask(6, 1)
    told.ring(10)
    assert told.handed == [(1, 1)]


def test_a_desk_that_does_not_wait_at_the_moment_is_given_nothing() -> None:
    told = Told()
    told.ask(0, 1)
    told.floor.stop_asking(1)
    assert told.ring(1).state == State.QUEUED
    assert not told.handed


def test_a_desk_goes_off_duty_and_is_given_nothing_more() -> None:
    told = Told()
    told.ask(0, 1)
    told.floor.sign(1, "desk", 1, on_duty=False)
    told.ring(2)
    assert not told.handed
    with pytest.raises(Refused, match="not on duty"):
        told.floor.ask(3, "desk", 1)


def test_a_call_in_hand_is_finished_by_a_desk_that_has_gone_off_duty() -> None:
    told = Told()
    call = told.ring(0)
    told.ask(1, 1)
    told.floor.sign(2, "desk", 1, on_duty=False)
    assert told.floor.ask(3, "desk", 1) is call
    told.floor.judge(4, "desk", call, "enquiry", "police")
    with pytest.raises(Refused):
        told.floor.ask(5, "desk", 1)


def test_a_call_given_back_is_the_next_to_be_answered() -> None:
    told = Told()
    first, second = told.ring(0), told.ring(1)
    assert told.ask(2, 1) is first
    told.floor.give_back(3, "desk", first)
    assert told.ask(4, 2) is first
    assert told.ask(5, 1) is second


def test_demoted_calls_are_answered_after_all_others() -> None:
    told = Told(rules=policy(plans.rule(action="demote")))
    told.floor.watch.judged(1, "prank", 0, 0)
    demoted, other = told.ring(1, f"{1:016x}"), told.ring(2)
    assert (demoted.position, other.position) == (1, 1)
    assert [told.ask(3, 1), told.ask(4, 2)] == [other, demoted]


def test_a_genuine_call_becomes_a_ticket_with_the_number_to_call_back_until_it_is_closed() -> None:
    told = Told()
    call = told.ring(0, f"{1:016x}")
    told.ask(1, 1)
    ticket = told.floor.judge(2, "desk", call, "genuine", "fire")
    assert ticket
    assert (ticket.agency, ticket.shown, call.shown) == ("fire", "+999", None)
    told.floor.accept(3, "desk", ticket)
    told.floor.close(4, "desk", ticket)
    assert ticket.shown is None


@pytest.mark.parametrize("verdict", ["enquiry", "prank", "silent"])
def test_no_other_call_becomes_a_ticket(verdict: str) -> None:
    told = Told()
    call = told.ring(0)
    told.ask(1, 1)
    assert told.floor.judge(2, "desk", call, verdict, "fire") is None


def test_a_diverted_call_takes_no_trunk_and_is_passed_back_once_past_the_policy() -> None:
    told = Told(trunks=1, rules=policy(divert(5)))
    told.floor.watch.judged(1, "prank", 0, 0)
    diverted = told.ring(1, f"{1:016x}")
    assert (diverted.state, diverted.after, told.floor.on_trunks) == (State.DIVERTED, 5, 0)
    back = told.floor.pass_back(2, "intake", diverted, "back")
    assert (back.state, back.action, back.number) == (State.QUEUED, "accept", diverted.number)
    with pytest.raises(Refused, match="passed_back"):
        told.floor.pass_back(3, "intake", diverted, "again")


def test_a_diverted_call_is_not_remembered_for_ever() -> None:
    told = Told(rules=policy(divert(5)))
    told.floor.watch.judged(1, "prank", 0, 0)
    first, *_ = [told.ring(now, f"{1:016x}") for now in (1, 2, MOST_DELAY + 3)]
    assert list(told.floor.calls) == [3]
    with pytest.raises(Refused, match="within a day"):
        told.floor.pass_back(MOST_DELAY + 4, "intake", first, "back")


@pytest.mark.parametrize("acting, ending", [(challenge(5), State.SCREENED), (warn(5), State.ABANDONED)])
def test_a_message_holds_a_trunk_and_who_does_not_stay_frees_it(acting: Any, ending: State) -> None:
    told = Told(trunks=1, rules=policy(acting))
    told.floor.watch.judged(1, "prank", 0, 0)
    call = told.ring(1, f"{1:016x}")
    assert (call.state, call.after, told.ring(2).state) == (State.MESSAGE, 5, State.BUSY)
    assert told.floor.heard(6, "intake", call, stays=False) == ending
    assert told.ring(7).state == State.QUEUED


class Day(RuleBasedStateMachine):
    """Callers, desks and verdicts in any order, at moments that may be the same."""

    @initialize(trunks=st.integers(1, 4))
    def begin(self, trunks: int) -> None:
        self.told, self.now = Told(trunks, RULES), 0
        self.floor = self.told.floor
        self.all: list[Call] = []
        self.answers: list[tuple[int, int]] = []

    def later(self, by: int) -> int:
        self.now += by
        return self.now

    def of(self, *states: State) -> Iterator[Call]:
        return (call for call in self.all if call.state in states)

    @rule(by=st.integers(0, 3), number=NUMBERS, passed_back=st.booleans())
    def ring(self, by: int, number: str | None, passed_back: bool) -> None:
        full = self.floor.on_trunks == self.floor.trunks
        call = self.told.ring(self.later(by), number, passed_back=passed_back)
        self.all.append(call)
        assert not (full and call.state in ON_TRUNK)

    @rule(by=st.integers(0, 3), desk=st.integers(0, 3))
    def ask(self, by: int, desk: int) -> None:
        first = self.next_in_line()
        at = self.floor.desks.get(desk)
        again = at.in_hand if at else None
        call = self.told.ask(self.later(by), desk) if at is None or at.on_duty or again is not None else None
        if again is not None:
            assert call
            assert call.id == again
        elif call:
            assert call is first

    def next_in_line(self) -> Call | None:
        waiting = sorted(self.of(State.QUEUED), key=lambda call: (call.action == "demote", call.queued, call.id))
        return waiting[0] if waiting else None

    @rule(desk=st.integers(0, 3))
    def stop_asking(self, desk: int) -> None:
        self.floor.stop_asking(desk)

    @rule(by=st.integers(0, 3), desk=st.integers(0, 3), on_duty=st.booleans())
    def sign(self, by: int, desk: int, on_duty: bool) -> None:
        self.floor.sign(self.later(by), "desk", desk, on_duty=on_duty)

    @precondition(lambda self: any(self.of(State.QUEUED, State.MESSAGE, State.DIVERTED)))
    @rule(by=st.integers(0, 3), data=st.data())
    def hang_up(self, by: int, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(list(self.of(State.QUEUED, State.MESSAGE, State.DIVERTED))))
        self.floor.hang_up(self.later(by), "intake", call)

    @precondition(lambda self: any(self.of(State.MESSAGE)))
    @rule(by=st.integers(0, 3), stays=st.booleans())
    def heard(self, by: int, stays: bool) -> None:
        self.floor.heard(self.later(by), "intake", next(self.of(State.MESSAGE)), stays=stays)

    @precondition(lambda self: any(self.of(State.ANSWERED)))
    @rule(by=st.integers(0, 3), data=st.data(), verdict=VERDICTS)
    def judge(self, by: int, data: st.DataObject, verdict: str) -> None:
        call = data.draw(st.sampled_from(list(self.of(State.ANSWERED))))
        self.floor.judge(self.later(by), "desk", call, verdict, "fire")

    @precondition(lambda self: any(self.of(State.DIVERTED)))
    @rule(by=st.integers(0, 3))
    def pass_back(self, by: int) -> None:
        call = next(self.of(State.DIVERTED))
        self.all.append(self.floor.pass_back(self.later(by), "intake", call, f"b{len(self.all)}"))

    @invariant()
    def trunks_are_held_by_just_the_calls_that_wait_hear_or_talk(self) -> None:
        assert self.floor.on_trunks == len(list(self.of(*ON_TRUNK))) <= self.floor.trunks

    @invariant()
    def nobody_waits_while_a_desk_waits(self) -> None:
        assert not (self.floor.asking and any(self.of(State.QUEUED)))
        assert sum(self.floor.waiting) == len(list(self.of(State.QUEUED)))

    @invariant()
    def each_call_in_hand_is_in_one_desk_s_hand(self) -> None:
        held = {at.in_hand: desk for desk, at in self.floor.desks.items() if at.in_hand is not None}
        assert held == {call.id: call.desk for call in self.of(State.ANSWERED)}

    @invariant()
    def what_is_over_is_forgotten_but_for_its_hash(self) -> None:
        live = {call.id for call in self.of(*ON_TRUNK, State.DIVERTED)}
        assert set(self.floor.calls) == live
        assert all(call.shown is None for call in self.all if call.id not in live)

    @invariant()
    def every_answer_is_in_the_audit_log_once(self) -> None:
        answered = [entry.call for entry in self.told.book.entries if entry.what == "answer"]
        assert len(answered) == len(set(answered))
        assert set(answered) == {call.id for call in self.all if call.answered is not None}


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
