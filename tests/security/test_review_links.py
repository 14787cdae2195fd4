"""Links in mail: what guesses, forwarded links and people who have left can do with them."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.places import address, place
from approvals import tokens
from approvals.models import Decision, Review, ReviewRequest
from approvals.services import reviewers
from notifications.models import Message
from notifications.sealing import unseal
from posts.models import Post
from posts.services import trash
from tests.factories.posts import MediaAssetFactory

pytestmark = pytest.mark.django_db


def link_of(email: str) -> str:
    asked = Message.objects.filter(kind="review_asked").order_by("-pk")
    told = next(m for m in asked if email in (m.email, m.user.email if m.user else ""))
    return re.sub(r"^https?://[^/]+", "", unseal(told.sealed)["link"])


@pytest.fixture
def outsider(world, client) -> Client:
    client.page = client.get(link_of(world.outside.email))["Location"]
    return client


@pytest.fixture
def member(world) -> Client:
    browser = Client()
    browser.page = browser.get(link_of(world.member.user.email))["Location"]
    return browser


def decide(browser: Client, world, **more):
    form = {"decision": "approve", "content_hash": world.review.content_hash, **more}
    return browser.post(browser.page, form)


def test_it_opens_the_pictures_of_its_post_only(world, abroad, outsider):
    other = MediaAssetFactory(team=world.team)
    for asset in (other, abroad.asset, world.asset):
        path = reverse("approvals:link_picture", args=[outsider.page.split("/")[3], asset.pk])
        assert outsider.get(path).status_code == 404


def test_it_opens_no_other_page(world, outsider):
    assert outsider.get(outsider.page).status_code == 200
    other = ReviewRequest.objects.exclude(pk=int(outsider.page.split("/")[3])).first()
    assert outsider.get(reverse("approvals:link_page", args=[other.pk])).status_code == 410
    assert outsider.get(reverse("posts:post", args=["tidewater", world.post.pk])).status_code == 302
    assert outsider.get(reverse("calendar_app:board", args=["tidewater"])).status_code == 302


def test_its_cookie_opens_nothing_else(world, outsider):
    """Nor does a cookie that somebody made up, or one that was signed for something else."""
    other = ReviewRequest.objects.exclude(pk=int(outsider.page.split("/")[3])).first()
    page = reverse("approvals:link_page", args=[other.pk])
    made_up = [
        outsider.cookies["drumbeat_review"].value,
        tokens.sign_picture(other.pk),
        "x",
        "",
        tokens.sign_page(other.pk, "0" * 64),
    ]
    for value in made_up:
        stranger = Client()
        stranger.cookies["drumbeat_review"] = value
        assert stranger.get(page).status_code == 410
        assert stranger.post(page, {"decision": "approve"}).status_code == 410
        cache.clear()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("gone", ["left", "deactivated", "viewer"])
def test_a_member_who_is_gone_decides_nothing(world, member, gone):
    user = world.member.user
    if gone == "left":
        world.member.delete()
    elif gone == "viewer":
        type(world.member).objects.filter(pk=world.member.pk).update(role="viewer")
    else:
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert decide(member, world).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("gone", ["left", "deactivated"])
def test_a_member_who_is_gone_sees_no_more_of_it(world, member, gone):
    """Neither the post nor its pictures, by the link that was open before."""
    title = world.review.post.title
    assert title in member.get(member.page).text
    if gone == "left":
        world.member.delete()
    else:
        type(world.member.user).objects.filter(pk=world.member.user.pk).update(is_active=False)
    for method in ("get", "post"):
        answer = getattr(member, method)(member.page)
        assert answer.status_code == 403
        assert title not in answer.text
        assert world.team.name not in answer.text
    number = int(member.page.split("/")[3])
    picture = reverse("approvals:link_picture", args=[number, 1])
    assert member.get(picture).status_code == 403


def test_an_outsider_who_was_removed_decides_nothing(world, outsider):
    reviewers.remove(team=world.team, reviewer=world.outside)
    assert decide(outsider, world).status_code == 409
    fresh = reverse("approvals:link_fresh", args=[outsider.page.split("/")[3]])
    before = Message.objects.count()
    assert outsider.post(fresh).status_code == 200
    assert Message.objects.count() == before
    assert not Decision.objects.exists()


def test_a_post_in_the_trash_is_not_approved(world, outsider):
    trash.trash(post=Post.objects.get(pk=world.review.post_id), by=world.owner)
    assert decide(outsider, world).status_code == 409
    assert not Decision.objects.exists()


def test_made_up_hashes_and_decisions_are_refused(world, outsider):
    for fields in (
        {"content_hash": "0" * 64},
        {"content_hash": ""},
        {"decision": "publish"},
        {"decision": ""},
        {"content_hash": world.post.content_hash},
    ):
        assert decide(outsider, world, **fields).status_code in (409, 422)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "trace"])
def test_only_a_form_decides(world, outsider, method):
    before = list(Review.objects.values()), list(ReviewRequest.objects.values())
    query = f"?decision=approve&content_hash={world.review.content_hash}"
    override = {"X-HTTP-Method-Override": "POST"}
    getattr(outsider, method)(outsider.page + query, headers=override)
    getattr(outsider, method)(link_of(world.outside.email), headers=override)
    assert before == (list(Review.objects.values()), list(ReviewRequest.objects.values()))
    assert not Decision.objects.exists()


def test_a_forged_form_decides_nothing(world, strict):
    browser = strict()
    page = browser.get(link_of(world.outside.email))["Location"]
    form = {"decision": "approve", "content_hash": world.review.content_hash}
    assert browser.post(page, form).status_code == 403
    assert browser.post(page, form, headers={"HX-Request": "true"}).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("act", ["undo/", "fresh/"])
def test_a_forged_act_does_nothing(world, strict, outsider, act):
    assert decide(outsider, world).status_code == 302
    browser = strict()
    page = browser.get(link_of(world.outside.email))["Location"]
    before = Message.objects.count()
    assert browser.post(page + act).status_code == 403
    assert Client().post(page + act).status_code == 410
    assert outsider.get(page + act).status_code == 405
    assert (Decision.objects.count(), Message.objects.count()) == (1, before)


@pytest.mark.parametrize("field", ["decision", "content_hash", "comment", "code"])
@pytest.mark.parametrize("value", ["\x00", "a\x00b", "x" * 6000])
def test_what_cannot_be_stored_is_refused(world, outsider, field, value):
    for asks in (False, True):
        type(world.team).objects.filter(pk=world.team.pk).update(links_ask_code=asks)
        assert decide(outsider, world, **{field: value}).status_code == 422
    assert not Decision.objects.exists()


def test_half_a_character_decides_nothing(world, outsider):
    said = f"decision=changes&content_hash={world.review.content_hash}&comment="
    raw, kind = said.encode() + b"%ED%A0%80", "application/x-www-form-urlencoded"
    assert outsider.post(outsider.page, raw, content_type=kind).status_code < 500


def test_its_page_is_in_no_frame_and_no_cache(world, outsider):
    page = outsider.get(outsider.page)
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_its_answers_say_themselves_that_no_cache_keeps_them(world, settings):
    """They hold the address with the token, and what only its holder may read."""
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "PrivatePages" not in one]
    browser = Client()
    came = browser.get(link_of(world.outside.email))
    page = browser.get(came["Location"])
    fresh = browser.post(f"{came['Location']}fresh/")
    undone = browser.post(f"{came['Location']}undo/")
    for answer in (came, page, fresh, undone):
        assert "no-store" in answer.headers["Cache-Control"]


def test_guessing_soon_meets_a_limit(world, client):
    answers = [client.get(f"/a/{'g' * 64}/").status_code for _ in range(15)]
    assert set(answers) == {410, 429}
    assert answers[-1] == 429
    # Whoever has a true link is not kept out by it.
    assert client.get(link_of(world.outside.email)).status_code == 302


class TestAddress:
    def test_a_forwarded_address_counts_only_behind_a_proxy_of_ours(self, rf, settings):
        request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 7.7.7.7"})
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
        assert address(request) == "127.0.0.1"
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert address(request) == "7.7.7.7"

    @pytest.mark.parametrize("said", ["", "unix:", "nonsense", "\x00", "1.2.3.4.5"])
    def test_what_is_no_address_is_none(self, rf, said):
        request = rf.get("/", REMOTE_ADDR=said)
        assert address(request) is None
        assert place(request) == "unknown"

    def test_a_household_is_one_place(self, rf):
        places = {
            place(rf.get("/", REMOTE_ADDR=ip)) for ip in ("2001:db8::1", "2001:db8::ffff:1%eth0")
        }
        assert places == {"2001:db8::/64"}

    def test_a_decision_is_taken_without_one(self, world, outsider):
        form = {"decision": "approve", "content_hash": world.review.content_hash}
        assert outsider.post(outsider.page, form, REMOTE_ADDR="unix:").status_code == 302
        assert Decision.objects.get().ip is None


def test_a_note_that_is_too_long_is_not_dropped(world, as_user):
    path = reverse("approvals:post_review", args=["tidewater", world.post.pk])
    response = as_user(world.owner).post(path, {"note": "x" * 2001})
    assert response.status_code == 422
    assert Post.objects.get(pk=world.post.pk).stage == "drafting"
