"""Posts into the queue: the next free slot of each channel, once, and the way back."""

import json
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from calendar_app.errors import NoSlot
from calendar_app.models import QueuePause
from calendar_app.services import queue
from posts.models import Approval, Blackout, Delivery
from posts.services import review, schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.calendar_app.december import HX, at
from tests.calendar_app.test_back import form_in
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.processes import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def channel(team, give):
    channel = ChannelFactory(team=team, name="Tidewater news")
    give(channel, "09:30", "17:45")
    return channel


@pytest.fixture
def post(team, bob, channel):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])


def url(team, post, name="queue_add"):
    return reverse(f"calendar_app:{name}", kwargs={"team": team.slug, "post_id": post.pk})


def due(post):
    return dict(post.deliveries.values_list("channel_id", "due_at"))


def test_unapproved_takes_the_time_and_is_not_scheduled(team, post, bob, as_user):
    response = as_user(bob).post(url(team, post), headers=HX)
    assert response.status_code == 204
    said = json.loads(response.headers["HX-Trigger"])
    assert "Planned for Wed 9 Dec, 17:45. It goes out once" in said["drum:toast"]["message"]
    assert "live" in said
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (Stage.DRAFTING, at(9, 17, 45))
    assert set(post.deliveries.values_list("state", flat=True)) == {DeliveryState.DRAFT}
    assert not Approval.objects.exists()


def test_approved_is_scheduled(team, post, bob, alice, as_user):
    revision = review.submit(post=post, by=bob)
    post.refresh_from_db()
    review.confirm(post=post, revision=revision, by=alice)
    response = as_user(bob).post(url(team, post))
    assert response.url == reverse("posts:post", kwargs={"team": team.slug, "post_id": post.pk})
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert post.deliveries.get().state == DeliveryState.QUEUED
    assert post.deliveries.get().due_at == at(9, 17, 45)


def test_each_channel_has_a_week_of_its_own(free_team, bob, channel, give):
    other, bare = ChannelFactory(team=free_team), ChannelFactory(team=free_team)
    give(other, "08:00", days=(4,))
    post = PostFactory(team=free_team, author=bob, channels=[channel, other, bare])
    place = queue.add_to_queue(post=post, by=bob)
    assert place.apart
    wanted = {channel.pk: at(9, 17, 45), other.pk: at(11, 8), bare.pk: at(9, 17, 45)}
    assert due(post) == wanted


def test_the_next_post_takes_the_next_slot(free_team, bob, channel):
    posts = [PostFactory(team=free_team, author=bob, channels=[channel]) for _ in range(3)]
    taken = [queue.add_to_queue(post=post, by=bob).at.at for post in posts]
    assert taken == [at(9, 17, 45), at(10, 9, 30), at(10, 17, 45)]


def test_again_it_keeps_the_slot_that_it_has(post, bob):
    queue.add_to_queue(post=post, by=bob)
    post.refresh_from_db()
    assert queue.add_to_queue(post=post, by=bob).at.at == at(9, 17, 45)


def test_blackouts_are_left_out(team, post, bob):
    day = at(9, 12).date()
    Blackout.objects.create(team=team, name="Storm", starts_on=day, ends_on=day)
    assert queue.add_to_queue(post=post, by=bob).at.at == at(10, 9, 30)


def test_paused_queue_says_why(team, post, bob, channel, as_user):
    QueuePause.objects.create(team=team, channel=channel, reason="Rebrand until Friday")
    response = as_user(bob).post(url(team, post))
    assert response.status_code == 409
    assert "is paused: Rebrand until Friday." in response.content.decode()
    fragment = as_user(bob).post(url(team, post), headers=HX)
    assert fragment.status_code == 409
    assert "Rebrand" in fragment.headers["HX-Trigger"]
    post.refresh_from_db()
    assert post.planned_at is None


@pytest.mark.parametrize("chosen", [True, False])
def test_without_slots_or_channels_nothing_is_given(team, bob, chosen):
    channels = [ChannelFactory(team=team)] if chosen else []
    post = PostFactory(team=team, author=bob, channels=channels)
    with pytest.raises(NoSlot):
        queue.add_to_queue(post=post, by=bob)


def test_what_is_out_stays(team, post, bob, as_user):
    type(post).objects.filter(pk=post.pk).update(stage=Stage.DONE)
    assert as_user(bob).post(url(team, post)).status_code == 409


def test_what_is_not_ready_takes_no_slot(free_team, bob, channel, as_user):
    post = PostFactory(team=free_team, author=bob, title="", body="", channels=[channel])
    response = as_user(bob).post(url(free_team, post))
    assert response.status_code == 422
    assert not Delivery.objects.exists()


def test_composer_hands_on_what_goes_to_review(team, post, bob, as_user):
    response = as_user(bob).post(url(team, post), {"then": "review"})
    assert response.status_code == 307
    assert response.url.endswith(f"/posts/{post.pk}/review/")
    post.refresh_from_db()
    assert post.planned_at == at(9, 17, 45)


def test_page_shows_the_times_before(team, post, bob, as_user):
    html = as_user(bob).get(url(team, post)).content.decode()
    assert "17:45" in html
    assert "goes out then only if it is approved" in html
    post.refresh_from_db()
    assert post.planned_at is None


def test_undo_gives_the_slot_back(team, post, bob, as_user):
    browser = as_user(bob)
    undo = json.loads(browser.post(url(team, post), headers=HX).headers["HX-Trigger"])
    assert browser.post(undo["drum:toast"]["undo"], headers=HX).status_code == 204
    post.refresh_from_db()
    assert post.planned_at is None
    assert due(post) == {post.deliveries.get().channel_id: None}


def test_undo_brings_the_former_times_back(team, post, bob, channel, as_user):
    before = from_utc(at(20, 8), "Europe/Lisbon")
    schedule.plan(post=post, at=before, by=bob)
    browser = as_user(bob)
    undo = json.loads(browser.post(url(team, post), headers=HX).headers["HX-Trigger"])
    browser.post(undo["drum:toast"]["undo"], headers=HX)
    assert due(post) == {channel.pk: at(20, 8)}


def test_undo_does_not_undo_what_came_after(team, post, bob, as_user):
    browser = as_user(bob)
    undo = json.loads(browser.post(url(team, post), headers=HX).headers["HX-Trigger"])
    post.refresh_from_db()
    schedule.reschedule(post=post, at=from_utc(at(20, 8), "UTC"), by=bob)
    assert browser.post(undo["drum:toast"]["undo"], headers=HX).status_code == 409
    post.refresh_from_db()
    assert post.planned_at == at(20, 8)


def test_undo_takes_only_what_was_signed_for_this_post(team, post, bob, as_user):
    browser, remove = as_user(bob), url(team, post, "queue_remove")
    assert browser.post(remove).status_code == 404
    assert browser.post(f"{remove}?of=e30:forged:x").status_code == 404
    other = PostFactory(team=team, author=bob, channels=list(post.channels.all()))
    undo = json.loads(browser.post(url(team, other), headers=HX).headers["HX-Trigger"])
    of = undo["drum:toast"]["undo"].partition("?")[2]
    assert browser.post(f"{remove}?{of}").status_code == 404


def test_composer_learns_the_next_slot(team, post, bob, channel, as_user):
    address = reverse("calendar_app:queue_next", kwargs={"team": team.slug})
    browser = as_user(bob)
    html = browser.get(address, {"channels": channel.pk}, headers=HX).content.decode()
    assert "17:45" in html
    assert "<html" not in html
    assert "Choose a channel" in browser.get(address, {"channels": "x"}).content.decode()


def test_outsiders_and_viewers(team, post, mallory, vera, as_user):
    address = reverse("calendar_app:queue_next", kwargs={"team": team.slug})
    for path in (url(team, post), address):
        assert as_user(mallory).get(path).status_code == 404
        assert as_user(vera).get(path).status_code == 403
    assert as_user(vera).post(url(team, post, "queue_remove")).status_code == 403


def test_another_teams_post_or_channel_is_not_found(team, other_team, bob, as_user, give):
    theirs = ChannelFactory(team=other_team)
    give(theirs, "17:45")
    post = PostFactory(team=other_team, channels=[theirs])
    assert as_user(bob).post(url(team, post)).status_code == 404
    address = reverse("calendar_app:queue_next", kwargs={"team": team.slug})
    assert "17:45" not in as_user(bob).get(address, {"channels": theirs.pk}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_never_take_the_same_slot(team, bob, carol, channel):
    mine, theirs = (PostFactory(team=team, author=bob, channels=[channel]) for _ in range(2))

    def other() -> None:
        try:
            queue.add_to_queue(post=theirs, by=carol)
        finally:
            connection.close()

    second = threading.Thread(target=other)
    with transaction.atomic():
        queue.add_to_queue(post=mine, by=bob)
        second.start()
        wait_until(somebody_waits, what="the second person")
    second.join()
    assert [due(post)[channel.pk] for post in (mine, theirs)] == [at(9, 17, 45), at(10, 9, 30)]


def test_without_scripts_the_way_back_is_a_form_on_the_post(team, post, bob, as_user):
    browser = as_user(bob)
    queued = browser.post(url(team, post), follow=True)
    assert "Planned for Wed 9 Dec, 17:45." in queued.text
    back = browser.post(form_in(queued), follow=True)
    assert back.redirect_chain == [(reverse("posts:post", args=[team.slug, post.pk]), 302)]
    assert "Taken out of the queue." in back.text
    assert set(due(post).values()) == {None}
    late = browser.post(form_in(queued))
    assert late.status_code == 409
    assert "<html" in late.text
