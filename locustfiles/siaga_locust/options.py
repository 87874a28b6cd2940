"""What can be said on Locust's command line about a plan, an API and the generator."""

import os
import sys
from argparse import SUPPRESS, Action, ArgumentParser, ArgumentTypeError
from typing import Any

from simulator.live.contract import ROLES
from simulator.scenario.units import parse_duration

SCENARIO = "bontang"
SOCKETS = 1000
TAGS = ("callers", "call-takers")
"""Who plays, as named by ``--tags``."""
DRAWN = ("plan", "scenario", "seed", "speed", "scale", "from_", "for_", "policy")
"""Options that a plan depends on."""


def add_options(parser: ArgumentParser) -> None:
    """Add siaga's options to those of Locust; in a group of their own they stay out of the web UI, as keys must."""
    group = parser.add_argument_group("siaga", "The same calls into a real dispatch API")
    add = group.add_argument
    add("--siaga-help", action=_Help, nargs=0, group=group, help="list these options, and end")
    add("--plan", metavar="FILE", help="a plan, as drawn by `siaga draw SCENARIO FILE`")
    add(
        "--scenario",
        metavar="FILE",
        default="",
        help=f"a scenario to draw from, or the name of one that ships with siaga (default: six hours of {SCENARIO})",
    )
    add("--seed", type=int, default=1, help="of the drawing")
    add("--speed", type=float, default=1.0, help="simulated time a second of the clock on the wall")
    add("--scale", type=float, default=1.0, help="volumes and pools are multiplied by this before drawing")
    add("--from", dest="from_", metavar="TIME", default="", help="where in the scenario to begin, such as '2h'")
    add("--for", dest="for_", metavar="TIME", default="", help="how much of it to play, such as '30 min'")
    add("--policy", metavar="NAME", default="", help="the policy, where it is not the scenario's own")
    add("--api", metavar="NAME", default="stand-in", help="stand-in, another API's name, FILE.py or FILE.yaml")
    add("--target", action=_Old, nargs="?", help=SUPPRESS)
    add("--key", metavar="ROLE=KEY", action="append", default=[], help=_KEY)
    add("--client", choices=("fast", "lean"), default="fast", help="Locust's FastHttpSession, or siaga's lean client")
    add("--sockets", type=_count, help=f"most connections of a worker's callers at a time (the API's, or {SOCKETS})")
    add("--timeout", type=_seconds, default=10.0, metavar="TIME", help="how long a request may take (10 s)")
    add("--insecure", action="store_true", help="do not verify the API's certificate")
    add("--most-lag", type=_seconds, default=0.01, metavar="TIME", help=_LAG)
    add("--rows", metavar="FILE", default="", help="write what happens to each attempt, line by line")
    add("--keep-run", action="store_true", help=SUPPRESS)
    add("--status", metavar="FILE", default="", help="write how far it is, once a second, as JSON")
    add("--summary", metavar="FILE", default="", help="write latency and lag at the end, as JSON")


class _Help(Action):
    """Lists siaga's options: ``--help`` Locust answers before it has seen the locustfile, and lists its own alone."""

    def __init__(self, *args: Any, group: Any, **named: Any) -> None:
        super().__init__(*args, default=SUPPRESS, **named)
        self.group = group

    def __call__(self, parser: ArgumentParser, *_: Any) -> None:
        """Print them, and end."""
        listed = parser.formatter_class(prog=parser.prog)
        listed.start_section(self.group.title)
        listed.add_text(self.group.description)
        listed.add_arguments(self.group._group_actions)
        listed.end_section()
        sys.stdout.write(listed.format_help())
        parser.exit()


class _Old(Action):
    """What older versions called ``--api``."""

    def __call__(self, parser: ArgumentParser, _: Any, value: Any, *__: Any) -> None:
        """Say what to write, and end."""
        parser.error(f"--target: an old option; write --api {value or 'NAME'}")


_KEY = "the API key of a role (intake, desk, supervisor), or KEY alone for all; also SIAGA_KEY_INTAKE and so on"
_LAG = "later than this in more than one step of a hundred, the generator is saturated: exit code 3 (10 ms)"


def keys_of(options: Any) -> dict[str, str]:
    """API keys by role; '' stands for every role that has none of its own."""
    named = {role: os.environ.get(f"SIAGA_KEY_{role.upper()}", "") for role in ROLES}
    keys = {role: key for role, key in named.items() if key}
    for each in options.key:
        role, equals, key = each.partition("=")
        keys[role if equals and role in ROLES else ""] = key if equals and role in ROLES else each
    return keys


def is_wanted(options: Any, tag: str) -> bool:
    """Whether tasks with this tag run, by ``--tags`` and ``--exclude-tags``."""
    wanted = set(options.tags or ())
    return (not wanted or tag in wanted) and tag not in set(options.exclude_tags or ())


def _seconds(text: str) -> float:
    """``10ms``, ``10 s`` as seconds; a bare number is seconds too, as in Locust's own options."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return parse_duration(text) / 1e6
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"a whole number above zero is wanted, given {text!r}")
    return int(text)
