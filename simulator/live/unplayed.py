"""What of a scenario is not played on a live API, so that nobody takes its figures for what they are not."""

from collections.abc import Iterator

from simulator.live.apis.model import Api
from simulator.live.contract import DispatchUser
from simulator.tables.plan import Plan


def unplayed(plan: Plan, api: type[DispatchUser]) -> tuple[str, ...]:
    """Each thing that the model has and this run has not, as a sentence."""
    return (*_of_the_floor(plan, api), *_of_the_policy(plan, api))


def _of_the_floor(plan: Plan, api: type[DispatchUser]) -> Iterator[str]:
    if not api.has_queue:
        yield (
            "the API has no queue: a call counts as answered once its ring is acknowledged, "
            "and lines and call-takers are not played"
        )
        if not _tells_verdicts(api):
            yield "the API is told no verdict: whether it keeps what a caller said is not tried"
        return
    if plan.floor.end_of_shift == "hand_over":
        yield "whose shift ends finishes the call: handing calls over is not played live"
    if plan.floor.silent_procedure and plan.floor.silent_procedure.machine:
        yield "a silent call ends once it was listened to: the machine (press 55) is not played live"
    if plan.floor.blocklist.warmed:
        yield "the past that would have filled the blocklist is not played live"


def _tells_verdicts(api: type[DispatchUser]) -> bool:
    described = getattr(api, "api", None)
    return bool(described.verdict) if isinstance(described, Api) else api.verdict is not DispatchUser.verdict


def _of_the_policy(plan: Plan, api: type[DispatchUser]) -> Iterator[str]:
    if api.knows_policy or not plan.policy.rules:
        return
    if not api.has_blocklist:
        yield "the policy is not applied: the API has no blocklist that siaga could read or write"
        return
    if not plan.policy.only_blocks:
        yield "of the policy only blocking is applied: nothing else can be written to the API's blocklist"
    if plan.policy.withheld == "as_one":
        yield "calls without a number are let through: they cannot be written to the API's blocklist"
