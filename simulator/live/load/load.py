"""``siaga load`` from request to answer: draw, let Locust play, collect, judge, keep."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from typing import Any

from simulator.live.apis.hosts import checked_host, without_secrets
from simulator.live.apis.named import api_named
from simulator.live.apis.target_api import STAND_IN, TargetApi
from simulator.live.contract import DispatchUser
from simulator.live.load.child import how_it_ended
from simulator.live.load.collect import Found, Happened, found, happened
from simulator.live.load.document import document
from simulator.live.load.draw import Drawn, draw, drawable, played
from simulator.live.load.explained import explained
from simulator.live.load.latency import Latency, latencies
from simulator.live.load.locust import Files, Played, Watch, play, program
from simulator.live.load.preflight import check_api, differences
from simulator.live.load.request import Generator, ScenarioOptions, Stretch
from simulator.live.load.server import stand_in
from simulator.live.load.warnings import load_warnings
from simulator.live.unplayed import unplayed
from simulator.scenario.errors import BadInput, Fault, Interrupted, ProcessLost
from simulator.scenario.library import find_file
from simulator.scenario.policy import Intent
from simulator.study.experiment import versions
from simulator.study.manifest import not_writable
from simulator.tables.live_store import LiveStore


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What is asked for: the scenario and what is changed of it, its stretch, the API, and the load generator."""

    options: ScenarioOptions
    stretch: Stretch
    api: TargetApi
    generator: Generator
    trunks: int | None = None
    kind: type[DispatchUser] | None = None
    """The API's class, once it was found."""
    warnings: tuple[str, ...] = ()
    """What the API said of itself that does not go with the scenario."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was played, its figures, and where they are kept."""

    request: LoadRequest
    drawn: Drawn
    played: Played
    run: Happened
    found: Found
    reasons: tuple[str, ...]
    latencies: tuple[Latency, ...]
    document: Mapping[str, Any]
    folder: Path

    @property
    def has_queue(self) -> bool:
        """Whether calls wait at the API for call-takers; otherwise a call is answered once it is taken."""
        return self.request.kind is None or self.request.kind.has_queue

    @property
    def broke_off(self) -> bool:
        """Calls were lost to the generator's end, which nobody asked for."""
        return self.played.broke_off or (bool(self.run.never_made) and not self.played.interrupted)

    @property
    def counts(self) -> bool:
        """Whether the figures say anything of the API: the generator kept up, and to the end."""
        return not (self.played.saturated or self.broke_off)

    @property
    def all_failed(self) -> bool:
        """The API took no call at all: every attempt that rang met its failure."""
        rang = sum(each.rang for each in self.found.replies)
        return 0 < rang == sum(sum(each.failed.values()) for each in self.found.replies)

    @property
    def not_kept(self) -> int:
        """Genuine callers who were answered, and whose verdict the API did not keep."""
        return self.run.not_kept[Intent.GENUINE]

    @property
    def met(self) -> bool:
        """Whether every target is met, by an API that takes calls and keeps what genuine callers said."""
        return self.found.answer.met and not self.all_failed and not self.not_kept


def run_load(request: LoadRequest, watch: Watch = lambda _: None) -> Load:
    """Play a stretch of the scenario at the API, or at a new stand-in, and keep what happened.

    Raises BadInput, and Interrupted where nothing was played yet.
    """
    program()
    request = answering(known(request))
    drawn = draw(request.options, request.stretch, request.trunks)
    settings = drawn.plan.settings
    with opened(request) as there:
        return play_drawn(there, drawn, request.options.out / settings.scenario / f"load-{settings.run}", watch)


def known(request: LoadRequest) -> LoadRequest:
    """The same, its API found: by its file, where that stands beside the scenario; raises BadInput."""
    beside, name = request.options.loaded.path.parent, request.api.name
    kind = api_named(name, beside)
    found = None if name == STAND_IN or Path(name).suffix else find_file(name, "apis", beside)
    return replace(request, kind=kind, api=replace(request.api, file=str(found or "")))


def answering(request: LoadRequest) -> LoadRequest:
    """The same, its host one that may be loaded and that answers; raises BadInput. A stand-in of its own is spared."""
    if not request.api.host:
        if request.api.name != STAND_IN:
            hint = "such as --host http://127.0.0.1:8000; only the stand-in is started for the run"
            raise BadInput([Fault(f"the address of the API {request.api.name}", "none", "--host", hint=hint)])
        return request
    api = replace(request.api, host=checked_host(request.api.host, own=request.api.own))
    scenario = drawable(
        request.options, request.stretch, request.trunks
    )  # what was asked for is sound: only then is anybody bothered
    if request.kind is not None:
        check_api(api, request.kind, request.stretch.speed, str(request.options.loaded.path))
    return replace(request, api=api, warnings=differences(api, scenario))


@contextmanager
def opened(request: LoadRequest) -> Iterator[LoadRequest]:
    """The same with the address of a new stand-in, which ends with the block, where it has none."""
    if request.api.host:
        yield request
        return
    with stand_in(request.options, request.stretch.speed, request.trunks) as host:
        yield replace(request, api=replace(request.api, host=host))


def play_drawn(request: LoadRequest, drawn: Drawn, folder: Path, watch: Watch = lambda _: None) -> Load:
    """Play what was drawn, with its results in this folder; the host is known to be one that may be loaded."""
    began, files = datetime.now(UTC), Files(folder)
    if not len(drawn.plan.calls):
        hint = "a longer --for, a higher --scale, or another --from"
        raise BadInput([Fault("a stretch with a call in it", "one without any", "--for", hint=hint)])
    try:
        drawn.plan.write(files.plan)
        told = play(files, request.api, request.generator, _of_the_stretch(watch, drawn))
        run = _happened(drawn, files, told)
        done = _told(request, drawn, told, run, folder)
        _keep(done, files, began)
    except OSError as error:
        raise not_writable(error, request.options.out) from error
    return done


def _of_the_stretch(watch: Watch, drawn: Drawn) -> Watch:
    """Tells how long the stretch is, too."""
    plan = drawn.plan
    return lambda now: watch(replace(now, length=plan.calls.length, speed=plan.settings.speed))


def _happened(drawn: Drawn, files: Files, told: Played) -> Happened:
    """The rows; where there is none raises Interrupted, ProcessLost (Locust or a worker was killed), or BadInput."""
    run = happened(drawn.plan, files.rows)
    if run is not None:
        return run
    if told.interrupted:
        raise Interrupted("interrupted before the first call")
    said = told.tail.replace("\n", "\n    ") or f"see {files.log}"
    if told.killed:
        raise ProcessLost(f"the load generator {how_it_ended(told.code)} before the first call; its last words:", said)
    raise BadInput([Fault("calls to be played", f"none: Locust ended with code {told.code}", hint=said)])


def _told(request: LoadRequest, drawn: Drawn, told: Played, run: Happened, folder: Path) -> Load:
    absent = unplayed(drawn.plan, request.kind) if request.kind else ()
    warnings = (*request.warnings, *load_warnings(request.options, drawn, told, run), *absent)
    numbers = found(run, drawn.experiment.scenario.targets, warnings)
    reasons = explained(told, run, drawn.plan.settings.speed)
    times = latencies(told.summary, run.calls, run.outcomes, run.exchanges, drawn.plan.settings.speed)
    api = {"api": request.api.name, "host": without_secrets(request.api.host)}
    text = document(api, drawn, told, run, numbers, reasons, times)
    return Load(request, drawn, told, run, numbers, tuple(reasons), tuple(times), text, folder)


def _keep(done: Load, files: Files, began: datetime) -> None:
    store = LiveStore(done.folder)
    store.tables(done.run.calls, done.run.outcomes, done.run.exchanges)
    store.document("summary", done.document)
    store.document("manifest", manifest(done, began))
    store.clear(files.rows, files.status)


def manifest(done: Load, began: datetime) -> dict[str, Any]:
    """Provenance: what was played, where, how, and when; no key is in it."""
    options, plan = done.request.options, done.drawn.plan
    scenario = done.drawn.experiment.scenario
    return {
        "command": options.command,
        "scenario": plan.settings.scenario,
        "scenario_text": options.loaded.text,
        "resolved": scenario.model_dump(mode="json", by_alias=True),
        "assumptions": [f"{each.key}: {each.said} ({each.reason})" for each in options.loaded.assumptions],
        "run": plan.settings.run,
        "seed": options.seed,
        **played(plan.settings, plan.calls.length),
        "api": done.request.api.name,
        "host": without_secrets(done.request.api.host),
        "generator": asdict(done.request.generator),
        "versions": {**versions(), **_versions(("locust", "gevent")), "python": python_version()},
        "began": began.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _versions(names: Sequence[str]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
