"""What takes long and needs nobody's attention: done by a process of its own, in an arena of its
own, while the cases of the rows have theirs. `python -m tests.faults.apart FOLDER STATIC seeded …`

Writes FOLDER/<name>.pickle for each, in that order.
"""

import os
import pickle
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
django.setup()

from tests.faults import altered, partition, situations  # noqa: E402
from tests.faults.arena import DELIVERY, Arena  # noqa: E402
from tests.faults.generator import Plan  # noqa: E402
from tests.faults.report import in_words, report  # noqa: E402
from tests.faults.run import Run  # noqa: E402
from tests.processes import RedisServer  # noqa: E402


def seeded(arena: Arena, broker: RedisServer) -> dict[str, Any]:
    """A short run of what `make soak` does for long."""
    plan = Plan(seed=1, deliveries=240, channels=42, per_second=5, storm=0.3, blow_every=1.5)
    ran = Run(arena, plan, broker=broker, log=arena.folder / "history.jsonl").go()
    found = report(ran)
    print(in_words(found), flush=True)
    return found


def ablated(arena: Arena, broker: RedisServer) -> dict[str, Any]:
    """Where every error is tried again, as most queues do. Nothing is even killed."""
    plan = Plan(seed=3, deliveries=40, channels=20, per_second=8, trouble=0.6, storm=0, hangs=0)
    env = {altered.ABLATION: "retry-on-any-error"}
    ran = Run(arena, plan, children=DELIVERY, altered=True, env=env, strikes=False, calm=0).go()
    return report(ran)


# What the last one leaves on the platforms is not what the others promise.
JOBS = {
    "partition": partition.happened,
    "situations": situations.happened,
    "seeded": seeded,
    "ablated": ablated,
}


def end_with(parent: int) -> None:
    """Whoever wanted this is gone: nobody is left to ask us to end."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGINT)


def main(folder: Path, static: str, *names: str) -> None:
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    (folder / "redis").mkdir(parents=True, exist_ok=True)
    broker = RedisServer(folder / "redis")
    broker.start()
    try:
        env = {"DRUMBEAT_STATIC": static}
        made = Arena(folder / "arena", redis_url=broker.url, web=True, env=env)
        with made as arena, arena.here():
            for name in names:
                result = _tried(name, arena, broker)
                unfinished = folder / f"{name}.new"
                unfinished.write_bytes(pickle.dumps(result))
                unfinished.rename(folder / f"{name}.pickle")
                arena.heal()
    finally:
        broker.stop()


def _tried(name: str, arena: Arena, broker: RedisServer) -> Any:
    """What it gives, or the words of what went wrong."""
    try:
        return JOBS[name](arena=arena, broker=broker)
    except Exception:  # noqa: BLE001  (whoever waits for it shows it)
        return f"{traceback.format_exc()}\n{arena.log[-20_000:]}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
