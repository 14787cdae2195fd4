"""Databases that are restored, copied and swapped: nothing is posted twice, and nothing is lost.

The ledger is that of the platforms, which keep theirs (databases.py).
"""

import random
import secrets
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from delivery.models import Attempt, Heartbeat, Rewind, Stray
from notifications.models import Message
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Instance
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.faults import cast, databases, world
from tests.faults.databases import Machine, Platforms, Product
from tests.faults.invariants import broken
from tests.processes import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

CHANNELS = 6
BEATS = "SELECT max(at) FROM delivery_heartbeat WHERE name = 'reap'"
QUEUED = "SELECT count(*) FROM posts_delivery WHERE state = 'queued'"
OUT = "SELECT count(*) FROM posts_delivery WHERE state = 'published'"
FRESH, COPY, ELSEWHERE = "drumbeat_fresh", "drumbeat_copy", "drumbeat_platforms"


@pytest.fixture
def channels(team, alice):
    """Two on each of three platforms."""
    return [world.channel(team, number) for number in range(CHANNELS)]


@pytest.fixture
def platforms(channels, tmp_path, collected_static):
    with Platforms(ELSEWHERE, tmp_path / "platforms", collected_static) as platforms:
        yield platforms


@pytest.fixture
def product(platforms, tmp_path):
    product = Product(tmp_path / "product", world.environment(**platforms.env))
    yield product
    product.kill()
    print(product.log)


@pytest.fixture(autouse=True)
def tidy():
    yield
    for name in (FRESH, COPY):
        databases.drop(name)


def planned(team, channels, *, seconds: float = 3600):
    """A post on each channel. No two texts are alike, or a look could not tell them apart."""
    at = timezone.now() + timedelta(seconds=seconds)
    return [
        DeliveryFactory(
            queued=True,
            post=PostFactory(team=team, stage="scheduled", body=said()),
            channel=channel,
            due_at=at,
        )
        for channel in channels
    ]


def said() -> str:
    return " ".join(secrets.token_hex(random.randint(2, 5)) for _ in range(8))


def bring_forward(deliveries, *, seconds: float = 0) -> None:
    at = timezone.now() + timedelta(seconds=seconds)
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    rows.update(due_at=at, run_at=at)


def states(deliveries) -> list[str]:
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    return list(rows.values_list("state", flat=True))


def live(deliveries) -> bool:
    return set(states(deliveries)) == {DeliveryState.PUBLISHED}


def texts(deliveries) -> set[str]:
    return {delivery.post.body for delivery in deliveries}


def once(platforms: Platforms, *groups) -> None:
    """Exactly these are on the platforms, each of them once, and no second was ever tried."""
    found = platforms.texts()
    assert {text: times for text, times in found.items() if times > 1} == {}
    assert set(found) == set().union(*map(texts, groups))
    assert platforms.calls() == len(found)


def database_name() -> str:
    return connection.get_connection_params()["dbname"]


def answered() -> bool:
    """Whether the database is there, after it was taken from under this test."""
    try:
        return Delivery.objects.exists()
    except (OperationalError, InterfaceError):
        connection.close()
        return False


@pytest.mark.parametrize("running", [False, True], ids=["stopped", "while it runs"])
def test_an_older_backup_is_restored(team, channels, platforms, product, tmp_path, running):
    known, sent, unsent, future = (planned(team, channels) for _ in range(4))
    backup = tmp_path / "backup"
    bring_forward(known)
    product.start()
    wait_until(lambda: live(known), 60, "what the backup knows")
    bring_forward(sent, seconds=15)
    databases.dump(backup)
    assert set(states(sent)) == {DeliveryState.QUEUED}
    wait_until(lambda: live(sent), 60, "what it does not know")
    later = planned(team, channels, seconds=-1)
    wait_until(lambda: live(later), 60, "what was written after it")
    if not running:
        product.kill()

    databases.restore(backup, beside=FRESH)
    wait_until(answered, 20, "the restored database")
    assert set(states(sent)) == {DeliveryState.QUEUED}
    bring_forward(unsent)
    if not running:
        product.start()
    try:
        wait_until(lambda: live([*sent, *unsent]), 90, "the end of every delivery")
    except AssertionError:
        pytest.fail(f"{cast.troubles()}\n{product.log[-20000:]}")

    once(platforms, known, sent, unsent, later)
    assert set(states(future)) == {DeliveryState.QUEUED}
    ours = Delivery.objects.exclude(remote_id=None).values_list("remote_id", flat=True)
    assert {pk.rpartition("/")[2] for pk in ours} < platforms.remote_ids()
    rewind = Rewind.objects.get()
    assert rewind.done_at is not None
    assert rewind.calls == 2 * CHANNELS
    assert Attempt.objects.filter(worker="journal").count() == CHANNELS
    assert Stray.objects.filter(team=team, channel__isnull=False).count() == CHANNELS
    assert not broken(quiet=world.QUIET)


@pytest.fixture
def machine(platforms, tmp_path):
    machine = Machine(tmp_path)
    machine.take_over(tmp_path / "moved")
    yield machine
    machine.give_back()


def test_the_servers_files_are_put_back_under_a_running_product(
    team, channels, platforms, machine, tmp_path
):
    """Nothing tells this server from what it was, but that it has been started again."""
    known, sent, future = (planned(team, channels) for _ in range(3))
    product = Product(tmp_path / "product", world.environment(**platforms.env))
    product.start()
    try:
        bring_forward(known)
        wait_until(lambda: live(known), 60, "what the snapshot knows")
        bring_forward(sent, seconds=15)
        machine.keep()
        wait_until(answered, 20, "the server after its snapshot")
        assert set(states(sent)) == {DeliveryState.QUEUED}
        wait_until(lambda: live(sent), 60, "what it does not know")

        machine.put_back()
        wait_until(answered, 20, "the older server")
        wait_until(lambda: live(sent), 90, "the end of every delivery")
    except AssertionError:
        pytest.fail(f"{cast.troubles()}\n{product.log[-20000:]}")
    finally:
        product.kill()

    once(platforms, known, sent)
    assert set(states(future)) == {DeliveryState.QUEUED}
    assert Attempt.objects.filter(worker="journal").count() == CHANNELS
    assert not broken(quiet=world.QUIET)


def test_a_copy_publishes_nothing_until_somebody_says_what_it_is(
    team, channels, platforms, product, tmp_path
):
    posts = planned(team, channels)
    product.start()
    wait_until(Instance.objects.exists, 40, "the first start of the original")
    product.kill()
    bring_forward(posts)
    databases.copy(database_name(), COPY)
    elsewhere = {"DATABASE_URL": databases.url_of(COPY), "DRUMBEAT_INSTANCE": ""}
    copy = Product(tmp_path / "copy", {**product.env, **elsewhere})

    copy.start()
    try:
        wait_until(lambda: "instance.locked" in copy.log, 40, "the lock")
        # It is alive and goes on looking, though it beats for no publishing.
        seen = wait_until(lambda: databases.value(COPY, BEATS), 20, "its heart")
        wait_until(lambda: databases.value(COPY, BEATS) > seen + timedelta(seconds=5), 20)
        assert platforms.calls() == 0
        assert databases.value(COPY, QUEUED) == CHANNELS
        assert "locked" in copy.manage("instance", "show")

        product.start()
        wait_until(lambda: live(posts), 60, "what the original sends")
        assert databases.value(COPY, QUEUED) == CHANNELS
        assert "home" in copy.manage("instance", "confirm", "home")
        wait_until(lambda: databases.value(COPY, OUT) == CHANNELS, 60, "what the copy found")
    except AssertionError:
        pytest.fail(copy.log[-20000:])
    finally:
        copy.kill()

    once(platforms, posts)


def test_while_the_journal_cannot_be_written_nothing_is_sent(team, channels, platforms, product):
    posts = planned(team, channels, seconds=-1)
    in_the_way = product.folder / "journal"
    product.folder.mkdir()
    in_the_way.write_text("A file where the folder should be: as little can be written as ever.")

    product.start()
    held = Heartbeat.objects.filter(name__startswith="held:").exclude(detail="")
    wait_until(held.exists, 40, "the alarm")
    assert platforms.calls() == 0
    assert "cannot write down" in held.get().detail
    assert Message.objects.filter(kind="publishing_held").exists()
    assert not Delivery.objects.exclude(failures=0).exists()

    in_the_way.unlink()
    wait_until(lambda: live(posts), 60, "what was held back")

    once(platforms, posts)
    assert not held.exists()
    assert not broken(quiet=world.QUIET)
