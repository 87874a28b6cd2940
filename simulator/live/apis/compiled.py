"""From an Api to a class: each step sends its requests in order and says what the last telling reply means."""

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from simulator.live.apis.model import STEPS, Api, Request
from simulator.live.apis.names import Lacking, Names, of_block, of_call, roles_of
from simulator.live.apis.pick import Reply
from simulator.live.apis.reading import STOPS, read
from simulator.live.apis.sending import asks_for_pages, is_wanted, send, templates
from simulator.live.apis.session import Session
from simulator.live.contract import ROLES, Client, DispatchUser, Heard, Ring, State, Trouble, failed
from simulator.scenario.units import SECOND
from simulator.tables.outcomes import Action

LISTED = {State.BLOCKED: Action.BLOCK, State.DIVERTED: Action.DIVERT, State.MESSAGE: Action.WARN}


class ApiUser(DispatchUser):
    """A caller or a call-taker at an API that a file describes."""

    api: ClassVar[Api]
    session: ClassVar[Session]
    roles: ClassVar[frozenset[str]]
    """Roles whose keys requests show."""

    def __init__(self, client: Client, keys: Mapping[str, str] | None = None) -> None:
        super().__init__(client, keys)
        self.kept: dict[str, Any] = {}
        """What a call-taker's steps captured."""

    def check(self, speed: float) -> Heard:
        """Whether there is a key for every role that requests show one of, and whether the API answers."""
        lacking = [role for role in ROLES if role in self.roles and not self.key_of(role)]
        if lacking:
            ways = " ".join(f"--key {role}=..." for role in lacking)
            return failed(Trouble.KEY, 0, f"no key for {', '.join(lacking)}: give {ways}")
        if self.api.log_in and self.session.turn == 0 and (wrong := self.session.renew(0, self._log_in)):
            return wrong
        return self._walk("check", {"speed": speed}, {}, State.DONE)

    def ring(self, call: Ring) -> Heard:
        """The requests of `ring`; what they capture stays with the call."""
        heard = self._walk("ring", of_call(call), call.kept, State.QUEUED if self.has_queue else State.ANSWERED)
        call.id = heard.id or call.id
        return heard

    def heard(self, call: Ring, *, stays: bool) -> Heard:
        """The requests of `heard`."""
        values = {**of_call(call), "stays": stays}
        return self._walk("heard", values, call.kept, State.QUEUED if stays else State.ENDED)

    def hang_up(self, call: Ring) -> Heard:
        """The requests of `hang_up`."""
        return self._walk("hang_up", of_call(call), call.kept, State.ENDED)

    def sign_on(self, desk: int) -> Heard:
        """The requests of `sign_on`; what they capture stays with the call-taker."""
        return self._walk("sign_on", {**self.kept, "desk": desk}, self.kept, State.DONE)

    def sign_off(self, desk: int) -> Heard:
        """The requests of `sign_off`."""
        return self._walk("sign_off", {**self.kept, "desk": desk}, self.kept, State.DONE)

    def next_call(self, desk: int, wait: float) -> Heard:
        """The requests of `next_call`, again and again until there is a call or the wait is over."""
        end = time.monotonic() + wait
        while True:
            left = max(end - time.monotonic(), 0.0)
            values = {**self.kept, "desk": desk, "wait_s": round(left)}
            heard = self._walk("next_call", values, self.kept, State.ANSWERED)
            pause = min(self.api.poll / SECOND, end - time.monotonic())
            if heard.state is not State.NOTHING or pause <= 0:
                return heard
            time.sleep(pause)

    def verdict(self, call: Ring, verdict: str) -> Heard:
        """The requests of `verdict`."""
        values = {**of_call(call), **self.kept, "verdict": verdict}
        return self._walk("verdict", values, call.kept, State.ENDED)

    def listed(self, number: str) -> Heard:
        """The requests of `listed`: blocked, diverted and message say what is in force, done that nothing is."""
        heard = self._walk("listed", {"number": number}, {}, State.DONE)
        if heard.fault:
            return heard
        return Heard(State.DONE, action=heard.action or LISTED.get(heard.state, Action.ACCEPT), rule=heard.rule)

    def block(self, number: str, seconds: float) -> Heard:
        """The requests of `block`."""
        return self._walk("block", of_block(number, seconds), {}, State.DONE)

    def unblock(self, number: str) -> Heard:
        """The requests of `unblock`."""
        return self._walk("unblock", {"number": number}, {}, State.DONE)

    def _walk(self, step: str, values: dict[str, Any], kept: dict[str, Any], normal: State) -> Heard:
        """Send a step's requests until one stops it; ``normal`` is what it means that all went well."""
        told, given = normal, dict[str, Any]()
        for nth, request in enumerate(self.api.requests(step)):
            try:
                heard, found = self._asked(step, nth, request, values)
            except Lacking as error:
                return failed(Trouble.API, 0, str(error))
            if heard.fault:
                return heard
            for each in (values, kept, given):
                each.update(found)
            told = told if heard.state is State.DONE else heard.state
            if heard.state in STOPS:
                break
        return _heard(told, given)

    def _asked(self, step: str, nth: int, request: Request, values: dict[str, Any]) -> tuple[Heard, dict[str, Any]]:
        """What one request brought, and what it captured; a log-in comes first, and again where it no longer holds."""
        session, own = self.session, step == "log_in" or not self.api.log_in
        if not own and session.turn == 0 and (wrong := session.renew(0, self._log_in)):
            return wrong, {}
        turn, names = session.turn, self._names(step, nth, values)
        if not is_wanted(request, names):
            return Heard(State.DONE), {}
        response = send(self.client, self.api, request, names, common=step != "log_in")
        if not own and str(response.status_code) in self.api.log_in_again:
            if wrong := session.renew(turn, self._log_in):
                return wrong, {}
            response = send(self.client, self.api, request, self._names(step, nth, values))
        return read(step, request, Reply(response), pages=asks_for_pages(self.api, request))

    def _names(self, step: str, nth: int, values: Mapping[str, Any]) -> Names:
        return Names(self, step, nth, {**self.api.settings, **self.session.kept, **values})

    def _log_in(self, found: dict[str, Any]) -> Heard:
        return self._walk("log_in", {}, found, State.DONE)


def compiled(api: Api, name: str) -> type[DispatchUser]:
    """The class of an API, by the name of its file."""
    used = {
        each
        for step in ("log_in", *STEPS)
        for request in api.requests(step)
        for _, names in templates(api, request, common=step != "log_in")
        for each in names
    }
    members = {
        "__doc__": api.title,
        "api": api,
        "session": Session(),
        "roles": roles_of(api, used),
        "has_queue": api.queue,
        "has_blocklist": bool(api.block or (api.applies_policy and api.listed)),
        "knows_policy": api.applies_policy,
        "expects": expected(api),
        "sockets": api.sockets,
        "insecure": api.insecure,
        "key_names": api.keys,
    }
    return type(name, (ApiUser,), members)


def expected(api: Api) -> frozenset[int]:
    """The statuses that are answers: a client counts none of them as a failure."""
    keys = {key for step in ("log_in", *STEPS) for request in api.requests(step) for key in request.expect}
    again = api.log_in_again if api.log_in else ()
    exact = {int(key) for key in (*keys, *again) if key.isdecimal()}
    return frozenset(exact.union(*(range(100 * int(key[0]), 100 * int(key[0]) + 100) for key in keys if "x" in key)))


def _heard(state: State, given: Mapping[str, Any]) -> Heard:
    """What a step says: its state, and the captured names that siaga takes note of."""
    action, rule = str(given.get("action", "")).upper(), str(given.get("rule", ""))
    return Heard(
        state,
        id=str(given.get("id", "")),
        reference=str(given.get("reference", "")),
        number=str(given.get("number", "")),
        action=Action[action] if action in Action.__members__ else Action.ACCEPT,
        rule=int(rule) if rule.isdecimal() else -1,
        after=round(float(given.get("after_s") or 0) * SECOND),
    )
