"""`bin/bench pages` as a person runs it: small, and to the end."""

import json

import pytest

from tests.bench.command import bench

pytestmark = pytest.mark.integration


def test_what_pages_cost():
    done = bench("pages", "--posts", "60", "--requests", "2", "--statements", "1")
    report = json.loads(done.stdout or "{}")
    assert done.returncode == 0, done.stderr
    assert {"month", "week", "board", "composer", "post", "reviews", "review"} <= report[
        "pages"
    ].keys()
    assert report["changes"].keys() == {"drag", "save", "filter"}
    for name, page in {**report["pages"], **report["changes"]}.items():
        assert page["ms_p95"] >= page["ms_median"] > 0
        assert page["bytes_gzip"] > 0
        assert f"bench: {name}: " in done.stderr
    assert max(page["sql"] for page in report["pages"].values()) <= 12
