"""What a scenario assumes without a word is told: the defaults in force that can change an answer."""

from pathlib import Path

import pytest

from simulator.report.check import check
from simulator.scenario.defaults import defaults_in_force
from simulator.scenario.load import load_scenario
from simulator.scenario.shipped import shipped_scenarios

BARE = """title: t
start: 2024-01-01T00:00+07:00
length: 7 d
callers:
  residents: {intent: genuine, volume: 60 / d, talk: 2 min}
  children: {intent: prank, volume: 60 / d, talk: 20 s}
floor: {trunks: 8, shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 2}]}
"""
RULE = "policy: {rules: [{on: prank, action: block, for: 1 d}]}\n"


def told(folder: Path, text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    path = folder / "town.yaml"
    path.write_text(text)
    return {each.key: (each.value, each.where) for each in defaults_in_force(load_scenario(path).scenario)}


def test_a_bare_scenario_has_every_default_in_force_the_day_factor_first(tmp_path: Path) -> None:
    """In the order in which they matter; what belongs to one kind of callers is told of that one."""
    everybody = ("all groups",)
    assert list(told(tmp_path, BARE).items()) == [
        ("day_factor", ("{cv: 0.15}", everybody)),
        ("patience", ("never", everybody)),
        ("by_hour", ("flat", everybody)),
        ("by_day", ("alike", everybody)),
        ("wrap_up", ("0 s", everybody)),
        ("redial", ("none", everybody)),
        ("misjudged", ("none", ("residents",))),
        ("voiceless", ("0 %", ("residents",))),
        ("incidents", ("none", ("residents",))),
        ("deceives", ("0 %", ("children",))),
        ("shifts.attendance", ("100 %", ())),
        ("shifts.breaks", ("none", ())),
        ("floor.end_of_shift", ("finish", ())),
        ("policy", ("none", ())),
    ]


STATED = {
    "day_factor": "day_factor: {cv: 0.15}",
    "patience": "patience: never",
    "by_hour": "by_hour: flat",
    "by_day": "by_day: [1, 1, 1, 1, 1, 1, 1]",
    "wrap_up": "wrap_up: 0 s",
    "misjudged": "misjudged: {as: {prank: 0 %}, correlation: 0 %}",
    "voiceless": "voiceless: 0 %",
}


@pytest.mark.parametrize("key, line", STATED.items(), ids=STATED)
def test_what_the_file_states_is_no_default_even_where_it_is_the_same(tmp_path: Path, key: str, line: str) -> None:
    text = BARE.replace("volume: 60 / d, talk: 2 min", f"volume: 60 / d, talk: 2 min, {line}")
    now = told(tmp_path, text)
    assert now.get(key, ("", ("children",)))[1] == ("children",)
    assert set(now) <= set(told(tmp_path, BARE))


@pytest.mark.parametrize(
    "change, defaults",
    [
        # A shared day factor is a stated one; one without its cv is not.
        (
            ("talk: 20 s}", "talk: 20 s, busy_with: rain}\nday_factors: {rain: {cv: 0.3}}"),
            {"day_factor": ("residents",)},
        ),
        (("talk: 20 s}", "talk: 20 s, day_factor: {}}"), {"day_factor": ("all groups",)}),
        # With a rule it matters whose number a call shows.
        (
            ("policy:", RULE),
            {
                "numbers": ("all groups",),
                "numbers.withheld": ("all groups",),
                "gives_up": ("all groups",),
                "floor.blocklist": (),
                "policy.strikes": (),
                "policy.review": (),
                "policy.extend": (),
            },
        ),
        (
            ("policy:", RULE.replace("on: prank", "on: prank, strikes: 3, review: 1 h, extend: no")),
            {"policy.within": (), "policy.reset_by": ()},
        ),
        (
            ("talk: 20 s}", f"talk: 20 s, numbers: {{pool: 40}}}}\n{RULE}"),
            {"numbers": ("residents",), "numbers.heavy_tail": ("children",), "numbers.sims": ("children",)},
        ),
        (("talk: 20 s}", "talk: 20 s, novelty: {half_life: 3 d}}"), {"novelty.floor": ("children",)}),
        (
            ("talk: 20 s}", "talk: 20 s, redial: {after: {busy: 50 %}, delay: 20 s}}"),
            {"redial": ("residents",), "redial.after": ("children",), "redial.attempts": ("children",)},
        ),
        (("intent: prank", "intent: silent"), {"floor.silent_procedure": ()}),
        (("trunks: 8", "trunks: 8, acceptance: {delay: 5 min}"), {"floor.acceptance.mode": ()}),
    ],
)
def test_a_key_that_is_left_out_is_told_where_it_matters(
    tmp_path: Path, change: tuple[str, str], defaults: dict[str, tuple[str, ...]]
) -> None:
    before, after = change
    found = told(tmp_path, BARE + after if before == "policy:" else BARE.replace(before, after))
    assert {key: found[key][1] for key in defaults} == defaults


def test_without_rules_nothing_is_said_of_numbers(tmp_path: Path) -> None:
    assert not {key for key in told(tmp_path, BARE) if key.startswith(("numbers", "gives_up", "policy."))}


def test_check_counts_and_lists_them_in_80_columns_the_day_factor_first(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(BARE)
    lines = check(path)[0].split("\n")
    at = lines.index("  defaults 14 in force that the file does not state")
    assert lines[at - 1] == "  assumed  0 values marked as assumed"
    assert lines[at + 1] == "    day_factor: {cv: 0.15} (all groups): days differ by chance; {cv: 0} for days"
    assert max(map(len, lines[1:])) <= 80


@pytest.mark.parametrize("name", ["bontang", "serang", "madiun", "bengkulu", "ketapang", "kendari"])
def test_of_a_service_that_ships_the_list_is_short(name: str) -> None:
    report, _ = check(shipped_scenarios() / f"{name}.yaml")
    listed = report[report.index("  defaults ") :].split("\n")
    assert listed[1].startswith("    day_factor: {cv: 0.15}")
    assert len(listed) <= 26
