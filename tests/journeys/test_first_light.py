"""The whole main job with real parts: write, have it approved from a mail, see it go out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.services.reviewers import add as add_reviewer
from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage
from publishers.models import Channel
from publishers.sandbox import accounts, ledger
from tests.chromium import picture_file, sign_in
from tests.factories.posts import picture
from tests.processes import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.integration]

TEXT = "Forty buoys, one open feed. Read the water at https://tidewater.example/api"
OWN = "Forty buoys, one open feed."
ALT = "A yellow buoy at dusk, seen from the deck of a boat"


@pytest.fixture(params=["embedded", "redis"])
def running(request, stack, smtp):
    """The stack on either broker, with its mail going to a real mail server."""
    redis_url = request.getfixturevalue("redis_server").url if request.param == "redis" else ""
    env = {**smtp.env, "DRUMBEAT_APPROVAL_COOLING_SECONDS": "1"}
    return stack(redis_url=redis_url, env=env)


@pytest.fixture
def everybody(team, alice, bob, mallory):
    add_reviewer(team=team, email="ruth@harbour.test", name="Ruth Abara")
    accounts.create("x", "tidewater", "Tidewater")
    accounts.create("linkedin", "tidewater", "Tidewater")
    accounts.create("bluesky", "tidewater.example", "Tidewater", password="abcd-efgh-ijkl-mnop")


def connect_all(page: Page, team) -> None:
    """Each platform by its own door: two consents, one app password."""
    for name in ("X", "LinkedIn"):
        open_door(page, team, name)
        page.get_by_role("button", name=f"Continue to {name}").click()
        page.locator("label", has_text="tidewater").first.click()
        page.get_by_role("button", name="Allow").click()
        if name == "LinkedIn":
            for option in page.locator("label.account-choice").all():
                option.locator("input").set_checked("Tidewater" in option.inner_text())
            page.get_by_role("button", name="Connect").click()
        page.wait_for_url(re.compile(f"/t/{team.slug}/channels/"))
    open_door(page, team, "Bluesky")
    page.locator("form.form input[type=text]").first.fill("tidewater.example")
    page.locator("form.form input[type=password]").fill("abcd-efgh-ijkl-mnop")
    page.get_by_role("button", name="Connect").click()
    page.wait_for_url(re.compile(f"/t/{team.slug}/channels/"))


def open_door(page: Page, team, name: str) -> None:
    page.goto(f"/t/{team.slug}/channels/")
    page.locator("#connect").get_by_role("link", name=name, exact=True).click()


def test_first_light(running, everybody, smtp, person, team, tmp_path):
    alice, bob, onlooker = (person(running.address) for _ in range(3))
    sign_in(alice, "alice@demo.test")
    connect_all(alice, team)
    assert Channel.objects.for_team(team).count() == 3

    sign_in(onlooker, "alice@demo.test")
    onlooker.goto(f"/t/{team.slug}/calendar/")
    board = onlooker.context.new_page()
    board.goto(f"/t/{team.slug}/board/")

    sign_in(bob, "bob@demo.test")
    due = write(bob, team, tmp_path)
    post = Post.objects.get()
    assert post.stage == Stage.IN_REVIEW
    expect(board.locator("#column-review")).to_contain_text("Forty buoys")
    expect(onlooker.locator("#calendar")).to_contain_text("Forty buoys")

    approve(person(running.address), smtp, running.address)
    expect(board.locator("#column-scheduled")).to_contain_text("Forty buoys")

    wait_until(lambda: not Delivery.objects.exclude(state=DeliveryState.PUBLISHED).exists(), 150)
    sent = ledger.posts()
    assert len(sent) == 3
    for accepted in sent:
        late = (accepted.accepted_at - due).total_seconds()
        assert 0 <= late <= 1, f"{accepted} was {late:.3f} s late"
    expect(board.locator("#column-published")).to_contain_text("Forty buoys")
    expect(onlooker.locator('.post-chip[data-status="published"]')).to_contain_text("Forty buoys")
    read_everywhere(person(running.address), bob, team, post)


def write(page: Page, team, tmp_path):
    """Compose with the picture, one own text, a time; send for review. Returns when it is due."""
    page.goto(f"/t/{team.slug}/posts/new/")
    page.get_by_label("Title", exact=True).fill("Forty buoys")
    for box in page.locator("[data-pick]").all():
        box.check()
    page.locator("#body").fill(TEXT)
    x = Channel.objects.get(platform="x")
    page.get_by_role("tab", name=re.compile("^X: ")).click()
    page.locator(f"#text_{x.pk}").fill(OWN)
    page.locator("#files").set_input_files(picture_file(tmp_path, picture(1200, 800)))
    page.locator("textarea[name^=alt_], input[name^=alt_]").first.fill(ALT)
    due = (timezone.localtime() + timedelta(seconds=25)).replace(microsecond=0)
    page.locator('input[name=when][value="pick"]').check()
    page.locator("#date").fill(f"{due:%Y-%m-%d}")
    page.locator("#time").fill(f"{due:%H:%M:%S}")
    expect(page.locator("#previews")).to_contain_text(OWN)
    page.get_by_role("button", name="Send for review").first.click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    return due


def approve(page: Page, smtp, url: str) -> None:
    """In a browser without any account, by the link in the mail."""
    mail = smtp.wait_for("ruth@harbour.test")
    text = mail.get_body(("plain",)).get_content()
    assert TEXT in text
    assert ALT in text
    html = mail.get_body(("html",)).get_content()
    assert "Review and decide" in html
    link = re.search(rf"{re.escape(url)}/a/\S+", text)[0]
    page.goto(link)
    expect(page.get_by_text(OWN, exact=False).first).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name=re.compile("Approved"))).to_be_visible()


def read_everywhere(reader: Page, bob: Page, team, post) -> None:
    """What a stranger sees at the permalinks that the post's page gives."""
    bob.goto(f"/t/{team.slug}/posts/{post.pk}/")
    links = list(Delivery.objects.values_list("channel__platform", "permalink"))
    assert len(links) == 3
    for platform, link in links:
        expect(bob.locator(f'a[href="{link}"]').first).to_be_visible()
        reader.goto(link)
        expect(reader.locator("body")).to_contain_text(OWN if platform == "x" else "Read the water")
        image = reader.get_by_role("img", name=ALT)
        expect(image).to_be_visible()
        assert image.evaluate("image => image.naturalWidth") > 0
