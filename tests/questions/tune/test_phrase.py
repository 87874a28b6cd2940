"""Rules in words."""

import pytest

from simulator.questions.tune.phrase import phrase_of
from tests.questions.tune.families import family

PHRASES = [
    ("bontang-24h", ["strikes=2", "within=7d"], "blocking for 24 h after 2 strikes within 7 d"),
    ("bontang-24h", ["strikes=2"], "blocking for 24 h after 2 strikes"),
    # A window says nothing where one strike is enough.
    ("bontang-24h", ["strikes=1", "within=7d"], "blocking for 24 h after 1 strike"),
    ("bontang-24h", ["for=forever"], "blocking forever after 1 strike"),
    ("bontang-24h", ["for=90 min"], "blocking for 90 min after 1 strike"),
    ("bontang-24h", ["review=10 min"], "blocking for 24 h after 1 strike (a review of 10 min)"),
    ("bontang-24h", ["review=0 s"], "blocking for 24 h after 1 strike (no review)"),
    ("sumut-three-strikes", ["strikes=3"], "blocking forever after 3 strikes"),
    ("ladder", ["within=2 h"], "blocking for 1 h, 24 h, then forever after 3, then 2 strikes in a row within 2 h"),
    ("ladder", ["for=2 h", "strikes=4"], "blocking for 2 h after 4 strikes in a row within 7 d"),
    ("mda-divert", ["calls.more_than=5"], "diverting for 24 h after more than 5 calls within 24 h"),
    ("mda-divert", ["calls.more_than=1", "calls.within=1h"], "diverting for 24 h after more than 1 call within 1 h"),
    ("mda-divert", ["strikes=2", "talk.shorter_than=5s"],
     "diverting for 24 h after 2 strikes within 24 h (talks shorter than 5 s)"),
    ("mda-divert", ["1.divert.passes_back.genuine=90%", "1.divert.answers_after=45s"],
     "diverting for 24 h after more than 10 calls within 24 h "
     "(answered there after 45 s on average, 90 % of genuine calls passed back)"),
    ("mda-divert", ["calls.more_than=5", "2.strikes=4"],
     "diverting for 24 h after more than 5 calls within 24 h and diverting for 24 h after 4 strikes within 24 h"),
    ("warn-first", ["2.for=7 d", "warn.length=5s", "warn.leaves.prank=20%"],
     "warning for 7 d after 1 strike (a message of 5 s, left by 20 % of prank callers)"),
    ("challenge", ["challenge.length=5s", "challenge.passes.genuine=90%"],
     "challenging for 24 h after 2 strikes (a challenge of 5 s, passed by 90 % of genuine callers)"),
    ("sms-warning", ["for=7d"], "warning by SMS for 7 d after 1 strike"),
]  # fmt: skip


@pytest.mark.parametrize("name, vary, words", PHRASES)
def test_a_rule_is_named_by_what_is_varied_and_what_it_needs(name: str, vary: list[str], words: str) -> None:
    found = family(name, *vary)
    assert phrase_of(found, (0,) * len(vary)) == words
