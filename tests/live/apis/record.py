"""Take the recordings anew: ``python -m tests.live.apis.record`` with the variables of `systems`."""

import json
import re
import time
from typing import Any

from simulator.live.contract import Response
from tests.live.apis.plays import PLAYS, Play
from tests.live.apis.recordings import FOLDER, LONGEST, ROLES, SAID, asked, class_of, plain
from tests.live.apis.systems import client_for, keys_of, quieten, url_of


class Recording:
    """A client that keeps what is said, without secrets."""

    def __init__(self, play: Play, run: str, keys: dict[str, str]) -> None:
        self.client, self.run = client_for(play), run
        self.secrets = {f"{role.upper()}-KEY": keys[role] for role in ROLES if keys.get(role, "wrong") != "wrong"}
        self.exchanges: list[dict[str, Any]] = []

    def request(self, method: str, path: str, **more: Any) -> Response:
        reply = self.client.request(method, path, **more)
        kept = asked(method, path, more, self.secrets, self.run)
        headers = {name: plain(value, self.secrets, self.run) for name, value in reply.headers.items() if name in SAID}
        body = plain(shortened(reply.text or ""), self.secrets, self.run)
        self.exchanges.append({**kept, "status": reply.status_code, "reply_headers": headers, "reply": body})
        return reply


def shortened(text: str) -> str:
    """A body; of a web page only the lines with a token."""
    if not re.match(r"\s*<", text):
        return text if len(text) <= LONGEST else shortened_list(text)
    return "\n".join(
        ["<html>", *(line.strip() for line in text.splitlines() if "csrf" in line.lower() and len(line) < 300)]
    )


def shortened_list(text: str) -> str:
    """A long list in JSON with its first entry."""
    read = json.loads(text)
    if isinstance(read, list):
        return json.dumps(read[:1])
    return json.dumps({name: value[:1] if isinstance(value, list) else value for name, value in read.items()})


def record(play: Play) -> list[dict[str, Any]]:
    """Play at the system, and keep it."""
    run, right = f"{time.time_ns() % 2**32:08x}", keys_of(play.api)
    keys = {**right, **play.keys}
    quieten(play)
    kind, recordings = class_of(play), list[Recording]()
    exchanges: list[dict[str, Any]] = []

    def users() -> Any:
        recordings.append(Recording(play, run, keys))
        recordings[-1].exchanges = exchanges
        return kind(recordings[-1], keys)

    said = play.said(play.course(users, run))
    assert said == play.ends, (play.name, said)
    return exchanges


def main() -> None:
    """All plays of the systems that run."""
    FOLDER.mkdir(exist_ok=True)
    for api in dict.fromkeys(play.api for play in PLAYS):
        if url_of(api):
            plays = {play.name: record(play) for play in PLAYS if play.api == api}
            text = json.dumps({"api": api, "plays": plays}, indent=1, ensure_ascii=False)
            (FOLDER / f"{api}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
