"""docs/delivery.md says something about every state, platform, metric and setting there is."""

import re

import pytest

from config.supervisor.stack import ROOT
from delivery.metrics import exposition
from delivery.queries.records import TICKS
from posts.states import DeliveryState
from publishers import registry

PAGE = (ROOT / "docs/delivery.md").read_text()


def test_every_state_has_a_heading_and_no_other_thing_has():
    section = PAGE.split("\n## The states\n")[1].split("\n## ")[0]

    assert re.findall(r"^### (\w+)$", section, re.MULTILINE) == list(DeliveryState)


@pytest.mark.parametrize("state", DeliveryState)
def test_a_state_says_what_to_do(state):
    words = PAGE.split(f"\n### {state}\n")[1].split("\n##")[0]

    assert "*Do:*" in words or "Final" in words or state in ("queued", "needs_human")
    assert len(words.split()) > 15


def rows_of(spec):
    """One for the platform, and one for each kind of account that differs, without their class."""
    ways = {spec.name: spec.reconcile}
    ways |= {f"{spec.name}, {kind}": way for kind, way in spec.reconcile_by_kind.items()}
    return [
        (name, way, "none" if way == "ask" else f"{spec.quiet_seconds} s")
        for name, way in ways.items()
    ]


@pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.slug)
def test_every_platform_is_in_the_table_as_its_spec_says(spec):
    classes = re.findall(r"^\| ([A-E]) (\w+) \|", PAGE, re.MULTILINE)
    letters = {way: letter for letter, way in classes}
    lines = [line for line in PAGE.splitlines() if re.match(rf"\| {spec.name}[ ,]", line)]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    assert [(name, way, quiet) for name, way, _, quiet in rows] == rows_of(spec)
    assert all(kind[0] == letters[way] for _, way, kind, _ in rows)


@pytest.mark.django_db
def test_every_metric_is_named():
    names = set(re.findall(r"^# TYPE (\S+) ", exposition().decode(), re.MULTILINE))

    assert names
    assert sorted(name for name in names if name not in PAGE) == []


def test_every_tick_is_named():
    assert [name for name in TICKS if f"(`{name}`)" not in PAGE] == []


def test_the_settings_it_names_exist():
    code = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    named = set(re.findall(r"\bDRUMBEAT_[A-Z_]+[A-Z]\b", PAGE)) - {"DRUMBEAT_DATA"}

    assert named
    assert sorted(name for name in named if f'"{name}"' not in code) == []
