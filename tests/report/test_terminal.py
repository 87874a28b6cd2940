"""The page that a planner reads."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.metrics.counts import Counts
from simulator.metrics.estimate import Estimate
from simulator.metrics.summary import Measured
from simulator.metrics.targets import Verdict
from simulator.report.terminal import Page, console, hanging, show
from simulator.scenario.load import load_scenario
from simulator.scenario.policy import NO_POLICY
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.target import parse_target
from simulator.study.answer import answer_of
from simulator.study.experiment import Experiment, run_once

TARGET = parse_target("90 % of genuine within 15 s, every hour")


@pytest.fixture(scope="module")
def counts() -> list[Counts]:
    scenario = load_scenario(shipped_scenarios() / "bontang.yaml").scenario
    return [run_once(Experiment(scenario).under(NO_POLICY), number).counts for number in range(12)]


@pytest.fixture
def page(counts: list[Counts]) -> Page:
    found = answer_of(counts, ())
    return Page(
        title="A line",
        facts=("12 replications",),
        within="within 15 s",
        replications=12,
        length=counts[0].length,
        measures=found.measures,
        worst_hour=found.worst,
        verdicts=(),
        warnings=("a warning so long that it cannot stand on one line of eighty columns, whatever one does about it",),
        notes=("kept somewhere",),
    )


def printed(page: Page, width: int = 80) -> str:
    screen = Console(file=io.StringIO(), width=width, highlight=False)
    show(page, screen)
    return screen.file.getvalue()  # type: ignore[attr-defined]


def test_genuine_callers_come_first(page: Page) -> None:
    text = printed(page)
    assert text.index("Of 1,000 genuine callers") < text.index("Everyone")


def test_the_classes_of_genuine_callers_add_up_to_a_thousand(page: Page) -> None:
    heads = ("reach a call-taker in time and are heard", "lost or late: lines or call-takers busy")
    heads += (
        "lost or late: nobody on duty",
        "lost or late: blocked by the policy",
        "lost or late: taken for a nuisance",
    )
    text = printed(page).replace("none*", "0")
    values = [float(re.search(rf"^{head} +([\d.]+)", text, re.M)[1]) for head in heads]  # type: ignore[index]
    assert sum(values) == pytest.approx(1000, abs=0.3)


def test_who_is_never_heard_stands_beside_the_classes_and_adds_up(page: Page) -> None:
    text = printed(page).replace("none*", "0")
    (total,) = re.findall(r"^never heard, whatever the cause +([\d.]+)", text, re.M)
    parts = re.findall(r"^lost or late: .*?([\d.]+)$", text, re.M)
    assert len(parts) == 4
    assert float(total) > 0
    assert sum(map(float, parts)) == pytest.approx(float(total), abs=0.3)


def test_what_was_never_seen_is_said_with_what_that_is_worth(page: Page) -> None:
    text = printed(page)
    assert "none*" in text
    assert "* none in 12 simulated stretches of 14 days; at most 23 % of stretches have any" in text


def test_without_a_rule_nothing_is_said_of_blocks(page: Page) -> None:
    text = printed(replace(page, has_policy=False))
    assert "blocked at least once" not in text
    assert "blocked by the policy" not in text


def test_figures_that_follow_an_input_are_marked_and_the_input_is_named(page: Page) -> None:
    marked = replace(page, repeats={"offered": "volume", "misjudgement": "misjudged: 1 % (residents)"})
    flat = " ".join(printed(marked).split())
    assert re.search(r"taken for a nuisance° [\d.]+", flat)
    assert re.search(r"callers a day° [\d.]+", flat)
    wanted = "° follows what the scenario says, and is no finding: volume; misjudged: 1 % (residents)"
    assert wanted in flat
    assert flat.count("°") == 3
    assert "°" not in printed(page)


def with_values(page: Page, **values: float) -> Page:
    """The page with these measures of every intent, ``intent__measure`` of one."""
    wanted = {tuple(name.rsplit("__", 1)) if "__" in name else (None, name): v for name, v in values.items()}

    def value(m: Measured) -> Measured:
        found = wanted.get((m.intent, m.measure), wanted.get((None, m.measure)))
        return m if found is None else replace(m, value=found, low=found / 2, high=min(1.0, 2 * found))

    return replace(page, measures=[value(m) for m in page.measures])


MORE_THAN_BLOCKED = (
    # measure by caller, by attempt, and the row that tells of the attempts
    ("diverted_callers", "diverted", "attempts: diverted"),
    ("screened_callers", "screened", "attempts: screened"),
    ("deterred_callers", "deterred", "planned calls deterred"),
)


@pytest.mark.parametrize("callers, attempts, row", MORE_THAN_BLOCKED)
def test_where_a_policy_did_more_than_block_callers_are_turned_away(
    page: Page, callers: str, attempts: str, row: str
) -> None:
    away = {"turned_away_callers": 0.25, "turned_away_callers_own_earlier_calls": 0.125}
    text = printed(with_values(page, **{callers: 0.25, attempts: 0.5}, **away))
    assert re.search(r"^turned away at least once +250.0 +125.0 to 500.0", text, re.M)
    assert re.search(r"^  because of own earlier calls +125.0 +62.5 to 250.0", text, re.M)
    assert "lost or late: turned away by the policy" in text
    assert re.search(r"^callers turned away +25.0 %", text, re.M)
    assert re.search(rf"^{row} +50.0 %", text, re.M)
    assert "blocked at least once" not in text
    assert "callers blocked" not in text


def test_where_a_policy_only_blocks_no_other_word_is_said(page: Page) -> None:
    """Though those blocked count as turned away, too."""
    values = dict.fromkeys(("blocked_callers", "turned_away_callers", "blocked_callers_own_earlier_calls"), 0.25)
    text = printed(with_values(page, **values, blocked=0.25))
    assert re.search(r"^blocked at least once +250.0", text, re.M)
    assert re.search(r"^  because of own earlier calls +250.0", text, re.M)
    assert re.search(r"^callers blocked +25.0 %", text, re.M)
    for word in ("turned away", "diverted", "screened", "deterred"):
        assert word not in text


def test_who_else_was_diverted_decides_the_word_for_genuine_callers(page: Page) -> None:
    """Pranks alone were diverted: that no genuine caller was turned away is worth knowing, and said."""
    text = printed(with_values(page, all__diverted_callers=0.1, all__turned_away_callers=0.1))
    assert re.search(r"^turned away at least once +none\*", text, re.M)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_is_wider_than_the_terminal(page: Page, width: int) -> None:
    assert max(len(line.rstrip()) for line in printed(page, width).split("\n")) <= width


def test_a_warning_hangs_under_its_first_word(page: Page) -> None:
    lines = printed(page).split("\n")
    first = next(index for index, line in enumerate(lines) if line.startswith("warning: "))
    assert lines[first + 1].startswith("       ")


@pytest.mark.parametrize(
    "state, words",
    [
        ("met", "target met: 90 % of genuine within 15 s, every hour"),
        ("missed", "target missed: 90 % of genuine within 15 s, every hour"),
        ("not shown", "target not shown to be met (it may be: ask for more --replications)"),
        ("no callers", "target without a caller to hold it against"),
    ],
)
def test_a_target_is_judged_in_words(page: Page, state: str, words: str) -> None:
    verdict = Verdict(TARGET, state, 4, Estimate(0.8, 0.7, 0.9, 10, "t"), (), 24)  # type: ignore[arg-type]
    text = printed(replace(page, verdicts=(verdict,)), width=200)
    assert words in text
    assert ("80.0 % at 04:00-05:00" in text) == (state != "no callers")


def test_long_waits_are_shown_whole_and_the_words_give_way(page: Page) -> None:
    """What matters most when things go badly is not cut off."""
    slow = [
        replace(m, value=9_900.0, low=9_000.0, high=36_000.0) if m.measure in {"asa", "wait_p90"} else m
        for m in page.measures
    ]
    text = printed(replace(page, measures=slow))
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert "2 h 45 min" in text
    assert "2 h 30 min to 10 h 00 min" in text


def test_callers_lost_because_the_line_itself_failed_are_told_only_where_there_are_any(page: Page) -> None:
    assert "failed" not in printed(page)
    some = {("genuine", "failure"): 0.25, ("genuine", "failed"): 0.5}
    measures = [replace(m, value=some.get((m.intent, m.measure), m.value)) for m in page.measures]
    text = printed(replace(page, measures=measures))
    assert re.search(r"^lost or late: the line itself failed +250", text, re.M)
    assert re.search(r"^attempts: the line failed +50.0 %", text, re.M)


def test_names_that_a_terminal_would_obey_are_printed_as_escapes() -> None:
    to = io.StringIO()
    screen = console(to, width=80)
    table = Table("na\u202eme")
    table.add_row(Text("\u2066Ani\x9b31m"))
    screen.print(table)
    screen.print(Text("a title\x1b[2J and \u202ename", style="bold"), soft_wrap=True)
    said = to.getvalue()
    assert not re.search("[\x1b\x80-\x9f\u202a-\u202e\u2066-\u2069]", said)
    assert all(word in said for word in (r"na\u202eme", r"\u2066Ani\u009b31m", r"a title\u001b[2J and \u202ename"))


@pytest.mark.parametrize(("columns", "width"), [("40", 40), ("120", 120), ("", 80), ("0", 80), ("wide", 80)])
def test_a_page_is_as_wide_as_columns_says(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    screen = console(io.StringIO())
    hanging(screen, "doubt: ", "a word " * 50, style="yellow")
    lines = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert width - 6 <= max(map(len, lines)) <= width


def test_the_lines_of_a_warning_hang_under_its_first_word_and_end_in_no_blank(page: Page) -> None:
    [first, second] = re.findall("^(?:warning: |         ).*$", printed(page), re.MULTILINE)
    assert first.startswith("warning: ")
    assert second == f"         {second.strip()}"
    assert first == first.rstrip()
    assert f"{first[9:]} {second.strip()}" == page.warnings[0]
