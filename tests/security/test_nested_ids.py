"""Ids of another team inside forms and queries: refused, and nothing changes."""

import pytest
from django.urls import reverse

from posts.models import Campaign, Post
from tests.factories.notifications import LiveEventFactory
from tests.security.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(world):
    def path(name, **arguments) -> str:
        return reverse(name, kwargs={"team": world.team.slug, **arguments})

    return path


@pytest.fixture
def alice_there(as_user, world, abroad):
    return as_user(world.owner)


def foreign(abroad) -> dict[str, dict[str, object]]:
    channel, asset = abroad.channel.pk, abroad.asset.pk
    return {
        "channel": {"channels": channel, f"text_{channel}": "own text"},
        "picture": {"media": asset, f"alt_{asset}": "theirs"},
        "assignee": {"assignee": abroad.owner.pk},
        "channel out of reach": {"channels": 10**18 - 1},
        "channel that is no number": {"channels": "1 OR 1=1"},
        "picture out of reach": {"media": "9" * 40},
        "assignee out of reach": {"assignee": "9" * 40},
    }


def test_a_post_takes_nothing_of_another_team(alice_there, world, abroad, at, unchanged, subtests):
    saved = world.post
    for what, fields in foreign(abroad).items():
        for name, arguments, version in (
            ("posts:create", {}, ""),
            ("posts:autosave_new", {}, ""),
            ("posts:edit", {"post_id": saved.pk}, saved.version),
            ("posts:autosave", {"post_id": saved.pk}, saved.version),
        ):
            with subtests.test(f"{what} in {name}"):
                body = {"body": "Words", "version": version, **fields}
                assert alice_there.post(at(name, **arguments), body).status_code == 422
                unchanged(f"{what} in {name}")


def test_a_preview_shows_nothing_of_another_team(alice_there, abroad, at, unchanged):
    body = {"body": "Words", "channels": abroad.channel.pk, "media": abroad.asset.pk}
    page = words(alice_there.post(at("posts:preview"), body))
    assert "Harbour" not in page
    assert f"/media/{abroad.asset.pk}/" not in page
    unchanged("A preview")


def test_a_link_to_the_composer_takes_nothing_of_another_team(alice_there, abroad, at):
    query = {"channel": abroad.channel.pk, "media": abroad.asset.pk}
    page = words(alice_there.get(at("posts:create"), query))
    assert "Harbour" not in page
    assert f"/media/{abroad.asset.pk}/" not in page


def test_mass_assignment_is_ignored(alice_there, world, abroad, at):
    """Only the form's own fields reach the row."""
    hostile = {
        "team": abroad.team.pk,
        "team_id": abroad.team.pk,
        "author": abroad.owner.pk,
        "author_id": abroad.owner.pk,
        "stage": "done",
        "content_hash": "0" * 64,
        "source": "api",
        "planned_at": "2020-01-01T00:00",
        "trashed_at": "2020-01-01T00:00",
        "id": 1,
    }
    path = at("posts:edit", post_id=world.post.pk)
    body = {"body": "New words", "version": world.post.version, **hostile}
    assert alice_there.post(path, body).status_code == 302
    post = Post.objects.get(pk=world.post.pk)
    assert post.body == "New words"
    assert (post.team, post.author, post.stage) == (world.team, world.owner, "drafting")
    assert (post.source, post.planned_at, post.trashed_at) == ("manual", None, None)
    assert post.content_hash != "0" * 64


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("accounts:profile", {"name": "A", "time_zone": "", "theme": ""}),
        ("accounts:team_settings", {"name": "Tidewater", "time_zone": "UTC"}),
        (
            "accounts:team_retries",
            {
                "late_after_minutes": 30,
                "retry_strategy": "linear",
                "retry_first_seconds": 30,
                "retry_tries": 3,
            },
        ),
    ],
)
def test_settings_take_their_own_fields_only(alice_there, world, abroad, name, fields):
    kwargs = {"team": world.team.slug} if name != "accounts:profile" else {}
    hostile = {
        "is_staff": "on",
        "is_superuser": "on",
        "email": "other@demo.test",
        "slug": "stolen",
        "role": "owner",
        "id": abroad.team.pk,
    }
    response = alice_there.post(reverse(name, kwargs=kwargs), {**fields, **hostile})
    assert response.status_code == 302
    world.owner.refresh_from_db()
    world.team.refresh_from_db()
    assert not world.owner.is_staff
    assert not world.owner.is_superuser
    assert world.owner.email == "alice@demo.test"
    assert world.team.slug == "tidewater"


def test_a_reviewer_is_a_member_of_this_team(alice_there, world, abroad, at, unchanged):
    path = at("approvals:stage_reviewers", stage_id=world.reviewer.stage_id)
    for pk in (abroad.member.pk, 10**30, "x"):
        response = alice_there.post(path, {"membership": pk})
        assert response.status_code == 422
        assert "Harbour" not in words(response)
        unchanged("A reviewer from elsewhere")


def test_a_workflow_names_what_this_team_has(alice_there, world, abroad, at, unchanged):
    path = at("approvals:workflow", workflow_id=world.reviewer.stage.workflow_id)
    rule = {"name": "New", "asks": "yes", "at_once": "no", "lead_hours": 4, "remind_hours": 24}
    campaign = Campaign.objects.get(team=abroad.team)
    for reach, named in (
        ("channels", {"channels": abroad.channel.pk}),
        ("campaigns", {"campaigns": campaign.pk}),
        ("team", {"tags": f"tag of {abroad.team.slug}"}),
        ("channels", {"channels": 10**30}),
        ("team", {"backup": abroad.member.pk}),
    ):
        response = alice_there.post(path, {**rule, "reach": reach, **named})
        assert response.status_code == 422
        assert "Channel of" not in words(response).replace(str(world.channel), "")
        unchanged("A workflow over what is elsewhere")


def test_who_will_be_asked_is_said_of_this_teams_posts(alice_there, abroad, at, unchanged):
    for pk in (abroad.post.pk, 10**17):
        assert alice_there.get(at("approvals:workflows"), {"post": pk}).status_code == 404
    for pk in ("x", "", "9" * 40, "²"):
        assert alice_there.get(at("approvals:workflows"), {"post": pk}).status_code == 200
    unchanged("A look at who will be asked")


def test_a_reconnect_names_a_channel_of_this_team(alice_there, abroad, at, unchanged):
    path = at("publishers:connect", platform="bluesky")
    form = {"identifier": "a.example", "secret": "x"}
    for pk in (abroad.channel.pk, 10**30, "9" * 5000, "x"):
        assert alice_there.post(path, {**form, "reconnects": pk}).status_code == 404
        assert alice_there.get(path, {"reconnects": pk}).status_code == 404
        unchanged("A reconnect from elsewhere")


def test_only_my_own_messages_are_marked_read(alice_there, abroad, at, unchanged):
    for pk in (abroad.message.pk, 10**30, "x"):
        assert alice_there.post(at("notifications:read"), {"id": pk}).status_code == 404
        unchanged("A message of somebody else")


def test_switching_to_another_team_is_not_possible(alice_there, abroad):
    response = alice_there.post(reverse("accounts:switch"), {"team": abroad.team.slug})
    assert response.status_code == 404


def test_a_form_token_of_somebody_else_finds_nothing(as_user, alice_there, world, bob, at):
    """The token of a new form names only what its own writer made with it."""
    token = "ab" * 16
    form = {"body": "Bob's words", "token": token}
    assert as_user(bob).post(at("posts:autosave_new"), form).status_code == 200
    mine = alice_there.post(at("posts:autosave_new"), {"body": "Mine", "token": token})
    assert mine.status_code == 200
    assert Post.objects.get(body="Bob's words").author == bob
    assert Post.objects.get(body="Mine").author == world.owner


def test_live_changes_tell_only_of_this_team(as_user, world, abroad, at):
    for ours in (world, abroad):
        LiveEventFactory(team=ours.team, topic=f"post:{ours.post.pk}")
        LiveEventFactory(team=ours.team, topic=f"delivery:{ours.delivery.pk}")
    seen = as_user(world.owner).get(at("notifications:changes"), {"after": 0}).json()
    topics = {event["topic"] for event in seen["events"]}
    assert topics >= {f"post:{world.post.pk}", f"delivery:{world.delivery.pk}"}
    assert not topics & {f"post:{abroad.post.pk}", f"delivery:{abroad.delivery.pk}"}
