"""The measures: what each divides by what.

A numerator and a denominator are sums of `Counts`, added up over replications before they are divided. A measure
without a denominator is so many per replication. T is a threshold; the headline's is the first target's, or 15 s.
Measures by caller see a first attempt and its redials as one; by attempt every attempt counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.metrics.counts import CAUSES, INTENT_COUNT, TO_ANSWER, TO_REPORT, WAIT, at
from simulator.metrics.estimate import Kind
from simulator.metrics.histogram import ALL
from simulator.scenario.policy import Intent
from simulator.scenario.units import SECOND
from simulator.tables.outcomes import Ending, Why

EVERY = (*range(INTENT_COUNT), ALL)
TOGETHER = (ALL,)
GENUINE = (int(Intent.GENUINE),)
LEGITIMATE = (int(Intent.GENUINE), int(Intent.ENQUIRY), ALL)
CALLERS, ATTEMPTS, SECONDS = "share of callers", "share of attempts", "s"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: ``numerator`` / ``denominator`` (None: per replication), each the name of a sum of `Counts`.

    higher_is_better  None where neither is
    intents           of which it is asked; ``ALL`` is all together
    by                what it goes by: callers, attempts, incidents or time
    """

    name: str
    means: str
    numerator: str
    denominator: str | None
    kind: Kind
    unit: str
    by: str
    higher_is_better: bool | None = False
    intents: tuple[int, ...] = EVERY


@dataclass(frozen=True, slots=True)
class Percentile:
    """One measure: the ``p``-quantile, in seconds, of the durations of that name in `Counts`."""

    name: str
    means: str
    durations: str
    p: float
    by: str
    intents: tuple[int, ...] = EVERY
    unit: str = SECONDS
    higher_is_better: bool | None = False


def _callers(name: str, means: str, *, better: bool | None = False, intents: tuple[int, ...] = EVERY) -> Measure:
    text = f"{means} / callers offered"
    return Measure(name, text, name, "offered", Kind.SHARE, CALLERS, "callers", better, intents)


REASONS = {why.name.lower(): f"for this reason: {why.name.lower().replace('_', ' ')}" for why in list(Why)[1:]}
"""How a number came under the policy, as it stands in the names of measures and in their meaning."""


def _callers_why(name: str, means: str) -> list[Measure]:
    return [_callers(f"{name}_{why}", f"{means} {told}", intents=LEGITIMATE) for why, told in REASONS.items()]


def _per_run(
    name: str, means: str, unit: str, *, better: bool | None = None, intents: tuple[int, ...] = EVERY
) -> Measure:
    return Measure(name, f"{means}, per replication", name, None, Kind.RATE, unit, unit, better, intents)


OFFERED = (
    _per_run("offered", "callers whose first attempt was made within the length", "callers"),
    _per_run("attempts", "attempts of these callers, those included that another line passed back", "attempts"),
)

ENDINGS = (
    *(
        Measure(
            ending.name.lower(),
            f"attempts that ended {ending.name.lower()} / attempts",
            ending.name.lower(),
            "attempts",
            Kind.SHARE_OF_ATTEMPTS,
            ATTEMPTS,
            "attempts",
            higher_is_better=ending == Ending.ANSWERED,
        )
        for ending in Ending
        if ending != Ending.DETERRED
    ),
    Measure(
        "deterred",
        "planned attempts that were never placed because of the policy / planned attempts",
        *("deterred", "planned", Kind.SHARE_OF_ATTEMPTS, "share of planned attempts", "attempts"),
    ),
    Measure(
        "blocked_attempts",
        "blocked attempts / attempts",
        *("blocked", "attempts", Kind.SHARE_OF_ATTEMPTS, ATTEMPTS, "attempts"),
    ),
)

FATES = (
    _callers("answered_well", "callers with an answered attempt that was not dismissed", better=True),
    _callers("never_got_through", "callers none of whose attempts was answered"),
    _callers("dismissed_callers", "callers with an attempt that was answered and dismissed", intents=LEGITIMATE),
    _callers("in_time_and_well", "callers answered, and not dismissed, within T of their first attempt", better=True),
    _callers("policy", "callers lost or late because blocked, diverted (and not passed back), screened or deterred"),
    _callers("capacity", "callers lost or late because busy, abandoned, open, or waiting beyond T"),
    _callers("nobody_on_duty", "callers lost or late with nobody on duty at the attempt that decided"),
    _callers("misjudgement", "callers lost or late because answered and dismissed", intents=LEGITIMATE),
    _callers("failure", "callers lost or late because the line itself failed: only a live target's can"),
    _callers("never_heard", "callers never answered, or dismissed by whoever answered", intents=LEGITIMATE),
    *(
        _callers(f"never_heard_{cause}", f"callers never heard, of the class {cause}", intents=LEGITIMATE)
        for cause in CAUSES
    ),
)

TURNED_AWAY = (
    _callers("blocked_callers", "callers with a blocked attempt"),
    *_callers_why("blocked_callers", "callers with an attempt blocked"),
    *(
        Measure(
            f"blocked_attempts_{why}",
            f"attempts blocked {because} / attempts",
            f"blocked_attempts_{why}",
            *("attempts", Kind.SHARE_OF_ATTEMPTS, ATTEMPTS, "attempts"),
            intents=LEGITIMATE,
        )
        for why, because in REASONS.items()
    ),
    _callers("diverted_callers", "callers with an attempt diverted to another line"),
    _callers("passed_back_callers", "callers whom another line passed back", better=None),
    _callers("screened_callers", "callers with an attempt that failed a challenge"),
    _callers("deterred_callers", "callers with an attempt never placed because of the policy"),
    _callers("turned_away_callers", "callers with an attempt blocked, diverted, screened or deterred"),
    *_callers_why("turned_away_callers", "callers with an attempt blocked, diverted, screened or deterred"),
)

TIMES = (
    Measure(
        "asa",
        "average speed of answer: waits of answered attempts / answered attempts",
        *("waited", "answered", Kind.MEAN, SECONDS, "attempts"),
    ),
    Measure(
        "handling_time",
        "talk, wrap-up and attended acceptance of answered attempts whose handling has ended / their number",
        *("handling", "handled", Kind.MEAN, SECONDS, "attempts"),
        higher_is_better=None,
    ),
    Measure(
        "nuisance_time",
        "handling time of prank and silent calls / handling time of all calls",
        *("nuisance_handling", "handling", Kind.SHARE_OF_TIME, "share of handling time", "time"),
        intents=TOGETHER,
    ),
    Measure(
        "occupancy",
        "call-takers' busy time within the length / their time on duty within it, overtime included",
        *("time_busy", "time_on_duty", Kind.SHARE_OF_TIME, "share of time on duty", "time"),
        higher_is_better=None,
        intents=TOGETHER,
    ),
)

REPORTS = (
    _per_run(
        "wasted_dispatches",
        "prank and silent attempts judged genuine",
        "dispatches",
        better=False,
        intents=(int(Intent.PRANK), int(Intent.SILENT), ALL),
    ),
    Measure(
        "incidents_unreported",
        "incidents none of whose calls was judged genuine (a single genuine call is an incident) / incidents",
        *("incidents_unreported", "incidents", Kind.SHARE, "share of incidents", "incidents"),
        intents=GENUINE,
    ),
    Measure(
        "time_to_accepted_report",
        "from an incident's first attempt to the agency's first acceptance, summed / incidents that had one",
        *("to_accepted_report", "incidents_reported", Kind.MEAN, SECONDS, "incidents"),
        intents=GENUINE,
    ),
)

PERCENTILES = (
    *(
        Percentile(f"wait_p{p}", f"{p} % of answered attempts waited no longer", WAIT, p / 100, "attempts")
        for p in (50, 90, 95, 99)
    ),
    *(
        Percentile(
            f"time_to_answer_p{p}",
            f"{p} % of callers ever answered had their first answer by then, from their first attempt",
            *(TO_ANSWER, p / 100, "callers"),
        )
        for p in (50, 90, 95, 99)
    ),
    Percentile(
        "time_to_accepted_report_p90",
        "90 % of incidents that had an accepted report had it by then",
        *(TO_REPORT, 0.9, "incidents", GENUINE),
    ),
)


def service_levels(threshold: int, suffix: str = "") -> tuple[Measure, ...]:
    """The definitions of the service level in use, at a threshold (µs); the first is the headline.

    A caller or attempt answered but dismissed counts as answered here; ``in_time_and_well`` does not count it.
    """
    in_time, own = at("in_time", threshold), at("attempt_in_time", threshold)

    def level(name: str, means: str, numerator: str, denominator: str, unit: str, by: str) -> Measure:
        kind = Kind.SHARE_OF_ATTEMPTS if by == "attempts" else Kind.SHARE
        return Measure(name + suffix, means, numerator, denominator, kind, unit, by, higher_is_better=True)

    return (
        level(
            "service_level",
            "callers answered within T of their first attempt's arrival / callers offered",
            *(in_time, "offered", CALLERS, "callers"),
        ),
        level(
            "service_level_attempts_offered",
            "attempts answered within T of their own arrival / attempts",
            *(own, "attempts", ATTEMPTS, "attempts"),
        ),
        level(
            "service_level_attempts_answered",
            "attempts answered within T of their own arrival / attempts answered",
            *(own, "answered", "share of answered attempts", "attempts"),
        ),
        level(
            "service_level_less_short_abandons",
            "attempts answered within T of their own arrival / attempts less those abandoned within T",
            *(own, at("patient", threshold), "share of attempts not abandoned within T", "attempts"),
        ),
    )


def seconds(threshold: int) -> str:
    """A threshold (µs) as it stands in a measure's name: 15s, 2.5s."""
    return f"{threshold / SECOND!r}".removesuffix(".0") + "s"


def catalogue(thresholds: Sequence[int]) -> tuple[Measure, ...]:
    """All ratios measured, in the order of reports; service levels at the headline, then named by their threshold."""
    named = [level for threshold in thresholds for level in service_levels(threshold, f"_{seconds(threshold)}")]
    return (*OFFERED, *service_levels(thresholds[0]), *ENDINGS, *FATES, *TURNED_AWAY, *TIMES, *REPORTS, *named)
