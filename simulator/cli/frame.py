"""The command's frame: exit codes, progress, Ctrl-C, and how a command ends."""

import gc
import io
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.scenario.errors import Fault, Interrupted, quoted

if TYPE_CHECKING:
    from simulator.study.runs.progress import Progress

DONE, TARGET_MISSED, BAD_INPUT, SATURATED, INTERRUPTED = 0, 1, 2, 3, 130
LOST = SATURATED
"""A process of ours was killed: as with a load generator that could not keep up, there are no figures that count."""

app = typer.Typer(
    name="siaga",
    help="What will callers of an emergency line meet, if it is staffed like this and blocks numbers like that?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"siaga {version('siaga')}")
        raise typer.Exit(DONE)


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options of siaga itself."""


def command() -> str:
    """The command as it was typed, less keys and passwords, for the manifest."""
    import shlex

    from simulator.live.apis.hosts import words_without_secrets

    return shlex.join(["siaga", *words_without_secrets(sys.argv[1:])])


@contextmanager
def progress_bar() -> "Iterator[Progress]":
    """Progress on standard error: a bar with the time left in a terminal, nothing elsewhere."""
    from simulator.report.progress import bar

    with bar(sys.stderr) as told:
        yield told


def _leave(*_: object) -> None:
    raise Interrupted("interrupted")


@contextmanager
def keeping_what_is_finished() -> "Iterator[None]":
    """Ctrl-C is KeyboardInterrupt meanwhile, which questions see to; elsewhere the command library would take it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        # Before there was anything to keep; the command library would end without a word.
        raise Interrupted("interrupted") from None
    finally:
        signal.signal(signal.SIGINT, before)


def _usage_errors() -> Any:
    """What the command library raises for words that it cannot use; Typer brings it along or imports it from click."""
    return next(each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException")


def _value_fault(error: Any) -> str:
    """What Typer's newest version refuses of an option's value, as any other fault; '' of other errors and versions."""
    faults = getattr(error.__cause__, "errors", None)
    if faults is None or getattr(error, "param", None) is None:
        return ""
    (fault, *_) = faults()
    wanted = fault["msg"].removeprefix("Input should be ").partition(", unable to")[0]
    if (choice := re.search("one of .+[^.]", wanted)) is not None:
        wanted = choice[0]
    return str(Fault(wanted, quoted(fault["input"]), error.param.opts[0]))


def _show_as_ours(before: Callable[..., None]) -> Callable[..., None]:
    """Warnings of inputs as a person reads them, without the place in the code; others as ``before``."""

    def show(message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:
        if category.__module__.startswith("simulator."):
            typer.echo(f"warning: {message}", err=True)
        else:
            before(message, category, *more, **named)

    return show


def _ask_of_options(words: list[str]) -> None:
    """Numbers of options that may be thousands are asked about."""
    if any(re.search("[1-9][.][0-9]{3}", word.replace("0", "1")) for word in words):
        from simulator.scenario.thousands import of_options

        for warning in of_options(words):
            typer.echo(f"warning: {warning}", err=True)


def option_of(field: str) -> str:
    """What the command that runs calls a field of its Request: ``--call-takers``, or ``SCENARIO``."""
    command: Any = typer.main.get_command(app)
    for word in sys.argv[1:]:
        command = getattr(command, "commands", {}).get(word, command)
    for parameter in command.params:
        if parameter.name == field:
            return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar.strip("[.]"))
    return f"--{field.replace('_', '-')}"


def _prepare_process() -> None:
    """Signals, streams and warnings as a command wants them."""
    signal.signal(signal.SIGINT, _leave)
    for name in ("SIGTERM", "SIGHUP"):
        # Ended in another way, or the terminal closed: as by Ctrl-C, what is finished is kept.
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: signal.raise_signal(signal.SIGINT))
    # Few of the many objects of a start, and of a run of the readable engine, ever become garbage in circles: looking
    # for them as often as usual costs a tenth of a short command.
    gc.set_threshold(200_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal has no letters for is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    warnings.showwarning = _show_as_ours(warnings.showwarning)


def main() -> None:
    """Run the command; bad input is said in plain words with exit code 2, a process that was killed with 3, an
    interruption with 130."""
    from simulator.scenario.errors import LONGEST, BadInput, ProcessLost, shown

    _prepare_process()
    _ask_of_options(sys.argv[1:])
    try:
        sys.exit(app(standalone_mode=False))
    except _usage_errors() as error:
        from simulator.cli.renamed import replacement

        option = getattr(error, "option_name", "")
        if hint := replacement(option, sys.argv[1:]):
            typer.echo(str(Fault(f"an option of siaga {sys.argv[1]}", "an old one", option, hint=hint)), err=True)
            sys.exit(BAD_INPUT)
        if text := _value_fault(error):
            typer.echo(text, err=True)
            sys.exit(BAD_INPUT)
        error.message = "\n".join(shown(line, LONGEST) for line in error.message.split("\n"))
        error.show()
        sys.exit(error.exit_code)
    except BadInput as error:
        typer.echo(error.text(option_of), err=True)
        sys.exit(BAD_INPUT)
    except ProcessLost as lost:
        typer.echo(str(lost), err=True)
        sys.exit(LOST)
    except (Interrupted, KeyboardInterrupt) as interrupted:
        typer.echo(str(interrupted) or "interrupted", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        # Python would complain once more when it closes the pipe or file.
        sys.stdout = None
        if isinstance(error, BrokenPipeError):
            sys.exit(DONE)  # who reads has seen enough (``| head``)
        file = shown(str(error.filename or "standard output"), LONGEST)
        typer.echo(f"given {file}, where {error.strerror}", err=True)
        sys.exit(BAD_INPUT)
