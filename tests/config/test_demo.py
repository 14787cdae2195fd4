from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership, Team
from approvals.models import Review
from config.demo import channels
from config.demo.story import PIECES
from notifications.models import Sending
from posts import content
from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage
from publishers.contract import OAuth2
from publishers.models import Channel
from publishers.sandbox.models import Credential

pytestmark = pytest.mark.django_db


@pytest.fixture
def tidewater() -> Team:
    call_command("demo")
    return Team.objects.get(slug="tidewater")


def test_only_in_the_sandbox(settings):
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="sandbox only"):
        call_command("demo")
    assert not Team.objects.exists()


def test_what_a_visitor_finds(tidewater, client):
    roles = {m.user.email: m.role for m in Membership.objects.for_team(tidewater)}
    assert roles == {
        "alice@demo.test": "owner",
        "bob@demo.test": "editor",
        "carol@demo.test": "editor",
        "vera@demo.test": "viewer",
    }
    assert Membership.objects.get(user__email="mallory@other.test").team != tidewater
    platforms = Channel.objects.for_team(tidewater).values_list("platform", flat=True)
    assert set(platforms) == {spec.slug for spec in channels.platforms()}
    stages = set(Post.objects.for_team(tidewater).values_list("stage", flat=True))
    assert stages == set(Stage)
    assert Review.objects.for_team(tidewater).filter(state="open").count() == 2
    assert Sending.objects.count() == 2
    signed_in = client.post(
        "/accounts/login/", {"login": "alice@demo.test", "password": "drumbeat-demo"}
    )
    assert signed_in.status_code == 302


def test_connecting_again_ends_no_connection_of_the_demo(tidewater):
    """The tokens carry the rights that connecting asks for; other ones would replace them."""
    for spec in channels.platforms():
        if isinstance(spec.auth, OAuth2):
            minted = Credential.objects.filter(account__platform=spec.slug, kind="access")
            assert {tuple(token.scopes.split()) for token in minted} == {tuple(spec.auth.scopes)}


def test_the_past_is_as_the_guard_wants_it(tidewater):
    """Each row says what a real delivery would: approved as sent, tried once, proved."""
    sent = Delivery.objects.for_team(tidewater).filter(state=DeliveryState.PUBLISHED)
    assert sent.count() >= 20
    for delivery in sent.select_related("revision", "post"):
        assert content.digest(delivery.revision.snapshot) == delivery.content_hash
        assert delivery.post.content_hash == delivery.content_hash
        assert delivery.post.approvals.filter(
            content_hash=delivery.content_hash, revoked_at=None
        ).exists()
        assert delivery.attempts.get().outcome == "ok"


def test_permalinks_show_the_post_with_its_picture(tidewater, client):
    [piece] = [one for one in PIECES if one.title == "Buoy 41 is back"]
    delivery_of = Delivery.objects.filter(post__title=piece.title).select_related("channel")
    assert delivery_of.count() == min(piece.channels, len(channels.platforms()))
    for delivery in delivery_of:
        page = client.get(urlsplit(delivery.permalink).path, follow=True)
        assert page.status_code == 200, delivery.permalink
        text = page.content.decode()
        assert "Buoy 41 is back on station" in text
        assert "A yellow buoy rides a low swell" in text


def test_again_changes_nothing(tidewater):
    before = Post.objects.count(), Delivery.objects.count(), Channel.objects.count()
    call_command("demo")
    call_command("demo", "--if-empty")
    assert (Post.objects.count(), Delivery.objects.count(), Channel.objects.count()) == before


def test_only_if_empty(team):
    call_command("demo", "--if-empty")
    assert Team.objects.get() == team


def test_load_in_a_bounded_number_of_statements(tidewater, django_assert_max_num_queries):
    before = Post.objects.count()
    with django_assert_max_num_queries(80):
        call_command("demo", "--posts", "300", "--months", "2", "--seed", "3")
    assert Post.objects.count() == before + 300
    loaded = Post.objects.filter(body__contains=" Note ")
    assert set(loaded.values_list("stage", flat=True)) >= {Stage.DONE, Stage.SCHEDULED, Stage.IDEA}
