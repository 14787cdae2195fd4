"""Fills the sandbox: people, channels, a month of posts, load when asked. All or nothing."""

from django.db import transaction

from config.demo import load, people, reuse
from config.demo.month import Month
from posts.models import Post


@transaction.atomic
def fill(*, posts: int, months: int, seed: int) -> None:
    team = people.make()
    if not Post.objects.for_team(team).exists():
        Month(team).write()
        reuse.write(team)
    if posts:
        load.add(team, posts=posts, months=months, seed=seed)
