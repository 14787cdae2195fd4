"""A plan of many rows, brought in as a person does it: a running worker makes the posts, while its
memory and what the page tells of the progress are looked at.
"""

import csv
import io
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bench import gauges
from bench.scene import Scene
from bench.world import Place, text
from delivery import dispatcher
from posts import tasks
from posts.models import Import, Post
from posts.queries import imports
from posts.services import importer

Step = Import.Step
HEADINGS = ("text", "title", "channels", "date", "time", "tags", "campaign")
# Between two looks, as often as the page looks; then it has long been given up.
EVERY, PATIENCE = 0.5, 300
FIRST = timedelta(days=30)


def figures(
    scene: Scene, places: list[Place], count: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Seconds for each step; `told` is how many different numbers of posts the page showed. Memory
    counts from when the rows were looked at: by then the worker has loaded what it needs.
    """
    team, person = places[0].channel.team, places[0].author
    names = [str(place.channel) for place in places]
    content, begun = _file(names, count), time.monotonic()
    importing = importer.take_in(
        team=team, by=person, file=io.BytesIO(content), size=len(content), name="plan.csv"
    )
    seconds = {"taken_in": time.monotonic() - begun}
    scene.send_to_worker()
    _until_heard(scene)
    watched = _Watched(scene, importing, say)
    steps: dict[str, Callable[[], None]] = {
        "checked": lambda: importer.map_columns(
            importing=importing, chosen=importing.columns, zone=importing.zone, month_first=False
        ),
        "made": lambda: importer.confirm(
            importing=importing, by=person, mark=importer.mark_of(importing)
        ),
        "undone": lambda: importer.undo(importing=importing, by=person),
    }
    made = 0
    for name, act in steps.items():
        begun = time.monotonic()
        act()
        tasks.import_soon(importing.pk)
        watched.until_it_rests()
        seconds[name] = time.monotonic() - begun
        if name == "checked":
            del watched.memory[:-1]
        made = max(made, Post.objects.for_team(team).count())
    return {
        "rows": count,
        "made": made,
        "left": Post.objects.for_team(team).filter(trashed_at=None).count(),
        "seconds": {name: round(spent, 1) for name, spent in seconds.items()},
        "told": len(watched.told),
        "memory_mb": {"before": watched.memory[0], "most": max(watched.memory)},
        "machine": gauges.machine(),
    }


def _until_heard(scene: Scene) -> None:
    """Beat and worker are through with starting: a dispatch tick was carried out."""
    end = time.monotonic() + PATIENCE
    while dispatcher.silent_for("dispatch") is None:
        if time.monotonic() > end:
            raise RuntimeError("the worker never started")
        scene.tend()
        time.sleep(EVERY)


def _file(channels: list[str], count: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    first = timezone.now() + FIRST
    for number in range(count):
        at = first + timedelta(minutes=10 * number)
        channel, tags = channels[number % len(channels)], "sea, wind"
        day, clock = f"{at:%Y-%m-%d}", f"{at:%H:%M}"
        writer.writerow([text("Row", number), f"Row {number}", channel, day, clock, tags, "Autumn"])
    return out.getvalue().encode()


class _Watched:
    """`told`: the different numbers of made posts that were seen; `memory` of the worker, in MB."""

    def __init__(self, scene: Scene, importing: Import, say: Callable[[str], None]) -> None:
        self.scene, self.importing, self.say = scene, importing, say
        self.told: set[int] = set()
        self.memory = [self._memory()]

    def until_it_rests(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            self.importing.refresh_from_db()
            standing = imports.standing(self.importing)
            self.told.add(standing.made)
            self.memory.append(self._memory())
            if not self.importing.at_work:
                return self.say(f"{self.importing.get_step_display()}: {standing.made} posts made")
            if time.monotonic() > end:
                raise RuntimeError(f"the import is still {self.importing.step}")
            self.scene.tend()
            time.sleep(EVERY)

    def _memory(self) -> float:
        return gauges.memory_mb(self.scene.pids().get("worker", 0))
