"""The page of a tuned family: 80 columns, for who decides on a rule and does not program; picture, and policy file."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.metrics.estimate import Estimate
from simulator.questions.tune.entries import Entry, recommend
from simulator.questions.tune.members import Score
from simulator.questions.tune.result import Tune
from simulator.questions.tune.tune import POLICY_FILE
from simulator.report import tune_figure
from simulator.report.answer import print_answer
from simulator.report.tune import conclusion
from simulator.scenario.policy import NO_POLICY
from simulator.study.effects import MEASURES
from tests.questions.tune.test_tune import tuned


def page(done: Tune) -> str:
    to = io.StringIO()
    print_answer("tune", done, to, as_json=False)
    return to.getvalue()


def test_the_page_says_what_is_worth_having_then_what_was_varied_in_80_columns(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    text = page(done)
    kept = ("picture of the front", "the rule worth having as a policy", "beside the rule that", "kept in ")
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(kept))
    flat = " ".join(text.split())
    assert done.best is not None
    assert flat.startswith(f"Test town 112 {conclusion(done)} varied: ")
    for words in (
        *("strikes: 1, 2, 3 (3 values)", "for: 1 h, 12 h, forever (3 values)"),
        *("9 rules in all, all of them tried", "12 replications of 2 days, seed 1", "seed 2"),
        *("because of it", "never heard", "freed, %", "anyway", "intervals hold together with 95 % confidence"),
        *(f"--policy {done.folder / POLICY_FILE}", f"kept in {done.folder}"),
    ):
        assert words in flat, words


def entry(freed: float = 0.12, idle: float | None = 0.4, **measures: tuple[float, float, float]) -> Entry:
    """A rule with these measures: the low end, the value, the high end; of the others none was seen."""
    found = dict.fromkeys(MEASURES, Estimate(0.0, 0.0, 0.0006, 0, "none seen"))
    found |= {name: Estimate(value, low, high, 10, "t") for name, (low, value, high) in measures.items()}
    time = Estimate(freed, freed, freed, 10, "t")
    return Entry((0,), NO_POLICY, "blocking for 24 h after 2 strikes", (), Score(0, 0, 0, 0), time, found, idle, {})


HARMFUL = {"never_because": (0.001, 0.002, 0.003), "change_never": (0.001, 0.002, 0.003)}
UNSURE = {"never_because": (0.001, 0.002, 0.003), "change_never": (-0.001, 0.0005, 0.002)}
SEEMING = {"change_never": (-0.002, -0.0005, 0.002)}
HELPFUL = {
    "never_because": (0.001, 0.002, 0.003),
    "heard_because": (0.01, 0.012, 0.014),
    "change_never": (-0.013, -0.01, -0.008),
}
RULE = "Blocking for 24 h after 2 strikes"
NOBODY = "No rule helps anyone here: of the"
IDLE = "The time freed was idle anyway: 93.0 % of it or more."
TIME = (
    "Time is all that there is to win: blocking for 24 h after 2 strikes frees most, 12.0 % of call-takers' busy time, "
    "of which 40.0 % was idle anyway, and shuts out 2.0 of 1,000 (1.0 to 3.0)"
)
CONCLUSIONS = [
    (
        "callers are saved",
        [entry(**HELPFUL), entry(**HARMFUL)],
        f"{RULE} is worth having: of 1,000 genuine callers 10.0 fewer are never heard (8.0 to 13.0). It shuts out 2.0 "
        "of 1,000 (1.0 to 3.0), and lets 12.0 be heard who never were.",
    ),
    (
        "callers are answered sooner",
        [entry(change_late=(-0.02, -0.01, -0.005))],
        f"{RULE} is worth having: of 1,000 genuine callers 10.0 fewer are late (5.0 to 20.0), and no more were seen "
        "never heard. It shuts out no genuine caller that was seen (at most 0.6 of 1,000), and lets 0 be heard who "
        "never were.",
    ),
    (
        "only time is won",
        [entry()],
        f"{RULE} is worth having for call-takers alone: it frees 12.0 % of their busy time, of which 40.0 % was idle "
        "anyway, and shuts out no genuine caller that was seen (at most 0.6 of 1,000); it was not shown to help "
        "any caller.",
    ),
    (
        "each harms, for idle time",
        [entry(idle=0.93, **HARMFUL), entry(idle=0.99, **HARMFUL)],
        f"{NOBODY} 2 rules judged each shuts out more genuine callers than it saves. {IDLE}",
    ),
    (
        "the only one harms, for idle time",
        [entry(idle=0.93, **HARMFUL)],
        f"{NOBODY} 1 rule judged it shuts out more genuine callers than it saves. {IDLE}",
    ),
    (
        "each harms, for time that was needed",
        [entry(**HARMFUL), entry(0.02, **HARMFUL)],
        f"{NOBODY} 2 rules judged each shuts out more genuine callers than it saves. {TIME}; --most-shut-out says how "
        "many that is worth to you.",
    ),
    (
        "some harm, none was seen to save",
        [entry(idle=0.93, **HARMFUL), entry(idle=0.93, **UNSURE), entry(idle=None, **HARMFUL)],
        "No rule was seen to help anyone here: of the 3 rules judged none surely saves more genuine callers than it "
        f"shuts out, and 2 surely shut out more. {IDLE}",
    ),
    (
        "one seemed to save",
        [entry(idle=0.93, **HARMFUL), entry(0.0, idle=None, **SEEMING)],
        "No rule was shown to help anyone here: of the 2 rules judged none surely saves more genuine callers than it "
        f"shuts out, and 1 surely shuts out more. {IDLE}",
    ),
    (
        "nothing happens",
        [entry(0.0, None)],
        "No rule was seen to help anyone here: of the 1 rule judged none surely saves more genuine callers than it "
        "shuts out, and none was shown to shut out more. None frees any time.",
    ),
    (
        "none acts",
        [],
        "No rule that was tried changes anything: none frees call-taker time, and none was seen to save a caller.",
    ),
]


@pytest.mark.parametrize("entries, words", [case[1:] for case in CONCLUSIONS], ids=[case[0] for case in CONCLUSIONS])
def test_the_conclusion_is_what_a_journalist_could_quote(tmp_path: Path, entries: list[Entry], words: str) -> None:
    assert conclusion(concluded(tmp_path, entries, None)) == words


def concluded(folder: Path, entries: list[Entry], most: float | None) -> Tune:
    """A finished search that judged these."""
    done = tuned(folder, ("strikes=5000",), replications=2)
    request = done.request.model_copy(update={"most_shut_out": most})
    return replace(done, request=request, entries=tuple(entries), best=recommend(entries, request.most_harm))


def test_where_only_so_many_may_be_shut_out_the_conclusion_says_that_this_decides(tmp_path: Path) -> None:
    helpful = concluded(tmp_path, [entry(**HELPFUL)], 1)
    assert conclusion(helpful) == (
        "No rule is recommended: of the 1 rule judged none that helps callers surely shuts out at most 1 of 1,000."
    )
    costly = concluded(tmp_path, [entry(**HARMFUL)], 1)
    assert conclusion(costly).endswith(f"{TIME}; none surely shuts out at most 1 of 1,000.")
    allowed = concluded(tmp_path, [entry(**HARMFUL)], 3)
    assert conclusion(allowed).startswith(f"{RULE} is worth having for call-takers alone")


def test_figures_on_the_page_are_those_of_the_document(tmp_path: Path) -> None:
    """Gross harm stands beside the net, rule by rule."""
    done = tuned(tmp_path, most_shut_out=None)
    lines = page(done).splitlines()
    for found in done.document()["front"]:
        never, change = (1000 * found[name]["value"] for name in ("never_because", "change_never"))
        head = found["rule"][:20]
        (row, *_) = [line for line in lines if line.startswith(head) and f"{change:+.1f}" in line]
        assert f" {never:.1f} " in row


def test_rules_that_come_to_the_same_are_counted(tmp_path: Path) -> None:
    assert "the same as 2 others" in page(tuned(tmp_path, ("strikes=1", "within=1h,2h,4h")))


def test_lists_that_one_value_stands_for_are_named(tmp_path: Path) -> None:
    from tests.study.towns import TOWN

    ladder = TOWN.replace("for: 6 h", "for: [1 h, 6 h]")
    text = " ".join(page(tuned(tmp_path, ("for=1h,6h",), text=ladder)).split())
    assert "for: each value stands in place of the policy's list, 1 h, 6 h" in text


def test_a_family_that_frees_nothing_has_a_page_too(tmp_path: Path) -> None:
    text = page(tuned(tmp_path, ("strikes=5000",)))
    assert "No rule that was tried changes anything" in text


def test_the_document_is_printed_alone_is_what_is_kept_and_the_picture_is_drawn_all_the_same(tmp_path: Path) -> None:
    done, to = tuned(tmp_path), io.StringIO()
    print_answer("tune", done, to, as_json=True)
    assert json.loads(to.getvalue(), parse_constant=pytest.fail) == json.loads(
        (done.folder / "summary.json").read_text()
    )
    assert (done.folder / tune_figure.NAME).exists()


def test_the_picture_has_every_rule_and_the_front_and_needs_no_network(tmp_path: Path) -> None:
    done = tuned(tmp_path)
    assert f"picture of the front: {done.folder / tune_figure.NAME}" in page(done)
    figure = tune_figure.front(done)
    tried, front = figure.data[:2]
    assert sorted(tried.x) == sorted(100 * each.freed for each in done.scores.values())
    assert list(front.text) == [entry.rule for entry in done.entries]
    assert [y + up for y, up in zip(front.y, front.error_y.array, strict=True)] == pytest.approx(
        [1000 * entry.never.high for entry in done.entries]
    )
    text = (done.folder / tune_figure.NAME).read_text(encoding="utf-8")
    assert not re.search(r"<(script|link)[^>]+(src|href)=", text)
