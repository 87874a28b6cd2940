"""A rule in words: "blocking for 24 h after 2 strikes within 7 d"; of the rest only what is varied."""

from collections.abc import Collection, Iterator, Sequence

from simulator.questions.tune.family import Family, Point
from simulator.scenario.distribution import Exponential
from simulator.scenario.policy import Rule
from simulator.scenario.units import NEVER, duration_text, share_text

OF_SHARES = {
    "challenge.passes": "passed by {} of {} callers",
    "warn.leaves": "left by {} of {} callers",
    "divert.passes_back": "{} of {} calls passed back",
}


def phrase_of(family: Family, point: Point) -> str:
    """The rules of a member that are varied."""
    rules = family.at(point).rules
    varied = {axis.rule: {each.key for each in family.axes if each.rule == axis.rule} for axis in family.axes}
    return " and ".join(of_rule(rules[place], varied[place]) for place in sorted(varied))


def of_rule(rule: Rule, varied: Collection[str]) -> str:
    """What the rule does, for how long, after what; and what else is varied, in brackets."""
    details = ", ".join(_details(rule, varied))
    return f"{rule.traits.verb} {_lasting(rule.for_)} {_after(rule)}" + (f" ({details})" if details else "")


def _lasting(ladder: Sequence[int]) -> str:
    texts = [duration_text(step) for step in ladder]
    return texts[0] if texts == ["forever"] else f"for {_one_by_one(texts)}"


def _one_by_one(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])}, then {texts[-1]}"


def _after(rule: Rule) -> str:
    if rule.calls:
        more = rule.calls.more_than
        return f"after more than {more} call{'s' * (more > 1)} within {duration_text(rule.calls.within)}"
    several = rule.strikes != (1,)
    within = f" within {duration_text(rule.within)}" if several and rule.within != NEVER else ""
    in_a_row = " in a row" if several and rule.consecutive else ""
    return f"after {_one_by_one([*map(str, rule.strikes)])} strike{'s' * several}{in_a_row}{within}"


def _details(rule: Rule, varied: Collection[str]) -> Iterator[str]:
    """What is varied besides how many strikes, in which window, and for how long."""
    if rule.talk and "talk.shorter_than" in varied:
        yield f"talks shorter than {duration_text(rule.talk.shorter_than)}"
    if rule.talk and rule.talk.longer_than and "talk.longer_than" in varied:
        yield f"talks longer than {duration_text(rule.talk.longer_than)}"
    if "review" in varied:
        yield f"a review of {duration_text(rule.review)}" if rule.review else "no review"
    if rule.message and f"{rule.action}.length" in varied:
        yield f"a {'challenge' if rule.traits.wants_key else 'message'} of {duration_text(rule.message.length)}"
    if rule.divert and "divert.answers_after" in varied:
        law = rule.divert.answers_after
        yield f"answered there after {duration_text(int(law.mean()))}{_on_average(law)}"
    for key in sorted(varied):
        part, _, intent = key.rpartition(".")
        if part in OF_SHARES:
            holder, _, name = part.partition(".")
            shares = getattr(getattr(rule, holder), name)
            yield OF_SHARES[part].format(share_text(shares[intent]), intent)


def _on_average(law: object) -> str:
    return " on average" if isinstance(law, Exponential) else ""
