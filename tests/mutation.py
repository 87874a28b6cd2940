"""Mutation tests of the measures and of ``compare``: ``python -m tests.mutation``.

mutmut changes the code in one small way at a time (a mutant) and runs the tests that reach the changed function: a
mutant that no test notices survives. The project is copied to a folder of its own, so that nothing here is touched.
Compiled kernels are left out: mutmut cannot change what Numba compiles, and tests hold them to the NumPy counting.

A full pass takes hours, so a sample is drawn: ``--sample`` mutants of ``--seed``, and no more than ``--minutes``. Those
in ``mutation_equivalent.txt`` change nothing that anyone could see; each stands there with the reason. The exit code is
1 where fewer than 95 % of the others are killed. docs/mutation.md says what was found.
"""

import argparse
import fnmatch
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
FILES = ("simulator/metrics/*.py", "simulator/metrics/erlang/*.py", "simulator/questions/compare/*.py")
COMPILED = ("simulator/metrics/compiled.py", "simulator/metrics/compiled_occupancy.py")
TESTS = (
    "tests/metrics",
    "tests/questions/compare",
    "tests/study/test_intervals.py",
    "tests/report/test_compare.py",
)
COPIED = ("simulator", "tests", "scenarios", "docs", "locustfiles", "README.md", "pyproject.toml", "constraints.txt")
EQUIVALENT = Path(__file__).with_name("mutation_equivalent.txt")
WANTED = 0.95
SURVIVED, UNTESTED, UNKNOWN = 0, 33, None
"""Exit codes that mutmut keeps of a mutant: no test failed, no test reaches it, not run yet; others are kills."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, run and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--files", default=",".join(FILES), help="patterns of the files to change, with commas")
    parser.add_argument("--tests", default=",".join(TESTS), help="tests that may notice, with commas")
    parser.add_argument("--sample", type=int, default=300, help="how many mutants; 0: all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--minutes", type=float, default=30, help="no longer than this")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        prepare(place, asked.files.split(","), asked.tests.split(","))
        every = generated(place)
        drawn = Random(asked.seed).sample(every, min(asked.sample or len(every), len(every)))
        said = mutmut(place, "run", "--max-children", str(asked.workers), *drawn, seconds=60 * asked.minutes)
        ran = {name: code for name, code in results(place) if name in set(drawn) and code is not UNKNOWN}
        if not ran:
            raise SystemExit(f"no mutant was run: time was up, or tests fail without one\n{said[-3000:]}")
        return report(place, ran, len(drawn), len(every))


def prepare(place: Path, files: Sequence[str], tests: Sequence[str]) -> None:
    """A copy of the project, with mutmut told what to change."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / name)
    settings = {
        "source_paths": ["simulator"],
        "only_mutate": list(files),
        "do_not_mutate": list(COMPILED),
        "also_copy": [name for name in COPIED if name not in ("simulator", "tests")],
        "pytest_add_cli_args": ["-n0", "-q", "-x", "-p", "no:cacheprovider", "--ignore=tests/metrics/test_compiled.py"],
        "pytest_add_cli_args_test_selection": list(tests),
        "use_git_change_detection": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    with (place / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def mutmut(place: Path, *arguments: str, seconds: float) -> str:
    """What mutmut says; it is stopped after so long, and keeps what it has found."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout + done.stderr


def generated(place: Path) -> list[str]:
    """The names of all mutants: mutmut writes them before it runs any, here one that there is not."""
    said = mutmut(place, "run", "none.at.all", seconds=3600)
    names = sorted(name for name, _ in results(place))
    if not names:
        raise SystemExit(f"mutmut made no mutants:\n{said[-3000:]}")
    return names


def results(place: Path) -> Iterator[tuple[str, int | None]]:
    """Every mutant and its exit code."""
    for path in sorted((place / "mutants" / "simulator").rglob("*.meta")):
        yield from json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()


def change(place: Path, name: str) -> tuple[str, str, str]:
    """The function of a mutant, and what is written in it before and after."""
    lines = mutmut(place, "show", name, seconds=60).splitlines()
    before = [line[1:].strip() for line in lines if line.startswith("-") and not line.startswith("---")]
    after = [line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++")]
    function = re.sub(r"(x_|xǁ)|__mutmut_\d+$", "", name).replace("ǁ", ".").removeprefix("simulator.")
    return function, " ".join(before), " ".join(after)


def equivalents() -> list[tuple[str, str, str]]:
    """Patterns of function, before and after (``*``: whatever) that stand for no change, from the list."""
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(function.strip(), before.strip(), after.strip()) for function, before, after, _ in rows]


def is_equivalent(found: tuple[str, str, str], known: Sequence[tuple[str, str, str]]) -> bool:
    """Whether a change is in the list."""
    return any(all(map(_fits, found, pattern)) for pattern in known)


def _fits(text: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(text, re.sub(r"([\[\]?])", r"[\1]", pattern))


def _said(found: tuple[str, str, str]) -> str:
    return f"{found[0]}\n  - {found[1]}\n  + {found[2]}"


def report(place: Path, ran: dict[str, int | None], drawn: int, every: int) -> int:
    """Print what survived, and the share killed; 0 where that is enough."""
    known = equivalents()
    alive = [name for name, code in ran.items() if code in (SURVIVED, UNTESTED)]
    changes = {name: change(place, name) for name in alive}
    same = [name for name in alive if is_equivalent(changes[name], known)]
    left = [name for name in alive if name not in same]
    killed, others = len(ran) - len(alive), len(ran) - len(same)
    share = killed / others if others else 0.0
    lines = [f"{'survived' if ran[name] == SURVIVED else 'untested'}: {_said(changes[name])}" for name in left]
    counts = f"{every:,} mutants, {drawn:,} drawn, {len(ran):,} run"
    lines += [f"{counts}: {killed:,} killed of {others:,} ({100 * share:.1f} %), {len(same):,} besides change nothing"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
