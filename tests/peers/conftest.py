"""Servers for the tests of this folder, and a summary of who was spoken to."""

from collections import Counter
from typing import Any

import pytest

from tests.peers import servers

_seen: dict[str, str] = {}


@pytest.fixture(scope="session")
def pds(tmp_path_factory):
    """The address of a Bluesky server that others wrote."""
    with servers.bluesky(tmp_path_factory.mktemp("pds")) as url:
        yield url


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each server: what it is, and how many journeys it has seen."""
    passed = Counter(
        "@atproto/pds" if "test_bluesky" in report.nodeid else "@stoplight/prism-cli"
        for report in terminalreporter.getreports("passed")
    )
    for package, count in sorted(passed.items()):
        terminalreporter.write_line(f"{package} {servers.version(package)}: {count} passed")
