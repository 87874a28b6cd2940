"""A roster as iCalendar files (RFC 5545): one for each person, and one with everybody's."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from hashlib import blake2b
from importlib.metadata import version
from itertools import count, islice
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from simulator.decisions.rostering.duties import Duty
from simulator.decisions.rostering.roster import Roster
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, MICROSECOND

ZONES = {7: "Asia/Jakarta", 8: "Asia/Makassar", 9: "Asia/Jayapura"}
"""Indonesia's three zones, by hours from UTC; all other offsets are written in UTC."""
EVERYBODY = "everybody"


def calendars(done: Roster, stamp: datetime) -> Iterator[tuple[str, bytes]]:
    """Names of files without their ending, and their content: everybody's, then each person's.

    ``stamp``: when it was made; all else depends on the roster alone, so that a calendar read in again replaces its
    earlier entries.
    """
    yield EVERYBODY, _calendar(done, f"{done.people.title}: everybody", _of_all(done), stamp)
    for person, slug in enumerate(slugs([each.name for each in done.case.people])):
        name = done.case.people[person].name
        yield slug, _calendar(done, name, ((duty, name, duty.name, "") for duty in done.own(person)), stamp)


def _of_all(done: Roster) -> Iterator[tuple[Duty, str, str, str]]:
    for index, duty in enumerate(done.case.duties):
        names = ", ".join(done.case.people[p].name for p in np.flatnonzero(done.on[:, index]).tolist())
        yield duty, "", f"{duty.name}: {names}", names


def _calendar(done: Roster, title: str, entries: Iterator[tuple[Duty, str, str, str]], stamp: datetime) -> bytes:
    from icalendar import Calendar  # noqa: PLC0415  (slow to import)

    calendar = Calendar()
    calendar.add("prodid", f"-//siaga//roster {version('siaga')}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for duty, whose, summary, description in entries:
        calendar.add_component(_event(done, duty, whose, summary, description, stamp))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(done: Roster, duty: Duty, whose: str, summary: str, description: str, stamp: datetime) -> Any:
    from icalendar import Event  # noqa: PLC0415

    scenario = done.wish.loaded
    on = done.case.span.date(duty.day)
    event = Event()
    event.add("uid", uid(scenario.path.stem, whose, on.isoformat(), duty.name))
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("summary", summary)
    if description:
        event.add("description", description)
    event.add("location", scenario.scenario.title)
    for name, time in (("dtstart", duty.begin), ("dtend", duty.end)):
        event.add(name, moment(done, time))
    return event


def uid(*parts: str) -> str:
    """The identity of an entry: the same for the same person, day and shift, however often the roster is made."""
    return f"{blake2b('|'.join(parts).encode(), digest_size=16).hexdigest()}@siaga"


def moment(done: Roster, time: int) -> datetime:
    """The moment of a time of the roster, µs from its first 00:00, in the scenario's zone."""
    day, rest = divmod(time, DAY)
    offset = done.wish.loaded.scenario.start.utcoffset() or timedelta(0)
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
