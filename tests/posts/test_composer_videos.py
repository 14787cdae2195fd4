"""A video from the composer to what an adapter is given, and on every page that shows it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.services.ask import ask
from posts import content, payloads
from posts.models import MediaAsset, Post
from posts.services import media
from posts.states import Stage
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory, PostMediaFactory, refresh_hash
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, edit_url, form, page_url, tomorrow
from tests.posts.films import film

pytestmark = pytest.mark.django_db


def file(kind: str = "mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"Dusk.{kind}", film(kind), "video/mp4")


@pytest.fixture
def kept(team, bob) -> MediaAsset:
    return media.store(team=team, by=bob, upload=file())


def upload(browser, team, **more):
    url = reverse("posts:media_upload", args=[team.slug])
    return browser.post(url, {"files": file(**more)}, headers={"HX-Request": "true"})


def test_from_the_upload_to_the_platform(as_user, bob, open_team, taking):
    taking("x", videos=1, video_bytes=10**9, video_seconds=(0.5, 60))
    channel = ChannelFactory(team=open_team, platform="x")
    browser = as_user(bob)
    tile = upload(browser, open_team).content.decode()
    asset = MediaAsset.objects.get()
    assert f'data-asset="{asset.pk}"' in tile
    assert "0:02" in tile
    assert "Describe this video for people who cannot see it" in tile

    fields = {"media": [asset.pk], f"alt_{asset.pk}": "Dusk at the pier"}
    answer = browser.post(
        NEW, form(body="Look", channels=[channel.pk], then="schedule", **fields, **tomorrow())
    )
    post = Post.objects.get()
    assert answer.url == page_url(post)
    assert post.stage == Stage.SCHEDULED

    [payload] = payloads.build_all(post.deliveries.get())
    [sent] = payload.media
    with asset.file.open("rb") as stored:
        whole = stored.read()
    with sent.stream() as stream:
        assert b"".join(iter(lambda: stream.read(1000), b"")) == whole
    assert sent.read() == whole
    assert (sent.mime, sent.size, sent.alt) == ("video/mp4", len(whole), "Dusk at the pier")
    assert (sent.width, sent.height, sent.is_video) == (320, 180, True)
    assert sent.seconds == pytest.approx(2, abs=0.1)
    assert sent.url.endswith(".mp4")


def test_a_changed_video_is_not_handed_on(open_team, bob, kept, taking):
    taking("x", videos=1)
    channel = ChannelFactory(team=open_team, platform="x")
    post = PostFactory(team=open_team, channels=[channel])
    PostMediaFactory(post=post, asset=kept)
    [payload] = payloads.items(
        content.snapshot(post), channel.pk, client_token="", created_at=post.created_at
    )
    with kept.file.open("r+b") as stored:
        stored.seek(kept.bytes // 2)
        stored.write(b"CHANGED")
    with pytest.raises(payloads.TamperedContent, match="A stored video differs"):
        payload.media[0].read()


def test_a_channel_without_videos_says_so_before_scheduling(as_user, bob, open_team, kept, taking):
    taking("x", videos=0)
    channel = ChannelFactory(team=open_team, platform="x")
    answer = as_user(bob).post(
        NEW,
        form(body="Look", channels=[channel.pk], media=[kept.pk], then="schedule", **tomorrow()),
    )
    assert answer.status_code == 422
    assert "X takes no videos from here." in answer.content.decode()
    assert Post.objects.get().stage == Stage.DRAFTING


@pytest.mark.parametrize(("kind", "room"), [("post", (8, 1)), ("thread", (0, 2))])
def test_the_room_beside_it_is_counted(as_user, bob, open_team, kept, taking, kind, room):
    taking("x", videos=1, caption=20)
    channel = ChannelFactory(team=open_team, platform="x")
    url = reverse("posts:preview", args=[open_team.slug])
    said = form(body="High water comes at nine now", kind=kind, channels=[channel.pk])
    [alone] = as_user(bob).post(url, said).context["sheet"].picked
    assert (alone.measure.over, alone.preview.parts) == (0, 1)
    [beside] = as_user(bob).post(url, {**said, "media": [kept.pk]}).context["sheet"].picked
    assert (beside.measure.over, beside.preview.parts) == room


def test_what_is_wrong_with_it_is_said_while_writing(as_user, bob, open_team, kept, taking):
    taking("x", videos=1, video_seconds=(5, 60))
    channel = ChannelFactory(team=open_team, platform="x")
    url = reverse("posts:preview", args=[open_team.slug])
    answer = as_user(bob).post(url, form(body="Look", channels=[channel.pk], media=[kept.pk]))
    html = answer.content.decode()
    assert "The video is 2 seconds long; X takes at least 5 seconds." in html
    assert "Upload a longer one." in html


def test_without_scripts_it_comes_with_the_form(as_user, bob, team):
    answer = as_user(bob).post(NEW, form(body="Look", files=[file()]))
    assert answer.status_code == 302
    assert MediaAsset.objects.get().is_video


def test_a_refusal_keeps_the_text(as_user, bob, team, settings):
    settings.FFMPEG = "/nowhere/ffmpeg"
    answer = as_user(bob).post(NEW, form(body="Kept", files=[file()]))
    assert answer.status_code == 422
    assert "install ffmpeg" in answer.content.decode()
    assert "Kept</textarea>" in answer.content.decode()


@pytest.fixture
def shown(team, bob, kept) -> Post:
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team, platform="x")])
    PostMediaFactory(post=post, asset=kept, alt="Dusk at the pier")
    return refresh_hash(post)


def test_pages_show_its_beginning_and_its_length(as_user, bob, team, shown, kept):
    small = reverse("posts:media_small", args=[team.slug, kept.pk])
    whole = reverse("posts:media", args=[team.slug, kept.pk])
    browser = as_user(bob)
    for url in (
        edit_url(shown),
        page_url(shown),
        reverse("calendar_app:board", args=[team.slug]),
    ):
        html = browser.get(url).content.decode()
        assert small in html
        assert f'<img src="{whole}"' not in html
    for url in (edit_url(shown), page_url(shown)):
        assert "0:02" in browser.get(url).content.decode()
    page = browser.get(page_url(shown)).content.decode()
    assert f'poster="{small}" src="{whole}"' in page
    assert 'aria-label="Dusk at the pier"' in page
    assert browser.get(small)["Content-Type"] == "image/webp"
    part = browser.get(whole, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part["Content-Type"]) == (206, "video/mp4")


def test_reviewers_see_all_of_it(as_user, bob, carol, team, shown, kept, taking):
    taking("x", videos=1, video_seconds=(0, 60), video_bytes=10**9)
    stage = StageFactory(workflow__team=team)
    ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    review = ask(post=shown, by=bob)
    html = (
        as_user(carol)
        .get(reverse("approvals:review", args=[team.slug, review.pk]))
        .content.decode()
    )
    small = reverse("posts:media_small", args=[team.slug, kept.pk])
    whole = reverse("posts:media", args=[team.slug, kept.pk])
    assert f'poster="{small}" src="{whole}"' in html
