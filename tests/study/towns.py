"""A small town for tests of studies: quick to simulate, and everything happens in it."""

from pathlib import Path

from simulator.scenario.load import load_scenario
from simulator.study.experiment import Experiment

TOWN = """
title: Test town 112
start: 2024-01-01T06:30+08:00
length: 2 d
callers:
  residents:
    intent: genuine
    volume: 60 / d
    talk: {exponential: {mean: 6 min}}
    patience: {exponential: {mean: 2 min}}
    numbers: {shared_with: {children: {share: 10 %, choose: by_call}}}
    redial: {after: {busy: 80 %, abandoned: 50 %, blocked: 50 %}, delay: {exponential: {mean: 1 min}}}
  children:
    intent: prank
    volume: 80 / d
    talk: {exponential: {mean: 1 min}}
    numbers: {pool: 10, heavy_tail: {zipf: 1.5}}
floor:
  trunks: 2
  shifts:
    - {name: day, from: '07:00', to: '19:00', call_takers: 2, attendance: 80 %}
    - {name: night, from: '19:00', to: '07:00', call_takers: 1}
policy:
  rules:
    - {on: prank, strikes: 2, within: 1 d, action: block, for: 6 h}
"""


def town(folder: Path, text: str = TOWN) -> Path:
    """The file of the town in a folder."""
    path = folder / "town.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def experiment(folder: Path, text: str = TOWN, seed: int = 1) -> Experiment:
    """The town with a seed."""
    return Experiment(load_scenario(town(folder, text)).scenario, seed)
