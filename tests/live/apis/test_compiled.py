"""An API in YAML as a user: what each step sends, and what its replies mean."""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import datetime
from math import inf

import pytest

from simulator.live.contract import Heard, State, Trouble
from simulator.tables.outcomes import Action
from tests.live.apis.dialled import KEYS, Asked, Reply, Scripted, a_call, api_class, dial

RING = """
    ring:
      send: POST /calls
      json: {ref: '{reference}', from: '{number?}'}
      expect: {201: answered, 403: blocked, 503: busy}
      capture: {id: json .id}
"""


def test_a_call_rings_with_its_columns_and_its_id_is_kept() -> None:
    user, client = dial(RING, Reply(201, {"id": 17}))
    call = a_call()
    assert user.ring(call) == Heard(State.ANSWERED, id="17")
    assert (call.id, call.kept) == ("17", {"id": 17})
    [asked] = client.asked
    assert (asked.line, asked.name) == ("POST /calls", "POST /calls")
    assert asked.json() == {"ref": "0f0f0f0f-12-1", "from": "+999000000012"}
    assert asked.headers == {"Content-Type": "application/json"}


@pytest.mark.parametrize("empty", ["", None])
def test_an_id_that_is_empty_is_a_reply_that_was_not_understood(empty: str | None) -> None:
    user, _ = dial(RING, Reply(201, {"id": empty}))
    fault = user.ring(a_call()).fault
    assert fault is not None
    assert fault.trouble is Trouble.GARBAGE
    assert "json .id" in fault.detail or "no value at .id" in fault.detail


def test_a_path_whose_name_is_empty_is_not_sent() -> None:
    ring = RING.replace("json .id}", "'json .id?'}")
    user, client = dial(ring + "    verdict: {send: 'POST /calls/{id}/close?by={id}'}", Reply(201, {}))
    call = a_call()
    user.ring(call)
    fault = user.verdict(call, "genuine").fault
    assert fault is not None
    assert fault.trouble is Trouble.API
    assert "{id} is empty, and the path /calls/{id}/close" in fault.detail
    assert client.lines == ["POST /calls"]


def test_a_query_and_a_name_with_a_question_mark_may_be_empty() -> None:
    user, client = dial("ring: {send: 'POST /calls/{number?}?from={number}'}", Reply(201))
    user.ring(a_call(number=""))
    assert client.lines == ["POST /calls/?from="]


def test_a_withheld_number_is_null_where_the_file_says_so() -> None:
    user, client = dial(RING, Reply(201, {"id": 1}))
    user.ring(a_call(number=""))
    assert client.asked[0].json()["from"] is None


def test_every_name_of_a_call_has_its_value() -> None:
    names = ["group", "intent", "attempt", "passed_back", "at", "at_s", "talk_s", "verdict", "number", "reference"]
    user, client = dial("ring: {send: POST /c, json: {" + ", ".join(f"{n}: '{{{n}}}'" for n in names) + "}}")
    user.ring(a_call())
    assert client.asked[0].json() == {
        "group": "residents",
        "intent": "genuine",
        "attempt": 1,
        "passed_back": False,
        "talk_s": 90.5,
        "at": "2021-08-26T07:00:00+08:00",
        "at_s": 1629932400,
        "verdict": "genuine",
        "number": "+999000000012",
        "reference": "0f0f0f0f-12-1",
    }


def test_names_of_every_step_are_made_when_they_are_asked_for() -> None:
    user, client = dial("""
        settings: {centre: Bontang}
        ring:
          - send: POST /c
            json: {now: '{now}', s: '{now_s}', u: '{uuid}', n: '{null}', c: '{centre}', k: '{key}', d: '{key.desk}'}
          - {send: POST /c, json: {u: '{uuid}'}}
    """)
    user.ring(a_call())
    first, second = (asked.json() for asked in client.asked)
    assert abs(datetime.fromisoformat(first["now"]).timestamp() - time.time()) < 5
    assert abs(first["s"] - time.time()) < 5
    assert (first["n"], first["c"], first["k"], first["d"]) == (None, "Bontang", "in-key", "desk-key")
    assert len({first["u"], second["u"]}) == 2
    again, other = dial("ring: {send: POST /c, json: {u: '{uuid}'}}")
    again.ring(a_call())
    assert other.asked[0].json()["u"] == first["u"], "a call that is sent once more has the same one"


STATES = [
    (Reply(201, {"id": 1}), State.ANSWERED, None),
    (Reply(403), State.BLOCKED, None),
    (Reply(503), State.BUSY, None),
    (Reply(200, {"id": 1}), State.FAILED, Trouble.STATUS),
    (Reply(401, "no"), State.FAILED, Trouble.KEY),
    (Reply(429, retry_after="60"), State.FAILED, Trouble.RATE),
    (Reply(500, "oops"), State.FAILED, Trouble.SERVER),
    (Reply(404), State.FAILED, Trouble.STATUS),
    (Reply(302, location="/login"), State.FAILED, Trouble.REDIRECTED),
    (Reply(201, "<html>"), State.FAILED, Trouble.PAGE),
    (Reply(200, "<!DOCTYPE html>", content_type="text/html"), State.FAILED, Trouble.PAGE),
    (Reply(201, "<a/>", content_type="text/xml"), State.FAILED, Trouble.GARBAGE),
    (Reply(403, "<html>", content_type="text/html"), State.BLOCKED, None),
    (Reply(404, "<html>", content_type="text/html"), State.FAILED, Trouble.STATUS),
    (Reply(201, {"ID": 1}), State.FAILED, Trouble.GARBAGE),
    (Reply(0, error=ConnectionRefusedError("refused")), State.FAILED, Trouble.REFUSED),
    (Reply(0, error=TimeoutError("timed out")), State.FAILED, Trouble.TIMEOUT),
    (Reply(0, error=ConnectionResetError("reset")), State.FAILED, Trouble.LOST),
]


@pytest.mark.parametrize(("reply", "state", "trouble"), STATES)
def test_a_reply_means_what_the_file_expects_of_it_and_else_a_failure(
    reply: Reply, state: State, trouble: Trouble | None
) -> None:
    user, _ = dial(RING, reply)
    heard = user.ring(a_call())
    assert heard.state is state
    assert (heard.fault and heard.fault.trouble) == trouble
    assert heard.fault is None or heard.fault.status == reply.status_code


def test_a_failure_repeats_the_reply_in_short() -> None:
    user, _ = dial(RING, Reply(422, "number:\n  is wrong " + "x" * 1000))
    heard = user.ring(a_call())
    assert heard.fault is not None
    assert heard.fault.detail.startswith("number: is wrong xxx")
    assert len(heard.fault.detail) == 200


def test_a_state_may_stand_in_the_reply_in_the_own_words_of_the_api() -> None:
    text = """
        queue: yes
        ring:
          send: POST /calls
          expect: {2xx: json .state}
          states: {waiting: queued, engaged: busy}
        next_call: {send: POST /next, capture: {reference: json .ref}}
        verdict: {send: POST /v}
    """
    for word, state in (("waiting", State.QUEUED), ("engaged", State.BUSY), ("queued", State.QUEUED)):
        assert dial(text, Reply(200, {"state": word}))[0].ring(a_call()).state is state
    heard = dial(text, Reply(200, {"state": "on fire"}))[0].ring(a_call())
    assert heard.fault is not None
    assert "'on fire'" in heard.fault.detail
    assert "add states: {on fire: ...}" in heard.fault.detail


def test_requests_of_a_step_go_in_order_with_what_earlier_ones_captured() -> None:
    user, client = dial(
        """
        ring:
          - {send: POST /calls, capture: {id: json .id, tag: header X-Tag}}
          - {send: 'PUT /calls/{id}/tags/{tag}'}
        """,
        Reply(200, {"id": "a/b"}, x_tag="t 1"),
    )
    assert user.ring(a_call()).id == "a/b"
    assert client.lines == ["POST /calls", "PUT /calls/a%2Fb/tags/t%201"]


def test_a_step_ends_with_the_request_that_fails_or_is_refused() -> None:
    text = "ring:\n  - {send: POST /a, expect: {201: done, 403: blocked}}\n  - {send: POST /b}"
    for status, state in ((403, State.BLOCKED), (500, State.FAILED)):
        user, client = dial(text, Reply(status))
        assert user.ring(a_call()).state is state
        assert client.lines == ["POST /a"]


def test_a_verdict_may_send_other_requests_than_another() -> None:
    text = (
        RING
        + """
    verdict:
      - {send: POST /incidents, when: {verdict: [genuine, enquiry]}, json: {call: '{id}'}, expect: {201: done}}
      - {send: 'POST /calls/{id}/end', unless: {verdict: silent}}
    """
    )
    for verdict, lines in (
        ("genuine", ["POST /incidents", "POST /calls/7/end"]),
        ("prank", ["POST /calls/7/end"]),
        ("silent", []),
    ):
        user, client = dial(text, Reply(201, {"id": 7}))
        call = a_call()
        user.ring(call)
        assert user.verdict(call, verdict) == Heard(State.ENDED)
        assert client.lines[1:] == lines
        assert all(asked.json() == {"call": 7} for asked in client.asked[1:] if asked.path == "/incidents")


def test_when_knows_yes_and_no_and_empty() -> None:
    text = """
        ring:
          - {send: POST /known, unless: {number: ''}}
          - {send: POST /withheld, when: {number: ''}}
        heard:
          - {send: POST /stays, when: {stays: yes}}
          - {send: POST /goes, when: {stays: no}}
    """
    user, client = dial(text)
    user.ring(a_call())
    user.ring(a_call(number=""))
    user.heard(a_call(), stays=True)
    user.heard(a_call(), stays=False)
    assert client.lines == ["POST /known", "POST /withheld", "POST /stays", "POST /goes"]


DESKS = """
    queue: yes
    poll: 10 ms
    ring: {send: POST /calls}
    hang_up: {send: 'DELETE /calls/{reference}', expect: {204: ended, 409: answered}}
    sign_on: {send: 'PUT /desks/{desk}', capture: {seat: json .seat}}
    next_call:
      send: POST /seats/{seat}/next?wait={wait_s}
      capture: {reference: json .ref, id: json .id, number: 'json .number?'}
    verdict: {send: 'POST /seats/{seat}/calls/{id}', json: '{verdict}'}
    sign_off: {send: 'DELETE /seats/{seat}'}
"""


def test_a_call_taker_keeps_what_its_own_steps_captured() -> None:
    user, client = dial(DESKS, Reply(200, {"seat": "s4"}), Reply(200, {"ref": "r-1", "id": 9}), Reply(200))
    assert user.has_queue
    assert user.sign_on(3) == Heard(State.DONE)
    assert user.next_call(3, 20) == Heard(State.ANSWERED, id="9", reference="r-1")
    assert user.verdict(a_call(id="9"), "prank") == Heard(State.ENDED)
    user.sign_off(3)
    assert client.lines == ["PUT /desks/3", "POST /seats/s4/next?wait=20", "POST /seats/s4/calls/9", "DELETE /seats/s4"]
    assert client.asked[2].body == '"prank"'


def test_a_caller_who_hangs_up_may_find_that_somebody_was_quicker() -> None:
    assert dial(DESKS, Reply(204))[0].hang_up(a_call()).state is State.ENDED
    assert dial(DESKS, Reply(409))[0].hang_up(a_call()).state is State.ANSWERED


def test_next_call_asks_again_until_there_is_one_or_the_wait_is_over() -> None:
    user, client = dial(DESKS, Reply(200, {"seat": 1}), Reply(204), Reply(204), Reply(200, {"ref": "r", "id": 1}))
    user.sign_on(1)
    assert user.next_call(1, 5).state is State.ANSWERED
    assert len(client.asked) == 4
    begun = time.monotonic()
    user, client = dial(DESKS, Reply(200, {"seat": 1}), Reply(204))
    user.sign_on(1)
    assert user.next_call(1, 0.05).state is State.NOTHING
    assert 0.04 <= time.monotonic() - begun < 2
    assert 3 <= len(client.asked) <= 8


def test_the_key_of_a_step_is_that_of_its_role() -> None:
    text = (
        "headers: {X-Key: '{key}'}\n"
        + "\n".join(line[4:] for line in DESKS.splitlines())
        + """
check: {send: GET /health}
listed: {send: 'GET /list/{number}'}
block: {send: 'PUT /list/{number}', json: {s: '{seconds}'}}
unblock: {send: 'DELETE /list/{number}', expect: {204: done, 404: done}}
"""
    )
    user, client = dial(text, Reply(200, {"seat": 1, "ref": "r", "id": 1}))
    call = a_call()
    user.check(1)
    user.ring(call)
    user.sign_on(1)
    user.next_call(1, 0)
    user.verdict(call, "genuine")
    user.listed("+999")
    user.block("+999", 3600)
    user.block("+999", inf)
    keys = [asked.headers["X-Key"] for asked in client.asked]
    assert keys == ["in-key"] * 2 + ["desk-key"] * 3 + ["super-key"] * 3
    assert [asked.json() for asked in client.asked[-2:]] == [{"s": 3600}, {"s": None}]
    assert client.lines[-1] == "PUT /list/%2B999"


def test_a_key_that_lacks_is_said_before_anything_is_sent() -> None:
    text = "headers: {X-Key: '{key}'}\nring: {send: POST /c}\nblock: {send: 'PUT /l/{number}'}\ncheck: {send: GET /h}"
    user, client = dial(text, keys={"desk": "x"})
    heard = user.check(1)
    assert heard.fault is not None
    assert heard.fault.trouble is Trouble.KEY
    assert "no key for intake, supervisor: give --key intake=... --key supervisor=..." in heard.fault.detail
    assert client.asked == []
    assert dial(text, keys={"": "one for all"})[0].check(1).state is State.DONE


def test_what_the_list_says_is_an_action() -> None:
    text = "ring: {send: POST /c}\nblock: {send: PUT /l}\nlisted: {send: GET /l, expect: {200: blocked, 404: done}}"
    assert dial(text, Reply(200))[0].listed("+999").action is Action.BLOCK
    assert dial(text, Reply(404))[0].listed("+999") == Heard(State.DONE)
    assert dial(text, Reply(500))[0].listed("+999").state is State.FAILED
    told = text.replace("expect: {200: blocked, 404: done}", "capture: {action: json .action, rule: json .rule}")
    assert dial(told, Reply(200, {"action": "warn", "rule": 2}))[0].listed("+1") == Heard(
        State.DONE, action=Action.WARN, rule=2
    )


def test_a_message_has_a_length() -> None:
    text = "ring: {send: POST /c, expect: {200: json .state}, capture: {after_s: json .length}}"
    heard = dial(text, Reply(200, {"state": "message", "length": 7.5}))[0].ring(a_call())
    assert (heard.state, heard.after) == (State.MESSAGE, 7_500_000)


def test_forms_and_texts_and_headers_are_sent_as_they_should() -> None:
    user, client = dial("""
        headers: {accept: text/plain, X-Centre: Bontang}
        ring:
          - send: POST /form
            headers: {Accept: application/json}
            form: {from: '{number}', 'a b': 'x&y={reference}'}
          - {send: POST /text, text: '<call id="{reference}"/>', headers: {content-type: application/xml}}
          - {send: GET /none, timeout: 300 ms}
    """)
    user.ring(a_call())
    form, text, none = client.asked
    assert form.body == "from=%2B999000000012&a+b=x&y=0f0f0f0f-12-1"
    assert form.headers == {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Centre": "Bontang",
        "Accept": "application/json",
    }
    assert text.body == '<call id="0f0f0f0f-12-1"/>'
    assert text.headers["content-type"] == "application/xml"
    assert "Content-Type" not in text.headers
    assert (none.body, none.timeout, text.timeout) == ("", 0.3, None)


@pytest.mark.parametrize(("encoding", "prefix"), [("hex", "sha256="), ("base64", "")])
def test_a_body_is_signed_over_its_very_bytes(encoding: str, prefix: str) -> None:
    user, client = dial(f"""
        ring:
          send: POST /hook
          json: {{ref: '{{reference}}', name: Bontang – 112}}
          headers: {{X-Time: '{{now_s}}'}}
          sign:
            header: X-Signature
            key: '{{key.intake}}'
            over: '{{now_s}}.{{body}}'
            prefix: '{prefix}'
            encoding: {encoding}
    """)
    user.ring(a_call())
    [asked] = client.asked
    made = hmac.new(b"in-key", f"{asked.headers['X-Time']}.{asked.body}".encode(), hashlib.sha256).digest()
    right = made.hex() if encoding == "hex" else base64.b64encode(made).decode()
    assert asked.headers["X-Signature"] == prefix + right


LOG_IN = """
    headers: {Authorization: 'Bearer {token}'}
    log_in: {send: POST /auth, json: {pass: '{key.intake}'}, expect: {200: done}, capture: {token: json .token}}
    ring: {send: POST /calls, expect: {201: answered}}
"""


class Guarded:
    """An API whose tokens hold for so many requests."""

    def __init__(self, holds: int = 10**9, refuses: int = 401) -> None:
        self.log_ins, self.left, self.holds, self.refuses = 0, 0, holds, refuses
        self.lock = threading.Lock()

    def __call__(self, asked: Asked) -> Reply:
        with self.lock:
            if asked.path == "/auth":
                assert "Authorization" not in asked.headers
                self.log_ins, self.left = self.log_ins + 1, self.holds
                return Reply(200, {"token": f"t{self.log_ins}"})
            self.left -= 1
            right = self.left >= 0 and asked.headers["Authorization"] == f"Bearer t{self.log_ins}"
            return Reply(201 if right else self.refuses)


def test_one_log_in_serves_all_users() -> None:
    guarded, kind = Guarded(), api_class(LOG_IN)

    def one() -> None:
        assert kind(Scripted(guarded), KEYS).ring(a_call()).state is State.ANSWERED

    threads = [threading.Thread(target=one) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert guarded.log_ins == 1


@pytest.mark.parametrize("status", [401, 302])
def test_a_token_that_no_longer_holds_is_fetched_anew_and_the_request_sent_again(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.live.apis.session.PAUSE", 0.0)
    guarded, kind = Guarded(3, status), api_class(LOG_IN.replace("log_in:", "log_in_again: [401, 302]\n    log_in:"))
    for _ in range(9):
        assert kind(Scripted(guarded), KEYS).ring(a_call()).state is State.ANSWERED
    assert guarded.log_ins == 3


def test_an_api_that_takes_no_token_is_not_flooded_with_log_ins() -> None:
    guarded, kind = Guarded(0), api_class(LOG_IN)
    for _ in range(20):
        heard = kind(Scripted(guarded), KEYS).ring(a_call())
        assert heard.fault is not None
        assert heard.fault.trouble is Trouble.KEY
    assert guarded.log_ins == 1


def test_a_log_in_that_fails_fails_every_step_and_check() -> None:
    client = Scripted([Reply(401, {"status": "invalid-credentials"})])
    user = api_class(LOG_IN)(client, KEYS)
    for heard in (user.check(1), user.ring(a_call())):
        assert heard.fault is not None
        assert (heard.fault.trouble, heard.fault.status) == (Trouble.KEY, 401)
        assert "invalid-credentials" in heard.fault.detail
    assert client.lines == ["POST /auth"]


def test_steps_without_requests_go_their_normal_way() -> None:
    user, client = dial("ring: {send: POST /c}")
    call = a_call()
    assert (user.has_queue, user.has_blocklist, user.knows_policy) == (False, False, False)
    assert [user.check(1).state, user.heard(call, stays=True).state, user.heard(call, stays=False).state] == [
        *(State.DONE, State.QUEUED, State.ENDED)
    ]
    assert [user.hang_up(call).state, user.verdict(call, "prank").state] == [State.ENDED, State.ENDED]
    assert user.listed("+1") == Heard(State.DONE)
    assert client.asked == []


def test_an_environment_variable_is_read_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_TEST_CENTRE", "c-1")
    user, client = dial("ring: {send: 'POST /{env.SIAGA_TEST_CENTRE}/calls'}")
    user.ring(a_call())
    assert client.lines == ["POST /c-1/calls"]


def test_a_body_that_is_a_list_or_a_text_is_json_too() -> None:
    for body, sent in (("['{reference}', 1]", ["0f0f0f0f-12-1", 1]), ("'{attempt}'", 1)):
        user, client = dial(f"ring: {{send: POST /c, json: {body}}}")
        user.ring(a_call())
        assert json.loads(client.asked[0].body) == sent


def test_a_client_is_told_which_statuses_are_answers() -> None:
    assert api_class(RING).expects == {201, 403, 503}
    assert api_class(LOG_IN.replace("log_in:", "log_in_again: [401, 302]\n    log_in:")).expects == {
        200,
        201,
        302,
        401,
    }
    assert api_class("ring: {send: POST /c, expect: {2xx: done}}").expects == set(range(200, 300))
    assert api_class("ring: {send: POST /c}").expects == frozenset()


def test_a_name_that_nothing_captured_is_said_and_nothing_is_sent() -> None:
    user, client = dial(DESKS, Reply(500))
    assert user.sign_on(1).state is State.FAILED
    heard = user.next_call(1, 0)
    assert heard.fault is not None
    assert heard.fault.trouble is Trouble.API
    assert "{seat} has no value: what captures it failed" in heard.fault.detail
    assert client.lines == ["PUT /desks/1"]
