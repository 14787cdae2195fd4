"""The quick edit of a card: its few facts, what others changed meanwhile, what cannot be."""

import pytest
from django.urls import reverse

from calendar_app.services.card import mark_of
from posts.models import Post
from posts.services import schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.calendar_app.december import HX, at
from tests.factories.posts import CampaignFactory, PostFactory, TagFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def post(planned):
    return planned("Forty buoys", at(11, 9, 30))


def url(post, **query):
    kwargs = {"team": post.team.slug, "post_id": post.pk}
    return reverse("calendar_app:card_edit", kwargs=kwargs, query=query)


def typed(post, **changed):
    """What the form of that post sends, as it is drawn; some of it changed."""
    post = Post.objects.get(pk=post.pk)
    local = post.planned_at
    return {
        "title": post.title,
        "assignee": post.assignee_id or "",
        "campaign": post.campaign.name if post.campaign else "",
        "tags": ", ".join(tag.name for tag in post.tags.all()),
        "day": f"{local:%Y-%m-%d}" if local else "",
        "time": f"{local:%H:%M}" if local else "",
        "mark": mark_of(post),
        **changed,
    }


def test_page_and_fragment_show_what_is_there(team, bob, carol, post, as_user):
    Post.objects.filter(pk=post.pk).update(assignee=carol)
    post.tags.add(TagFactory(team=team, name="tide-api"))
    post.refresh_from_db()
    browser = as_user(bob)
    page = browser.get(url(post)).content.decode()
    assert "<h1" in page
    assert f'<option value="{carol.pk}" selected>Carol</option>' in page
    assert 'value="tide-api"' in page
    assert 'value="2026-12-11"' in page
    assert 'value="09:30"' in page
    fragment = browser.get(url(post), headers=HX).content.decode()
    assert "<html" not in fragment
    assert f'value="{mark_of(post)}"' in fragment


def test_saves_all_of_it(team, bob, carol, post, as_user):
    sent = typed(
        post,
        title="Fifty buoys 🌊",
        assignee=carol.pk,
        campaign="Launch",
        tags="tide, Tide, sea",
        day="2026-12-12",
        time="10:15",
    )
    answer = as_user(bob).post(url(post), sent, headers=HX)
    assert answer.status_code == 200
    assert "Saved. Moved to Sat 12 Dec, 10:15." in answer.headers["HX-Trigger"]
    assert "HX-Retarget" not in answer.headers
    post.refresh_from_db()
    assert (post.title, post.assignee, post.campaign.name) == ("Fifty buoys 🌊", carol, "Launch")
    assert sorted(tag.name.lower() for tag in post.tags.all()) == ["sea", "tide"]
    assert post.planned_at == at(12, 10, 15)
    assert post.body == "Forty buoys"


def test_without_scripts_it_leads_back_to_the_board(team, bob, post, as_user):
    browser = as_user(bob)
    answer = browser.post(url(post), {**typed(post, campaign="Launch"), "group": "campaign"})
    assert answer.url == f"/t/{team.slug}/board/?group=campaign"
    assert "Saved." in browser.get(answer.url).content.decode()


def test_an_unchanged_time_is_left_alone(team, bob, post, as_user):
    """Also where it has passed: other things are still edited."""
    Post.objects.filter(pk=post.pk).update(planned_at=at(1, 9, 30))
    answer = as_user(bob).post(url(post), typed(post, campaign="Launch"), headers=HX)
    assert answer.status_code == 200
    post.refresh_from_db()
    assert (post.planned_at, post.campaign.name) == (at(1, 9, 30), "Launch")


def test_off_the_calendar(team, bob, post, as_user):
    answer = as_user(bob).post(url(post), typed(post, day="", time=""), headers=HX)
    assert "Taken off the calendar." in answer.headers["HX-Trigger"]
    post.refresh_from_db()
    assert post.planned_at is None


@pytest.mark.parametrize("headers", [{}, HX])
def test_somebody_was_faster(team, bob, alice, carol, post, as_user, headers):
    mine = typed(post, campaign="Mine", tags="sea")
    theirs = typed(post, campaign="Theirs", assignee=carol.pk)
    assert as_user(alice).post(url(post), theirs).status_code == 302
    refused = as_user(bob).post(url(post), mine, headers=headers)
    assert refused.status_code == 409
    html = refused.content.decode()
    assert "Somebody changed this post meanwhile." in html
    assert "<b>Campaign</b> <bdi>Theirs</bdi>" in html
    assert "<b>Assignee</b> <bdi>Carol</bdi>" in html
    assert 'value="Mine"' in html
    post.refresh_from_db()
    assert post.campaign.name == "Theirs"
    # Pressed again by somebody who has read it.
    again = {**mine, "mark": mark_of(post)}
    assert f'value="{again["mark"]}"' in html
    assert as_user(bob).post(url(post), again, headers=headers).status_code in (200, 302)
    post.refresh_from_db()
    assert (post.campaign.name, post.assignee) == ("Mine", None)


def test_a_missing_mark_is_an_old_one(team, bob, post, as_user):
    assert as_user(bob).post(url(post), typed(post, mark="")).status_code == 409


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": "x" * 201}, "at most 200"),
        ({"assignee": "999999"}, "not in the team any more"),
        ({"assignee": "x"}, "not in the team any more"),
        ({"campaign": "x" * 81}, "at most 80"),
        ({"tags": ", ".join(f"t{n}" for n in range(21))}, "At most 20 tags"),
        ({"tags": "x" * 41}, "At most 20 tags of 40 characters"),
        ({"campaign": "a\ufffdb"}, "cannot be stored"),
        ({"title": "a\x00b"}, "Null characters"),
        ({"day": "tomorrow"}, "Write the day as"),
        ({"time": "25:00"}, "Write the time as"),
        ({"day": "2099-01-01"}, "within five years"),
        ({"day": ""}, "Choose a day as well"),
        ({"day": "2026-12-01"}, "has passed"),
    ],
)
def test_what_will_not_do_keeps_what_was_typed(team, bob, post, as_user, changed, words):
    sent = typed(post, **{"campaign": "Launch 🌊", **changed})
    refused = as_user(bob).post(url(post), sent, headers=HX)
    assert refused.status_code == 422
    assert refused.headers["HX-Retarget"] == "#move-dialog-body"
    html = refused.content.decode()
    assert words in html
    assert f'value="{sent["mark"]}"' in html
    if "campaign" not in changed:
        assert 'value="Launch 🌊"' in html
    post.refresh_from_db()
    assert (post.title, post.campaign, post.planned_at) == ("Forty buoys", None, at(11, 9, 30))


def test_what_is_typed_is_only_text(team, bob, post, as_user):
    sent = typed(post, campaign="<script>x</script>", day="never")
    html = as_user(bob).post(url(post), sent).content.decode()
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def test_an_approved_title_is_the_composers(team, free_team, bob, post, as_user):
    schedule.schedule(post=post, at=from_utc(at(11, 9, 30), "UTC"), by=bob)
    page = as_user(bob).get(url(post)).content.decode()
    assert 'name="title"' not in page
    assert "changed in the composer" in page
    sent = typed(post, title="Another", campaign="Launch")
    assert as_user(bob).post(url(post), sent).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.campaign.name, post.stage) == (
        "Forty buoys",
        "Launch",
        Stage.SCHEDULED,
    )
    assert post.deliveries.get().state == DeliveryState.QUEUED


def test_what_waits_for_a_decision_keeps_its_time(team, free_team, bob, carol, post, as_user):
    schedule.schedule(post=post, at=from_utc(at(11, 9, 30), "UTC"), by=bob)
    post.deliveries.update(state=DeliveryState.FAILED, problem="Too large.")
    page = as_user(bob).get(url(post)).content.decode()
    assert 'name="day"' not in page
    sent = typed(post, assignee=carol.pk, day="2026-12-20")
    assert as_user(bob).post(url(post), sent).status_code == 302
    post.refresh_from_db()
    assert (post.assignee, post.planned_at) == (carol, at(11, 9, 30))
    assert post.deliveries.get().state == DeliveryState.FAILED


def test_what_is_published_is_not_edited(team, bob, as_user):
    post = PostFactory(team=team, author=bob, stage=Stage.DONE)
    browser = as_user(bob)
    assert browser.get(url(post)).status_code == 409
    assert browser.post(url(post), {"campaign": "Launch", "mark": "x"}).status_code == 409
    board = browser.get(reverse("calendar_app:board", kwargs={"team": team.slug}))
    assert "data-edit" not in board.content.decode()


def test_roles_and_outsiders(team, other_team, bob, vera, mallory, post, as_user):
    theirs = PostFactory(team=other_team)
    for user, of, status in ((vera, post, 403), (mallory, post, 404), (bob, theirs, 404)):
        kwargs = {"team": other_team.slug if of is theirs else team.slug, "post_id": of.pk}
        address = reverse("calendar_app:card_edit", kwargs=kwargs)
        assert as_user(user).get(address).status_code == status
        assert as_user(user).post(address, {}).status_code == status
    inside = reverse("calendar_app:card_edit", kwargs={"team": team.slug, "post_id": theirs.pk})
    assert as_user(bob).get(inside).status_code == 404


def test_bounded(team, bob, post, as_user, django_assert_max_num_queries):
    for number in range(60):
        CampaignFactory(team=team)
        post.tags.add(TagFactory(team=team, name=f"t{number}"))
    browser = as_user(bob)
    browser.get(url(post), headers=HX)
    with django_assert_max_num_queries(14):
        browser.get(url(post), headers=HX)
