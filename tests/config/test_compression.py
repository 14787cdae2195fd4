"""What a browser that takes gzip gets: small pages, files as they are, and every length its own."""

import gzip

import pytest
from django.urls import reverse

from tests.factories.posts import MediaAssetFactory, PostFactory

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_for_who_takes_it(team, bob, as_user):
    PostFactory(team=team, author=bob, title="Forty buoys")
    page = reverse("calendar_app:board", args=[team.slug])

    small, plain = as_user(bob).get(page, headers=GZIP), as_user(bob).get(page)

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert b"Forty buoys" in gzip.decompress(small.content)
    assert len(small.content) < len(plain.content) / 3
    assert "Content-Encoding" not in plain.headers


def test_the_length_of_a_page_tells_nothing(team, bob, as_user):
    page, browser = reverse("calendar_app:board", args=[team.slug]), as_user(bob)

    assert len({len(browser.get(page, headers=GZIP).content) for _ in range(8)}) > 1


def test_a_file_and_a_piece_of_it_stay_as_they_are(team, bob, as_user):
    asset = MediaAssetFactory(team=team)
    url = reverse("posts:media", kwargs={"team": team.slug, "media_id": asset.pk})

    whole = as_user(bob).get(url, headers=GZIP)
    piece = as_user(bob).get(url, headers={**GZIP, "Range": "bytes=0-9"})

    assert "Content-Encoding" not in whole.headers
    assert piece.status_code == 206
    assert "Content-Encoding" not in piece.headers
    assert piece.content == whole.content[:10]
