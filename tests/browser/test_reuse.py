"""Templates and hashtags in real browsers: from the keyboard, and without losing a word."""

import pytest
from playwright.sync_api import expect

from posts.models import Post
from tests.factories.posts import HashtagGroupFactory, PostFactory, VariantFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, platform="linkedin", name="Tidewater Labs")


def test_hashtags_go_where_one_was_writing(enter, bob, team, channel):
    HashtagGroupFactory(team=team, name="Buoys", tags=["opendata", "sea"])
    HashtagGroupFactory(team=team, name="Wind", tags=["offshore", "gale"])
    post = PostFactory(team=team, author=bob, body="Ahoy, all of you", hashtags=[])
    VariantFactory(post=post, channel=channel)
    page = enter(bob, f"/t/tidewater/posts/{post.pk}/edit/")
    body = page.locator("#body")
    body.focus()
    page.keyboard.press("ControlOrMeta+Home")
    for _ in "Ahoy,":
        page.keyboard.press("ArrowRight")
    page.locator("[data-into=body]").press("Enter")
    page.locator("#tags-pop .tags-pick").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Buoys")).to_be_focused()
    page.keyboard.press("Enter")
    expect(body).to_have_value("Ahoy, #opendata #sea all of you")
    expect(body).to_be_focused()
    expect(page.locator("#room")).to_contain_text("31 /")

    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" #off")
    expect(page.locator(".mentions li")).to_have_text(["offshorein a group"])
    page.keyboard.press("Enter")
    expect(body).to_have_value("Ahoy, #opendata #sea all of you #offshore ")

    page.locator("[data-into=hashtags]").click()
    page.get_by_role("button", name="Buoys").click()
    expect(page.locator("#hashtags")).to_have_value("#opendata #sea ")

    page.get_by_role("tab", name="LinkedIn").click()
    page.locator(f"[data-into=text_{channel.pk}]").click()
    page.get_by_role("button", name="Wind").click()
    own = page.locator(f"#text_{channel.pk}")
    expect(own).to_have_value("Ahoy, #opendata #sea all of you #offshore #gale ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    post.refresh_from_db()
    assert post.hashtags == ["opendata", "sea"]
    assert post.body.startswith("Ahoy, #opendata #sea all of you #offshore")


def test_a_template_is_written_and_used_by_keyboard(enter, bob, team, channel):
    page = enter(bob, "/t/tidewater/templates/new/")
    page.get_by_label("Name", exact=True).fill("Back on station")
    page.get_by_label("Text", exact=True).fill("{{ buoy }} is back after {{ weeks }}.")
    expect(page.locator("#template-gaps legend")).to_have_text(["buoy", "weeks"])
    asked = page.locator("#label_buoy")
    asked.press_sequentially("Which buoy")
    page.get_by_label("Text", exact=True).press("End")
    page.keyboard.type(" {{ crew }}")
    expect(page.locator("#template-gaps legend")).to_have_text(["buoy", "weeks", "crew"])
    expect(asked).to_have_value("Which buoy")
    page.get_by_role("button", name="Save the template").click()
    page.get_by_role("link", name="Use it").click()
    page.get_by_label("Which buoy").fill("Buoy 41")
    page.get_by_label("Weeks").fill("two weeks")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.locator(".form__summary")).to_contain_text("Say what to write for “Crew”")
    expect(page.get_by_label("Which buoy")).to_have_value("Buoy 41")
    page.get_by_label("Crew").fill("Thanks.")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.locator("#body")).to_have_value("Buoy 41 is back after two weeks. Thanks.")
    assert Post.objects.get().made_from.version.number == 1


def test_both_without_scripts(enter, bob, team, channel):
    HashtagGroupFactory(team=team, name="Buoys", tags=["opendata", "sea"])
    page = enter(bob, "/t/tidewater/templates/new/", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("Back")
    page.get_by_label("Text", exact=True).fill("{{ buoy }} is back")
    page.get_by_role("button", name="Save the template").click()
    page.get_by_role("link", name="Use it").click()
    page.get_by_label("Buoy").fill("Buoy 41")
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_role("button", name="Insert hashtags").first.click()
    page.get_by_role("button", name="Save, and choose hashtags").click()
    page.get_by_role("button", name="Buoys").click()
    expect(page.locator("#hashtags")).to_have_value("#opendata #sea")
    assert Post.objects.get().hashtags == ["opendata", "sea"]
