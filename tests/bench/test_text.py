"""`bin/bench text` as a person runs it: small, and to the end."""

import json
import subprocess
from typing import get_args

from bench.cutting import TEXTS, as_long_as
from config.supervisor.stack import ROOT
from publishers.contract import Counter


def test_one_json_object_with_every_counter_and_text():
    asked = ["bin/bench", "text", "--kilobytes", "1", "--times", "1"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["kilobytes"], report["lost"]) == (1, 0)
    for task in ("split", "count", "marks"):
        assert set(report[f"{task}_ms"]) == set(get_args(Counter.__value__))
        assert all(set(by_text) == set(TEXTS) for by_text in report[f"{task}_ms"].values())
        assert report["slowest_ms"][task] >= 0


def test_texts_are_as_long_as_asked():
    for piece in TEXTS.values():
        assert 1000 <= len(as_long_as(piece, 1000).encode()) < 1010 + len(piece.encode())
