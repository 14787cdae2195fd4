"""bin/bootstrap and bin/python-path on machines with an odd set of Pythons."""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.supervisor.stack import ROOT

TOOLS = ("sh", "cat", "cksum", "dirname", "rm", "ls", "id", "env")
# Where bin/python-path looks besides PATH and the home folder.
FIXED = ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin")


@pytest.fixture
def machine(tmp_path):
    """A clone without an environment, on a PATH with hardly anything."""
    clone, path = tmp_path / "clone", tmp_path / "bin"
    shutil.copytree(ROOT / "bin", clone / "bin")
    shutil.copytree(ROOT / "requirements", clone / "requirements")
    path.mkdir()
    for tool in TOOLS:
        (path / tool).symlink_to(shutil.which(tool))

    def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(clone / "bin" / script), *arguments],
            env={"PATH": str(path), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    run.path, run.clone = path, clone
    return run


def script(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_a_broken_default_is_passed_over(machine):
    script(machine.path / "python3", 'echo "pyenv: version 3.13 is not installed" >&2; exit 127')
    script(machine.path / "python3.13", 'echo "a shim of nothing" >&2; exit 127')
    script(machine.path / "python3.12", f'exec {sys.executable} "$@"')
    assert machine("python-path").stdout.strip() == sys.executable


def test_a_python_that_is_too_old_is_passed_over(machine):
    script(machine.path / "python3.13", "exit 1")
    (machine.path / "python3").symlink_to(sys.executable)
    found = machine("python-path").stdout.strip()
    assert Path(found).resolve() == Path(sys.executable).resolve()


def test_no_python_is_a_clear_error(machine):
    if any(glob.glob(f"{folder}/python3.1[234]") for folder in FIXED):
        pytest.skip("this machine has a suitable Python where it is always looked for")
    script(machine.path / "python3", "exit 1")
    result = machine("bootstrap")
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("drumbeat: No Python from 3.12 to 3.14 was found.")
    assert "DRUMBEAT_PYTHON=" in lines[0]


def test_nothing_is_done_when_nothing_changed(machine):
    environment = machine.clone / ".venv" / "bin"
    environment.mkdir(parents=True)
    script(environment / "python", "exit 0")
    pins = [machine.clone / "requirements" / f"{name}.txt" for name in ("run", "s3", "dev")]
    whole = b"".join(pin.read_bytes() for pin in pins)
    stamp = subprocess.run(["cksum"], input=whole, capture_output=True, check=True).stdout
    (machine.clone / ".venv" / ".drumbeat-dev").write_bytes(stamp)
    for want in ("run", "dev"):
        result = machine("bootstrap", want)
        assert (result.returncode, result.stderr) == (0, "")


def test_scripts_name_no_registry():
    files = [*(ROOT / "bin").iterdir(), ROOT / "Makefile", *(ROOT / "requirements").iterdir()]
    for file in files:
        text = file.read_text()
        assert "index-url" not in text, file
        assert "://" not in text, file


def test_scripts_are_plain_sh():
    for file in [*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run"]:
        assert os.access(file, os.X_OK), file
        assert subprocess.run(["sh", "-n", str(file)], check=False).returncode == 0, file
