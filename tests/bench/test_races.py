"""`bin/bench races` as a person runs it: small, and to the end."""

import json

import pytest

from tests.bench.command import bench

pytestmark = pytest.mark.integration


def test_interleavings_in_a_whole_drumbeat():
    done = bench("races", "--count", "30", "--seed", "2")
    report = json.loads(done.stdout or "{}")
    assert done.returncode == 0, done.stderr
    assert (report["interleavings"], report["broken"]) == (30, [])
    assert sum(report["acts"].values()) >= 60
