"""The rule language, one table a sentence: which strikes count, what action follows, and for how long."""

import pytest

from simulator.engines.rules import Blocklist
from simulator.scenario.policy import Intent, Rule
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action
from tests.plans import policy, rule

GENUINE, ENQUIRY, PRANK, SILENT = Intent
Verdicts = list[tuple[int, Intent]]


def after(verdicts: Verdicts, *rules: Rule, number: int = 7, as_one: bool = False, until: int = NEVER) -> Blocklist:
    """The blocklist at ``until``, when these verdicts (time, verdict) have fallen on a number and been reviewed."""
    blocklist, under_review = Blocklist(policy(*rules, as_one=as_one)), []
    for now, verdict in [*verdicts, (until + 1, None)]:
        # Of what falls on one instant, verdicts come before strikes that take effect.
        for when, strike in [each for each in under_review if each[0] < now]:
            blocklist.strike(strike, when)
            under_review.remove((when, strike))
        if verdict is not None:
            under_review += blocklist.judge(number, verdict, now, talked=0, innocent=False)
    return blocklist


def acts(blocklist: Blocklist, now: int, number: int = 7) -> Action | None:
    found = blocklist.look(number, now)
    return found.action if found else None


@pytest.mark.parametrize(
    "times, acted",
    [
        ([0], False),
        ([0, 9], True),
        ([0, 10], False),  # (s - within, s] leaves out the strike exactly one window ago
        ([0, 0], True),
        ([0, 10, 19], True),
        ([0, 10, 20], False),
    ],
)
def test_strikes_count_in_a_window_open_on_the_left(times: list[int], acted: bool) -> None:
    """Two strikes dated in (s - 10, s] start the action; s the date of the later one."""
    blocklist = after([(t, PRANK) for t in times], rule(strikes=2, within=10))
    assert acts(blocklist, times[-1]) == (Action.BLOCK if acted else None)


@pytest.mark.parametrize("now, acted", [(5, True), (5 + 99, True), (5 + 100, False), (NEVER - 1, False)])
def test_an_action_holds_from_its_start_until_just_before_its_end(now: int, acted: bool) -> None:
    """A block of 100 that starts at 5 covers [5, 105)."""
    assert (acts(after([(5, PRANK)], rule(for_=(100,))), now) is not None) == acted


@pytest.mark.parametrize(
    "for_, ends",
    [
        ((10,), [10, 110, 210]),
        ((10, 20), [10, 120, 220]),
        ((10, 20, 30), [10, 120, 230]),
        ((10, NEVER), [10, NEVER, NEVER]),
    ],
)
def test_the_ladder_goes_up_and_its_last_step_repeats(for_: tuple[int, ...], ends: list[int]) -> None:
    """Strikes at 0, 100 and 200 each start an action; the n-th lasts the n-th duration."""
    for count, end in enumerate(ends, start=1):
        blocklist = after([(100 * k, PRANK) for k in range(count)], rule(for_=for_))
        assert acts(blocklist, end - 1) == Action.BLOCK
        assert acts(blocklist, end) is None


def test_a_block_for_ever_is_never_lifted() -> None:
    """No time that a run can reach is past it."""
    assert acts(after([(5, PRANK)], rule(for_=(NEVER,))), NEVER - 1) == Action.BLOCK


@pytest.mark.parametrize("more, acted", [([20], False), ([20, 21], True), ([20, 90], True), ([7], False)])
def test_the_history_empties_as_the_action_starts(more: list[int], acted: bool) -> None:
    """Two strikes within 100 have started a block of 5; it takes two new ones to start another."""
    blocklist = after([(t, PRANK) for t in (0, 1, *more)], rule(strikes=2, within=100, for_=(5,)))
    assert (acts(blocklist, more[-1]) is not None) == acted


def test_a_third_strike_at_the_same_instant_is_the_first_of_the_next_count() -> None:
    """Two of three strikes at 0 start a block; the third and one at 8 start the next."""
    two = rule(strikes=2, within=10, for_=(5,))
    assert acts(after([(0, PRANK)] * 3, two), 5) is None
    assert acts(after([(0, PRANK)] * 3 + [(8, PRANK)], two), 8) == Action.BLOCK


@pytest.mark.parametrize("verdict, strikes", [(PRANK, True), (SILENT, False), (GENUINE, False), (ENQUIRY, False)])
def test_only_the_verdicts_named_are_strikes(verdict: Intent, strikes: bool) -> None:
    """A rule on pranks heeds nothing else."""
    assert (acts(after([(0, verdict)], rule("prank")), 0) is not None) == strikes


@pytest.mark.parametrize(
    "verdicts, blocked_at, blocked",
    [
        ([(0, PRANK)], 59, False),
        ([(0, PRANK)], 60, True),
        ([(0, PRANK)], 159, True),
        ([(0, PRANK)], 160, False),
        ([(0, PRANK), (30, GENUINE)], 60, False),
        ([(0, PRANK), (0, GENUINE)], 60, False),
        ([(0, GENUINE), (1, PRANK)], 61, True),
        ([(0, PRANK), (61, GENUINE)], 62, True),
    ],
)
def test_a_strike_counts_after_its_review_unless_reset_meanwhile(
    verdicts: Verdicts, blocked_at: int, blocked: bool
) -> None:
    """The block of 100 runs from the end of a review of 60; a genuine verdict voids what is under review."""
    reviewed = rule(review=60, for_=(100,), reset_by="genuine")
    assert (acts(after(verdicts, reviewed, until=blocked_at), blocked_at) is not None) == blocked


def test_the_window_of_a_reviewed_strike_is_counted_from_its_date() -> None:
    """Strikes 9 apart are within 10 however long the review; those 10 apart are not."""
    for apart, blocked in ((9, True), (10, False)):
        blocklist = after([(0, PRANK), (apart, PRANK)], rule(strikes=2, within=10, review=1000))
        assert (acts(blocklist, apart + 1000) is not None) == blocked


@pytest.mark.parametrize(
    "resets_ladder, lasts",
    [(False, 20), (True, 10)],
)
def test_a_reset_clears_strikes_and_only_if_asked_the_ladder(resets_ladder: bool, lasts: int) -> None:
    """After a block, a strike, a reset and two strikes: one action, on the second step or again on the first."""
    ladder = rule(strikes=2, for_=(10, 20), reset_by="genuine", resets_ladder=resets_ladder)
    first: Verdicts = [(0, PRANK), (1, PRANK), (50, PRANK), (60, GENUINE), (70, PRANK)]
    assert acts(after(first, ladder), 70) is None
    blocklist = after([*first, (71, PRANK)], ladder)
    assert acts(blocklist, 71 + lasts - 1) == Action.BLOCK
    assert acts(blocklist, 71 + lasts) is None


def test_a_reset_lifts_no_running_block() -> None:
    """Nor does a shorter action that starts after the ladder was reset cut a longer one short."""
    ladder = rule(for_=(10, 1000), reset_by="genuine", resets_ladder=True, action="demote")
    blocklist = after([(0, PRANK), (20, PRANK), (30, GENUINE), (40, PRANK)], ladder)
    assert acts(blocklist, 1019) == Action.DEMOTE
    assert acts(blocklist, 1020) is None


def test_an_action_that_outlasts_a_later_one_keeps_its_cause() -> None:
    """Who is demoted by the strikes of a prankster is not said to be misjudged for a later, shorter action."""
    blocklist = Blocklist(policy(rule(for_=(10, 1000), reset_by="genuine", resets_ladder=True, action="demote")))
    for now, verdict, innocent in [(0, PRANK, False), (20, PRANK, False), (30, GENUINE, True), (40, PRANK, True)]:
        for when, strike in blocklist.judge(7, verdict, now, talked=0, innocent=innocent):
            blocklist.strike(strike, when)
    found = [blocklist.look(7, now) for now in (45, 60)]
    assert [each.innocent for each in found if each] == [False, False]


@pytest.mark.parametrize(
    "number, as_one, blocked",
    [(7, False, True), (7, True, True), (-1, False, False), (-1, True, True)],
)
def test_withheld_numbers_are_let_through_or_share_one_history(number: int, as_one: bool, blocked: bool) -> None:
    """Verdicts on -1 count only as one, and then against every withheld call but no number."""
    blocklist = after([(0, PRANK)], rule(), number=number, as_one=as_one)
    assert (acts(blocklist, 1, number) is not None) == blocked
    assert acts(blocklist, 1, 8) is None


def test_of_two_actions_in_force_the_first_rule_acts() -> None:
    """A block and a demotion on one number: whichever rule stands first, until its action ends."""
    block, demote = rule(for_=(10,)), rule(action="demote", for_=(20,))
    for rules, meets in (((block, demote), [(5, 0), (1, 1)]), ((demote, block), [(1, 0), (1, 0)])):
        blocklist = after([(0, PRANK)], *rules)
        found = [blocklist.look(7, now) for now in (9, 10)]
        assert [(each.action, each.rule) for each in found if each] == meets


def test_rules_count_strikes_each_for_itself() -> None:
    """One rule's action does not empty the other's history."""
    demote, block = rule(action="demote", strikes=1, for_=(5,)), rule(strikes=2, for_=(50,))
    blocklist = after([(0, PRANK), (10, PRANK)], demote, block)
    assert acts(blocklist, 10) == Action.DEMOTE
    assert acts(blocklist, 15) == Action.BLOCK


def test_a_listed_number_is_blocked_until_its_time_before_any_rule() -> None:
    """Listed until 10, with the index of the rule one past the last; NEVER: for ever."""
    blocklist = Blocklist(policy(rule(action="demote")), [(7, 10), (8, NEVER)])
    for when, strike in blocklist.judge(7, PRANK, 0, talked=0, innocent=False):
        blocklist.strike(strike, when)
    found = [blocklist.look(number, now) for number, now in ((7, 9), (7, 10), (8, NEVER - 1), (9, 0))]
    assert [(each.action, each.rule) if each else None for each in found] == [
        (Action.BLOCK, 1),
        (Action.DEMOTE, 0),
        (Action.BLOCK, 1),
        None,
    ]


@pytest.mark.parametrize("innocent, whole", [([True, True], True), ([True, False], False), ([False, False], False)])
def test_an_action_is_innocent_only_if_every_strike_behind_it_was(innocent: list[bool], whole: bool) -> None:
    """One nuisance call among the strikes is enough."""
    blocklist = Blocklist(policy(rule(strikes=2)))
    for now, each in enumerate(innocent):
        for when, strike in blocklist.judge(7, PRANK, now, talked=0, innocent=each):
            blocklist.strike(strike, when)
    found = blocklist.look(7, 5)
    assert found is not None
    assert found.innocent == whole
