"""Laws of the policy: whom it acts on, how attempts end under its actions, and why genuine callers met it."""

import numpy as np

from simulator.scenario.actions import action_named, actions_that
from simulator.tables.calls import Bool, Int64
from simulator.tables.law_run import Run
from simulator.tables.outcomes import Action, Ending, Why

ENDING_BY = np.array([Ending[action.traits.ending.upper() or "OPEN"] for action in Action])
"""How attempts end that an action keeps from the queue; OPEN where it keeps none."""
ENDS_UNDER = {
    ending: tuple(action for action in Action if ENDING_BY[action] == ending)
    for ending in (Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED, Ending.DETERRED)
}
ENDS_UNDER[Ending.DETERRED] += (Action.ACCEPT,)  # who gave up because of an earlier block
"""Endings that only these actions bring."""
ENDS_BY = {
    action: (ENDING_BY[action], *((Ending.OPEN,) if action.traits.diverts else ()))
    for action in actions_that(lambda has: not has.takes_trunk)
}
"""Actions under which an attempt has no other endings than these."""


def actions_by_their_rules(run: Run) -> Int64:
    """An attempt meets its rule's action; the list at the start blocks, and without a rule it is let through."""
    o, rules = run.outcomes, run.policy.rules
    known = np.array([*(action_named(rule.action) for rule in rules), Action.BLOCK, Action.ACCEPT])
    there = (o.rule >= -1) & (o.rule <= len(rules))
    return np.flatnonzero(~there | (known[np.where(there, o.rule, -1)] != o.action))


def minds_whom_it_may(run: Run) -> Int64:
    """Numbers on the allowlist, and withheld ones unless all count as one, meet no action."""
    o = run.outcomes
    minded = np.append(_minded(run), run.policy.withheld == "as_one")
    return np.flatnonzero((o.action != Action.ACCEPT) & ~minded[o.number])


def _minded(run: Run) -> Bool:
    """Numbers that are not on the allowlist."""
    minded = np.ones(run.calls.numbers, dtype=bool)
    for name in run.policy.allowlist:
        minded[run.calls.numbers_of(name)] = False
    return minded


def endings_under_their_actions(run: Run) -> Int64:
    """Attempts end blocked, diverted, screened or deterred only under actions that do it; a text deters who heeds."""
    o = run.outcomes
    wrong = run.under(lambda has: has.only_warns) & ~run.calls.heeds[o.call]
    for ending, actions in ENDS_UNDER.items():
        wrong |= (o.ending == ending) & ~np.isin(o.action, actions)
    for action, endings in ENDS_BY.items():
        wrong |= (o.action == action) & ~np.isin(o.ending, endings)
    return np.flatnonzero(wrong)


def turned_away_at_once(run: Run) -> Int64:
    """Busy, blocked and deterred attempts end as they arrive; like diverted ones they see no queue, no call-taker."""
    o = run.outcomes
    at_once = np.isin(o.ending, (Ending.BUSY, Ending.BLOCKED, Ending.DETERRED))
    touched = (o.queued != -1) | (o.answered != -1) | (o.call_taker != -1) | (o.verdict != -1)
    away = at_once | run.under(lambda has: has.diverts) | (o.ending == Ending.SCREENED)
    return np.flatnonzero((at_once & (o.left != o.arrival)) | (away & touched))


def diverted_as_drawn(run: Run) -> Int64:
    """A diverted attempt ends as the other line answers, or at the end of patience if that comes before."""
    o = run.outcomes
    due = o.arrival + np.minimum(run.delay, run.calls.patience[run.row])
    return np.flatnonzero(run.under(lambda has: has.diverts) & (o.left != np.where(due < run.calls.cut, due, -1)))


def messages_heard(run: Run) -> Int64:
    """Who outlasts a message or challenge joins the queue at its end, or ends there as drawn; nobody joins before."""
    o, due = run.outcomes, run.outcomes.arrival + run.message
    heard = (run.calls.patience[run.row] > run.message) & (due < run.calls.cut)
    queued = np.where(heard & ~run.turned_out, due, -1)
    # Screened, or gone after the warning: at its end, never earlier; who has joined the queue is not screened.
    out = heard & run.turned_out
    wrong = (o.queued != queued) | (out & ((o.ending != ENDING_BY[o.action]) | (o.left != due)))
    wrong |= ~out & (o.ending == Ending.SCREENED)
    return np.flatnonzero(run.hears & wrong)


def reasons_told(run: Run) -> Int64:
    """Genuine and enquiring attempts that the policy acted on, and no others, have a reason that fits their rule."""
    o = run.outcomes
    acted = run.honest & (o.action != Action.ACCEPT)
    wrong = (o.why != Why.NONE) != acted
    wrong |= acted & ((o.why == Why.WITHHELD_AS_ONE) != (o.number < 0))
    by_verdict = run.by_rule(lambda rule: int(rule.on is not None)) == 1
    wrong |= (o.why == Why.OWN_EARLIER_CALLS) & by_verdict
    return np.flatnonzero(wrong | ((o.why == Why.MISJUDGED_EARLIER) & ~by_verdict))
