"""`bin/bench imports` as a person runs it: small, and to the end."""

import json

import pytest

from tests.bench.command import bench

pytestmark = pytest.mark.integration


def test_what_an_import_costs():
    done = bench("imports", "--rows", "120", "--channels", "3")
    report = json.loads(done.stdout or "{}")
    assert done.returncode == 0, done.stderr
    assert (report["made"], report["left"]) == (120, 0)
    assert report["seconds"].keys() == {"taken_in", "checked", "made", "undone"}
    assert report["memory_mb"]["most"] >= report["memory_mb"]["before"] > 0
