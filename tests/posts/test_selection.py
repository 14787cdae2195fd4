"""Many posts at once: tags, channels, people, the trash; looked at, done, taken back."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts.models import BulkAct, Delivery, Post, Tag
from posts.services import compose, schedule, selection, trash
from posts.services.edits import Assigning, rewrite
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.choosing import HX, changes, confirm, left, look, made, marks, refused, undo
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.processes import wait_until

pytestmark = pytest.mark.django_db
TAGS, CHANNELS = "posts:selection_tags", "posts:selection_channels"
ASSIGN, DELETE = "posts:selection_assign", "posts:selection_delete"


@pytest.fixture
def posts(team, bob, channel):
    return [PostFactory(team=team, author=bob, title=f"P{n}", channels=[channel]) for n in range(3)]


@pytest.fixture
def scheduled(open_team, bob, channel):
    post = PostFactory(team=open_team, author=bob, title="Soon", channels=[channel])
    at = from_utc(timezone.now() + timedelta(days=2), "Europe/Lisbon")
    return schedule.schedule(post=post, at=at, by=bob)


def tags(post):
    return sorted(tag.name for tag in Post.objects.get(pk=post.pk).tags.all())


def channels(post):
    return set(post.variants.values_list("channel_id", flat=True))


# -- what is asked for, shown, done


def test_a_tag_is_asked_for_then_shown_then_given_and_taken_back(posts, bob, as_user):
    rewrite(posts[0], bob, tags=["Sea", "old"])
    rewrite(posts[2], bob, tags=["sea"])
    browser = as_user(bob)
    asked = look(browser, TAGS, *posts)
    assert not asked.context["changes"]
    assert "<h1" in asked.content.decode()
    shown = look(browser, TAGS, *posts, tags="sea, deep", do="add")
    assert changes(shown) == {"P0": "deep, old, Sea", "P1": "deep, sea", "P2": "deep, Sea"}
    assert [tags(post) for post in posts] == [["Sea", "old"], [], ["Sea"]]
    done = confirm(browser, TAGS, *posts, seen=marks(shown), tags="sea, deep", do="add")
    assert done.status_code == 302
    html = browser.get(done["Location"]).content.decode()
    assert "3 posts have other tags now." in html
    both = ["Sea", "deep"]
    assert [tags(post) for post in posts] == [[*both, "old"], both, both]
    assert undo(browser).status_code == 302
    assert [tags(post) for post in posts] == [["Sea", "old"], [], ["Sea"]]
    assert f"/{made().pk}/undo/" in html
    assert f"/{made().pk}/undo/" not in browser.get(done["Location"]).content.decode()


def test_a_tag_is_taken_away_where_there_is_one(posts, bob, as_user):
    rewrite(posts[0], bob, tags=["Sea", "old"])
    shown = look(as_user(bob), TAGS, *posts, tags="SEA", do="remove")
    assert changes(shown) == {"P0": "old"}
    assert left(shown) == dict.fromkeys(("P1", "P2"), "It has none of them.")
    confirm(as_user(bob), TAGS, *posts, tags="SEA", do="remove")
    assert tags(posts[0]) == ["old"]


@pytest.mark.parametrize(
    "typed", ["", " , ", "a\x00b", "t" * 41, ",".join("abcdefghijklmnopqrstu")]
)
def test_tags_that_cannot_be_are_refused_and_kept_in_the_form(posts, bob, as_user, typed):
    response = look(as_user(bob), TAGS, *posts, tags=typed, do="add", confirm="1")
    assert response.status_code == 422
    assert response.context["form"]["tags"].value() == typed
    assert not Tag.objects.exists()


def test_a_post_with_as_many_tags_as_there_may_be_stays(posts, bob, as_user):
    rewrite(posts[0], bob, tags=[f"t{n}" for n in range(20)])
    shown = look(as_user(bob), TAGS, posts[0], tags="one more", do="add")
    assert "more than 20 tags" in left(shown)["P0"]


def test_an_approval_outlives_tags_and_people_but_not_channels(scheduled, team, bob, as_user):
    browser, other = as_user(bob), ChannelFactory(team=team)
    confirm(browser, TAGS, scheduled, tags="sea", do="add")
    confirm(browser, ASSIGN, scheduled, person=bob.pk)
    scheduled.refresh_from_db()
    assert (scheduled.stage, scheduled.assignee) == (Stage.SCHEDULED, bob)
    shown = look(browser, CHANNELS, scheduled, channel=other.pk, do="add")
    assert "Goes back to drafting" in shown.content.decode()
    confirm(browser, CHANNELS, scheduled, channel=other.pk, do="add")
    scheduled.refresh_from_db()
    assert scheduled.stage == Stage.DRAFTING
    due = dict(scheduled.deliveries.values_list("channel_id", "due_at"))
    assert due == dict.fromkeys(channels(scheduled), scheduled.planned_at)
    assert set(scheduled.deliveries.values_list("state", flat=True)) == {DeliveryState.DRAFT}


def test_a_channel_comes_back_with_its_own_words(posts, channel, bob, as_user):
    own = compose.VariantDraft(text="Only here", options={"numbered": "yes"})
    rewrite(posts[0], bob, channels={channel.pk: own})
    shown = look(as_user(bob), CHANNELS, *posts, channel=channel.pk, do="remove")
    assert changes(shown) == dict.fromkeys(("P0", "P1", "P2"), "no channel")
    confirm(as_user(bob), CHANNELS, *posts, channel=channel.pk, do="remove")
    assert [channels(post) for post in posts] == [set()] * 3
    undo(as_user(bob))
    again = posts[0].variants.get()
    assert (again.channel, again.text, again.options) == (channel, "Only here", own.options)


def test_a_channel_says_what_it_would_not_take(team, bob, channel, as_user):
    long = PostFactory(team=team, author=bob, title="Long", body="word " * 200)
    shown = look(as_user(bob), CHANNELS, long, channel=channel.pk, do="add")
    [line] = shown.context["changes"]
    assert line.warned
    assert line.warned[0] in shown.content.decode()


def test_channels_and_people_of_others_cannot_be_chosen(posts, other_team, mallory, bob, as_user):
    theirs = ChannelFactory(team=other_team, name="Secret")
    response = look(as_user(bob), CHANNELS, *posts, channel=theirs.pk, do="add", confirm="1")
    assert response.status_code == 422
    assert "Secret" not in response.content.decode()
    response = look(as_user(bob), ASSIGN, *posts, person=mallory.pk, confirm="1")
    assert response.status_code == 422


def test_posts_are_assigned_and_given_back(posts, alice, bob, as_user):
    Post.objects.filter(pk=posts[0].pk).update(assignee=alice)
    shown = look(as_user(bob), ASSIGN, *posts, person=alice.pk)
    assert left(shown) == {"P0": "It is with them already."}
    confirm(as_user(bob), ASSIGN, *posts, person=alice.pk)
    assert Post.objects.filter(assignee=alice).count() == 3
    undo(as_user(bob))
    assert Post.objects.get(assignee=alice) == posts[0]
    confirm(as_user(bob), ASSIGN, *posts, person="none")
    assert not Post.objects.filter(assignee=alice).exists()


def test_the_trash_and_back_with_its_time(scheduled, posts, bob, as_user):
    at = scheduled.planned_at
    confirm(as_user(bob), DELETE, scheduled, *posts)
    assert not Post.objects.for_team(scheduled.team).exists()
    assert scheduled.deliveries.get().state == DeliveryState.CANCELLED
    undo(as_user(bob))
    again = Post.objects.for_team(scheduled.team).get(pk=scheduled.pk)
    assert (again.stage, again.planned_at) == (Stage.DRAFTING, at)
    assert Post.objects.for_team(scheduled.team).count() == 4


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
