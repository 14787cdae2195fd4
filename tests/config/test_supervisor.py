"""`python -m config.supervisor` that cannot start: one line, no traceback, exit code 1."""

import fcntl
import os
import socket
import subprocess
import sys

import pytest

from config.supervisor.stack import ROOT
from tests.processes import free_port


@pytest.fixture
def start(tmp_path):
    def run(**env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PORT": str(free_port()),
                "DRUMBEAT_DATA": str(tmp_path / "data"),
                **env,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stderr + result.stdout
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("drumbeat: ")
    return lines[0]


def test_port_taken(start):
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        said = refusal(start(PORT=str(port)))
    assert f"Port {port}" in said
    assert "PORT=" in said


def test_port_nonsense(start):
    assert "PORT must be a number" in refusal(start(PORT="http"))
    assert "PORT must be a number" in refusal(start(PORT="99999"))


def test_data_directory_not_writable(start, tmp_path):
    (tmp_path / "file").write_text("")
    said = refusal(start(DRUMBEAT_DATA=str(tmp_path / "file")))
    assert str(tmp_path / "file") in said
    assert "DRUMBEAT_DATA" in said


def test_another_instance(start, tmp_path):
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "lock").open("w") as lock:
        lock.write("4242")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = refusal(start())
    assert "Another Drumbeat (process 4242)" in said


def test_database_unreachable_without_its_password(start):
    url = f"postgresql://someone:canary-password@127.0.0.1:{free_port()}/posts"
    said = refusal(start(DATABASE_URL=url))
    assert "“posts” at 127.0.0.1" in said
    assert "DATABASE_URL" in said
    assert "canary-password" not in said


def test_database_url_that_is_none(start):
    said = refusal(start(DATABASE_URL="mysql//nonsense canary-password"))
    assert "DATABASE_URL" in said
    assert "canary-password" not in said
