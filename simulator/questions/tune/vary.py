"""What ``--vary`` says: ``KEY=LOW..HIGH`` or ``KEY=a,b,c``, read as axes of a family of rules.

A key names a field of a rule, its parts joined by dots; where several rules have it, the rule's number comes first:
``2.strikes``. Values are written as in a policy file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic_core import PydanticCustomError

from simulator.questions.tune.keys import KINDS, Kind, Value, keys_of
from simulator.questions.tune.steps import counts, durations, shares
from simulator.scenario.errors import BadInput, Fault, field_name, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.policy import Policy
from simulator.scenario.units import MOST_COUNTED, NEVER

VARY = field_name("vary")
FORM = "KEY=LOW..HIGH or KEY=a,b,c"


@dataclass(frozen=True, slots=True)
class Axis:
    """A key of a rule (its place from 0), and the values that it takes in turn."""

    rule: int
    key: str
    values: tuple[Value, ...]

    @property
    def kind(self) -> Kind:
        """What the key holds."""
        return KINDS[self.key]

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as a file would have them."""
        return tuple(map(self.kind.text, self.values))

    def open_at(self, place: int) -> bool:
        """Whether it ends at this place though the key could go on."""
        if len(self.values) == 1 or 0 < place < len(self.values) - 1:
            return False
        least = {"count": 1, "duration": 0, "share": 0.0}[self.kind.measure]
        most = {"count": MOST_COUNTED, "duration": NEVER, "share": 1.0}[self.kind.measure]
        return self.values[place] > least if place == 0 else self.values[place] < most


def axes_of(texts: Sequence[str], policy: Policy, whole: int) -> tuple[Axis, ...]:
    """The axes of these options, in their order; ``whole``: all the time there is, µs. Raises BadInput."""
    if not texts:
        raise BadInput([_nothing(policy)])
    axes = tuple(_axis(text, policy, whole) for text in texts)
    seen: set[tuple[int, str]] = set()
    for text, axis in zip(texts, axes, strict=True):
        if (axis.rule, axis.key) in seen:
            raise refusal(text, "each key once, with all of its values", "leave one of the two out", "again")
        seen.add((axis.rule, axis.key))
    return axes


def refusal(given: str, wanted: str, hint: str = "", why: str = "") -> BadInput:
    """The complaint about one text of the option."""
    return BadInput([Fault(wanted, f"{quoted(given)}{why and ', '}{why}", field="vary", hint=hint)])


def _nothing(policy: Policy) -> Fault:
    known = _known(policy)
    hint = f"write {VARY} strikes=1..10" if "strikes" in known else f"write {VARY} {known[0]}=..." if known else ""
    return Fault(f"{FORM}, with one of the keys {listed(known)}", "nothing to vary", field="vary", hint=hint)


def _axis(text: str, policy: Policy, whole: int) -> Axis:
    name, equals, given = (part.strip() for part in text.partition("="))
    if not equals or not name or not given:
        raise refusal(text, FORM, "write the key, =, and its values: strikes=1..10")
    rule, key = _place(text, name, policy)
    kind = KINDS[key]
    values = _range(text, name, given, kind, whole) if ".." in given else _items(text, name, given, kind)
    return Axis(rule, key, values)


def _place(text: str, name: str, policy: Policy) -> tuple[int, str]:
    """The rule that the key is of, and the key without its number."""
    numbered = re.fullmatch(r"([0-9]{1,6})[.](.+)", name)
    key, rules = (numbered[2] if numbered else name), policy.rules
    if numbered and not 1 <= int(numbered[1]) <= len(rules):
        wanted = f"a rule from 1 to {len(rules)}" if len(rules) > 1 else "rule 1, the only one"
        raise refusal(text, wanted, f"write {key}={text.partition('=')[2].strip()}" if len(rules) == 1 else "")
    among = [int(numbered[1]) - 1] if numbered else range(len(rules))
    having = [place for place in among if key in keys_of(rules[place])]
    if len(having) == 1:
        return having[0], key
    if having:
        several = f"rules {' and '.join(str(place + 1) for place in having)} have"
        raise refusal(text, "the number of a rule before the key", f"write {having[0] + 1}.{text}", f"which {several}")
    raise _unknown(text, name, key, policy, numbered=bool(numbered))


def _unknown(text: str, name: str, key: str, policy: Policy, *, numbered: bool) -> BadInput:
    known = _known(policy, numbered=numbered)
    why = "which the policy has not" if key in KINDS else "which is no key that can be varied"
    return refusal(text, f"one of the keys {listed(known)}", nearest(name, known), why)


def _known(policy: Policy, *, numbered: bool = False) -> list[str]:
    """The keys that can be varied, with the rule's number where several have them."""
    having: dict[str, list[int]] = {key: [] for key in KINDS}
    for number, rule in enumerate(policy.rules, 1):
        for key in keys_of(rule):
            having[key].append(number)
    many = [key for key, rules in having.items() if rules]
    return [f"{number}.{key}" if numbered or len(having[key]) > 1 else key for key in many for number in having[key]]


def _range(text: str, name: str, given: str, kind: Kind, whole: int) -> tuple[Value, ...]:
    ends = [end.strip() for end in given.split("..")]
    if len(ends) != 2 or not all(ends) or "," in given:
        raise refusal(text, FORM, f"write {name}=LOW..HIGH, with two dots and one value on either side")
    low, high = (_value(text, end, kind) for end in ends)
    if low > high:
        raise refusal(text, "a range that begins with the lower end", f"write {name}={ends[1]}..{ends[0]}")
    if kind.measure == "count":
        return counts(int(low), int(high))
    return durations(int(low), int(high), whole) if kind.measure == "duration" else shares(low, high)


def _items(text: str, name: str, given: str, kind: Kind) -> tuple[Value, ...]:
    parts = [part.strip() for part in given.split(",")]
    if not all(parts) or ";" in given:
        raise refusal(text, FORM, f"separate values by single commas: {name}={','.join(filter(None, parts))}")
    values = tuple(sorted(_value(text, part, kind) for part in parts))
    if twice := [low for low, high in pairwise(values) if low == high]:
        raise refusal(text, "each value once", "leave one of them out", f"with {kind.text(twice[0])} twice")
    return values


def _value(text: str, given: str, kind: Kind) -> Value:
    """One value, as the field would read it."""
    try:
        return kind.parse(given)
    except PydanticCustomError as error:
        context = error.context or {}
        raise refusal(text, str(context["wanted"]), str(context["hint"]), f"with {quoted(given)}") from None
