"""A service in which the share of shared phones at which rankings flip is known.

Ten phones of pranksters call at night only, and so often that the one call-taker then is never free: unless all ten
are blocked nobody who calls at night is reached, though nobody is ever blocked there. By day nobody waits, and some
callers come from one of the pranksters' phones.

    policy   P(blocked | such a phone)   of the night's callers it saves
    none     0                           none
    half     1/2, since it allows five   none
    all      1                           all

With 20 calls a night and 200 a day, `all` is ahead of none up to a share of 20 / 200 = 10 %, and of `half`, which shuts
out half as many, up to 20 / (200 / 2) = 20 %. All phones call alike, so that choosing one by call is as by number.
"""

from pathlib import Path
from typing import Any

from simulator.questions.sensitivity.request import Request
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.sensitivity import answer

NIGHT = "[1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"
DAY = "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]"
MARK = "# assumed 0 % to 40 %: nobody has asked"
STREET = f"""
title: Night and day 112
start: 2024-01-01T00:00+07:00
length: 5 d
callers:
  night:
    intent: genuine
    volume: 20 / d
    by_hour: {NIGHT}
    day_factor: {{cv: 0}}
    talk: 1 s
    patience: 60 s
  day:
    intent: genuine
    volume: 200 / d
    by_hour: {DAY}
    day_factor: {{cv: 0}}
    talk: 1 s
    patience: 60 s
    numbers:
      shared_with:
        kids:
          share: 4 %  {MARK}
          choose: by_number
  kids:
    intent: prank
    volume: 200 / d
    by_hour: {NIGHT}
    day_factor: {{cv: 0}}
    talk: 10 min
    patience: 30 min
    numbers: {{pool: 10}}
floor:
  trunks: 1000
  blocklist: warmed 3 d
  shifts:
    - {{name: night, from: '00:00', to: '08:00', call_takers: 1}}
    - {{name: day, from: '08:00', to: '24:00', call_takers: 9}}
"""
RULES = "rules: [{on: prank, action: block, for: forever}]\n"
POLICIES = {
    "all": f"title: all\n{RULES}",
    "half": f"title: half\n{RULES}allowlist: [kids/0, kids/1, kids/2, kids/3, kids/4]\n",
}
NAMES = "all,half"


def write_street(folder: Path, text: str = STREET) -> Path:
    """The street's file, its policies beside it."""
    (folder / "policies").mkdir(exist_ok=True)
    for name, content in POLICIES.items():
        (folder / "policies" / f"{name}.yaml").write_text(content, encoding="utf-8")
    (folder / "street.yaml").write_text(text, encoding="utf-8")
    return folder / "street.yaml"


def request(folder: Path, text: str = STREET, **options: Any) -> Request:
    """A request about the street; few samples of few replications unless stated."""
    given = {"policies": NAMES, "samples": 12, "replications": 4, "engine": "kernel", "workers": 1, **options}
    return Request(scenario=write_street(folder, text), **{"out": folder / "results", **given})


def analysed(folder: Path, text: str = STREET, **options: Any) -> Sensitivity:
    """The street's assumptions varied."""
    return answer(request(folder, text, **options))
