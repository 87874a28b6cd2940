"""What `siaga check` says of a file."""

import re
from pathlib import Path

from simulator.report.check import check, shipped
from simulator.scenario.shipped import shipped_scenarios

FILES = Path(__file__).parents[1] / "scenario"


def test_check_says_what_a_good_file_holds() -> None:
    report, code = check(FILES / "good.yaml")
    assert code == 0
    for part in (
        "Bontang Siaga 112",
        "14 days from",
        "residents 6 a day",
        "night 1",
        "blocked for 24 hours (1 rule)",
        "2 values",
    ):
        assert part in report


def test_check_of_a_broken_file_counts_its_faults_and_ends_with_2() -> None:
    report, code = check(FILES / "broken" / "everything_at_once.yaml")
    assert code == 2
    assert report.endswith(f"5 faults in {FILES / 'broken' / 'everything_at_once.yaml'}")


def test_no_line_of_a_report_is_wider_than_80_columns_but_for_what_can_not_be_broken() -> None:
    """Assumptions have long reasons; what does not fit stands further in on the next line."""
    report, _ = check(FILES.parents[1] / "scenarios" / "ketapang.yaml")
    assert report.count("\n        ") > 5
    assert max(len(line) for line in report.split("\n")[1:]) <= 80


def test_without_a_file_it_lists_every_file_that_ships() -> None:
    report = shipped()
    files = list(shipped_scenarios().rglob("*.yaml"))
    assert files
    assert [path for path in files if not re.search(rf"\b{path.stem}\b", report)] == []
    assert max(len(line) for line in report.replace(str(shipped_scenarios()), "DIR").split("\n")) <= 80
