"""Many posts at once: what stays as it is and why, the way back, who may, and how many."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts.models import BulkAct, Delivery, Post
from posts.services import selection, trash
from posts.services.edits import Assigning, rewrite
from posts.states import DeliveryState, Stage
from tests.choosing import HX, changes, confirm, left, look, made, marks, refused, undo
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.processes import wait_until

pytestmark = pytest.mark.django_db
TAGS, CHANNELS = "posts:selection_tags", "posts:selection_channels"
ASSIGN, DELETE = "posts:selection_assign", "posts:selection_delete"


# -- what stays as it is, and why


def test_what_is_out_or_on_its_way_stays_and_says_so(scheduled, posts, bob, as_user):
    Post.objects.filter(pk=posts[0].pk).update(stage=Stage.DONE)
    Post.objects.filter(pk=posts[1].pk).update(trashed_at=timezone.now())
    Delivery.objects.update(state=DeliveryState.UNKNOWN)
    shown = look(as_user(bob), DELETE, scheduled, *posts)
    assert left(shown) == {
        "Soon": "It is being published, or may be live.",
        "P0": "It is published.",
        "P1": "It was deleted.",
    }
    assert changes(shown) == {"P2": "in the trash"}
    done = confirm(as_user(bob), DELETE, scheduled, *posts, headers=HX)
    assert "3 posts stay as they were" in done.content.decode()
    assert made().done == 1


def test_what_changed_after_the_look_is_left_alone(posts, bob, as_user):
    browser = as_user(bob)
    seen = marks(look(browser, DELETE, *posts))
    rewrite(posts[1], bob, body="Other words")
    done = confirm(browser, DELETE, *posts, seen=seen, headers=HX)
    assert done.status_code == 200
    assert refused() == {"P1": "It changed after you looked. Look at it again."}
    assert list(Post.objects.for_team(posts[0].team)) == [posts[1]]
    again = confirm(browser, DELETE, *posts, seen=seen)
    assert again.status_code == 409
    assert "Nothing was changed." in again.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_changes_while_it_waits_for_its_turn_is_left_alone(posts, alice, bob):
    act, ids, answers = Assigning(bob), [post.pk for post in posts], []
    seen = {line.mark for line in act.lines(selection.load(posts[0].team, ids))}

    def other():
        try:
            answers.append(selection.apply(team=posts[0].team, ids=ids, act=act, seen=seen, by=bob))
        finally:
            connection.close()

    second = threading.Thread(target=other)
    with transaction.atomic():
        rewrite(posts[1], alice, body="Alice's words")
        second.start()
        wait_until(somebody_waits, what="the act")
    second.join()
    assert refused(answers[0]) == {"P1": "It changed after you looked. Look at it again."}
    assert list(Post.objects.filter(assignee=None).values_list("body")) == [("Alice's words",)]


def test_a_yes_to_one_act_is_none_to_another(posts, bob, as_user):
    seen = marks(look(as_user(bob), TAGS, *posts, tags="sea", do="add"))
    assert confirm(as_user(bob), DELETE, *posts, seen=seen).status_code == 409
    assert confirm(as_user(bob), TAGS, *posts, seen=seen, tags="x", do="add").status_code == 409
    assert confirm(as_user(bob), DELETE, *posts, seen=[]).status_code == 409
    assert Post.objects.for_team(posts[0].team).count() == 3


def test_one_that_fails_stops_none_of_the_others(posts, bob, as_user, monkeypatch):
    real = trash.trash

    def fail(*, post, by):
        if post.title == "P1":
            Post.objects.filter(pk=post.pk).update(title="Half done")
            raise selection.IntegrityError
        real(post=post, by=by)

    monkeypatch.setattr(trash, "trash", fail)
    confirm(as_user(bob), DELETE, *posts)
    assert list(Post.objects.for_team(posts[0].team).values_list("title", flat=True)) == ["P1"]
    assert "at the same moment" in refused()["P1"]


# -- the way back


def test_the_way_back_is_ones_own_and_is_taken_once(posts, bob, carol, as_user):
    confirm(as_user(bob), ASSIGN, *posts, person=bob.pk)
    page = reverse("posts:selection_done", args=[posts[0].team.slug, made().pk])
    assert undo(as_user(carol)).status_code == 404
    assert as_user(carol).get(page).status_code == 404
    assert as_user(bob).get(page).status_code == 200
    first, second = (undo(as_user(bob), headers=HX) for _ in range(2))
    assert "3 posts are as they were." in first["HX-Trigger"]
    assert second.status_code == 409
    assert "too late" in second["HX-Trigger"]


def test_nothing_is_taken_back_from_what_has_changed_since(posts, bob, as_user):
    confirm(as_user(bob), ASSIGN, *posts, person=bob.pk)
    rewrite(Post.objects.get(pk=posts[1].pk), bob, body="Other words")
    answer = undo(as_user(bob), headers=HX)
    assert "2 posts are as they were." in json.loads(answer["HX-Trigger"])["drum:toast"]["message"]
    assert list(Post.objects.filter(assignee=bob)) == [posts[1]]


@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_holds_stays_and_the_others_come_back(posts, bob, as_user):
    confirm(as_user(bob), ASSIGN, *posts, person=bob.pk)
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=posts[1].pk)
            held.set()
            let_go.wait(10)
        connection.close()

    somebody = threading.Thread(target=hold)
    somebody.start()
    assert held.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        answer = undo(as_user(bob), headers=HX)
    finally:
        let_go.set()
        somebody.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    said = json.loads(answer["HX-Trigger"])["drum:toast"]["message"]
    assert "2 posts are as they were." in said
    assert "at the same moment" in said
    assert list(Post.objects.filter(assignee=bob)) == [posts[1]]


def test_after_ten_minutes_there_is_no_way_back(posts, bob, as_user):
    confirm(as_user(bob), ASSIGN, *posts, person=bob.pk)
    BulkAct.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert undo(as_user(bob)).status_code == 409
    assert Post.objects.filter(assignee=bob).count() == 3
    BulkAct.objects.update(created_at=timezone.now() - timedelta(days=2))
    confirm(as_user(bob), ASSIGN, *posts, person="none")
    assert BulkAct.objects.count() == 1


# -- pages, people, bounds


def test_by_htmx_it_is_a_part_of_the_page(posts, bob, as_user):
    shown = look(as_user(bob), DELETE, *posts, headers=HX)
    assert "<html" not in shown.content.decode()
    done = confirm(as_user(bob), DELETE, *posts, headers=HX)
    assert done.status_code == 204
    said = json.loads(done["HX-Trigger"])
    assert said["drum:toast"]["message"] == "3 posts are in the trash."
    assert said["drum:toast"]["undo"].endswith(f"/selection/{made().pk}/undo/")
    assert said["drum:chosen"] == {"done": True, "close": True}


@pytest.mark.parametrize("name", [TAGS, CHANNELS, ASSIGN, DELETE])
def test_who_reads_the_address_is_led_to_the_list(posts, bob, mallory, vera, as_user, name):
    url = reverse(name, args=[posts[0].team.slug])
    assert as_user(bob).get(url)["Location"].endswith("/calendar/list/")
    assert look(as_user(mallory), name, *posts).status_code == 404
    assert look(as_user(vera), name, *posts).status_code == 403


@pytest.mark.parametrize("extra", ["theirs", "-1", "abc", "9" * 30])
def test_a_post_of_others_among_them_is_404_and_nothing_is_done(
    posts, other_team, bob, as_user, extra
):
    pk = PostFactory(team=other_team).pk if extra == "theirs" else extra
    seen = marks(look(as_user(bob), DELETE, *posts))
    url = reverse(DELETE, args=[posts[0].team.slug])
    said = {"id": [posts[0].pk, pk], "seen": seen, "confirm": "1"}
    assert as_user(bob).post(url, said).status_code == 404
    assert Post.objects.filter(trashed_at=None).count() >= 3


def test_none_and_too_many_are_422(team, bob, as_user):
    none = look(as_user(bob), DELETE, team=team)
    assert none.status_code == 422
    assert "Choose at least one post first." in none.content.decode()
    url = reverse(DELETE, args=[team.slug])
    many = as_user(bob).post(url, {"id": list(range(1, 102)), "confirm": "1"})
    assert many.status_code == 422
    assert "Choose at most 100 posts. These are 101." in many.content.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [(TAGS, {"tags": "sea", "do": "add"}), (CHANNELS, {"do": "add"}), (ASSIGN, {}), (DELETE, {})],
)
def test_a_look_at_many_asks_no_more_than_at_one(team, bob, channel, as_user, name, said):
    if name == CHANNELS:
        said = {**said, "channel": ChannelFactory(team=team).pk}
    if name == ASSIGN:
        said = {"person": bob.pk}
    browser = as_user(bob)

    def asked(n):
        posts = [PostFactory(team=team, author=bob, channels=[channel]) for _ in range(n)]
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert len(look(browser, name, *posts, **said).context["changes"]) == n
        return len(found)

    asked(1)
    assert asked(2) == asked(12) <= 16


def test_what_is_shown_is_escaped_and_leads_back_to_our_pages_only(team, bob, as_user):
    post = PostFactory(team=team, author=bob, title="<b>Bold</b>")
    html = look(as_user(bob), DELETE, post, next="https://elsewhere.example/").content.decode()
    assert "<b>Bold" not in html
    assert "elsewhere" not in html
    back = f"/t/{team.slug}/board/?q=tide"
    assert f'href="{back}"' in look(as_user(bob), DELETE, post, next=back).content.decode()
