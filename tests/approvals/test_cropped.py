"""A reviewer sees of a picture what each channel will get: on the page, and in the mail."""

from io import BytesIO

import pytest
import time_machine
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from approvals.mail import letter
from approvals.services.ask import ask
from notifications import outbox
from posts import decoding, renditions
from posts.decoding import Unreadable
from posts.models import MediaAsset, Rendition
from tests.factories.posts import (
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
CUT, WHOLE = (600, 750), (600, 1500)


@pytest.fixture
def review(team, bob, stage):
    channels = [ChannelFactory(team=team, platform=slug) for slug in ("instagram", "x")]
    post = PostFactory(team=team, author=bob, body="The mast is up.", channels=channels)
    tall = MediaAssetFactory(team=team, width=WHOLE[0], height=WHOLE[1])
    PostMediaFactory(post=post, asset=tall, alt="A mast", focal_y=100)
    return ask(post=refresh_hash(post), by=bob)


@pytest.fixture
def moment(review):
    """Addresses are signed with the second at which they are made."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def addresses(review) -> list[str]:
    said = letter(review, review.requests.first())["channels"]
    return [picture["src"] for channel in said for picture in channel["pictures"]]


def size(src: str) -> tuple[int, int]:
    return Image.open(BytesIO(Client().get(src).content)).size


def test_the_mail_shows_what_the_channel_gets(review, moment):
    cut, whole = addresses(review)
    assert (size(cut), size(whole)) == (CUT, WHOLE)
    assert Rendition.objects.get().key.endswith("_0-750-600-750")
    while outbox.drain():
        pass
    [told] = [one for one in mail.outbox if one.to == ["ruth@harbour.test"]]
    assert "[Picture, cropped to 4:5: A mast]" in told.body
    assert "[Picture: A mast]" in told.body
    assert cut in told.alternatives[0].content


def test_it_is_made_before_the_mail_is_opened(review, monkeypatch):
    renditions.make_waiting()
    monkeypatch.setattr(decoding, "converted", None)
    assert size(addresses(review)[0]) == CUT


def test_the_same_words_with_less_of_the_picture_are_not_the_same(review):
    said = letter(review, review.requests.first())
    assert [channel["same"] for channel in said["channels"]] == [True, False]
    assert said["alike"] == ""


@pytest.mark.parametrize("gone", ["file", "stored", "meanwhile", "row"])
def test_the_whole_never_stands_in_for_a_part(review, monkeypatch, gone):
    original = decoding.converted

    def and_then_gone(*given):
        Rendition.objects.all().delete()
        return original(*given)

    cut = addresses(review)[0]
    if gone == "file":
        MediaAsset.objects.update(file="")
    elif gone == "stored":
        default_storage.delete(review.post.pictures.get().asset.file.name)
    elif gone == "row":
        Rendition.objects.all().delete()
        review.post.pictures.all().delete()
        MediaAsset.objects.all().delete()
    else:
        monkeypatch.setattr(decoding, "converted", and_then_gone)
    assert Client().get(cut).status_code == 404


@pytest.mark.parametrize("error", [Unreadable("slow"), Unreadable("memory"), OSError("full")])
def test_who_opens_the_mail_again_costs_no_second_try(review, monkeypatch, error):
    tries, original = [], decoding.converted

    def fails(*given):
        tries.append(given)
        raise error

    cut = addresses(review)[0]
    monkeypatch.setattr(decoding, "converted", fails)
    answers = [Client().get(cut) for _ in range(3)]
    assert [(one.status_code, one["Retry-After"]) for one in answers] == [(503, "30")] * 3
    assert len(tries) == 1
    monkeypatch.setattr(decoding, "converted", original)
    Rendition.objects.update(tried_at=timezone.now() - renditions.PATIENCE * 2)
    assert size(cut) == CUT


def test_what_somebody_is_making_is_not_made_beside_them(review, monkeypatch):
    cut, original = addresses(review)[0], decoding.converted
    meanwhile = []

    def and_another_opens_it(*given):
        meanwhile.append(Client().get(cut).status_code)
        return original(*given)

    monkeypatch.setattr(decoding, "converted", and_another_opens_it)
    renditions.make_waiting()
    assert meanwhile == [503]
    assert size(cut) == CUT


def test_the_page_hides_nothing_of_a_part_and_leads_to_the_whole(review, client, link_of):
    page = client.get(link_of("ruth@harbour.test"), follow=True)
    html = page.content.decode()
    assert html.count("data-whole") == 2
    assert html.count('viewBox="0 750 600 750"') == 1
    assert html.count("cropped to 4:5") == 1
    asset = review.post.pictures.get().asset_id
    src = f"{page.request['PATH_INFO']}media/{asset}/"
    assert f'href="{src}">the whole picture</a>' in html
    assert Image.open(BytesIO(client.get(src).content)).size == WHOLE
