"""APIs in Python: a file with one class of the user's own that says siaga's steps to a dispatch API."""

import importlib.util
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.live.contract import DispatchUser
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.source import read_text

EXAMPLE = "class MyCentre(DispatchUser): def ring(self, call): ..."


def class_in(path: Path) -> type[DispatchUser]:
    """The one subclass of DispatchUser that a Python file defines, or what it names ``API``; raises BadInput."""
    module = _run(path, read_text(path))
    if hasattr(module, "TARGET") and not hasattr(module, "API"):
        raise BadInput([Fault("the name API", "the name TARGET", "TARGET", str(path), hint="write API = MyCentre")])
    named = getattr(module, "API", None)
    if named is not None:
        return _usable(named, path, "API")
    found = [each for each in vars(module).values() if _is_own(each, module)]
    if len(found) != 1:
        names = " and ".join(each.__name__ for each in found)
        given = f"{len(found)} of them: {names}" if found else "none"
        hint = f"add a line API = {found[0].__name__}" if found else f"write {EXAMPLE}"
        raise BadInput([Fault("one subclass of simulator.live.contract.DispatchUser", given, "", str(path), hint=hint)])
    return _usable(found[0], path, found[0].__name__)


def _is_own(found: Any, module: ModuleType) -> bool:
    """Whether it is a user class that the file itself defines."""
    return isinstance(found, type) and issubclass(found, DispatchUser) and found.__module__ == module.__name__


def _usable(found: Any, path: Path, name: str) -> type[DispatchUser]:
    wanted = hint = ""
    if not (isinstance(found, type) and issubclass(found, DispatchUser)):
        hint = "name the class itself: API = MyCentre"
        raise BadInput([Fault("a subclass of DispatchUser", quoted(found), name, str(path), hint=hint)])
    if found.ring is DispatchUser.ring:
        wanted, hint = "a class with a method ring", "add def ring(self, call): ... that returns Heard(State.ANSWERED)"
    elif found.has_queue and found.next_call is DispatchUser.next_call:
        wanted, hint = (
            "a class with a method next_call, where has_queue is set",
            "add def next_call(self, desk, wait): ...",
        )
    if wanted:
        raise BadInput([Fault(wanted, quoted(found), name, str(path), hint=hint)])
    return found


def _run(path: Path, text: str) -> ModuleType:
    """The module of a file, its folder searched for what it imports."""
    name = f"siaga_api_{path.stem}_{sha256(os.fsencode(path.resolve())).hexdigest()[:8]}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    if spec is None:
        raise BadInput([Fault("a Python file that can be loaded", str(path), "--api", hint="name another file")])
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        with _searched(path.resolve().parent):
            exec(compile(text, str(path), "exec"), module.__dict__)
    except SyntaxError as error:
        raise BadInput([_syntax(error, path)]) from None
    except (Exception, SystemExit) as error:
        raise BadInput([_at_import(error, path)]) from None
    return module


@contextmanager
def _searched(folder: Path) -> Iterator[None]:
    """With a folder searched first for modules."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))


def _syntax(error: SyntaxError, path: Path) -> Fault:
    given = f"{error.msg}: {quoted((error.text or '').strip())}"
    hint = "correct that line"
    return Fault("Python that can be read", given, "", str(path), error.lineno or 0, error.offset or 0, hint)


def _at_import(error: BaseException, path: Path) -> Fault:
    """What went wrong while the file was run, at its own line."""
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    at_import = "install it beside siaga, or put it beside this file"
    hint = at_import if isinstance(error, ImportError) else "let the file define its class, and do nothing else"
    given = f"{type(error).__name__}: {error}"
    return Fault("a file that can be imported", given, "", str(path), (own[-1] if own else 0) or 0, hint=hint)
