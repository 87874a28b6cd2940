"""Options of older versions, and what to write in their place."""

from collections.abc import Sequence
from itertools import pairwise
from shlex import quote

LIVE = {
    "--target": "write --api {value}",
    "--target-level": "write --target {value}",
    "--find-capacity": "write siaga breaking-point, in place of siaga load",
    "--serve": "leave it out: without --host a stand-in is started for the run",
    "--try": "write siaga api try NAME|FILE, in place of siaga load",
    "--new-target": "write siaga api new {value} --openapi SPEC, in place of siaga load",
    "--openapi": "write siaga api new FILE --openapi {value}, in place of siaga load",
    "--draw": "write siaga draw SCENARIO {value}, in place of siaga load",
    "--sockets": "write sockets: {value} into the API's file",
    "--timeout": "write timeout: {value} s into the API's file",
    "--insecure": "write insecure: yes into the API's file",
}
"""By option of live commands; ``{value}`` stands for the word behind it."""


def replacement(option: str, words: Sequence[str]) -> str:
    """What to write in place of an option that a live command does not have; '' where it never had it."""
    if not words or words[0] not in {"load", "twin", "breaking-point"} or option not in LIVE:
        return ""
    given = [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]
    given += [after for word, after in pairwise(words) if word == option]
    return LIVE[option].format(value=quote(given[0]) if given else "...")
