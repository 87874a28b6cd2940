"""A roster as iCalendar files (RFC 5545): one for each person, and one with everybody's.

An entry that is read in again replaces the one with its UID, if its SEQUENCE is not lower. So a UID names the service
and the duty, not what may change of it: a person begins one duty a day at most, which keeps its UID when it moves to
another time or shift. A `Register` beside the rosters remembers what each entry said last, and counts its changes.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from hashlib import blake2b
from importlib.metadata import version
from itertools import count, islice
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from simulator.questions.roster.duties import Duty
from simulator.questions.roster.result import Roster
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, MICROSECOND

ZONES = {7: "Asia/Jakarta", 8: "Asia/Makassar", 9: "Asia/Jayapura"}
"""Indonesia's three zones, by hours from UTC; all other offsets are written in UTC."""
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Register:
    """The SEQUENCE of each entry by UID, and a digest of what it said; goes on as entries are made."""

    entries: dict[str, tuple[int, str]] = field(default_factory=dict)

    def sequence(self, identity: str, *said: str) -> int:
        """How often an entry has changed since it was first made, counting what it says now."""
        number, before = self.entries.get(identity, (-1, ""))
        now = _digest(*said)
        if now != before:
            self.entries[identity] = (number + 1, now)
        return self.entries[identity][0]

    def text(self) -> str:
        """As it is kept in a file."""
        return json.dumps(self.entries, indent=0, sort_keys=True) + "\n"


def register_from(text: str) -> Register:
    """A register as it was kept; raises ValueError where the text is none."""
    try:
        return Register({str(key): (int(number), str(said)) for key, (number, said) in json.loads(text).items()})
    except (AttributeError, TypeError) as error:
        raise ValueError("no register of calendars") from error


def calendars(done: Roster, stamp: datetime, register: Register | None = None) -> Iterator[tuple[str, bytes]]:
    """Names of files without their ending, and their content: everybody's, then each person's.

    ``stamp``: when it was made; ``register``: what earlier ones said, which is brought up to date. All else depends on
    the roster alone.
    """
    register = register or Register()
    yield EVERYBODY, _calendar(done, f"{one_line(done.people.title)}: everybody", _of_all(done), stamp, register)
    for person, slug in enumerate(slugs([each.name for each in done.case.people])):
        name = done.case.people[person].name
        entries = (_Entry(duty, _uid(done, name, duty), duty.name) for duty in done.own(person))
        yield slug, _calendar(done, name, entries, stamp, register)


@dataclass(frozen=True, slots=True)
class _Entry:
    duty: Duty
    uid: str
    summary: str
    description: str = ""


def _of_all(done: Roster) -> Iterator[_Entry]:
    for index, duty in enumerate(done.case.duties):
        names = ", ".join(done.case.people[p].name for p in np.flatnonzero(done.on[:, index]).tolist())
        yield _Entry(duty, _uid(done, "", duty), f"{duty.name}: {names}", names)


def _calendar(done: Roster, title: str, entries: Iterator[_Entry], stamp: datetime, register: Register) -> bytes:
    from icalendar import Calendar, vText  # noqa: PLC0415  (slow to import)

    calendar = Calendar()
    calendar.add("prodid", f"-//siaga//roster {version('siaga')}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    # Of names that it does not know, icalendar escapes nothing.
    calendar.add("x-wr-calname", vText(one_line(title)))
    for entry in entries:
        calendar.add_component(_event(done, entry, stamp, register))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(done: Roster, entry: _Entry, stamp: datetime, register: Register) -> Any:
    from icalendar import Event  # noqa: PLC0415

    duty = entry.duty
    begin, end = moment(done, duty.begin), moment(done, duty.end)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", register.sequence(entry.uid, begin.isoformat(), end.isoformat(), entry.summary))
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("summary", one_line(entry.summary))
    if entry.description:
        event.add("description", one_line(entry.description))
    event.add("location", one_line(done.loaded.scenario.title))
    event.add("dtstart", begin)
    event.add("dtend", end)
    return event


def one_line(text: str) -> str:
    """A text without line ends and control characters, which calendars cannot hold or would begin a line with."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def _uid(done: Roster, person: str, duty: Duty) -> str:
    """The identity of a person's duty of a day, or ('' for everybody's) of a shift on a day.

    The titles of the service and of its people stand in it, so that no two services share one, nor two people of one
    name.
    """
    on = done.case.span.date(duty.day).isoformat()
    return uid(done.loaded.scenario.title, done.people.title, person, on, "" if person else duty.name)


def uid(*parts: str) -> str:
    """The identity of an entry: the same for the same parts, however often the roster is made."""
    return f"{_digest(*parts)}@siaga"


def _digest(*parts: str) -> str:
    return blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def moment(done: Roster, time: int) -> datetime:
    """The moment of a time of the roster, µs from its first 00:00, in the scenario's zone."""
    day, rest = divmod(time, DAY)
    offset = done.loaded.scenario.start.utcoffset() or timedelta(0)
    on = done.case.span.date(day)
    local = datetime(on.year, on.month, on.day, tzinfo=zone_of(offset)) + timedelta(microseconds=rest // MICROSECOND)
    return local if isinstance(local.tzinfo, ZoneInfo) else local.astimezone(UTC)


def zone_of(offset: timedelta) -> tzinfo:
    """The zone of an offset from UTC."""
    name = ZONES.get(int(offset / timedelta(hours=1))) if offset % timedelta(hours=1) == timedelta(0) else None
    return ZoneInfo(name) if name else timezone(offset)


def slugs(names: list[str]) -> list[str]:
    """Names of files for names of people: plain letters, each once, none of them that of everybody's."""
    taken, found = {EVERYBODY}, []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "person"
        numbered = (f"{slug}-{number}" for number in count(2))
        found.append(next(each for each in (slug, *islice(numbered, len(names) + 1)) if each not in taken))
        taken.add(found[-1])
    return found


def times(duty: Duty) -> str:
    """``23:00-07:00``."""
    return f"{clock_text(duty.begin % DAY)}-{clock_text((duty.end - 1) % DAY + 1)}"
