"""The rule language beyond verdicts and windows: calls, talk, strikes in a row, extension, ladders, texts."""

import pytest

from simulator.engines.rules import Blocklist, Due
from simulator.scenario.policy import Intent, Policy, Rule
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action
from tests.plans import policy, rule

GENUINE, ENQUIRY, PRANK, SILENT = Intent
Events = list[tuple[int, Intent | str]]
"""(time, verdict), or (time, "calls") for an attempt that reaches the line, "meets" for one that meets the action."""


class Told:
    """A blocklist that is told what one number does; strikes take effect after what else is told of their instant."""

    def __init__(
        self, *rules: Rule, allowlist: tuple[range, ...] = (), listed: tuple[tuple[int, int], ...] = ()
    ) -> None:
        self.blocklist = Blocklist(policy(*rules), listed, allowlist)
        self.under_review: list[Due] = []

    def hear(self, events: Events, *, talked: int = 0, number: int = 7, innocent: bool = False) -> "Told":
        for now, what in events:
            self.until(now)
            if what == "calls":
                self.under_review += self.blocklist.called(number, now, innocent=innocent)
            elif what == "meets":
                found = self.blocklist.look(number, now)
                assert found is not None
                self.blocklist.met(number, found, now)
            else:
                self.under_review += self.blocklist.judge(number, int(what), now, talked=talked, innocent=innocent)
        return self

    def until(self, now: int) -> None:
        for when, strike in [due for due in self.under_review if due[0] < now]:
            self.blocklist.strike(strike, when)
        self.under_review = [due for due in self.under_review if due[0] >= now]

    def acts(self, now: int, number: int = 7) -> bool:
        """Whether an action is in force, for an attempt made at this time."""
        self.until(now + 1)
        return self.blocklist.look(number, now) is not None

    @property
    def began(self) -> list[tuple[int, int, int, int]]:
        self.until(NEVER)
        return self.blocklist.began


# -- calls in a window ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "times, acted",
    [
        ([0], False),
        ([0, 1], False),
        ([0, 1, 2], True),
        ([0, 0, 0], True),
        ([0, 1, 9], True),
        ([0, 1, 10], False),  # (s - within, s] leaves out the call just one window ago
        ([0, 1, 10, 10], True),
        ([0, 5, 10, 15, 20], False),
    ],
)
def test_more_than_so_many_calls_within_a_window_bring_the_action(times: list[int], acted: bool) -> None:
    """More than two dated in (s - 10, s]: the third brings it."""
    told = Told(rule(calls={"more_than": 2, "within": 10})).hear([(t, "calls") for t in times])
    assert told.acts(times[-1]) == acted


def test_calls_are_no_strikes_of_a_rule_on_verdicts_nor_verdicts_of_a_rule_on_calls() -> None:
    often, pranks = rule(calls={"more_than": 1, "within": 100}), rule("prank", strikes=2)
    assert not Told(often).hear([(0, PRANK), (1, PRANK), (2, SILENT)]).acts(2)
    assert not Told(pranks).hear([(0, "calls"), (1, "calls"), (2, "calls")]).acts(2)


@pytest.mark.parametrize("now, acted", [(61, False), (62, True), (161, True), (162, False)])
def test_strikes_of_calls_are_reviewed_too(now: int, acted: bool) -> None:
    """Of two calls at 1 and 2 the later counts 60 after it was made; the block of 100 runs from then."""
    often = rule(calls={"more_than": 1, "within": 10}, review=60, for_=(100,))
    assert Told(often).hear([(1, "calls"), (2, "calls")]).acts(now) == acted


def test_a_verdict_of_reset_by_clears_strikes_of_calls() -> None:
    often = rule(calls={"more_than": 1, "within": 100}, reset_by="genuine")
    assert Told(often).hear([(0, "calls"), (1, ENQUIRY), (2, "calls")]).acts(2)
    assert not Told(often).hear([(0, "calls"), (1, GENUINE), (2, "calls")]).acts(2)


# -- talk ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "talk, strikes",
    [
        ({"shorter_than": 10}, {0, 5, 6, 9}),
        ({"longer_than": 5}, {6, 9, 10, 11}),
        ({"longer_than": 5, "shorter_than": 10}, {6, 9}),
    ],
)
@pytest.mark.parametrize("talked", [0, 5, 6, 9, 10, 11])
def test_talk_shorter_or_longer_leaves_its_bounds_out(talk: dict[str, int], strikes: set[int], talked: int) -> None:
    assert Told(rule(talk=talk)).hear([(0, GENUINE)], talked=talked).acts(0) == (talked in strikes)


@pytest.mark.parametrize("verdict", Intent)
def test_with_verdicts_and_talk_both_must_hold_and_without_verdicts_any_does(verdict: Intent) -> None:
    short = {"shorter_than": 10}
    assert Told(rule("prank", talk=short)).hear([(0, verdict)], talked=9).acts(0) == (verdict == PRANK)
    assert not Told(rule("prank", talk=short)).hear([(0, verdict)], talked=10).acts(0)
    assert Told(rule(talk=short)).hear([(0, verdict)], talked=9).acts(0)


def test_a_call_that_resets_is_no_strike_even_if_its_talk_is_short() -> None:
    """`reset_by` clears the strikes dated until then, its own among them."""
    short = rule(talk={"shorter_than": 10}, reset_by="genuine")
    assert not Told(short).hear([(0, GENUINE)], talked=1).acts(0)
    assert Told(short).hear([(0, GENUINE), (0, PRANK)], talked=1).acts(0) is False
    assert Told(short).hear([(0, GENUINE), (1, PRANK)], talked=1).acts(1)


# -- in a row ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verdicts, acted",
    [
        ([PRANK, PRANK], True),
        ([PRANK, GENUINE, PRANK], False),
        ([PRANK, SILENT, PRANK], False),
        ([PRANK, ENQUIRY, PRANK, PRANK], True),
        ([GENUINE, PRANK, PRANK], True),
    ],
)
def test_consecutive_strikes_are_cleared_by_every_verdict_that_is_none(verdicts: list[Intent], acted: bool) -> None:
    """Two pranks in a row; what else is answered between them clears the first."""
    told = Told(rule("prank", strikes=2, consecutive=True)).hear(list(enumerate(verdicts)))
    assert told.acts(len(verdicts)) == acted
    assert Told(rule("prank", strikes=2)).hear(list(enumerate(verdicts))).acts(len(verdicts))


def test_calls_that_are_not_answered_do_not_interrupt_a_row() -> None:
    told = Told(rule("prank", strikes=2, consecutive=True)).hear([(0, PRANK), (1, "calls"), (2, PRANK)])
    assert told.acts(2)


def test_a_prank_of_another_length_interrupts_a_row_of_short_ones() -> None:
    """It is no strike of the rule."""
    told = Told(rule("prank", talk={"shorter_than": 10}, strikes=2, consecutive=True))
    assert not told.hear([(0, PRANK)], talked=1).hear([(1, PRANK)], talked=10).hear([(2, PRANK)], talked=1).acts(2)
    assert told.hear([(3, PRANK)], talked=1).acts(3)


def test_an_interruption_clears_strikes_under_review_and_never_the_ladder() -> None:
    reviewed = rule("prank", consecutive=True, review=60)
    assert not Told(reviewed).hear([(0, PRANK), (30, GENUINE)]).acts(60)
    ladder = rule("prank", consecutive=True, for_=(10, 20), reset_by="genuine", resets_ladder=True)
    assert Told(ladder).hear([(0, PRANK), (50, SILENT), (60, PRANK)]).acts(79)
    assert not Told(ladder).hear([(0, PRANK), (50, GENUINE), (60, PRANK)]).acts(79)


# -- extension -----------------------------------------------------------------------------------------------------


def test_an_action_that_is_met_begins_anew_where_it_extends() -> None:
    """A block [0, 10) met at 4 and at 13 holds until 23; without extension until 10."""
    met: Events = [(0, PRANK), (4, "meets"), (13, "meets")]
    told = Told(rule(for_=(10,), extend=True)).hear(met)
    assert (told.acts(22), told.acts(23)) == (True, False)
    assert told.began == [(7, 0, 0, 10), (7, 0, 4, 14), (7, 0, 13, 23)]
    plain = Told(rule(for_=(10,))).hear(met[:2])
    assert (plain.acts(9), plain.acts(10)) == (True, False)


def test_an_extension_has_the_duration_of_the_action_in_force() -> None:
    """Of the second step, 50; and a longer one that goes on through a shorter one keeps its own."""
    ladder = {"for_": (10, 50), "extend": True}
    told = Told(rule(**ladder)).hear([(0, PRANK), (20, PRANK), (60, "meets")])
    assert (told.acts(109), told.acts(110)) == (True, False)
    longer = Told(rule(**ladder, reset_by="genuine", resets_ladder=True))
    longer.hear([(0, PRANK), (20, PRANK), (21, GENUINE), (22, PRANK), (60, "meets")])
    assert (longer.acts(109), longer.acts(110)) == (True, False)


def test_an_action_met_as_it_begins_or_that_holds_for_ever_is_no_longer_for_it() -> None:
    """It holds until the attempt's arrival plus the duration only if that is later."""
    begun = Told(rule(for_=(10,), extend=True)).hear([(0, PRANK)])
    begun.until(1)
    assert begun.hear([(0, "meets")]).began == [(7, 0, 0, 10)]
    told = Told(rule(for_=(NEVER,), extend=True)).hear([(0, PRANK), (5, "meets")])
    assert told.began == [(7, 0, 0, NEVER)]


def test_the_list_at_the_start_is_never_extended() -> None:
    told = Told(rule(extend=True), listed=((7, 10),)).hear([(5, "meets")])
    assert (told.acts(9), told.acts(10)) == (True, False)


# -- ladders of strikes --------------------------------------------------------------------------------------------


def test_strikes_may_be_a_ladder_as_durations_are() -> None:
    """Three strikes for the first action, three more for the second, two for the third, one for all others."""
    told = Told(rule(strikes=[3, 3, 2, 1], for_=(10, 20, 30, NEVER)))
    times = [0, 1, 2, 20, 21, 22, 50, 51, 90]
    told.hear([(t, PRANK) for t in times])
    assert told.began == [(7, 0, 2, 12), (7, 0, 22, 42), (7, 0, 51, 81), (7, 0, 90, NEVER)]


def test_the_last_number_of_strikes_repeats_and_a_reset_of_the_ladder_goes_back_to_the_first() -> None:
    once = Told(rule(strikes=[2, 1], for_=(5,))).hear([(t, PRANK) for t in (0, 1, 10, 20, 30)])
    assert [begin for _, _, begin, _ in once.began] == [1, 10, 20, 30]
    ladder = rule(strikes=[2, 1], for_=(5,), reset_by="genuine", resets_ladder=True)
    back = Told(ladder).hear([(0, PRANK), (1, PRANK), (10, PRANK), (20, GENUINE), (30, PRANK), (40, PRANK)])
    assert [begin for _, _, begin, _ in back.began] == [1, 10, 40]


# -- allowlist, texts, and what is logged --------------------------------------------------------------------------


def test_numbers_on_the_allowlist_are_never_minded() -> None:
    """They collect no strikes, and the list at the start does not touch them."""
    told = Told(rule(), rule(calls={"more_than": 1, "within": 9}), allowlist=(range(7, 9),), listed=((8, NEVER),))
    for number in (6, 7, 8, 9):
        told.hear([(0, "calls"), (0, "calls"), (0, PRANK)], number=number)
    assert [told.acts(0, number) for number in (6, 7, 8, 9)] == [True, False, False, True]
    assert {number for number, *_ in told.began} == {6, 9}


def test_warnings_by_sms_stand_apart_from_all_other_actions() -> None:
    """Whatever their place among the rules: they are no action that a call meets, and hide none."""
    text, block = rule(action="sms", for_=(10,)), rule(for_=(5,))
    for rules, at in (((text, block), 0), ((block, text), 1)):
        told = Told(*rules).hear([(0, PRANK)])
        assert [told.acts(now) for now in (4, 5)] == [True, False]
        found = [told.blocklist.texted(7, now) for now in (4, 9, 10)]
        assert [(each.action, each.rule) if each else None for each in found] == [(Action.SMS, at)] * 2 + [None]


def test_of_two_texts_in_force_the_first_rule_is_named() -> None:
    told = Told(rule("silent", action="sms"), rule(action="sms", for_=(10,)), rule(action="sms")).hear([(0, PRANK)])
    assert not told.acts(0)
    assert [found.rule for now in (9, 10) if (found := told.blocklist.texted(7, now))] == [1, 2]


def test_every_action_that_began_is_logged_and_one_that_a_longer_outlasts_is_not() -> None:
    """(number, rule, begin, end): after a reset of the ladder 10 from 30 would end within the 1000 from 20."""
    ladder = rule(for_=(10, 1000), reset_by="genuine", resets_ladder=True, action="demote")
    told = Told(ladder, rule("prank", strikes=3, for_=(NEVER,)))
    told.hear([(0, PRANK), (20, PRANK), (25, GENUINE), (30, PRANK)])
    assert told.began == [(7, 0, 0, 10), (7, 0, 20, 1020), (7, 1, 30, NEVER)]


def test_an_action_that_ends_with_the_one_in_force_takes_its_place() -> None:
    """As long as the rest of it: it counts as begun, with strikes of its own behind it."""
    told = Told(rule(for_=(10,), review=0)).hear([(0, PRANK)]).hear([(0, PRANK)], innocent=True)
    told.until(1)
    found = told.blocklist.look(7, 5)
    assert found is not None
    assert found.innocent
    assert told.began == [(7, 0, 0, 10), (7, 0, 0, 10)]


def test_no_rules_and_an_empty_list_mind_nothing() -> None:
    assert not Blocklist(Policy()).minds
    assert Blocklist(Policy(), [(1, 5)]).minds
