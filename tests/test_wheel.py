"""What an installed siaga has: scenarios, policies and schemas ship in the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def run(installed: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # -P: not the folder where the command is given, so that it can only be the wheel's code.
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); from simulator.cli import main; main()"
    command = [sys.executable, "-P", "-c", code, *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_every_scenario_policy_and_schema_of_the_checkout_is_in_the_wheel(installed: Path) -> None:
    shipped = {path.relative_to(ROOT) for path in (ROOT / "scenarios").rglob("*") if path.is_file()}
    assert shipped
    assert all(
        (installed / "simulator" / "shipped" / path).read_bytes() == (ROOT / path).read_bytes() for path in shipped
    )


def test_a_policy_is_found_in_the_library_that_ships(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes((ROOT / "scenarios" / "bontang.yaml").read_bytes())
    done = run(installed, tmp_path, "check", "mine.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "one nuisance call blocks the number for 24 hours" in done.stdout


def test_a_shipped_scenario_is_run_by_its_name_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "run", "bontang", "--replications", "2")
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout.startswith("Bontang Siaga 112")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["bontang"]


def test_without_a_file_check_lists_what_ships(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(path.stem in done.stdout for path in (ROOT / "scenarios").glob("*.yaml"))


def test_nothing_of_the_tests_is_in_the_wheel(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"simulator"}
