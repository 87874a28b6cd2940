"""What a roster says: 80 columns, a sign a day, tables and calendars that other programs read back."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from icalendar import Calendar

from simulator.questions.roster.calendars import Register, calendars, register_from, slugs, uid
from simulator.questions.roster.duties import broken
from simulator.questions.roster.earlier import past_of, read_roster, strangers
from simulator.questions.roster.files import keep
from simulator.questions.roster.request import Request
from simulator.questions.roster.result import Roster
from simulator.questions.roster.roster import roster
from simulator.questions.roster.shortage import Lack
from simulator.report.answer import as_text
from simulator.report.roster import days_text, letters
from simulator.report.roster_words import lack_words
from simulator.scenario.errors import BadInput
from simulator.scenario.units import HOUR
from tests.planning.lines import LINE

PEOPLE = """
title: some people
people:
  - {name: Ani}
  - {name: 'Budi; of the night, and "more"'}
  - {name: Çelik Ünal}
  - {name: Siti, nights: no}
  - {name: Siti., leave: 2026-03-11 to 2026-03-13}
  - {name: Wahyu}
rules: {hours_a_week: 42 h}
"""
STAMP = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    folder = tmp_path_factory.mktemp("roster")
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    scenario = folder / "line.yaml"
    shifts = """
    - {name: day, from: '07:00', to: '15:00', call_takers: 1}
    - {name: dusk, from: '15:00', to: '23:00', call_takers: 1}
    - {name: night, from: '23:00', to: '07:00', call_takers: 1}
"""
    text = LINE.format(genuine=50, prank=10, attendance="100 %")
    before, _, after = text.partition("  shifts:\n")
    rest = after[after.index("\ntargets") :]
    scenario.write_text(f"{before}  shifts:{shifts}{rest}")
    asked = Request(scenario=scenario, people=str(folder / "people.yaml"), weeks=5, seconds=8, out=folder)
    found = roster(asked)
    assert found.evened is not None
    return found


def page(done: Roster) -> str:
    """The page of a roster that is kept."""
    return as_text("roster", replace(done, notes=(*done.notes, *keep(done))))


def letters_of(done: Roster) -> dict[str, str]:
    return letters([shift.name for shift in done.loaded.scenario.floor.shifts])


def test_a_page_of_five_weeks_fits_80_columns_and_shows_every_duty_once(done: Roster) -> None:
    lines = page(done).splitlines()
    assert max(len(line) for line in lines if str(done.request.out) not in line) <= 80
    drawn = "".join(days_text(done, person, letters_of(done)) for person in range(6))
    assert {sign: drawn.count(sign) for sign in "DUN"} == dict.fromkeys("DUN", 35)
    for person, who in enumerate(done.case.people):
        days = days_text(done, person, letters_of(done))
        shown = " ".join(
            line.removeprefix(who.name[:19]).strip("… ") for line in lines if line.startswith(who.name[:19])
        )
        assert all(days[7 * week : 7 * week + 7] in shown for week in range(5)), (days, shown)


def test_leave_is_shown_as_away_and_nobody_works_then(done: Roster) -> None:
    first = done.case.span.first
    leave = [day for day in range(35) if date(2026, 3, 11) <= first + timedelta(days=day) <= date(2026, 3, 13)]
    assert leave
    assert {days_text(done, 4, letters_of(done))[day] for day in leave} == {"-"}


@pytest.mark.parametrize(
    "names, signs",
    [
        (("morning", "evening", "night"), "MEN"),
        (("day", "dusk", "dd"), "DUA"),
        (("shift_0700", "shift_1500"), "AB"),
        (("day",), "D"),
    ],
)
def test_every_shift_has_a_sign_of_its_own(names: tuple[str, ...], signs: str) -> None:
    assert "".join(letters(names).values()) == signs
    many = [f"s{n}" for n in range(50)]
    assert len(set(letters(many).values())) == 50


def read(content: bytes) -> Calendar:
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    return found


def test_calendars_read_back_say_who_works_when(done: Roster) -> None:
    made = dict(calendars(done, STAMP))
    assert next(iter(made)) == "everybody"
    assert len(made) == 1 + len(done.case.people)
    start = done.loaded.scenario.start
    midnight = datetime.combine(done.case.span.first, time(), start.tzinfo)
    for person, content in enumerate([*made.values()][1:]):
        events = read(content).walk("VEVENT")
        told = sorted((event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"])) for event in events)
        own = [
            (midnight + timedelta(microseconds=d.begin), midnight + timedelta(microseconds=d.end), d.name)
            for d in done.own(person)
        ]
        assert told == own
    everybody = read(made["everybody"]).walk("VEVENT")
    assert len(everybody) == len(done.case.duties)
    told_names = {name for event in everybody for name in str(event["SUMMARY"]).partition(": ")[2].split(", ")}
    assert {"Ani", "Çelik Ünal", "Siti."} <= told_names


def test_calendars_keep_to_the_letter_of_rfc_5545(done: Roster) -> None:
    for content in dict(calendars(done, STAMP)).values():
        lines = content.split(b"\r\n")
        assert lines[0] == b"BEGIN:VCALENDAR"
        assert lines[-2:] == [b"END:VCALENDAR", b""]
        assert max(map(len, lines)) <= 75
        assert b"\n" not in content.replace(b"\r\n", b"")
        calendar = read(content)
        assert (calendar["VERSION"], bool(calendar["PRODID"])) == ("2.0", True)
        assert calendar.errors == []
        uids = [event["UID"] for event in calendar.walk("VEVENT")]
        assert len(set(uids)) == len(uids)
        assert all("DTSTAMP" in event for event in calendar.walk("VEVENT"))


@pytest.mark.parametrize(
    "hours, zone", [(7, "Asia/Jakarta"), (8, "Asia/Makassar"), (9, "Asia/Jayapura"), (5.5, None), (0, None)]
)
def test_indonesian_zones_are_named_and_defined_and_others_are_in_utc(
    done: Roster, hours: float, zone: str | None
) -> None:
    loaded = done.loaded
    start = loaded.scenario.start.replace(tzinfo=timezone(timedelta(hours=hours)))
    there = replace(loaded, scenario=loaded.scenario.model_copy(update={"start": start}))
    content = dict(calendars(replace(done, loaded=there), STAMP))["everybody"]
    calendar = read(content)
    assert [str(part["TZID"]) for part in calendar.walk("VTIMEZONE")] == ([zone] if zone else [])
    began = calendar.walk("VEVENT")[0]["DTSTART"].dt
    assert began.utcoffset() == timedelta(hours=hours if zone else 0)
    local = began.astimezone(start.tzinfo)
    assert (local.hour, local.minute) == (7, 0)


def test_an_entry_keeps_its_identity_when_the_roster_is_made_again(done: Roster) -> None:
    def identities(stamp: datetime) -> set[str]:
        return {str(event["UID"]) for event in read(dict(calendars(done, stamp))["ani"]).walk("VEVENT")}

    assert identities(STAMP) == identities(STAMP + timedelta(days=3))
    assert uid("line", "Ani", "2024-06-03", "night") != uid("line", "Ani", "2024-06-03", "day")


def sequences(content: bytes) -> dict[str, int]:
    return {str(event["UID"]): int(event["SEQUENCE"]) for event in read(content).walk("VEVENT")}


def moved(done: Roster, hours: int) -> Roster:
    """The same people on the same days, an hour or more later."""
    later = [replace(d, begin=d.begin + hours * HOUR, end=d.end + hours * HOUR) for d in done.case.duties]
    return replace(done, case=replace(done.case, duties=later))


def test_an_entry_that_moves_keeps_its_identity_and_its_sequence_rises(done: Roster) -> None:
    register = Register()
    told = [
        dict(calendars(each, STAMP, register))["ani"]
        for each in (done, done, moved(done, 1), moved(done, 1), moved(done, 2), done)
    ]
    assert len({frozenset(sequences(content)) for content in told}) == 1
    assert [set(sequences(content).values()) for content in told] == [{0}, {0}, {1}, {1}, {2}, {3}]


def test_the_register_goes_on_from_what_is_kept(done: Roster) -> None:
    register = Register()
    list(calendars(done, STAMP, register))
    again = register_from(register.text())
    assert again == register
    assert set(sequences(dict(calendars(moved(done, 1), STAMP, again))["everybody"]).values()) == {1}


def titled(done: Roster, scenario: str | None = None, people: str | None = None) -> Roster:
    loaded = done.loaded
    if scenario is not None:
        loaded = replace(loaded, scenario=loaded.scenario.model_copy(update={"title": scenario}))
    named = done.people if people is None else done.people.model_copy(update={"title": people})
    return replace(done, loaded=loaded, people=named)


@pytest.mark.parametrize("other", [{"scenario": "another line"}, {"people": "others, of the same names"}])
def test_two_services_share_no_identity_nor_do_two_people_of_one_name(done: Roster, other: dict[str, str]) -> None:
    def identities(roster: Roster) -> set[str]:
        return {each for content in dict(calendars(roster, STAMP)).values() for each in sequences(content)}

    assert identities(done).isdisjoint(identities(titled(done, **other)))


def test_a_roster_made_again_with_other_times_raises_the_sequence_in_its_files(done: Roster, tmp_path: Path) -> None:
    here = replace(done, request=done.request.model_copy(update={"out": tmp_path}))
    page(here)
    page(moved(here, 1))
    assert set(sequences((here.folder / "calendars" / "ani.ics").read_bytes()).values()) == {1}
    page(here)
    page(here)
    assert set(sequences((here.folder / "calendars" / "ani.ics").read_bytes()).values()) == {2}


def test_a_register_that_is_none_is_kept_aside_and_that_is_said_once(done: Roster, tmp_path: Path) -> None:
    here = replace(done, request=done.request.model_copy(update={"out": tmp_path}))
    for text in ("{", "[1]", '{"a": 1}'):
        (here.folder.parent).mkdir(exist_ok=True)
        (here.folder.parent / "calendars.json").write_text(text)
        said = page(here)
        [aside] = here.folder.parent.glob("calendars.json.*")
        assert f"could not be read as a register of calendars: it is kept as {aside.name}" in said
        assert "counting begins anew" in said
        assert "could not be read" not in page(here)
        assert aside.read_text() == text
        aside.unlink()


TITLES = [
    "Staff of the line,\nJune 2025\n",
    "a; b, c \\n d: e",
    "one\rBEGIN:VEVENT",
    "one\u2028two\u2029three\x0bfour\x85five\x1bsix",
    "x" * 300,
    "Çelik, 佐藤 " * 20,
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_comes_back_from_a_calendar_on_one_line(done: Roster, title: str) -> None:
    made = dict(calendars(titled(done, title, title), STAMP))
    wanted = " ".join(re.sub("[\r\n\x0b\x1b\x85\u2028\u2029]", " ", title).split())
    calendar = read(made["everybody"])
    [name] = re.findall(rb"^X-WR-CALNAME:(.*)$", made["everybody"].replace(b"\r\n ", b""), re.MULTILINE)
    assert re.sub(r"\\(.)", r"\1", name.decode().strip("\r")) == f"{wanted}: everybody"
    assert not re.search(r"(?<!\\)(\\\\)*[;,]", name.decode())
    events = calendar.walk("VEVENT")
    assert len(events) == len(done.case.duties)
    assert {str(event["LOCATION"]) for event in events} == {wanted}
    assert all(len(line) <= 75 for line in made["everybody"].split(b"\r\n"))


def test_names_of_files_are_plain_and_each_once() -> None:
    assert slugs(["Ani", "Çelik Ünal", "ANI", "../etc", "Everybody", "佐藤"]) == [
        *("ani", "celik-unal", "ani-2"),
        *("etc", "everybody-2", "person"),
    ]
    twice = slugs(["ani-2", "Ani", "ANI"])
    assert len(set(twice)) == 3


def test_files_are_written_once_and_what_somebody_changed_is_kept_aside(done: Roster) -> None:
    page(done)
    folder = done.folder
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    page(replace(done, began=done.began + timedelta(hours=1)))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    (folder / "table.csv").write_text("mine")
    page(done)
    assert (folder / "table.csv.1").read_text() == "mine"
    assert (folder / "table.csv").read_bytes() == before[folder / "table.csv"]
    (folder / "table.csv.1").unlink()


def test_the_table_has_a_row_for_each_person_and_a_column_for_each_day(done: Roster) -> None:
    page(done)
    with (done.folder / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["person"] for row in rows] == [person.name for person in done.case.people]
    cells = [row[done.case.span.date(day).isoformat()] for row in rows for day in range(35)]
    assert cells.count("night") == 35
    assert sum(float(row["hours"]) for row in rows) == 35 * 24


# -- the roster before this one ------------------------------------------------------------------------------------


def test_what_was_written_is_read_back_as_the_past_of_the_next_roster(done: Roster) -> None:
    page(done)
    worked = read_roster(done.folder / "roster.csv")
    assert len(worked) == len(done.case.duties)
    span = replace(done.case.span, first=done.case.span.date(35))
    past = past_of(worked, done.people, span, Path("roster.csv"))
    for person in range(6):
        own = [(d.begin, d.end, d.night, d.weekend, d.name) for d in done.own(person)]
        shift = 35 * 24 * 3_600_000_000
        assert [(d.begin + shift, d.end + shift, d.night, d.weekend, d.name) for d in past[person]] == own
    assert not list(strangers(worked, done.people))


@pytest.mark.parametrize("stated", ["", "sep=S\n", '"sep=S"\n'])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_roster_that_a_spreadsheet_saved_with_other_separators_is_read_as_it_was(
    done: Roster, tmp_path: Path, separator: str, stated: str
) -> None:
    page(done)
    saved = tmp_path / "saved.csv"
    with (done.folder / "roster.csv").open(newline="") as file, saved.open("w", newline="") as to:
        to.write("\ufeff" + stated.replace("S", separator))
        csv.writer(to, delimiter=separator).writerows(csv.reader(file))
    lines = 1 if stated else 0
    assert [row._replace(line=row.line - lines) for row in read_roster(saved)] == read_roster(
        done.folder / "roster.csv"
    )


DATES = [
    ("07-Apr-24", "write 2024-04-07 (7 April), and"),
    ("7-Apr-2024", "write 2024-04-07 (7 April), and"),
    ("07/04/2024", "write 2024-04-07 (7 April) or 2024-07-04 (4 July), and"),
    ("7.4.24", "write 2024-04-07 (7 April) or 2024-07-04 (4 July), and"),
    ("13/04/2024", "write 2024-04-13 (13 April), and"),
    ("04/04/2024", "write 2024-04-04 (4 April), and"),
    ("2024/04/07", "write 2024-04-07 (7 April), and"),
    ("45389", "a spreadsheet changes dates and times as it saves: name the roster.csv that siaga roster wrote"),
]


@pytest.mark.parametrize(("written", "fix"), DATES)
def test_a_date_that_a_spreadsheet_rewrote_is_refused_with_its_line_and_how_to_write_it(
    written: str, fix: str, tmp_path: Path
) -> None:
    file = tmp_path / "saved.csv"
    file.write_text(f"date;shift;from;to;person\n2024-04-06;day;07:00;15:00;Ani\n{written};day;07:00;15:00;Ani\n")
    with pytest.raises(BadInput) as error:
        read_roster(file)
    [fault] = error.value.faults
    assert (fault.file, fault.line) == (str(file), 3)
    assert fix in fault.hint


@pytest.mark.parametrize("text", ["", "\n", "sep=;\n"])
def test_an_empty_file_is_no_roster(text: str, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text(text)
    with pytest.raises(BadInput, match="given an empty file"):
        read_roster(tmp_path / "empty.csv")


@pytest.mark.parametrize(
    "write", [str.lower, str.upper, lambda name: f" {name} ", lambda name: name.replace(" ", "  ")]
)
def test_a_name_that_differs_in_blanks_or_capitals_alone_is_refused_with_the_name_meant(
    done: Roster, write: Callable[[str], str]
) -> None:
    """Else what the person worked would be forgotten, and rules broken without a word."""
    page(done)
    worked = read_roster(done.folder / "roster.csv")
    span = replace(done.case.span, first=done.case.span.date(35))
    name = worked[0].person
    changed = [
        replaced if row.person == name else row for row in worked for replaced in [row._replace(person=write(name))]
    ]
    if write(name) == name:
        pytest.skip("nothing to change in this name")
    with pytest.raises(BadInput, match=f"write {re.escape(name)}"):
        past_of(changed, done.people, span, Path("roster.csv"))


FORMULAS = ("=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-2+3", "Siti; =1+1", "'=1")


def test_names_that_a_spreadsheet_would_run_are_harmless_and_read_back_as_they_were(
    done: Roster, tmp_path: Path
) -> None:
    people = [who.model_copy(update={"name": FORMULAS[n]}) for n, who in enumerate(done.case.people)]
    there = replace(
        done,
        request=done.request.model_copy(update={"out": tmp_path}),
        case=replace(done.case, people=people),
        people=done.people.model_copy(update={"people": tuple(people)}),
    )
    page(there)
    for name in ("roster.csv", "table.csv"):
        with (there.folder / name).open(encoding="utf-8", newline="") as file:
            cells = [part.strip(" '") for row in csv.reader(file) for cell in row for part in cell.split(";")]
        with (there.folder / name).open(encoding="utf-8", newline="") as file:
            raw = [part.strip() for row in csv.reader(file) for cell in row for part in cell.split(";")]
        assert any(cell.startswith(("=", "@", "+")) for cell in cells)
        assert not any(cell.startswith(tuple("=@+-")) and cell != "-" for cell in raw)
    assert {row.person for row in read_roster(there.folder / "roster.csv")} == set(FORMULAS)


def test_the_next_roster_goes_on_where_this_one_ends_and_both_keep_the_rules_together(done: Roster) -> None:
    page(done)
    following = roster(done.request.model_copy(update={"after": done.folder / "roster.csv", "weeks": 1}))
    assert following.case.span.first == done.case.span.date(35)
    for person, who in enumerate(done.case.people):
        both = [*following.case.before(person), *following.own(person)]
        assert not broken(both, who, following.case.rules, following.case.span)


@pytest.mark.parametrize(
    "text, line, told",
    [
        ("", 0, "an empty file"),
        ("date,shift,from,to\n", 1, "no column person"),
        ("date,shift,from,to,person\n2024-13-01,day,07:00,15:00,Ani\n", 2, "there"),
        ("date,shift,from,to,person\n2024-01-01,day,7,15:00,Ani\n", 2, "07:30"),
        ("date,shift,from,to,person\n", 0, "without any"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(BadInput) as refused:
        read_roster(path)
    assert told in str(refused.value) or told == "there"
    assert refused.value.faults[0].line == line


@pytest.mark.parametrize(
    "reasons, told",
    [
        ((("are at their hours of the week", 2), ("work another shift then", 1)),
         "lacks 1: of the others 2 are at their hours of the week, 1 works another shift then"),
        ((), "lacks 1: there is nobody else"),
    ],
)  # fmt: skip
def test_a_place_that_stays_open_is_told_with_what_keeps_the_others(
    done: Roster, reasons: tuple[tuple[str, int], ...], told: str
) -> None:
    duty = done.case.duties[0]
    assert lack_words(done, Lack(duty, 1, reasons)).endswith(told)
