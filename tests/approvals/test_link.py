"""The link in the mail: GET never decides, and it opens one request for whom it is for."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from approvals.limits import POSTS_PER_HOUR, UNKNOWN_PER_MINUTE
from approvals.models import Decision, Review, ReviewRequest
from approvals.services.ask import ask
from approvals.services.decide import withdraw
from notifications import outbox
from notifications.models import Message
from posts.models import MediaAsset
from tests.approvals.answering import hash_on

pytestmark = pytest.mark.django_db
RUTH = "ruth@harbour.test"


def rows():
    return (
        list(Review.objects.values_list("state", "ended_at")),
        list(ReviewRequest.objects.order_by("pk").values()),
        Decision.objects.count(),
        Message.objects.count(),
    )


def test_page_shows_what_will_be_published(ruth):
    page = ruth.get(ruth.page).content.decode()
    assert "Sea level data from forty buoys is open." in page
    assert "A yellow buoy at dusk" in page
    assert "Ruth Abara" in page
    assert "Is the number right?" in page
    assert 'value="approve"' in page
    assert "checked" not in page


def test_picture_on_the_page_is_served_to_its_reader_only(ruth):
    src = re.search(r'<img src="(/a/r/[^"]+)"', ruth.get(ruth.page).content.decode())[1]
    assert ruth.get(src)["Content-Type"] == "image/jpeg"
    assert Client().get(src).status_code == 410


def test_a_video_is_shown_to_its_reader_only(client, review, link_of, ruth):
    asset = review.post.pictures.get().asset
    MediaAsset.objects.filter(pk=asset.pk).update(kind="video", mime="video/mp4", seconds=2)
    args = [review.requests.get(membership=None).pk, asset.pk]
    whole, still = (
        reverse("approvals:link_video", args=args),
        reverse("approvals:link_picture", args=args),
    )
    answer = ruth.get(whole, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "video/mp4")
    assert ruth.get(still)["Content-Type"] == "image/webp"
    assert Client().get(whole).status_code == 410
    assert ruth.get(whole.replace(str(asset.pk), "999999")).status_code in (404, 410)


def test_token_leaves_the_address_bar(client, review, link_of):
    link = link_of(RUTH)
    response = client.get(link)
    assert link.split("/")[2] not in response["Location"]
    assert response["Referrer-Policy"] == "no-referrer"
    cookie = response.cookies["drumbeat_review"]
    assert cookie["httponly"]
    assert cookie["path"] == response["Location"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_changes_nothing(client, review, link_of, method):
    before = rows()
    link = link_of(RUTH)
    for _ in range(3):
        page = getattr(client, method)(link).headers.get("Location")
        if page:
            getattr(client, method)(page)
    assert rows() == before


def test_a_scanner_that_posts_to_the_link_decides_nothing(review, link_of):
    scanner, before = Client(enforce_csrf_checks=True), rows()
    assert scanner.post(link_of(RUTH)).status_code in (403, 405)
    page = scanner.get(link_of(RUTH))["Location"]
    assert (
        scanner.post(page, {"decision": "approve", "content_hash": review.content_hash}).status_code
        == 403
    )
    assert rows() == before


def test_expired_link_offers_a_new_one_to_the_same_address(ruth, review, link_of):
    old = link_of(RUTH)
    ReviewRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    page = ruth.get(ruth.page)
    assert page.status_code == 410
    assert "expired" in page.content.decode()
    refused = ruth.post(ruth.page, {"decision": "approve", "content_hash": review.content_hash})
    assert refused.status_code == 410
    fresh = ruth.post(f"{ruth.page}fresh/")
    assert fresh.status_code == 200
    assert link_of(RUTH) != old
    assert Message.objects.filter(kind="review_asked").latest("pk").email == RUTH
    assert Client().get(link_of(RUTH)).status_code == 302


def test_withdrawn_review_says_so(ruth, review, bob, team):
    withdraw(review=review, by=bob.memberships.get(team=team))
    page = ruth.get(ruth.page)
    assert page.status_code == 410
    assert "It was taken back from review." in page.content.decode()
    refused = ruth.post(ruth.page, {"decision": "approve", "content_hash": review.content_hash})
    assert refused.status_code == 409
    assert not Decision.objects.exists()


def test_guessed_links_meet_one_neutral_page_and_a_limit(client, review):
    guesses = [client.get(f"/a/{n:064d}/").status_code for n in range(UNKNOWN_PER_MINUTE + 1)]
    assert guesses == [410] * UNKNOWN_PER_MINUTE + [429]


def test_what_was_typed_outlives_the_cookie(ruth):
    form = {"decision": "changes", "comment": "It is 43 gauges."}
    ruth.cookies.clear()
    refused = ruth.post(ruth.page, form)
    assert refused.status_code == 410
    assert ">It is 43 gauges.</textarea>" in refused.text


def test_cookie_of_one_request_opens_no_other(ruth, review):
    other = ReviewRequest.objects.exclude(email=RUTH).get()
    ruth.cookies["drumbeat_review"]["path"] = "/a/"
    assert ruth.get(f"/a/r/{other.pk}/").status_code == 410


def test_forwarded_link_names_whom_it_is_for(review, link_of):
    somebody = Client()
    page = somebody.get(somebody.get(link_of(RUTH))["Location"])
    assert "You are <b>Ruth Abara</b>" in page.content.decode()


def test_link_of_a_member_dies_with_the_membership(client, review, link_of, carol, team):
    client.page = client.get(link_of(carol.email))["Location"]
    shown = hash_on(client.get(client.page))
    carol.memberships.get(team=team).delete()
    form = {"decision": "reject", "why": "It is 43 gauges.", "content_hash": shown}
    response = client.post(client.page, form)
    assert response.status_code == 403
    assert ">It is 43 gauges.</textarea>" in response.text
    assert "What you wrote" not in client.get(client.page).text
    assert not Decision.objects.exists()


def test_links_are_stored_as_digests_and_sealed(review, link_of):
    token = link_of(RUTH).split("/")[2]
    stored = [str(row) for row in ReviewRequest.objects.values()]
    stored += [str(row) for row in Message.objects.values()]
    assert not [row for row in stored if token in row]


def test_posting_without_end_is_stopped(ruth):
    codes = [
        ruth.post(ruth.page, {"decision": "nonsense"}).status_code
        for _ in range(POSTS_PER_HOUR + 1)
    ]
    assert codes == [422] * POSTS_PER_HOUR + [429]
    limited = ruth.post(ruth.page, {"decision": "changes", "comment": "It is 43 gauges."})
    assert 3500 < int(limited["Retry-After"]) <= 3600
    assert "Wait 60 minutes" in limited.text
    assert ">It is 43 gauges.</textarea>" in limited.text


def test_picture_in_the_mail_opens_without_a_session(review):
    data = Message.objects.filter(kind="review_asked").first().data
    src = data["channels"][0]["pictures"][0]["src"]
    assert Client().get(src)["Content-Type"] == "image/jpeg"
    assert Client().get(src[:-3] + "/").status_code == 404


def test_who_is_outside_reads_what_the_asker_reads(post, bob, stage):
    with translation.override("de"):
        ask(post=post, by=bob)
    outbox.drain()
    letters = {letter.to[0]: letter for letter in mail.outbox}
    outside = next(letter for to, letter in letters.items() if to != "carol@demo.test")
    assert outside.subject == "Bob bittet um Ihre Freigabe: Forty buoys"
    assert "Dieser Link ist nur für Sie" in outside.alternatives[0].content
    assert letters["carol@demo.test"].subject == "Bob asks for your approval: Forty buoys"
