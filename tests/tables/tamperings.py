"""Ways to tamper with the table of a run: what is done, the law that it breaks, and the deed."""

import numpy as np

from simulator.scenario.policy import INTENTS
from simulator.scenario.units import SECOND
from simulator.tables.outcomes import Action, Cause, Ending, Why
from tests.tables.crowds import BACK, PLAN, RUN
from tests.tables.tampering import (
    Deed,
    O,
    a_fourth_attempt,
    action,
    both_ways,
    drop,
    ending,
    followed,
    one_more_attempt,
    overtakes,
    put,
    put_all,
    some,
    swap,
    twice,
)

GENUINE = INTENTS.index("genuine")
REDIALS, PASSED_BACK = O.cause == Cause.REDIAL, O.cause == Cause.PASSBACK
DONE, PLAIN = ending(Ending.ANSWERED), ending(Ending.ANSWERED) & ~RUN.listened
JOINED = RUN.hears & (O.queued >= 0)
UNDER_RULES = RUN.honest & (O.action != Action.ACCEPT) & (O.number >= 0)
WAITED = ending(Ending.ABANDONED) & ~RUN.hears
WARNED, IMPATIENT = (
    JOINED & action(Action.WARN),
    action(Action.WARN) & RUN.hears & (PLAN.patience[RUN.row] < RUN.message),
)
QUIT = ending(Ending.DETERRED) & action(Action.ACCEPT)
CALLED_BACK = ending(Ending.ANSWERED, BACK) & BACK.listened & (BACK.outcomes.number >= 0)

OF_ATTEMPTS: list[tuple[str, str, Deed]] = [
    ("an attempt is lost", "every_attempt_once", drop(O.attempt == 1)),
    ("a second attempt is lost, the third is there", "every_attempt_once", drop((O.attempt == 2) & ~followed(None))),
    ("an attempt has two rows", "every_attempt_once", twice),
    ("a redial comes late", "attempts_in_order", put("arrival", REDIALS, lambda x: x + 1)),
    ("a redial is said to be a first attempt", "attempts_in_order", put("cause", REDIALS, lambda _: Cause.FIRST)),
    ("who was answered calls again", "attempts_in_order", one_more_attempt),
    ("a fourth attempt of three", "attempts_in_order", a_fourth_attempt),
    ("a first attempt comes late", "attempts_in_order", put("arrival", ending(Ending.BUSY), lambda x: x + 1)),
    (
        "a first attempt is said to be a redial",
        "attempts_in_order",
        put("cause", (O.attempt == 1), lambda _: Cause.REDIAL),
    ),
    ("a redial that was due is not made", "redials_made", drop(REDIALS & followed(None))),
    ("a call that was passed back is lost", "passed_back_as_drawn", drop(PASSED_BACK & followed(None))),
    ("a call is passed back late", "passed_back_as_drawn", put("arrival", PASSED_BACK, lambda x: x + 1)),
    ("a redial is said to be passed back", "passed_back_as_drawn", put("cause", REDIALS, lambda _: Cause.PASSBACK)),
    ("a pass-back is said to be a redial", "passed_back_as_drawn", put("cause", PASSED_BACK, lambda _: Cause.REDIAL)),
    ("a pass-back meets the policy", "passed_back_as_drawn", put("rule", PASSED_BACK, lambda _: 0)),
    ("a pass-back is demoted", "passed_back_as_drawn", put("action", PASSED_BACK, lambda _: Action.DEMOTE)),
    ("who gave up calls", "given_up_for_good", put("ending", QUIT, lambda _: Ending.BUSY)),
    ("nobody gave up, and does not call", "given_up_for_good", put_all(ending(Ending.BUSY), action=0, ending=6)),
    ("another number is shown", "numbers_shown", put("number", O.number >= 0, lambda x: x + 1)),
    ("a number is shown, and is withheld", "numbers_shown", put("number", O.number < 0, lambda _: 0)),
    (
        "who rotated shows the old number",
        "numbers_shown",
        put_all(O.number != PLAN.number[O.call], number=PLAN.number[O.call[some(O.number != PLAN.number[O.call])]]),
    ),
    ("rows out of order", "rows_in_order", lambda t: swap(t, 10, 500, *t)),
]
OF_THE_POLICY: list[tuple[str, str, Deed]] = [
    ("warned by a rule that diverts", "actions_by_their_rules", put("rule", action(Action.WARN), lambda _: 2)),
    ("demoted without a rule", "actions_by_their_rules", put("rule", action(Action.DEMOTE), lambda _: -1)),
    ("let through by a rule", "actions_by_their_rules", put("rule", action(Action.ACCEPT), lambda _: 1)),
    ("a rule that is not there", "actions_by_their_rules", put("rule", action(Action.BLOCK), lambda _: 8)),
    ("let through by a rule that is not there", "actions_by_their_rules", put("rule", PASSED_BACK, lambda _: 8)),
    ("a number on the allowlist is demoted", "minds_whom_it_may", put("number", action(Action.DEMOTE), lambda _: 12)),
    ("blocked without a block", "endings_under_their_actions", put("action", ending(Ending.BLOCKED), lambda _: 0)),
    ("under a block, but answered", "endings_under_their_actions", put("action", DONE, lambda _: Action.BLOCK)),
    ("diverted, but answered", "endings_under_their_actions", put("action", DONE, lambda _: Action.DIVERT)),
    ("screened by a warning", "endings_under_their_actions", put("ending", action(Action.WARN), lambda _: 5)),
    ("deterred by a demotion", "endings_under_their_actions", put("ending", action(Action.DEMOTE), lambda _: 6)),
    ("warned by SMS, but busy", "endings_under_their_actions", put("ending", action(Action.SMS), lambda _: 2)),
    (
        "deterred by an SMS that nobody heeds",
        "endings_under_their_actions",
        put_all(~PLAN.heeds[O.call], action=Action.SMS, ending=Ending.DETERRED),
    ),
    ("busy after a while", "turned_away_at_once", put("left", ending(Ending.BUSY), lambda x: x + 1)),
    ("busy, but in the queue", "turned_away_at_once", put("queued", ending(Ending.BUSY), lambda _: 5)),
    (
        "blocked, but answered by somebody",
        "turned_away_at_once",
        put("call_taker", ending(Ending.BLOCKED), lambda _: 1),
    ),
    ("diverted, but judged", "turned_away_at_once", put("verdict", ending(Ending.DIVERTED), lambda _: 1)),
    ("screened, but answered", "turned_away_at_once", put("answered", ending(Ending.SCREENED), lambda _: 1)),
    *both_ways(ending(Ending.DIVERTED), "left", "diverted_as_drawn", "the other line answers"),
    ("the other line never answers", "diverted_as_drawn", put_all(ending(Ending.DIVERTED), ending=7, left=-1)),
    *both_ways(JOINED, "queued", "messages_heard", "the queue behind a message joined"),
    ("put through a challenge that was failed", "messages_heard", put("ending", ending(Ending.SCREENED), lambda _: 7)),
    ("screened, though the challenge was passed", "messages_heard", put("ending", JOINED, lambda _: 5)),
    *both_ways(ending(Ending.SCREENED), "left", "messages_heard", "screened"),
    ("in the queue, though gone before", "messages_heard", put("queued", RUN.hears & ~JOINED, lambda _: 5)),
    ("a genuine caller blocked for no reason", "reasons_told", put("why", UNDER_RULES, lambda _: Why.NONE)),
    ("a prankster blocked for a reason", "reasons_told", put("why", ~RUN.honest, lambda _: Why.SHARED_PHONE)),
    ("withheld, and a number was shown", "reasons_told", put("why", UNDER_RULES, lambda _: Why.WITHHELD_AS_ONE)),
    (
        "withheld, and said to be shared",
        "reasons_told",
        put("why", O.why == Why.WITHHELD_AS_ONE, lambda _: Why.SHARED_PHONE),
    ),
    (
        "misjudged, under a rule that judges nobody",
        "reasons_told",
        put("why", O.why == Why.OWN_EARLIER_CALLS, lambda _: Why.MISJUDGED_EARLIER),
    ),
    (
        "own calls, under a rule of verdicts",
        "reasons_told",
        put("why", O.why == Why.MISJUDGED_EARLIER, lambda _: Why.OWN_EARLIER_CALLS),
    ),
]
OF_THE_FLOOR: list[tuple[str, str, Deed]] = [
    ("answered before it came", "times_in_order", put_all(PLAIN, answered=-2)),
    ("the queue joined late", "times_in_order", put("queued", PLAIN & ~RUN.hears, lambda x: x + 1)),
    ("who hung up was never in the queue", "times_in_order", put("queued", WAITED, lambda _: -1)),
    ("answered during the message", "times_in_order", put("queued", JOINED & DONE, lambda x: x + 90 * SECOND)),
    ("the caller gone before the end of talk", "times_in_order", put("left", DONE, lambda x: x - 1)),
    ("free before the end of talk", "times_in_order", put("free", PLAIN, lambda x: x - 10 * SECOND)),
    ("free before it listened", "times_in_order", put("free", RUN.left_to_machine, lambda x: x - 9 * SECOND)),
    ("waited to be taken over by nobody", "times_in_order", put("waited_over", PLAIN, lambda _: 1)),
    ("waited less than no time", "times_in_order", put("waited_over", O.handovers > 0, lambda _: -1)),
    ("over before it was taken over", "times_in_order", put("waited_over", O.handovers > 0, lambda x: x + 99 * SECOND)),
    *both_ways(PLAIN, "talk_end", "durations_as_drawn", "the end of talk"),
    *both_ways(PLAIN, "free", "durations_as_drawn", "the end of wrap-up"),
    *both_ways(RUN.left_to_machine, "free", "durations_as_drawn", "the end of listening"),
    *both_ways(RUN.left_to_machine, "talk_end", "durations_as_drawn", "the end of the machine"),
    *both_ways(RUN.pressed & DONE, "talk_end", "durations_as_drawn", "the end of talk after 55"),
    ("55 was pressed, and nobody was there", "durations_as_drawn", put("handovers", RUN.pressed & DONE, lambda _: 0)),
    ("the machine was brief", "durations_as_drawn", put("waited_over", RUN.pressed & DONE, lambda _: 4 * SECOND)),
    *both_ways(WAITED, "left", "patience_kept", "hung up"),
    (
        "gone in the middle of a warning",
        "patience_kept",
        put("left", ending(Ending.ABANDONED) & action(Action.WARN), lambda x: x - 1),
    ),
    (
        "gone with the end of a warning, but had no patience for it",
        "patience_kept",
        put_all(IMPATIENT, left=O.arrival[some(IMPATIENT)] + RUN.message[some(IMPATIENT)]),
    ),
    (
        "gone with the end of a warning, but joined the queue",
        "patience_kept",
        put_all(WARNED, ending=Ending.ABANDONED, left=O.queued[some(WARNED)]),
    ),
    ("answered after patience was over", "patience_kept", put("answered", PLAIN, lambda x: x + 90 * SECOND)),
    ("waits for ever, but was impatient", "patience_kept", put_all(WAITED, ending=Ending.OPEN, left=-1)),
    ("one call-taker for all", "one_call_at_a_time", lambda t: t["call_taker"].clip(-1, 0, out=t["call_taker"])),
    ("a call-taker who has gone home", "one_call_at_a_time", lambda t: t["call_taker"].__setitem__(LAST_TAKEN, 0)),
    ("a call-taker with another call", "one_call_at_a_time", lambda t: t["free"].fill(-1)),
    ("nobody leaves", "trunks_kept", lambda t: t["left"].fill(-1)),
    ("more at once are screened", "trunks_kept", put_all(ending(Ending.SCREENED), left=-1)),
    ("more at once are busy, but not turned away", "trunks_kept", put_all(ending(Ending.BUSY), ending=7, left=-1)),
    ("the second in the queue goes first", "first_come_first_served", overtakes(action(Action.ACCEPT))),
    ("the second of the demoted goes first", "first_come_first_served", overtakes(action(Action.DEMOTE))),
    ("who heard a message goes first", "first_come_first_served", overtakes(O.action <= 3)),
    ("judged as not drawn", "verdicts_as_drawn", put("verdict", DONE, lambda x: (x + 1) % 4)),
    ("heard where nobody spoke", "verdicts_as_drawn", put("verdict", RUN.left_to_machine, lambda x: (x + 1) % 4)),
    ("a verdict on a call never answered", "verdicts_as_drawn", put("verdict", ending(Ending.BUSY), lambda _: GENUINE)),
    ("dismissed without reason", "verdicts_as_drawn", put("dismissed", WAITED, lambda _: True)),
    ("dismissed, and not told", "verdicts_as_drawn", put("dismissed", O.dismissed, lambda _: False)),
]
OF_CALLING_BACK: list[tuple[str, str, Deed]] = [
    *both_ways(CALLED_BACK, "talk_end", "durations_as_drawn", "the end of listening, of who is called back,"),
    *both_ways(CALLED_BACK, "free", "durations_as_drawn", "the end of calling back"),
    *both_ways(BACK.outcomes.verdict == GENUINE, "free", "durations_as_drawn", "the end of acceptance"),
]
LAST_TAKEN = int(np.flatnonzero(RUN.taken)[-1])
TAMPERINGS = [*OF_ATTEMPTS, *OF_THE_POLICY, *OF_THE_FLOOR]
