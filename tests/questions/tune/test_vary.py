"""What ``--vary`` says: the grammar, and what is said of what it is not."""

import pytest

from simulator.questions.tune.vary import axes_of
from simulator.scenario.errors import BadInput
from simulator.scenario.units import DAY
from tests.questions.tune.families import WHOLE, policy

GOOD = [
    ("bontang-24h", "strikes=1..3", 0, "strikes", "1, 2, 3"),
    ("bontang-24h", "strikes=3,1,2", 0, "strikes", "1, 2, 3"),
    ("bontang-24h", "strikes=2", 0, "strikes", "2"),
    ("bontang-24h", " strikes = 1 .. 3 ", 0, "strikes", "1, 2, 3"),
    ("bontang-24h", "1.strikes=1..3", 0, "strikes", "1, 2, 3"),
    ("bontang-24h", "within=1h..4h", 0, "within", "1 h, 2 h, 4 h"),
    ("bontang-24h", "within=1 h..4 h", 0, "within", "1 h, 2 h, 4 h"),
    ("bontang-24h", "for=30 d,forever,24h", 0, "for", "24 h, 30 d, forever"),
    ("bontang-24h", "for=180d..forever", 0, "for", "180 d, forever"),
    ("bontang-24h", "review=0s..10min", 0, "review", "0 s, 1 s, 2 s, 5 s, 10 s, 15 s, 20 s, 30 s, 45 s, "
     "1 min, 2 min, 5 min, 10 min"),
    ("mda-divert", "strikes=2,5", 1, "strikes", "2, 5"),
    ("mda-divert", "2.for=1 h,2 h", 1, "for", "1 h, 2 h"),
    ("mda-divert", "calls.more_than=5..7", 0, "calls.more_than", "5, 6, 7"),
    ("mda-divert", "calls.within=8h..1d", 0, "calls.within", "8 h, 12 h, 24 h"),
    ("mda-divert", "talk.shorter_than=5s..15s", 1, "talk.shorter_than", "5 s, 10 s, 15 s"),
    ("mda-divert", "1.divert.passes_back.genuine=90 %, 95 %", 0, "divert.passes_back.genuine", "90 %, 95 %"),
    ("mda-divert", "1.divert.answers_after=30s,1min", 0, "divert.answers_after", "30 s, 1 min"),
    ("warn-first", "1.strikes=2..3", 0, "strikes", "2, 3"),
    ("warn-first", "warn.length=5s,10s", 1, "warn.length", "5 s, 10 s"),
    ("warn-first", "warn.leaves.silent=0%..2%", 1, "warn.leaves.silent",
     "0 %, 0.2 %, 0.4 %, 0.6 %, 0.8 %, 1 %, 1.2 %, 1.4 %, 1.6 %, 1.8 %, 2 %"),
    ("challenge", "challenge.length=5s,8s", 0, "challenge.length", "5 s, 8 s"),
    ("challenge", "challenge.passes.prank=5%", 0, "challenge.passes.prank", "5 %"),
    ("ladder", "for=1h,24h", 0, "for", "1 h, 24 h"),
]  # fmt: skip


@pytest.mark.parametrize("name, text, rule, key, values", GOOD, ids=lambda value: str(value)[:30])
def test_a_key_takes_its_values_in_rising_order(name: str, text: str, rule: int, key: str, values: str) -> None:
    (axis,) = axes_of([text], policy(name), WHOLE)
    assert (axis.rule, axis.key, ", ".join(axis.texts)) == (rule, key, values)


BAD = [
    ("bontang-24h", [], "nothing to vary", "keys strikes, within, for, review"),
    ("bontang-24h", ["strikes"], "given 'strikes'", "write the key, =, and its values"),
    ("bontang-24h", ["=1..3"], "given '=1..3'", "write the key, =, and its values"),
    ("bontang-24h", ["strikes="], "given 'strikes='", "write the key, =, and its values"),
    ("bontang-24h", ["strike=1..3"], "which is no key that can be varied", "did you mean strikes?"),
    ("bontang-24h", ["action=block"], "which is no key that can be varied", "strikes, within, for, review"),
    ("bontang-24h", ["talk.shorter_than=1s..5s"], "which the policy has not", "strikes, within, for, review"),
    ("bontang-24h", ["challenge.length=1s..5s"], "which the policy has not", "strikes, within, for, review"),
    ("challenge", ["challenge.length=1..5"], "with '1'", "add the unit"),
    ("challenge", ["challenge.lenght=1s..5s"], "which is no key that can be varied", "did you mean challenge.length?"),
    ("bontang-24h", ["for=30d..1h"], "given 'for=30d..1h'", "write for=1h..30d"),
    ("bontang-24h", ["for=forever..1h"], "begins with the lower end", "write for=1h..forever"),
    ("bontang-24h", ["strikes=5..1"], "begins with the lower end", "write strikes=1..5"),
    ("bontang-24h", ["within=0h..3d"], "with '0h'", "it cannot be zero"),
    ("bontang-24h", ["for=0 s"], "with '0 s'", "it cannot be zero"),
    ("bontang-24h", ["strikes=0..3"], "with '0'", "a whole number from 1"),
    ("bontang-24h", ["strikes=1.5"], "with '1.5'", "a whole number from 1"),
    ("bontang-24h", ["strikes=1,5..7"], "given 'strikes=1,5..7'", "write strikes=LOW..HIGH"),
    ("bontang-24h", ["strikes=1..3..5"], "given 'strikes=1..3..5'", "two dots"),
    ("bontang-24h", ["strikes=..3"], "given 'strikes=..3'", "two dots"),
    ("bontang-24h", ["strikes=1,,3"], "given 'strikes=1,,3'", "strikes=1,3"),
    ("bontang-24h", ["strikes=1;3"], "given 'strikes=1;3'", "separate values by single commas"),
    ("bontang-24h", ["strikes=1,2,1"], "with 1 twice", "leave one of them out"),
    ("bontang-24h", ["for=24h,1d"], "with 24 h twice", "leave one of them out"),
    ("bontang-24h", ["strikes=1", "1.strikes=2"], "given '1.strikes=2', again", "leave one of the two out"),
    ("bontang-24h", ["2.strikes=1..3"], "rule 1, the only one", "write strikes=1..3"),
    ("bontang-24h", ["for=1 month..2 months"], "with '1 month'", "months and years differ in length"),
    ("bontang-24h", ["for=5 fortnights"], "with '5 fortnights'", "a duration above zero with its unit"),
    ("bontang-24h", ["review=1h..forever"], "with 'forever'", "a duration"),
    ("mda-divert", ["for=1h..2h"], "which rules 1 and 2 have", "write 1.for=1h..2h"),
    ("mda-divert", ["3.for=1h..2h"], "a rule from 1 to 2", ""),
    ("mda-divert", ["0.for=1h..2h"], "a rule from 1 to 2", ""),
    ("mda-divert", ["1.strikes=1..3"], "which the policy has not", "2.strikes"),
    ("mda-divert", ["1.fro=1h"], "which is no key that can be varied", "did you mean 1.for?"),
    ("mda-divert", ["1.divert.passes_back.genuine=0.9"], "with '0.9'", "90 %"),
    ("mda-divert", ["1.divert.passes_back.genuine=90..95%"], "with '90'", "90 %"),
    ("mda-divert", ["1.divert.passes_back.nobody=1%"], "which is no key that can be varied", "did you mean"),
]


@pytest.mark.parametrize("name, texts, given, fix", BAD, ids=lambda value: str(value)[:40])
def test_what_can_not_be_varied_is_said_with_what_can(name: str, texts: list[str], given: str, fix: str) -> None:
    with pytest.raises(BadInput) as refused:
        axes_of(texts, policy(name), WHOLE)
    said = str(refused.value)
    assert said.startswith("vary: given ")
    assert "wanted" in said
    assert given in said
    assert fix in said


@pytest.mark.parametrize(
    "text, place, open_",
    [
        ("strikes=1..3", 0, False),
        ("strikes=1..3", 1, False),
        ("strikes=1..3", 2, True),
        ("strikes=2..3", 0, True),
        ("strikes=3", 0, False),
        ("for=1h..forever", 0, True),
        ("for=1h..forever", -1, False),
        ("review=0s..1s", 0, False),
    ],
)
def test_an_end_is_open_where_the_key_could_go_on(text: str, place: int, open_: bool) -> None:
    (axis,) = axes_of([text], policy("bontang-24h"), 14 * DAY)
    assert axis.open_at(place % len(axis.values)) is open_
