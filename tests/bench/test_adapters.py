"""`bin/bench adapters` and `bin/bench uploads` as a person runs them: small, and to the end."""

import json

import pytest

from tests.bench.command import bench

pytestmark = pytest.mark.integration


def test_what_adapters_cost():
    done = bench("adapters", "--posts", "2", "--platform", "threads", "--platform", "mastodon")
    report = json.loads(done.stdout or "{}")
    assert report.get("platforms", {}).keys() == {"threads", "mastodon"}, done.stderr
    for found in report["platforms"].values():
        assert found["calls"] >= 2
        assert found["bare_ms"] > 0
        assert found["overhead_ms"] == pytest.approx(found["cpu_ms"] - found["bare_ms"], abs=0.02)


def test_a_video_that_breaks_goes_on():
    done = bench("uploads", "--megabytes", "24", "--platform", "x")
    report = json.loads(done.stdout or "{}")
    assert done.returncode == 0, done.stderr
    found = report["platforms"]["x"]
    assert (found["broke"], found["resumed"], found["problem"]) == (1, True, "")
    # What was there already is not sent again: only the part that broke.
    assert found["megabytes"] < found["sent_mb"] < found["megabytes"] + 2


def test_a_platform_that_takes_no_such_video_is_told():
    done = bench("uploads", "--megabytes", "3", "--platform", "pinterest")
    report = json.loads(done.stdout or "{}")
    assert report.get("not_taken") == ["pinterest"], done.stderr
    assert done.returncode == 1
    assert "board" in report["platforms"]["pinterest"]["problem"]
