"""`bin/bench delivery` as a person runs it: small, and to the end."""

import json
import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from config.supervisor.stack import ROOT
from tests.bench.command import bench

pytestmark = pytest.mark.integration

KEYS = {
    "lateness_ms",
    "per_second",
    "limit_per_second",
    "ratio",
    "cpu_ms_per_delivery",
    "cpu_ms_total",
    "cpu_ms_adapter",
    "sql_per_delivery",
    "transactions_per_delivery",
    "duplicates",
    "early",
    "lost",
    "claim_ms",
    "memory_mb",
    "busy_elsewhere",
    "machine",
}


def test_twenty_posts_on_five_channels():
    beside = ("--teams", "2", "--old", "20", "--queued", "20", "--crowd", "10")
    done = bench("delivery", "--due", "20", "--latency-ms", "50", "--channels", "5", *beside)

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report.keys() >= KEYS
    assert report["duplicates"] == report["early"] == report["lost"] == 0
    late = report["lateness_ms"]
    assert 50 <= late["p50"] <= late["p95"] <= late["p99"] <= late["max"]
    for figure in ("per_second", "limit_per_second", "sql_per_delivery", "cpu_ms_total"):
        assert report[figure] > 0, figure


@pytest.mark.parametrize("wrong", [("--due", "0"), ("--platform", "nowhere"), ("--spread", "-1")])
def test_what_cannot_be_measured_is_refused(wrong):
    done = bench("delivery", *wrong)
    assert done.returncode == 2
    assert wrong[0] in done.stderr


def mentions(process: psutil.Process, text: str) -> bool:
    try:
        return any(text in part for part in (*process.cmdline(), *process.environ().values()))
    except psutil.Error:
        return False


def test_stopped_halfway_it_leaves_nothing():
    running = subprocess.Popen(
        ["bin/bench", "delivery", "--due", "20", "--channels", "5"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    [folder] = re.findall(r"in (/\S+),", running.stderr.readline())
    assert any("warming up" in line for line in running.stderr)
    assert Path(folder).exists()
    running.send_signal(signal.SIGINT)
    said = running.stderr.read()
    running.wait(60)

    assert running.returncode == 1
    assert "nothing is left" in said
    assert not Path(folder).exists()
    assert not [process for process in psutil.process_iter() if mentions(process, folder)]
