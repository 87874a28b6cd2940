"""All benchmarks, one table a part, in Markdown: ``python -m tests.benchmarks [--quick] [--only PART ...]``."""

import argparse
import sys
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

from tests.benchmarks.parts import PARTS, Effort, compile_first

QUICK = Effort(rounds=3, least=0.05, share=0.1)
PACKAGES = ("numpy", "numba", "simpy", "ciw", "cimba", "highspy", "pyworkforce")


def main() -> None:
    """Measure the parts asked for and print each table as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls and fewer rounds: a first look")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to measure")
    asked = parser.parse_args()
    effort = QUICK if asked.quick else Effort()
    sys.stdout.write(f"CPU time of one core, median of {effort.rounds} rounds in turn; {_versions()}\n\n")
    compile_first()
    for name in asked.only:
        sys.stdout.write(PARTS[name](effort) + "\n")
        sys.stdout.flush()


def _versions() -> str:
    return ", ".join([f"Python {python_version()}", *(f"{name} {_version(name)}" for name in PACKAGES)])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
