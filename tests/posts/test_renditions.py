"""Pictures made into what a platform takes: ordered, made ahead, made at the latest when sent."""

import hashlib
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from delivery import findings
from posts import decoding, payloads, renditions
from posts.decoding import Unreadable
from posts.models import MediaAsset, Rendition
from posts.services import media, review, revisions, schedule
from posts.tasks import convert
from posts.times import from_utc
from publishers.limits import check_all
from publishers.registry import spec_for
from publishers.renditions import Recipe
from tests.factories.posts import DeliveryFactory, PostFactory, PostMediaFactory, refresh_hash
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


def upload(team, user, image: Image.Image, kind: str = "PNG") -> MediaAsset:
    buffer = BytesIO()
    image.save(buffer, kind)
    file = SimpleUploadedFile(f"a.{kind.lower()}", buffer.getvalue())
    return media.store(team=team, by=user, upload=file)


def photo(width: int = 2000, height: int = 1500) -> Image.Image:
    return Image.effect_noise((width, height), 60).convert("RGB")


@pytest.fixture
def small(taking):
    taking("x", image_types=("image/jpeg",), image_sides=(100, 800), image_bytes=150_000)


@pytest.fixture
def picture(team, alice) -> MediaAsset:
    return upload(team, alice, photo(), "JPEG")


@pytest.fixture
def post(open_team, alice, picture):
    channels = [ChannelFactory(team=open_team, platform=name) for name in ("x", "linkedin")]
    post = PostFactory(team=open_team, author=alice, channels=channels)
    PostMediaFactory(post=post, asset=picture, alt="A buoy")
    return refresh_hash(post)


def delivery_of(post, platform: str):
    channel = next(v.channel for v in post.variants.all() if v.channel.platform == platform)
    return DeliveryFactory(queued=True, post=post, channel=channel)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.usefixtures("small")
def test_each_platform_gets_what_it_takes(post, picture):
    [payload] = payloads.build_all(delivery_of(post, "x"))
    [sent] = payload.media
    content = sent.read()
    assert hashlib.sha256(content).hexdigest() == sent.sha256 != picture.sha256
    assert (sent.mime, sent.alt, sent.size) == ("image/jpeg", "A buoy", len(content))
    assert sent.size <= 150_000
    assert opened(content).size == (sent.width, sent.height)
    assert max(sent.width, sent.height) <= 800
    assert not [p for p in check_all([payload], spec_for("x")) if p.level == "error"]
    [other] = payloads.build_all(delivery_of(post, "linkedin"))
    assert other.media[0].sha256 == picture.sha256


@pytest.mark.usefixtures("small")
def test_every_attempt_gets_the_same_bytes(post, monkeypatch):
    delivery = delivery_of(post, "x")
    [first] = payloads.build_all(delivery)
    monkeypatch.setattr(decoding, "converted", None)
    [again] = payloads.build_all(delivery)
    assert again.media[0].sha256 == first.media[0].sha256
    assert again.media[0].url == first.media[0].url
    assert Rendition.objects.count() == 1


@pytest.mark.usefixtures("small")
def test_what_was_approved_stays_what_was_approved(post):
    delivery = delivery_of(post, "x")
    payloads.build_all(delivery)
    delivery.refresh_from_db()
    assert refresh_hash(post).content_hash == delivery.content_hash


@pytest.mark.usefixtures("small")
def test_scheduling_orders_it_and_the_tick_makes_it(post, alice, monkeypatch):
    at = from_utc(timezone.now() + timedelta(days=1), "UTC")
    schedule.schedule(post=post, by=alice, at=at)
    waiting = Rendition.objects.get()
    assert (waiting.file.name, waiting.sha256) == ("", "")
    convert()
    made = Rendition.objects.get()
    assert made.file
    assert renditions.waiting() == []
    monkeypatch.setattr(decoding, "converted", None)
    delivery = post.deliveries.get(channel__platform="x")
    assert payloads.build_all(delivery)[0].media[0].sha256 == made.sha256


@pytest.mark.usefixtures("small")
def test_sending_for_review_orders_it_and_so_does_approving(post, alice, team):
    team.review_required = True
    team.save(update_fields=["review_required"])
    revision = review.submit(post=post, by=alice)
    assert Rendition.objects.count() == 1
    Rendition.objects.all().delete()
    review.confirm(post=post, revision=revision, by=alice)
    assert Rendition.objects.count() == 1


def test_nothing_is_ordered_where_it_fits(post, alice):
    renditions.order(revisions.keep(post, by=alice))
    assert not Rendition.objects.exists()


@pytest.mark.usefixtures("small")
def test_two_that_make_the_same_keep_one_file(post, picture, monkeypatch):
    recipe = Recipe(("image/jpeg",), 400, 300, 150_000, 1)
    original = decoding.converted

    def and_somebody_else(raw, recipe):
        monkeypatch.setattr(decoding, "converted", original)
        renditions.make(Rendition.objects.select_related("asset").get())
        return original(raw, recipe)

    monkeypatch.setattr(decoding, "converted", and_somebody_else)
    made = renditions.made(picture, recipe)
    assert made.file.storage.exists(made.file.name)
    folder = f"{picture.team_id}"
    assert len(made.file.storage.listdir(folder)[1]) == 3  # the picture, its thumbnail, this


@pytest.mark.usefixtures("small")
def test_a_changed_original_is_noticed(post, picture):
    with picture.file.open("r+b") as file:
        file.write(b"CHANGED")
    with pytest.raises(payloads.TamperedContent, match="differs from what was approved"):
        payloads.build_all(delivery_of(post, "x"))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_harmed_rendition_is_not_sent_and_made_anew(post, harm):
    delivery = delivery_of(post, "x")
    [payload] = payloads.build_all(delivery)
    made = Rendition.objects.get()
    if harm == "gone":
        made.file.storage.delete(made.file.name)
    else:
        with made.file.open("r+b") as file:
            file.write(b"CHANGED")
    with pytest.raises(renditions.Damaged):
        payload.media[0].read()
    assert not made.file.storage.exists(made.file.name)
    [again] = payloads.build_all(delivery)
    assert again.media[0].read()
    assert again.media[0].sha256 == made.sha256


@pytest.mark.usefixtures("small")
def test_a_platform_may_fetch_it(post, client):
    [payload] = payloads.build_all(delivery_of(post, "x"))
    answer = client.get(urlsplit(payload.media[0].url).path)
    assert answer.content == payload.media[0].read()
    assert answer["Content-Type"] == "image/jpeg"


@pytest.mark.usefixtures("small")
def test_a_harmed_rendition_is_seen_before_it_is_due(post):
    delivery = delivery_of(post, "x")
    items = payloads.build_all(delivery)
    Rendition.objects.get().file.storage.delete(Rendition.objects.get().file.name)
    spec = spec_for("x")
    with pytest.raises(renditions.Damaged):
        list(findings.content(items, spec, account="person", thread=False))
    items = payloads.build_all(delivery)
    assert list(findings.content(items, spec, account="person", thread=False)) == []


def test_what_failed_once_is_left_to_whoever_sends_it(post, picture, monkeypatch):
    Rendition.objects.create(asset=picture, key="jpeg_400x300_150000_1")

    def dies(raw, recipe):
        raise Unreadable("died")

    monkeypatch.setattr(decoding, "converted", dies)
    convert()
    assert renditions.waiting() == []
    assert Rendition.objects.get().tried_at
    Rendition.objects.update(tried_at=timezone.now() - renditions.PATIENCE * 2)
    assert len(renditions.waiting()) == 1


def test_a_picture_that_cannot_be_made_small_enough(picture):
    with pytest.raises(payloads.TamperedContent, match="could not be made small enough"):
        renditions.made(picture, Recipe(("image/png",), 2000, 1500, 900, 1000))


# -- what a conversion does


def converted(image: Image.Image, kind: str = "PNG", **recipe) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, kind)
    usual = {"kinds": ("image/jpeg",), "width": image.width, "height": image.height}
    made = decoding.converted(
        buffer.getvalue(), Recipe(**{"size": 10**7, "least": 1, **usual, **recipe})
    )
    shown = opened(made.content)
    assert shown.size == (made.width, made.height)
    assert made.mime == f"image/{shown.format.lower()}"
    return shown


def test_what_was_transparent_is_white():
    half = Image.new("RGBA", (64, 48), (200, 30, 30, 255))
    half.paste((0, 0, 0, 0), (0, 0, 32, 48))
    shown = converted(half)
    assert shown.format == "JPEG"
    assert min(shown.getpixel((4, 20))) > 245
    red, green, _blue = shown.getpixel((60, 20))
    assert red > 150 > 2 * green


def test_bytes_shrink_by_quality_first_and_then_by_size():
    noisy = photo(1200, 900)
    worse = converted(noisy, size=600_000)
    assert worse.size == (1200, 900)
    smaller = converted(noisy, size=120_000, least=100)
    assert smaller.width < 1200
    assert smaller.width / smaller.height == pytest.approx(4 / 3, abs=0.01)


def test_a_drawing_stays_as_it_is_where_it_may():
    assert converted(photo(300, 200), kinds=("image/png", "image/jpeg")).format == "PNG"
    noisy = converted(photo(900, 700), kinds=("image/png", "image/jpeg"), size=400_000)
    assert noisy.format == "JPEG"


def test_a_picture_is_scaled_to_its_recipe():
    assert converted(photo(900, 600), width=300, height=200).size == (300, 200)


def test_webp_can_be_written():
    assert converted(photo(90, 60), kinds=("image/webp",)).format == "WEBP"
