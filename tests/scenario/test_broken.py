"""Every broken file is refused with all its faults, each at its place and in words that lead to the fix.

The places and words were written down by reading the files: line, column (both from 1), key path, and what the
message must say.
"""

from pathlib import Path

import pytest

from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario

BROKEN = Path(__file__).parent / "broken"

EXPECTED: dict[str, list[tuple[int | str, ...]]] = {
    "alias": [
        (5, 14, "", "an anchor &people", "write the value out"),
        (9, 11, "", "an alias *people", "write the value out"),
    ],
    "bad_group_name": [
        (5, 3, "callers.all residents", "'all residents'", "a name: a letter", "write all_residents"),
    ],
    "bad_target": [
        (15, 5, "targets[1]", "'90 % of genuine in 15 s'", "a target such as", "within"),
    ],
    "bare_duration": [
        (3, 9, "length", "'7'", "a duration above zero with its unit", "7 s, 7 min, 7 h or 7 d"),
    ],
    "bare_mean": [
        (8, 30, "callers.residents.talk.lognormal.mean", "'120'", "a duration above zero with its unit"),
    ],
    "bare_rate": [
        (7, 13, "callers.residents.volume", "'6'", "a rate above zero with its unit", "6 / d or 6 / h"),
    ],
    "bare_talk": [
        (
            8,
            11,
            "callers.residents.talk",
            "'120'",
            "a duration such as 90 s, or one of fixed, exponential",
            "120 s, 120 min",
        ),
    ],
    "blocklist_missing": [
        (14, 14, "floor.blocklist", "'listed.csv'", "a file that exists"),
    ],
    "break_outside_shift": [
        (12, 77, "floor.shifts[1].breaks[1].at", "'20:00'", "a time within shift day"),
    ],
    "breaks_run_past_the_end": [
        (12, 91, "floor.shifts[1].breaks[1].for", "3 breaks one after the other, 90 min", "end before shift day"),
    ],
    "busy_with_nothing": [
        (8, 16, "callers.residents.busy_with", "'weather'", "under day_factors"),
    ],
    "callers_without_value": [
        (4, 9, "callers", "no value", "write a value, or leave the key out"),
    ],
    "clock_where_a_duration_belongs": [
        (8, 30, "callers.residents.talk.lognormal.mean", "'22:30'", "write 1350 min"),
    ],
    "clock_with_one_digit": [
        (12, 25, "floor.shifts[1].from", "'7:00'", "write '07:00'"),
    ],
    "clock_without_quotes_out_of_range": [
        (12, 38, "floor.shifts[1].to", "'25:30'", "a time of day from 00:00 to 24:00"),
    ],
    "control_character": [
        (1, 12, "", "the control character U+0007", "delete it"),
    ],
    "day_twice": [
        (12, 69, "floor.shifts[1].days", "mon, mon", "each day at most once"),
    ],
    "days_all_zero": [
        (8, 13, "callers.residents.by_day", "only zeros", "not all zero"),
    ],
    "decimal_comma": [
        (8, 41, "callers.residents.talk.lognormal.cv", "'0,9'", "a decimal point, not a comma: 0.9"),
    ],
    "deep_nesting": [
        (14, 59, "", "at most 50 deep"),
    ],
    "duplicate_group": [
        (9, 3, "callers.residents", "'residents' a second time", "already in line 5"),
    ],
    "duplicate_key": [
        (4, 1, "title", "'title' a second time", "already in line 1"),
    ],
    "empty": [
        (0, 0, "", "an empty file", "a mapping"),
    ],
    "escaped_control_character": [
        (1, 8, "", "the control character U+0000"),
    ],
    "everything_at_once": [
        (3, 9, "length", "'7'"),
        (6, 13, "callers.residents.intent", "'genuin'"),
        (8, 5, "callers.residents.tlak", "did you mean talk?"),
        (10, 11, "floor.trunks", "'none'"),
        (13, 7, "floor.shifts[2]", "overlaps shift day"),
    ],
    "figure_backwards": [
        (15, 31, "reported[1].figure", "'8 to 6'", "6 to 8"),
    ],
    "half_a_trunk": [
        (10, 11, "floor.trunks", "'4.5'", "a whole number"),
    ],
    "hours_23": [
        (8, 14, "callers.residents.by_hour", "23 numbers", "a list of 24 numbers"),
    ],
    "huge_pool": [
        (8, 21, "callers.residents.numbers.pool", "999,999,999 numbers", "GiB for one replication", "at most 8 GiB"),
    ],
    "huge_volume": [
        (
            7,
            13,
            "callers.residents.volume",
            "36,288,000,000 expected calls",
            "GiB for one replication",
            "at most 8 GiB",
        ),
    ],
    "infinite": [
        (8, 41, "callers.residents.talk.lognormal.cv", "'.inf'", "a number above zero"),
    ],
    "infinite_length": [
        (3, 9, "length", "'inf d'", "a duration above zero with its unit"),
    ],
    "ladder_falls": [
        (
            16,
            39,
            "policy.rules[1].for",
            "a step 2 that is shorter than step 1",
            "do not become shorter",
            "forever last",
        ),
    ],
    "latin_1": [
        (1, 11, "", "byte 10 is 0xe9, which is not UTF-8", "save the file as UTF-8"),
    ],
    "leading_zero": [
        (10, 11, "floor.trunks", "'04'", "leave out the zeros in front: 4"),
    ],
    "list_for_mapping": [
        (5, 3, "callers", "a list", "a mapping: keys with their values"),
    ],
    "longer_than_a_century": [
        (3, 9, "length", "'40000 d'", "at most a hundred years"),
    ],
    "mapping_for_list": [
        (12, 7, "floor.shifts", "a mapping", "a list: [a, b]"),
    ],
    "mean_and_median": [
        (8, 23, "callers.residents.talk.lognormal", "both", "either mean or median"),
    ],
    "merge": [
        (6, 5, "callers.residents.<<", "merge key"),
    ],
    "missing_floor": [
        (1, 1, "", "no key 'floor'", "add floor:"),
    ],
    "missing_key": [
        (6, 5, "callers.residents", "no key 'intent'", "add intent:"),
    ],
    "misspelt_enum": [
        (
            6,
            13,
            "callers.residents.intent",
            "'genuin'",
            "one of genuine, enquiry, prank, silent",
            "did you mean genuine?",
        ),
    ],
    "misspelt_key": [
        (8, 5, "callers.residents.tlak", "unknown key 'tlak'", "did you mean talk?"),
    ],
    "misspelt_key_at_top": [
        (3, 1, "lenght", "did you mean length?"),
    ],
    "nan": [
        (8, 41, "callers.residents.talk.lognormal.cv", "'.nan'", "a number above zero"),
    ],
    "negative": [
        (7, 13, "callers.residents.volume", "'-6 / d'", "minus"),
        (8, 30, "callers.residents.talk.lognormal.mean", "'-120 s'", "minus"),
        (10, 11, "floor.trunks", "'-4'", "a whole number from 1", "minus"),
    ],
    "no_callers": [
        (4, 10, "callers", "an empty mapping", "at least one entry in callers"),
    ],
    "no_shape": [
        (8, 26, "callers.residents.talk.log_logistic", "no key 'shape'"),
    ],
    "no_such_date": [
        (2, 8, "start", "'2023-02-29T00:00+07:00'", "no such date"),
    ],
    "not_a_mapping": [
        (1, 1, "", "a list", "a mapping: keys with their values"),
    ],
    "null_value": [
        (7, 13, "callers.residents.volume", "no value (null)", "write a value"),
    ],
    "off_for_no": [
        (13, 78, "floor.shifts[2].may_overlap", "'off'", "yes or no", "write no"),
    ],
    "only_a_comment": [
        (0, 0, "", "an empty file", "a mapping"),
    ],
    "only_text": [
        (1, 1, "", "a text", "a mapping: keys with their values"),
    ],
    "overlap_over_sunday_night": [
        (13, 7, "floor.shifts[2]", "mon 07:00-08:00"),
    ],
    "overlapping_shifts": [
        (13, 7, "floor.shifts[2]", "shift night, which overlaps shift day: mon to sun 19:00-20:00", "may_overlap: yes"),
    ],
    "percent_without_share": [
        (8, 15, "", "a sign that no value can begin with", "begins with % in quotes"),
    ],
    "policy_absolute": [
        (14, 9, "policy", "'/etc/passwd'", "the name of a policy"),
    ],
    "policy_leads_out": [
        (14, 9, "policy", "'../policies/24-hour-block'", "without folders"),
    ],
    "policy_missing": [
        (14, 9, "policy", "'25-hour-block'", "one of the policies"),
    ],
    "policy_rules_faulty": [
        (16, 12, "policy.rules[1].on", "'pranks'", "did you mean prank?"),
        (16, 40, "policy.rules[1].for", "a step 2 that is shorter than step 1"),
    ],
    "python_tag": [
        (1, 8, "", "the tag !!python/object/apply:os.system"),
        (1, 8, "title", "a list", "a text"),
    ],
    "rate_per_month": [
        (7, 13, "callers.residents.volume", "'180 / month'", "per day"),
    ],
    "same_shift_name": [
        (13, 14, "floor.shifts[2].name", "'day'", "no earlier item"),
    ],
    "several_documents": [
        (14, 1, "", "a second one", "one document"),
    ],
    "share_over_100": [
        (8, 15, "callers.residents.gives_up", "'120 %'", "from 0 % to 100 %"),
    ],
    "share_without_percent": [
        (8, 15, "callers.residents.gives_up", "'0.04'", "write it in percent: 4 %"),
    ],
    "shared_with_itself": [
        (8, 50, "callers.residents.numbers.shared_with.residents", "the group itself", "another group"),
    ],
    "shared_with_no_pool": [
        (8, 39, "callers.residents.numbers.reused_from.children", "new each time", "a pool of numbers", "{pool: 40}"),
    ],
    "shared_with_nobody": [
        (
            8,
            37,
            "callers.residents.numbers.shared_with.childs",
            "childs, which is no group",
            "one of the groups children",
        ),
    ],
    "shares_over_100_together": [
        (8, 16, "callers.residents.misjudged", "given 110 %", "at most 100 % together"),
    ],
    "shift_from_24": [
        (13, 27, "floor.shifts[2].from", "'24:00'", "00:00 to 23:59"),
    ],
    "start_without_offset": [
        (2, 8, "start", "'2024-01-01T00:00'", "offset", "+07:00"),
    ],
    "tab": [
        (7, 1, "", "a tab", "indent with spaces"),
    ],
    "tag": [
        (3, 9, "", "the tag !!str", "leave the tag out"),
    ],
    "text_for_mapping": [
        (9, 8, "floor", "'four trunks'", "a mapping: keys with their values"),
    ],
    "two_units": [
        (8, 30, "callers.residents.talk.lognormal.mean", "one number with one unit"),
    ],
    "unclosed_bracket": [
        (9, 1, "", "a bracket that is not closed", "close every bracket"),
    ],
    "unit_in_words": [
        (3, 9, "length", "'7 days'", "write 7 d"),
    ],
    "unknown_distribution": [
        (8, 11, "callers.residents.talk", "the key normal", "did you mean lognormal?"),
    ],
    "unknown_key": [
        (8, 5, "callers.residents.colour", "unknown key 'colour'", "one of the keys intent, volume"),
    ],
    "unknown_key_at_top": [
        (3, 9, "length", "'7'"),
        (9, 1, "weather", "unknown key 'weather'", "one of the keys title, sources, start"),
    ],
    "unknown_shape_of_day": [
        (8, 14, "callers.residents.by_hour", "'evening'", "evening_peak"),
    ],
    "utf_16": [
        (1, 1, "", "byte 0 is 0xff, which is not UTF-8"),
    ],
    "weekday_in_words": [
        (12, 70, "floor.shifts[1].days[1]", "'monday'", "one of mon, tue, wed", "did you mean mon?"),
    ],
    "wrong_enum": [
        (6, 13, "callers.residents.intent", "'emergency'", "one of genuine, enquiry, prank, silent"),
    ],
    "year_1066": [
        (2, 8, "start", "1066", "a year from 1900 to 2200"),
    ],
    "zero_volume": [
        (7, 13, "callers.residents.volume", "above zero", "leave the group out"),
    ],
}
JARGON = (
    "pydantic",
    "Input should",
    "validation",
    "Extra inputs",
    "dict",
    "tuple",
    "NoneType",
    "str_type",
    "function-",
)


def faults(name: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load_scenario(BROKEN / f"{name}.yaml")
    return caught.value


def test_every_broken_file_has_its_expectation() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} == set(EXPECTED)
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_exactly_the_faults_of_a_file_are_found_at_their_places(name: str) -> None:
    found = [(fault.line, fault.column, fault.key) for fault in faults(name).faults]
    assert sorted(found) == sorted((line, column, key) for line, column, key, *_ in EXPECTED[name])


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_message_names_file_and_place_and_says_what_is_wanted(name: str) -> None:
    error = faults(name)
    for line, column, key, *words in EXPECTED[name]:
        said = next(str(f) for f in error.faults if (f.line, f.column, f.key) == (line, column, key))
        place = f"{BROKEN / name}.yaml:" + (f"{line}:{column}: " if line else " ")
        assert said.startswith(place)
        assert "given " in said
        assert "wanted " in said
        assert [word for word in words if str(word) not in said] == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_no_message_speaks_of_the_validator(name: str) -> None:
    text = str(faults(name)).replace(str(BROKEN), "")
    assert [word for word in JARGON if word in text] == []
