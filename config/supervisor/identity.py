"""Who runs PostgreSQL. It refuses to run as root, so root steps down to an ordinary user for it."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from config.supervisor.errors import CannotStart


class RunAs(TypedDict, total=False):
    """Keyword arguments for `subprocess`; empty when we stay who we are."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Person:
    name: str
    uid: int
    gid: int

    @property
    def run_as(self) -> RunAs:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def stand_in(data: Path) -> Person | None:
    """Who runs PostgreSQL for root: the owner of its files, else a system user. None: ourselves."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (uid := data.stat().st_uid):
        return Person(f"user {uid}", uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Person(name, entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root, and there is no user postgres or nobody. "
        "Start Drumbeat as an ordinary user, or set DATABASE_URL."
    )


def open_to_all(path: Path) -> bool:
    """Whether any user may walk to `path`: each folder on the way has the search bit for others."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))
