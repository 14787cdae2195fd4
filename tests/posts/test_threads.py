"""Threads and first comments while writing, reviewing and on the post's page."""

import pytest
from django.urls import reverse

from approvals.services.ask import ask
from notifications.models import Message
from posts.models import Post
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory, VariantFactory, refresh_hash
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, edit_url, form, page_url, tomorrow

pytestmark = pytest.mark.django_db

FIRST = "Forty buoys measure the water between the pier and the harbour mouth. " * 3
SECOND = "Whoever wants to know how high it stands can read it at any minute. " * 3
LONG = f"{FIRST.strip()}\n\n{SECOND.strip()}"
PREVIEW = reverse("posts:preview", kwargs={"team": "tidewater"})


def written(team, *, comment="", kind="thread", body=LONG, channels=1, **options) -> Post:
    post = PostFactory(team=team, kind=kind, body=body)
    for _ in range(channels):
        channel = ChannelFactory(team=team)
        VariantFactory(post=post, channel=channel, first_comment=comment, options=options)
    return refresh_hash(post)


# -- writing


def test_the_preview_shows_each_part(as_user, bob, team):
    channel = ChannelFactory(team=team)
    sent = form(body=LONG, kind="thread", channels=[channel.pk])
    page = as_user(bob).post(PREVIEW, sent)
    [panel] = page.context["sheet"].picked
    assert panel.preview.parts == 2
    assert panel.measure.over == 0
    assert panel.measure.used == len(SECOND.strip())
    assert "2 parts" in page.content.decode()
    assert [check.level for check in page.context["sheet"].checks] == ["ok"]


def test_the_same_text_is_too_long_for_a_post(as_user, bob, team):
    channel = ChannelFactory(team=team)
    page = as_user(bob).post(PREVIEW, form(body=LONG, kind="post", channels=[channel.pk]))
    [check] = [one for one in page.context["sheet"].checks if one.level == "error"]
    assert "choose the type “Thread”" in check.fix


def test_numbers_are_an_option_of_the_channel(as_user, bob, team):
    channel = ChannelFactory(team=team)
    fields = {f"opt_{channel.pk}_numbering": "end"}
    sent = form(body=LONG, kind="thread", channels=[channel.pk], **fields)
    page = as_user(bob).post(PREVIEW, sent)
    assert "1/2" in page.content.decode()


def test_where_there_are_no_threads_the_composer_says_so(as_user, bob, open_team):
    channel = ChannelFactory(team=open_team, platform="linkedin")
    sent = form(body=LONG, kind="thread", channels=[channel.pk], then="schedule", **tomorrow())
    refused = as_user(bob).post(NEW, sent)
    assert refused.status_code == 422
    assert "has no threads" in refused.content.decode()
    assert Post.objects.get().stage == "drafting"


def test_a_first_comment_is_stored_shown_and_kept(as_user, bob, team):
    channel = ChannelFactory(team=team)
    fields = {f"comment_{channel.pk}": "Read <more>\r\nhere"}
    as_user(bob).post(NEW, form(body="Hello", channels=[channel.pk], **fields))
    post = Post.objects.get()
    assert post.variants.get().first_comment == "Read <more>\nhere"
    html = as_user(bob).get(edit_url(post)).content.decode()
    assert "Read &lt;more&gt;\nhere</textarea>" in html
    assert "First comment</span>Read &lt;more&gt;" in html


def test_another_comment_is_other_content(as_user, bob, team):
    post = written(team, comment="One", kind="post", body="Hello")
    channel, before = post.variants.get().channel_id, post.content_hash
    fields = {"channels": [channel], f"comment_{channel}": "Two"}
    as_user(bob).post(edit_url(post), form(post, **fields))
    post.refresh_from_db()
    assert post.content_hash != before


def test_a_comment_that_is_too_long(as_user, bob, team):
    channel = ChannelFactory(team=team, platform="linkedin")
    fields = {f"comment_{channel.pk}": "t" * 1251}
    page = as_user(bob).post(PREVIEW, form(body="Hello", channels=[channel.pk], **fields))
    [check] = page.context["sheet"].checks
    assert check.message.startswith("The first comment is 1 over")
    longer = {f"comment_{channel.pk}": "t" * 10_001}
    answer = as_user(bob).post(NEW, form(body="Hello", channels=[channel.pk], **longer))
    assert answer.status_code == 422


# -- reviewing and reading


def test_reviewers_see_every_part_and_the_comment(as_user, bob, carol, team):
    stage = StageFactory(workflow__team=team)
    ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    post = written(team, comment="Read more <here>")
    review = ask(post=post, by=bob)
    url = reverse("approvals:review", kwargs={"team": team.slug, "review_id": review.pk})
    html = as_user(carol).get(url).content.decode()
    assert html.count("preview__part") == 2
    assert "Read more &lt;here&gt;" in html
    said = Message.objects.get(kind="review_asked").data["channels"][0]
    assert (said["text"], said["parts"], said["comment"]) == (
        FIRST.strip(),
        [SECOND.strip()],
        "Read more <here>",
    )


def test_the_page_shows_parts_and_comment(as_user, bob, team):
    post = written(team, comment="Read more <here>")
    page = as_user(bob).get(page_url(post))
    [said] = page.context["page"].said
    assert (said.text, said.parts) == (FIRST.strip(), [SECOND.strip()])
    assert "Read more &lt;here&gt;" in page.content.decode()


def test_channels_that_cut_alike_are_one_tab(as_user, bob, team):
    post = written(team, channels=2)
    assert len(as_user(bob).get(page_url(post)).context["page"].said) == 1
    post.variants.filter(pk=post.variants.first().pk).update(first_comment="More")
    assert len(as_user(bob).get(page_url(post)).context["page"].said) == 2
