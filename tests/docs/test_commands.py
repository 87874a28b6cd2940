"""The commands in README and docs/ run, and print what the page says they print.

In a ``console`` block a line ``$ siaga ...`` is a command; the lines under it must appear in its output in that order,
``...`` standing for any others. A ``csv NAME`` or ``yaml NAME`` block is a file that the commands after it find.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from simulator.live.apis.model import Api
from simulator.live.apis.read import api_of
from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_policy
from simulator.scenario.model import Floor, Scenario
from simulator.scenario.people import People
from simulator.scenario.policy import Policy
from simulator.scenario.work import Work
from tests.commands import siaga

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """(language and what stands behind it, content) of every fenced block."""
    yield from re.findall(r"^```(\w+[^\n]*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def commands(content: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", content, flags=re.M)[1:]:
        command, *output = part.rstrip("\n").split("\n")
        yield command, [line.rstrip() for line in output]


def printed_in_order(expected: list[str], output: str) -> bool:
    """Whether the output has the expected lines in order, with gaps only at ``...``."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"[ ]*\n" for line in expected)
    return re.match(pattern, output) is not None


@pytest.mark.parametrize(
    "page", [p for p in PAGES if any(kind == "console" for kind, _ in blocks(p))], ids=lambda p: p.name
)
def test_commands_of_a_page_print_what_it_says(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    ran = 0
    for kind, content in blocks(page):
        if file := re.fullmatch(r"(?:csv|yaml) (\S+)", kind):
            (tmp_path / file[1]).write_text(content, encoding="utf-8")
        for command, expected in commands(content) if kind == "console" else ():
            words = shlex.split(command)
            assert words[0] == "siaga"
            done = siaga(*words[1:], cwd=tmp_path)
            assert done.returncode in {0, 1}, done.stderr
            assert printed_in_order(expected, done.stdout), f"$ {command}\n{done.stdout}"
            ran += 1
    assert ran


def as_read(example: str) -> People | Policy | Scenario | Api | Work:
    """An example as siaga reads it: scenario, policy, API, work rules, people, or keys of callers or floor."""
    keys = yaml.load(example, Loader=yaml.BaseLoader)
    if "people" in keys:
        return People.model_validate(keys)
    if "api" in keys:
        return api_of(example, "example")
    if "callers" in keys:
        return Scenario.model_validate(keys)
    if any("lengths" in shift for shift in keys.get("shifts", ())):
        return Work.model_validate(keys)
    if {"rules", "allowlist", "withheld"} & set(keys):
        return Policy.model_validate(keys)
    group, floor = {"intent": "genuine", "volume": "6 / d", "talk": "2 min"}, {"trunks": "4"}
    of_floor = set(keys) <= set(Floor.model_fields)
    whole = {"title": "t", "start": "2024-01-01T00:00+07:00", "length": "7 d"}
    callers = {"residents": group if of_floor else {**group, **keys}}
    return Scenario.model_validate({**whole, "callers": callers, "floor": {**floor, **(keys if of_floor else {})}})


EXAMPLES = [
    (page.name, content) for page in PAGES for kind, content in blocks(page) if re.fullmatch(r"yaml( \S+)?", kind)
]


@pytest.mark.parametrize("example", [content for _, content in EXAMPLES], ids=[page for page, _ in EXAMPLES])
def test_examples_of_files_are_taken(example: str) -> None:
    """Whoever copies one has a sound file."""
    assert as_read(example)


def test_the_table_of_rules_in_force_names_the_library() -> None:
    """Every policy that ships, and no other."""
    page = (ROOT / "docs" / "guides" / "policies.md").read_text(encoding="utf-8")
    table = page[page.index("### The rules in force") :].split("###")[1]
    named = re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.M)
    assert sorted(named) == sorted(path.stem for path in (ROOT / "scenarios" / "policies").glob("*.yaml"))


def test_the_faults_that_the_guide_shows_are_those_printed(tmp_path: Path) -> None:
    """The file that they are of: an action misspelt, a bare duration, a ladder that falls."""
    text = "rules:\n  - on: prank\n    action: blok\n    strikes: 3\n    within: 7\n    for: [2 d, 24 h]\n"
    (tmp_path / "my-rule.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_policy(tmp_path / "my-rule.yaml", tmp_path)
    said = str(caught.value).replace(f"{tmp_path}/", "")
    assert said in (ROOT / "docs" / "guides" / "policies.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_of_a_page_lead_to_files_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_the_table_of_readme_names_commands_that_exist() -> None:
    named = set(re.findall(r"`siaga ([\w-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    known = siaga("--help", cwd=ROOT).stdout
    assert named
    assert all(re.search(rf"^  {name} ", known, re.M) for name in named)


def test_readme_has_both_commands_in_one_line_each() -> None:
    lines = [
        line for line in (ROOT / "README.md").read_text().split("\n") if line.startswith("python3 -m venv .venv &&")
    ]
    assert [line.rsplit("&& ", 1)[1] for line in lines] == [
        ".venv/bin/siaga run scenarios/bontang.yaml",
        ".venv/bin/pytest",
    ]


def test_the_picture_of_readme_shows_what_is_printed_today() -> None:
    """Its words are those of the run; drawn anew by ``python docs/draw_picture.py``."""
    drawn = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, 'docs'); import draw_picture; print(draw_picture.draw())",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kept = (ROOT / "docs" / "bontang.svg").read_text(encoding="utf-8")
    assert _words(kept) == _words(drawn)


def test_the_picture_of_the_policy_guide_shows_the_policies_of_its_command() -> None:
    """Drawn anew by ``python docs/draw_figures.py``, where there is a browser."""
    guide = (ROOT / "docs" / "guides" / "policies.md").read_text(encoding="utf-8")
    found = re.search(r"^\$ siaga compare scenarios/serang.yaml --policies (\S+)", guide, re.M)
    assert found
    shown = " ".join(_words((ROOT / "docs" / "serang.svg").read_text(encoding="utf-8")))
    assert all(name in shown for name in found[1].split(",") if name != "none")
    assert "Never heard because of it, of 1,000" in shown


def test_each_picture_stands_in_a_guide_and_is_of_what_its_command_runs() -> None:
    """Drawn anew by ``python docs/draw_figures.py NAME``, where there is a browser."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from draw_figures import FIGURES
    finally:
        sys.path.remove(str(ROOT / "docs"))
    for name, figure in FIGURES.items():
        guide = (ROOT / "docs" / "guides" / f"{figure.guide}.md").read_text(encoding="utf-8")
        assert f"](../{name}.svg)" in guide
        command = re.search(rf"^\$ siaga {figure.command}$\n(?:\.\.\.\n)?(.*)", guide, re.M)
        assert command, name
        titles = re.findall(r"^(Serang Siaga 112.*|a new number.*)$", guide, re.M)
        shown = re.sub(r"<[^>]*>", "", (ROOT / "docs" / f"{name}.svg").read_text(encoding="utf-8"))
        assert titles[0] in shown, name


def _words(svg: str) -> list[str]:
    return re.findall(r">([^<>]+)</text>", svg)
