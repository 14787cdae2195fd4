"""Without scripts: what is kept, filed, said or brought in is a form, and its answer a page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import SavedView
from posts.models import Comment, MediaAsset, Post
from posts.services import importwork
from posts.states import Stage
from tests.chromium import picture_file
from tests.factories.posts import FolderFactory, PostFactory, picture
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import text, tomorrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"
PLAIN = {"java_script_enabled": False}


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


def test_filters_views_slots_and_days_set_aside(enter, alice, team, channel):
    day = timezone.localdate() + timedelta(days=3)
    post = PostFactory(team=team, author=alice, title="Forty buoys", channels=[channel])
    PostFactory(team=team, author=alice, title="Some day", body="Calm", stage=Stage.IDEA)
    page = enter(alice, f"{TEAM}/board/", **PLAIN)
    page.locator("#filter-status").click()
    page.locator("#pick-status a").click()
    page.get_by_label("Draft", exact=True).check()
    page.get_by_role("button", name="Show posts").click()
    expect(page.locator(".post-card")).to_have_count(1)
    page.locator("#filter-chips .chip").click()
    expect(page.locator(".post-card")).to_have_count(2)
    page.locator("#filter-q").fill("buoys")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".post-card")).to_have_count(1)
    page.locator("#filter-views").click()
    page.locator("#saved-menu a").click()
    page.get_by_role("textbox", name="Name").fill("Buoys")
    page.get_by_role("button", name="Save this view").click()
    expect(page.get_by_text("Saved as “Buoys”.")).to_be_visible()
    page.goto(f"{TEAM}/calendar/views/")
    page.get_by_role("link", name="Rename Buoys").click()
    page.get_by_role("textbox", name="Name").fill("All buoys")
    page.get_by_role("button", name="Save").click()
    page.locator("#main").get_by_role("link", name="All buoys", exact=True).click()
    expect(page.locator(".post-card")).to_have_count(1)
    page.goto(f"{TEAM}/calendar/views/")
    page.get_by_role("button", name="Delete All buoys").click()
    expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    assert not SavedView.objects.exists()

    page.goto(f"{TEAM}/slots/")
    page.get_by_label("Time").fill("09:30")
    for box in page.locator(".slot-acts form").first.get_by_role("checkbox").all():
        box.check(force=True)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("7 slots a week")).to_be_visible()
    page.get_by_role("button", name=f"Remove {day:%A}, 09:30").click()
    expect(page.get_by_text("6 slots a week")).to_be_visible()
    page.locator("summary", has_text="Pause").click()
    page.get_by_label("Reason").fill("Sea trial")
    page.get_by_role("button", name="Pause the queue").click()
    expect(page.get_by_text("Sea trial")).to_be_visible()
    page.get_by_role("button", name="Resume").click()

    theirs = enter(alice, f"{TEAM}/calendar/?month={day:%Y-%m}")
    page.get_by_role("link", name="Blackouts").click()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("textbox", name="Name").fill("Regatta")
    page.get_by_label("From").fill(f"{day:%Y-%m-%d}")
    page.get_by_role("button", name="Add").click()
    there = theirs.locator(f"#day-{day:%Y-%m-%d}")
    expect(there).to_contain_text("Regatta", timeout=3000)
    page.get_by_role("button", name="Remove Regatta").click()
    expect(there).not_to_contain_text("Regatta", timeout=3000)

    page.goto(f"{TEAM}/posts/{post.pk}/")
    page.locator("summary", has_text="Schedule").click()
    page.get_by_role("button", name="Add to queue").click()
    expect(page.locator("#post-head .crumbs")).to_contain_text("09:30")


def test_comments_the_library_and_an_import(enter, alice, team, channel, tmp_path):
    post = PostFactory(team=team, author=alice, title="Forty buoys", channels=[channel])
    FolderFactory(team=team, name="Coast")
    page = enter(alice, f"{TEAM}/posts/{post.pk}/", **PLAIN)
    page.get_by_role("link", name=re.compile("or add one")).click()
    page.get_by_label("Write a comment").fill("Which year?")
    page.get_by_role("button", name="Comment", exact=True).click()
    first = Comment.objects.get()
    page.locator(f"#answer-{first.pk} summary").click()
    page.locator(f"#answer-{first.pk}-text").fill("1986")
    page.locator(f"#answer-{first.pk}-send").click()
    expect(page.locator(".comment__body")).to_have_text(["Which year?", "1986"])
    answer = Comment.objects.latest("pk")
    own = page.locator(f"#comment-{answer.pk}")
    own.locator("summary").click()
    own.get_by_label("Your comment").fill("1987")
    own.get_by_role("button", name="Save").click()
    expect(page.locator(".comment__body").last).to_have_text("1987")
    page.get_by_role("button", name="Resolve").click()
    page.locator(f"#done-{first.pk} > summary").click()
    page.get_by_role("button", name="Open again").click()
    own.locator("summary").click()
    own.get_by_role("button", name="Delete this comment").click()
    expect(page.get_by_text("1987")).to_have_count(0)

    page.goto(f"{TEAM}/library/")
    files = [
        picture_file(tmp_path, picture(colour=name), f"{name}.jpg") for name in ("teal", "red")
    ]
    page.locator("#library-files").set_input_files(files)
    page.get_by_role("button", name="Send the chosen files").click()
    expect(page.locator(".asset")).to_have_count(2)
    page.locator(".asset", has_text="teal.jpg").get_by_role("link").click()
    page.get_by_label("Alt text").fill("A calm sea")
    page.get_by_label("Tags").fill("sea")
    page.get_by_role("button", name="Save").click()
    teal = MediaAsset.objects.get(name="teal.jpg")
    assert (teal.alt, teal.tags.get().name) == ("A calm sea", "sea")
    page.goto(f"{TEAM}/library/")
    page.get_by_label("Which files").select_option("bare")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".asset")).to_have_count(1)
    page.get_by_role("checkbox", name="Select red.jpg").check()
    page.locator("#chosen-folder").select_option("Coast")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("1 file is in “Coast”.")).to_be_visible()
    page.get_by_role("checkbox", name="Select red.jpg").check()
    page.locator("#selection").get_by_role("button", name="Delete").click()
    expect(page.locator(".asset")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    assert MediaAsset.objects.filter(deleted_at=None, folder__name="Coast").count() == 1

    page.goto(f"{TEAM}/import/new/")
    rows = [("Text", "Remark", "Channel"), ("Calm water.", f"{tomorrow()} 09:30", "News")]
    file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": text(*rows)}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_label("Remark").select_option("Date")
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_text("0 of 1 row")).to_be_visible()
    [pk] = importwork.waiting()
    for step in ("Make one post", "Undo this import"):
        importwork.work(pk)
        page.reload()
        page.get_by_role("button", name=step).or_(page.get_by_role("link", name=step)).click()
    page.get_by_role("button", name="Undo the import").click()
    importwork.work(pk)
    page.reload()
    expect(page.get_by_text("1 in the trash")).to_be_visible()
    assert Post.objects.filter(trashed_at=None).get() == post
