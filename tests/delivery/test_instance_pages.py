"""What people see of a copy and of a restore, and who confirms which of the two it is."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from delivery import instance
from delivery.models import Heartbeat, Rewind, Stray
from delivery.services import instance as services
from posts.models import Delivery
from publishers.models import Instance
from tests.delivery.copies import copied, strayed
from tests.factories.delivery import channel_of, due_delivery, troubled

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(team):
    return reverse("calendar_app:board", args=[team.slug])


def test_every_page_says_that_a_copy_publishes_nothing_and_whom_to_ask(
    as_user, vera, team, board, django_user_model
):
    assert "Nothing is published" not in as_user(vera).get(board).content.decode()
    copied()
    page = as_user(vera).get(board).content.decode()
    assert "Nothing is published at the moment." in page
    assert "Ask whoever runs this Drumbeat." in page

    django_user_model.objects.create_superuser(email="ada@demo.test", name="Ada")

    assert "Ask Ada." in as_user(vera).get(board).content.decode()


def test_a_web_server_without_a_name_believes_those_that_publish(
    as_user, bob, client, settings, team, board
):
    """Two containers, and only the workers' keeps its files: its pages are not the copy's."""
    instance.locked()
    settings.INSTANCE = ""
    settings.DATA_DIR = settings.DATA_DIR / "elsewhere"

    assert "Nothing is published" not in as_user(bob).get(board).content.decode()
    assert client.get(reverse("health_ready")).json()["publishing"]["locked"] is False

    instance.forget()
    assert "another installation" in instance.locked()
    assert "another installation" in as_user(bob).get(board).content.decode()
    assert client.get(reverse("health_ready")).json()["publishing"]["locked"] is True


def test_a_held_machine_is_told_while_it_is_held(as_user, bob, team, board):
    Heartbeat.objects.create(name="held:here", at=timezone.now(), detail="The disk is full.")
    assert "The disk is full." in as_user(bob).get(board).content.decode()

    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=2))
    assert "The disk is full." not in as_user(bob).get(board).content.decode()


def test_a_restore_is_told_to_the_teams_it_concerns(
    as_user, bob, mallory, platform, team, other_team, board
):
    delivery = due_delivery(team)
    services.doubt_everything()
    instance.locked()
    strayed(team)

    page = as_user(bob).get(board).content.decode()
    listed = as_user(bob).get(reverse("delivery:restored", args=[team.slug])).content.decode()
    theirs = reverse("calendar_app:board", args=[other_team.slug])

    assert "1 post is looked up before anything is sent." in page
    assert "1 post may be live that is no longer known here." in page
    assert reverse("delivery:delivery", args=[team.slug, delivery.pk]) in listed
    assert "Was delivery number 7 before the restore" in listed
    assert "restored" not in as_user(mallory).get(theirs).content.decode()


def test_what_was_seen_is_noted(as_user, bob, vera, mallory, platform, team):
    stray = strayed(team)
    url = reverse("delivery:stray_noted", args=[team.slug, stray.pk])

    assert as_user(vera).post(url).status_code == 403
    assert as_user(mallory).post(url).status_code == 404
    assert as_user(bob).get(url).status_code == 405
    assert not Stray.objects.get().noted_at
    assert as_user(bob).post(url).status_code == 302
    assert as_user(bob).post(url).status_code == 302

    assert Stray.objects.get().noted_by == bob
    page = as_user(bob).get(reverse("delivery:restored", args=[team.slug])).content.decode()
    assert "Nothing is in doubt" in page


def test_the_list_belongs_to_its_team_and_asks_little(
    as_user, bob, mallory, platform, team, other_team, django_assert_max_num_queries
):
    url = reverse("delivery:restored", args=[team.slug])
    assert as_user(mallory).get(url).status_code == 404
    other = strayed(other_team)
    for _ in range(45):
        stray = strayed(team)
        Stray.objects.filter(pk=stray.pk).update(at=timezone.now())
    client = as_user(bob)

    with django_assert_max_num_queries(16):
        page = client.get(url).content.decode()

    assert page.count("Was delivery number 7 before the restore") == 40
    assert f"<b>{other.channel.name}</b>" not in page
    assert "2 of 2" in client.get(url + "?page=2").content.decode()


def test_all_that_is_looked_up_is_counted_and_listed(as_user, bob, platform, team):
    moment = timezone.now()
    Rewind.objects.create(noticed_at=moment, done_at=moment)
    channel = channel_of(team)
    for _ in range(45):
        row = due_delivery(team, channel=channel)
        troubled(row, "needs_human")
        Delivery.objects.filter(pk=row.pk).update(unknown_since=moment)
    url, client = reverse("delivery:restored", args=[team.slug]), as_user(bob)

    first = client.get(url).content.decode()
    last = client.get(url + "?doubted=2").content.decode()

    assert '<span class="nav__count">45</span>' in first
    assert (first.count('class="job"'), last.count('class="job"')) == (40, 5)
    assert "doubted=2" in first
    assert "2 of 2" in last


def test_health_says_locked_and_how_much_is_in_doubt(client, platform, team):
    health = reverse("health_ready")
    due_delivery(team)
    instance.locked()
    said = client.get(health).json()["publishing"]
    assert said == {"ok": True, "locked": False, "reconciling": 0}

    services.doubt_everything()
    instance.locked()
    copied()

    answer = client.get(health)
    assert answer.status_code == 503
    assert answer.json()["publishing"] == {"ok": False, "locked": True, "reconciling": 1}


# -- the administration


@pytest.fixture
def admin(as_user, django_user_model):
    return as_user(django_user_model.objects.create_superuser(email="ada@demo.test"))


@pytest.mark.parametrize(("action", "state"), [("home", "connected"), ("copy", "disconnected")])
def test_an_administrator_confirms_on_a_page(admin, platform, team, action, state):
    channel = channel_of(team)
    copied()
    url = reverse("admin:publishers_instance_changelist")

    admin.post(url, {"action": f"confirm_{action}", "_selected_action": "1"})

    channel.refresh_from_db()
    assert channel.state == state
    assert instance.locked() is None
    assert Instance.objects.get().key == "tests"


def test_nobody_else_confirms(as_user, platform, team, django_user_model):
    user = django_user_model.objects.create_user(email="s@demo.test", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_instance"))
    copied()

    as_user(user).post(
        reverse("admin:publishers_instance_changelist"),
        {"action": "confirm_home", "_selected_action": "1"},
    )

    assert Instance.objects.get().key == "another"
