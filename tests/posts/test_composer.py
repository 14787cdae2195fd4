"""The composer as a plain form: what is written is stored once, whatever goes wrong is said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from posts.models import Post
from posts.states import DeliveryState, Stage
from tests.factories.posts import (
    CampaignFactory,
    MediaAssetFactory,
    PostFactory,
    TagFactory,
    picture,
)
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, NEW_AUTOSAVE, TOKEN, edit_url, form, page_url, tomorrow

pytestmark = pytest.mark.django_db


# -- pages


def test_empty_form_offers_the_healthy_channels(as_user, bob, channel, team):
    gone = ChannelFactory(team=team, state="reconnect", problem="The password was changed.")
    page = as_user(bob).get(NEW)
    assert page.status_code == 200
    html = page.content.decode()
    assert f'value="{channel.pk}" data-pick' in html
    assert "The password was changed." in html
    assert [p.picked for p in page.context["sheet"].panels if p.channel == channel] == [True]
    assert [p.picked for p in page.context["sheet"].panels if p.channel == gone] == [False]
    assert not Post.objects.exists()


def test_link_from_the_calendar_fills_in_time_and_channel(as_user, bob, channel, team):
    other = ChannelFactory(team=team)
    page = as_user(bob).get(f"{NEW}?at=2031-12-10T09:30&channel={other.pk}")
    values = page.context["sheet"].values
    assert (values["when"], values["date"], values["time"]) == ("pick", "2031-12-10", "09:30")
    assert [p.channel for p in page.context["sheet"].picked] == [other]
    assert as_user(bob).get(f"{NEW}?at=nonsense&channel=x").status_code == 200


@pytest.mark.parametrize("url", [NEW, NEW_AUTOSAVE])
def test_outsiders_and_viewers_write_nothing(as_user, mallory, vera, team, url):
    for user, status in ((mallory, 404), (vera, 403)):
        assert as_user(user).post(url, form(body="Hi")).status_code == status
    assert not Post.objects.exists()


def test_post_of_another_team_is_not_there(as_user, mallory, other_team, team):
    theirs = PostFactory(team=team)
    for name in ("edit", "autosave"):
        url = reverse(f"posts:{name}", kwargs={"team": "harbour", "post_id": theirs.pk})
        assert as_user(mallory).post(url, form(theirs, body="Mine")).status_code == 404
    theirs.refresh_from_db()
    assert theirs.body != "Mine"


def test_form_opens_with_a_bounded_number_of_queries(
    as_user, alice, team, django_assert_max_num_queries
):
    channels = [ChannelFactory(team=team) for _ in range(8)]
    post = PostFactory(team=team, channels=channels)
    post.tags.add(TagFactory(team=team))
    CampaignFactory(team=team)
    client = as_user(alice)
    with django_assert_max_num_queries(12):
        assert client.get(edit_url(post)).status_code == 200


def test_it_offers_what_the_team_has(as_user, alice, bob, team, other_team):
    for name in ("Tides", "Buoys"):
        TagFactory(team=team, name=name)
        CampaignFactory(team=team, name=f"{name} week")
    TagFactory(team=other_team, name="Secret")
    User.objects.filter(pk=bob.pk).update(name="")
    page = as_user(alice).get(NEW)
    offered = page.context["choices"]
    assert offered.tags == ["Buoys", "Tides"]
    assert offered.campaigns == ["Buoys week", "Tides week"]
    assert {(alice.pk, "Alice"), (bob.pk, bob.email)} <= set(offered.people)
    assert '<option value="Buoys week">' in page.content.decode()


# -- saving


def test_first_save_creates_the_post_with_everything(as_user, bob, channel, team):
    asset = MediaAssetFactory(team=team)
    other = ChannelFactory(team=team)
    answer = as_user(bob).post(
        NEW,
        form(
            title="Open water day",
            body="Sea level data.\r\nIt is open.",
            channels=[channel.pk, other.pk],
            hashtags="#opendata oceantech, #OpenData",
            tags="Launch, sea",
            campaign="Tide API 2.0",
            assignee=bob.pk,
            kind="article",
            summary="Data",
            media=[asset.pk],
            **{f"alt_{asset.pk}": "A buoy", f"text_{other.pk}": "Own words"},
            **tomorrow(),
        ),
    )
    post = Post.objects.get()
    assert answer.status_code == 302
    assert answer.url == edit_url(post)
    assert (post.title, post.body) == ("Open water day", "Sea level data.\nIt is open.")
    assert post.hashtags == ["OpenData", "oceantech"]
    assert sorted(tag.name for tag in post.tags.all()) == ["Launch", "sea"]
    assert (post.campaign.name, post.assignee, post.author) == ("Tide API 2.0", bob, bob)
    assert post.variants.get(channel=other).text == "Own words"
    assert post.variants.get(channel=channel).text is None
    assert post.pictures.get().alt == "A buoy"
    assert post.stage == Stage.DRAFTING
    due = {d.due_at.astimezone(team.zone).strftime("%H:%M") for d in post.deliveries.all()}
    assert due == {"09:30"}
    assert set(post.deliveries.values_list("state", flat=True)) == {DeliveryState.DRAFT}


def test_a_post_may_be_worth_nothing_later(as_user, bob, team, channel):
    browser = as_user(bob)
    browser.post(NEW, form(body="Storm at noon", time_sensitive="on"))
    post = Post.objects.get()
    assert post.time_sensitive
    assert 'name="time_sensitive" checked' in browser.get(edit_url(post)).content.decode()
    assert "At most five minutes late" in browser.get(page_url(post)).content.decode()

    browser.post(edit_url(post), form(post))

    post.refresh_from_db()
    assert not post.time_sensitive


def test_idea_column_makes_an_idea(as_user, bob, team):
    page = as_user(bob).get(f"{NEW}?stage=idea")
    assert 'name="stage" value="idea"' in page.content.decode()
    as_user(bob).post(NEW, form(title="One day", stage="idea"))
    assert Post.objects.get().stage == Stage.IDEA


def test_double_click_on_the_empty_form_makes_one_post(as_user, bob, channel, team):
    client = as_user(bob)
    for _ in range(2):
        assert client.post(NEW, form(body="Once", channels=[channel.pk])).status_code == 302
    assert Post.objects.count() == 1


def test_empty_post_is_not_stored(as_user, bob, channel, team):
    answer = as_user(bob).post(NEW, form(body="  \n", channels=[channel.pk]))
    assert answer.status_code == 422
    assert "Write something first" in answer.content.decode()
    assert not Post.objects.exists()


def test_what_nobody_asked_for_is_ignored(as_user, bob, team, other_team):
    as_user(bob).post(
        NEW, form(body="Hi", stage="done", team=other_team.pk, author=1, planned_at="2020-01-01")
    )
    post = Post.objects.get()
    assert (post.team, post.author, post.stage) == (team, bob, Stage.DRAFTING)
    assert post.planned_at is None


@pytest.mark.parametrize("bad", ["a\x00b", b"a\xed\xa0\x80b"])
def test_unstorable_characters_are_named_and_nothing_is_lost(as_user, bob, team, bad):
    data = b"token=%s&title=Kept&body=" % TOKEN.encode()
    body = bad.encode() if isinstance(bad, str) else bad
    answer = as_user(bob).post(
        NEW,
        data + b"".join(b"%%%02X" % byte for byte in body),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert "contains a character that cannot be stored" in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "t" * 201}, "200"),
        ({"body": "b" * 100_001}, "100000"),
        ({"hashtags": "#a-b"}, "cannot be a hashtag"),
        ({"hashtags": " ".join(f"t{n}" for n in range(31))}, "At most 30"),
        ({"tags": ",".join(f"t{n}" for n in range(21))}, "At most 20"),
        ({"assignee": 0}, "not in the team"),
        ({"channels": [999_999]}, "Unknown channel"),
        ({"channels": ["1; DROP"]}, "Unknown channel"),
        ({"media": [999_999]}, "Unknown picture"),
        ({"when": "pick", "date": "2031-01-01"}, "Choose a date and a time"),
        ({"when": "pick", "date": "2020-01-01", "time": "10:00"}, "has passed"),
        ({"when": "pick", "date": "9999-12-31", "time": "23:59"}, "within five years"),
        ({"when": "pick", "date": "0001-01-01", "time": "00:00"}, "has passed"),
        ({"when": "pick", "date": "soon", "time": "now"}, "valid date"),
    ],
)
def test_bad_fields_are_named_and_everything_typed_stays(as_user, bob, team, fields, words):
    answer = as_user(bob).post(NEW, form(**{"body": "My words", "summary": "Kept", **fields}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert 'value="Kept"' in html
    if "body" not in fields:
        assert "My words</textarea>" in html
    assert not Post.objects.exists()


def test_ids_of_another_team_are_unknown(as_user, bob, team, other_team):
    channel, asset = ChannelFactory(team=other_team), MediaAssetFactory(team=other_team)
    for fields in ({"channels": [channel.pk]}, {"media": [asset.pk]}):
        answer = as_user(bob).post(NEW, form(body="Hi", **fields))
        assert answer.status_code == 422
        assert "Unknown" in answer.content.decode()
    assert not Post.objects.exists()


def test_hostile_text_is_shown_as_text(as_user, bob, team):
    evil = '<script>alert(1)</script>{{ 7|add:7 }}{% load x %}" hx-get="/x'
    as_user(bob).post(NEW, form(body=evil, title=evil[:150]))
    post = Post.objects.get()
    for url in (edit_url(post), page_url(post)):
        html = as_user(bob).get(url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html
        assert "{{ 7|add:7 }}" in html


# -- pictures of the form


def test_files_come_along_without_scripts(as_user, bob, team):
    files = [SimpleUploadedFile("a.jpg", picture()), SimpleUploadedFile("b.svg", b"<svg/>")]
    answer = as_user(bob).post(NEW, form(body="With pictures", files=files))
    assert answer.status_code == 415
    assert "not a JPEG" in answer.content.decode()
    assert len(answer.context["sheet"].tiles) == 1
    answer = as_user(bob).post(
        NEW, form(body="Fine", files=[SimpleUploadedFile("a.jpg", picture())])
    )
    assert answer.url.endswith("#media")
    assert Post.objects.get().pictures.count() == 1


def test_order_and_removal_by_button(as_user, bob, team):
    a, b, c = (MediaAssetFactory(team=team) for _ in range(3))
    post = PostFactory(team=team)
    client = as_user(bob)

    def press(what, *order):
        post.refresh_from_db()
        client.post(edit_url(post), form(post, media=[x.pk for x in order], arrange=what))
        return [p.asset for p in post.pictures.all()]

    assert press("", a, b, c) == [a, b, c]
    assert press(f"up:{c.pk}", a, b, c) == [a, c, b]
    assert press(f"down:{a.pk}", a, c, b) == [c, a, b]
    assert press(f"up:{c.pk}", c, a, b) == [c, a, b]
    assert press(f"remove:{a.pk}", c, a, b) == [c, b]
    assert press("up:nonsense", c, b) == [c, b]


def test_channel_may_leave_pictures_out_and_takes_new_ones(as_user, bob, channel, team):
    a, b, new = (MediaAssetFactory(team=team) for _ in range(3))
    post = PostFactory(team=team)
    pk = channel.pk
    fields = {f"seen_{pk}": f"{a.pk},{b.pk}", f"pics_{pk}": [b.pk]}
    as_user(bob).post(
        edit_url(post),
        form(post, channels=[pk], media=[a.pk, b.pk, new.pk], **fields),
    )
    assert post.variants.get().media == [b.pk, new.pk]
    post.refresh_from_db()
    fields = {f"seen_{pk}": f"{a.pk},{b.pk},{new.pk}", f"pics_{pk}": [a.pk, b.pk, new.pk]}
    as_user(bob).post(
        edit_url(post),
        form(post, channels=[pk], media=[a.pk, b.pk, new.pk], **fields),
    )
    assert post.variants.get().media is None
