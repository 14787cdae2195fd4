"""`make soak`: the fault run for long, with a progress bar and a report; exit code 1 when a promise
broke or something took too long. Starts all it needs in a scratch directory: two PostgreSQL, Redis,
platforms, the product.

    bin/soak --deliveries 20000 --seed 7 --report var/soak.json
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
django.setup()

from tests.faults.altered import ABLATION, ABLATIONS  # noqa: E402
from tests.faults.arena import Arena, Patience  # noqa: E402
from tests.faults.generator import Plan  # noqa: E402
from tests.faults.report import in_words, report  # noqa: E402
from tests.faults.run import CHILDREN, Run  # noqa: E402
from tests.processes import RedisServer  # noqa: E402

BAR = 30


class Progress:
    """A bar on a terminal; elsewhere a line now and then."""

    def __init__(self, out=sys.stdout) -> None:
        self.out, self.begun = out, time.monotonic()
        self.live = out.isatty()
        self._phase, self._next = "", 0.0

    def __call__(self, phase: str, done: int, of: int) -> None:
        now = time.monotonic()
        if phase == self._phase and now < self._next:
            return
        self._next = now + (0.5 if self.live else 30.0)
        share = min(max(done / of, 0.0), 1.0) if of else 0.0
        passed = time.strftime("%M:%S", time.gmtime(now - self.begun))
        line = f"{passed}  {phase:<10} {done:>7,} of {of:,}"
        if self.live:
            bar = "#" * round(BAR * share) + "." * (BAR - round(BAR * share))
            end = "\n" if self._phase and phase != self._phase else ""
            self.out.write(f"{end}\r[{bar}] {line}   ")
        else:
            self.out.write(f"{line}\n")
        self._phase = phase
        self.out.flush()

    def end(self) -> None:
        self.out.write("\n" if self.live else "")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/soak", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--channels", type=int, default=300)
    parser.add_argument("--per-second", type=float, default=11.0, help="how many fall due")
    parser.add_argument("--minutes", type=float, help="write no more after so long")
    parser.add_argument("--quiet", type=float, default=60.0, help="quiet period in seconds")
    parser.add_argument("--gap", type=float, default=10.0, help="seconds between two reads")
    parser.add_argument("--embedded", action="store_true", help="the folder broker, not Redis")
    parser.add_argument("--ablation", choices=sorted(ABLATIONS), default="")
    parser.add_argument("--data", type=Path, help="scratch directory; removed if all went well")
    parser.add_argument("--report", type=Path, help="where to write the report as JSON")
    return parser.parse_args()


def plan_of(chosen: argparse.Namespace) -> Plan:
    """Long enough for real leases, freezes and silences; the lag is below the quiet time."""
    return Plan(
        seed=chosen.seed,
        deliveries=chosen.deliveries,
        channels=chosen.channels,
        per_second=chosen.per_second,
        lag=min(20.0, chosen.quiet / 3),
        blow_every=5.0,
        freeze=min(40.0, chosen.quiet * 0.6),
        down=30.0,
        hurried=False,
    )


def scratch(chosen: argparse.Namespace) -> Path:
    folder = chosen.data or Path(tempfile.mkdtemp(prefix="drumbeat-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    # PostgreSQL runs as another user where we are root.
    folder.chmod(0o755)
    return folder.absolute()


def interrupted(*_: object) -> None:
    """Once: what then clears up is not to be interrupted."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    chosen, progress = arguments(), Progress()
    folder = scratch(chosen)
    redis = None
    if not chosen.embedded and shutil.which("redis-server"):
        (folder / "redis").mkdir(exist_ok=True)
        redis = RedisServer(folder / "redis")
        redis.start()
    arena = Arena(
        folder,
        patience=Patience(chosen.quiet, chosen.gap),
        redis_url=redis.url if redis else "",
        web=True,
    )
    print(f"seed {chosen.seed}, in {folder}", flush=True)
    try:
        with arena, arena.here():
            ran = Run(
                arena,
                plan_of(chosen),
                broker=redis,
                children=CHILDREN,
                altered=bool(chosen.ablation),
                env={ABLATION: chosen.ablation} if chosen.ablation else None,
                calm=60.0,
                log=folder / "history.jsonl",
                told=progress,
            ).go(chosen.minutes)
            found = report(ran)
    finally:
        progress.end()
        if redis:
            redis.stop()
    if chosen.report:
        chosen.report.write_text(json.dumps(found, indent=1, default=str) + "\n")
    print(in_words(found))
    if found["kept"] and not chosen.data:
        arena.remove()
    else:
        print(f"What happened is in {folder}")
    return 0 if found["kept"] else 1


if __name__ == "__main__":
    sys.exit(main())
