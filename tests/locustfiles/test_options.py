"""Options of siaga on Locust's command line."""

from argparse import ArgumentParser
from pathlib import Path

import pytest

LOCUSTFILES = Path(__file__).parents[2] / "locustfiles"


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> ArgumentParser:
    monkeypatch.syspath_prepend(str(LOCUSTFILES))
    from siaga_locust.options import add_options

    made = ArgumentParser()
    add_options(made)
    return made


@pytest.mark.parametrize("words", [("--target", "mine.yaml"), ("--target=mine.yaml",)])
def test_the_old_name_of_api_says_what_to_write(
    words: tuple[str, ...], parser: ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(words)
    assert ended.value.code == 2
    assert "write --api mine.yaml" in capsys.readouterr().err


def test_old_options_are_not_listed(parser: ArgumentParser) -> None:
    assert "--target" not in parser.format_help()
    assert "--api" in parser.format_help()
