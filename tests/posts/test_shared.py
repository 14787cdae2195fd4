"""What a platform fetches from us: who may, what, for how long, and in which pieces."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import signing
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from posts import addresses, payloads
from posts.models import MediaAsset
from posts.views import pieces
from tests.factories.posts import DeliveryFactory, MediaAssetFactory, PostMediaFactory
from tests.loops import awaited
from ui import handout

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def address(asset: MediaAsset, created_at=None) -> str:
    name = addresses.name_of(asset.sha256, asset.mime)
    at = created_at or timezone.now()
    return addresses.address("asset", asset.pk, name, created_at=at)


def path(url: str) -> str:
    assert url.startswith(f"{django_settings.SITE_URL}/m/")
    return urlsplit(url).path


def content(asset: MediaAsset) -> bytes:
    with asset.file.open("rb") as file:
        return file.read()


@pytest.fixture
def asset(team) -> MediaAsset:
    return MediaAssetFactory(team=team, name="Büoy \u202e.jpg")


@pytest.fixture(params=["at once", "in pieces"])
def either_way(request, monkeypatch):
    if request.param == "in pieces":
        monkeypatch.setattr(pieces, "AT_ONCE", 0)
        monkeypatch.setattr(handout, "PIECE", 100)


def whole(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.usefixtures("either_way")
def test_nobody_needs_to_sign_in(asset, client):
    url = path(address(asset))
    assert url == reverse("posts:shared_file", args=url.split("/")[2:])
    answer = client.get(url)
    assert answer.status_code == 200
    assert whole(answer) == content(asset)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Length"] == str(asset.bytes)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == f'inline; filename="image-{asset.sha256[:12]}.jpg"'
    assert answer["Accept-Ranges"] == "bytes"
    assert not answer.cookies
    head = client.head(url)
    assert (head.status_code, head["Content-Length"]) == (200, str(asset.bytes))
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(url).status_code == 405


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=-999999999", 0, None),
    ],
)
def test_a_range_of_it(asset, client, asked, start, end):
    answer = client.get(path(address(asset)), headers={"Range": asked})
    stored = content(asset)
    wanted = stored[start:end]
    assert whole(answer) == wanted
    assert answer["Content-Length"] == str(len(wanted))
    if wanted == stored:
        assert answer.status_code == 200
    else:
        first = stored.index(wanted)
        assert answer.status_code == 206
        shown = f"bytes {first}-{first + len(wanted) - 1}/{len(stored)}"
        assert answer["Content-Range"] == shown


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-9", "bytes=9-1", "lines=1-2", "bytes=-", "bytes=x-"]
)
def test_what_is_no_range_gets_all(asset, client, asked):
    answer = client.get(path(address(asset)), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, content(asset))


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_beyond_the_end(asset, client, asked):
    answer = client.get(path(address(asset)), headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{asset.bytes}")


def test_a_download_is_continued_only_while_it_is_the_same(asset, client):
    url, part = path(address(asset)), {"Range": "bytes=5-9"}
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={**part, "If-Range": tag}).status_code == 206
    assert client.get(url, headers={**part, "If-Range": '"other"'}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_pieces_flow_under_asgi(asset, monkeypatch):
    """Django would read a plain iterator to its end before the first byte goes out."""
    monkeypatch.setattr(pieces, "AT_ONCE", 0)
    monkeypatch.setattr(handout, "PIECE", 100)
    url, stored = path(address(asset)), content(asset)

    async def fetch() -> list[bytes]:
        answer = await AsyncClient().get(url, headers={"Range": "bytes=0-249"})
        assert answer.status_code == 206
        assert answer.is_async
        return [piece async for piece in answer.streaming_content]

    assert awaited(fetch) == [stored[:100], stored[100:200], stored[200:250]]


@pytest.mark.django_db(transaction=True)
def test_asking_for_its_size_reads_nothing(asset, monkeypatch):
    url = path(address(asset))

    async def ask():
        return await AsyncClient().head(url)

    answer = awaited(ask)
    assert answer["Content-Length"] == str(asset.bytes)
    assert answer["ETag"] == f'"{asset.sha256}"'
    assert not answer.streaming


def test_everything_else_is_404(asset, client, other_team):
    url = path(address(asset))
    _, _m, signed, name = url.split("/")
    other = MediaAssetFactory(team=other_team)
    theirs = path(address(other)).split("/")
    for wrong in (
        f"/m/{signed[:-1]}x/{name}",
        f"/m/{signed}/{name}.exe",
        f"/m/{signed}/{theirs[3]}",
        f"/m/x/{name}",
        f"/m/{signed.partition('.')[0]}/{name}",
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_signed_for_something_else_is_no_address(asset, client):
    name = addresses.name_of(asset.sha256, asset.mime)
    ends = int(timezone.now().timestamp()) + 999
    for salt in ("approvals.picture", ""):
        signer = signing.Signer(salt=salt or None, sep=".")
        signed = signer.sign_object(["asset", asset.pk, ends])
        assert client.get(f"/m/{signed}/{name}").status_code == 404
    for value in ("text", [1], ["asset", "x", ends], ["asset", asset.pk, "x"], {"a": 1}, None):
        signed = addresses._signer().sign_object(value)
        assert client.get(f"/m/{signed}/{name}").status_code == 404


def test_gone_with_its_team_or_file(asset, client, team):
    url = path(address(asset))
    asset.file.storage.delete(asset.file.name)
    assert client.get(url).status_code == 404
    MediaAsset.objects.filter(pk=asset.pk).delete()
    assert client.get(url).status_code == 404


def test_good_for_a_day(asset):
    made = timezone.now()
    url = path(address(asset, made))
    for after, status in ((timedelta(hours=23, minutes=59), 200), (timedelta(hours=24), 404)):
        with time_machine.travel(made + after, tick=False):
            assert Client().get(url).status_code == status


def test_where_articles_go_on_showing_it_the_address_stays(client):
    made = timezone.now()
    post = PostMediaFactory().post
    delivery = DeliveryFactory(queued=True, post=post, channel__platform="devto")
    [media] = payloads.build_all(delivery)[0].media
    with time_machine.travel(made + timedelta(days=3650), tick=False):
        assert client.get(path(media.url)).status_code == 200
        [again] = payloads.build_all(delivery)[0].media
    assert again.url == media.url


def test_every_attempt_has_the_same_address_while_it_is_good(asset):
    made = timezone.now()
    first = address(asset, made)
    for after in (HOUR, 22 * HOUR):
        with time_machine.travel(made + after, tick=False):
            assert address(asset, made) == first
    for after in (23 * HOUR + timedelta(minutes=1), 30 * HOUR, 500 * HOUR):
        with time_machine.travel(made + after, tick=False):
            later = address(asset, made)
            assert later != first
            assert Client().get(path(later)).status_code == 200
    assert address(asset, made + 5 * HOUR) != first


def test_a_payload_carries_it(client):
    delivery = DeliveryFactory(queued=True, post=PostMediaFactory().post)
    [payload] = payloads.build_all(delivery)
    [media] = payload.media
    assert client.get(path(media.url)).content == media.read()
    [again] = payloads.build_all(delivery)
    assert again.media[0].url == media.url
