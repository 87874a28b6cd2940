"""``siaga load`` from order to answer: draw, let Locust play, collect, judge, keep."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from typing import Any

from simulator.live.apis.named import STAND_IN, target_named
from simulator.live.contract import DispatchUser
from simulator.live.load.child import how_it_ended
from simulator.live.load.collect import Found, Happened, found, happened
from simulator.live.load.document import document
from simulator.live.load.draw import Drawn, draw, drawable, played
from simulator.live.load.explained import explained
from simulator.live.load.hosts import checked_host, without_secrets
from simulator.live.load.knock import knock, unlike
from simulator.live.load.latency import Latency, latencies
from simulator.live.load.locust import Files, Played, Watch, play, program
from simulator.live.load.order import Door, Player, Stretch
from simulator.live.load.server import stand_in
from simulator.live.load.warnings import load_warnings
from simulator.live.unplayed import unplayed
from simulator.scenario.errors import BadInput, Fault, Interrupted, ProcessLost
from simulator.scenario.library import find_file
from simulator.scenario.policy import Intent
from simulator.study.experiment import versions
from simulator.study.manifest import not_writable
from simulator.study.options import Order
from simulator.tables.live_store import LiveStore


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked for: the scenario and what is changed of it, its stretch, the target, and who plays."""

    order: Order
    stretch: Stretch
    door: Door
    player: Player
    trunks: int | None = None
    kind: type[DispatchUser] | None = None
    """The target's class, once it was found."""
    warnings: tuple[str, ...] = ()
    """What the target said of itself that does not go with the scenario."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was played and found, and where it is kept."""

    ask: Ask
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
        """Whether calls wait at the target for call-takers; otherwise a call is answered once it is taken."""
        return self.ask.kind is None or self.ask.kind.has_queue

    @property
    def broke_off(self) -> bool:
        """Calls were lost to the generator's end, which nobody asked for."""
        return self.played.broke_off or (bool(self.run.never_made) and not self.played.interrupted)

    @property
    def counts(self) -> bool:
        """Whether the figures say anything of the target: the generator kept up, and to the end."""
        return not (self.played.saturated or self.broke_off)

    @property
    def all_failed(self) -> bool:
        """The target took no call at all: every attempt that rang met its failure."""
        rang = sum(each.rang for each in self.found.replies)
        return 0 < rang == sum(sum(each.failed.values()) for each in self.found.replies)

    @property
    def not_kept(self) -> int:
        """Genuine callers who were answered, and whose verdict the target did not keep."""
        return self.run.not_kept[Intent.GENUINE]

    @property
    def met(self) -> bool:
        """Whether every target is met, by a target that takes calls and keeps what genuine callers said."""
        return self.found.answer.met and not self.all_failed and not self.not_kept


def carry_out(ask: Ask, watch: Watch = lambda _: None, *, serve: bool = False) -> Load:
    """Play a stretch of the scenario at the target's door, or that of a new stand-in, and keep what happened.

    Raises BadInput, and Interrupted where nothing was played yet.
    """
    program()
    ask = answering(known(ask), serve=serve)
    drawn = draw(ask.order, ask.stretch, ask.trunks)
    settings = drawn.plan.settings
    with opened(ask, serve=serve) as there:
        return play_drawn(there, drawn, ask.order.out / settings.scenario / f"load-{settings.run}", watch)


def known(ask: Ask) -> Ask:
    """The same, its target found: by its file, where that stands beside the scenario; raises BadInput."""
    beside, name = ask.order.loaded.path.parent, ask.door.target
    kind = target_named(name, beside)
    found = None if name == STAND_IN or Path(name).suffix else find_file(name, "targets", beside)
    return replace(ask, kind=kind, door=replace(ask.door, file=str(found or "")))


def answering(ask: Ask, *, serve: bool = False) -> Ask:
    """The same, its host one that may be loaded and that answers; raises BadInput. A stand-in of its own is spared."""
    if serve:
        return ask
    door = replace(ask.door, host=checked_host(ask.door.host, own=ask.door.own))
    scenario = drawable(
        ask.order, ask.stretch, ask.trunks
    )  # what was asked for is sound: only then is anybody bothered
    if ask.kind is not None:
        knock(door, ask.kind, ask.stretch.speed, str(ask.order.loaded.path), insecure=ask.player.insecure)
    return replace(ask, door=door, warnings=unlike(door, scenario, insecure=ask.player.insecure))


@contextmanager
def opened(ask: Ask, *, serve: bool) -> Iterator[Ask]:
    """The same with a new stand-in's address, which ends with the block; without that, as it is."""
    if not serve:
        yield ask
        return
    with stand_in(ask.order, ask.stretch.speed, ask.trunks) as host:
        yield replace(ask, door=replace(ask.door, host=host))


def play_drawn(ask: Ask, drawn: Drawn, folder: Path, watch: Watch = lambda _: None) -> Load:
    """Play what was drawn, with its results in this folder; the host is known to be one that may be loaded."""
    began, files = datetime.now(UTC), Files(folder)
    if not len(drawn.plan.calls):
        hint = "a longer --for, a higher --scale, or another --from"
        raise BadInput([Fault("a stretch with a call in it", "one without any", "--for", hint=hint)])
    try:
        drawn.plan.write(files.plan)
        told = play(files, ask.door, ask.player, _of_the_stretch(watch, drawn))
        run = _happened(drawn, files, told)
        done = _told(ask, drawn, told, run, folder)
        _keep(done, files, began)
    except OSError as error:
        raise not_writable(error, ask.order.out) from error
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


def _told(ask: Ask, drawn: Drawn, told: Played, run: Happened, folder: Path) -> Load:
    absent = unplayed(drawn.plan, ask.kind) if ask.kind else ()
    warnings = (*ask.warnings, *load_warnings(ask.order, drawn, told, run), *absent)
    numbers = found(run, drawn.experiment.scenario.targets, warnings)
    reasons = explained(told, run, drawn.plan.settings.speed)
    times = latencies(told.summary, run.calls, run.outcomes, run.exchanges, drawn.plan.settings.speed)
    target = {"target": ask.door.target, "host": without_secrets(ask.door.host)}
    text = document(target, drawn, told, run, numbers, reasons, times)
    return Load(ask, drawn, told, run, numbers, tuple(reasons), tuple(times), text, folder)


def _keep(done: Load, files: Files, began: datetime) -> None:
    store = LiveStore(done.folder)
    store.tables(done.run.calls, done.run.outcomes, done.run.exchanges)
    store.document("summary", done.document)
    store.document("manifest", manifest(done, began))
    store.clear(files.rows, files.status)


def manifest(done: Load, began: datetime) -> dict[str, Any]:
    """Provenance: what was played, where, how, and when; no key is in it."""
    order, plan = done.ask.order, done.drawn.plan
    scenario = done.drawn.experiment.scenario
    return {
        "command": order.command,
        "scenario": plan.settings.scenario,
        "scenario_text": order.loaded.text,
        "resolved": scenario.model_dump(mode="json", by_alias=True),
        "assumptions": [f"{each.key}: {each.said} ({each.reason})" for each in order.loaded.assumptions],
        "run": plan.settings.run,
        "seed": order.seed,
        **played(plan.settings, plan.calls.length),
        "target": done.ask.door.target,
        "host": without_secrets(done.ask.door.host),
        "player": asdict(done.ask.player),
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
