"""The pages of the sandbox: accounts, timelines, permalinks."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from publishers.sandbox import accounts, files, films, pictures
from publishers.sandbox.models import Picture, RemotePost
from publishers.sandbox.registry import TWINS
from tests.sandbox.conftest import picture
from tests.sandbox.films import mp4
from tests.sandbox.pages import tidewater

__all__ = ["tidewater"]

pytestmark = pytest.mark.django_db


def published(account, text="See https://tidewater.earth <b>now</b>", **more) -> RemotePost:
    return RemotePost.objects.create(account=account, remote_id="1799", text=text, **more)


def illustrated(account, *alts) -> RemotePost:
    post, shape = published(account), pictures.Shape("image/png", 64, 32)
    rows = [
        pictures.fill(Picture(account=account, remote_id=str(n)), picture("PNG"), shape)
        for n, _ in enumerate(alts)
    ]
    pictures.attach(post, list(zip(rows, alts, strict=True)))
    return post


def test_index_shows_the_seeded_accounts(client):
    page = client.get(reverse("sandbox:index"))
    assert page.status_code == 200
    for twin in TWINS.values():
        for seed in twin.seeds:
            assert reverse("sandbox:timeline", args=[twin.slug, seed.handle]) in page.text
    assert "demo-demo-demo-demo" in page.text
    assert "Nothing leaves this machine" in page.text


def test_index_asks_little(client, django_assert_max_num_queries):
    client.get(reverse("sandbox:index"))
    for number in range(12):
        accounts.create("x", f"more{number}", "More")
    # Two for each platform, and none for each account.
    with django_assert_max_num_queries(2 + 2 * len(TWINS)):
        client.get(reverse("sandbox:index"))


def test_timeline(client, tidewater, django_assert_max_num_queries):
    post = illustrated(tidewater, "A red field", "")
    RemotePost.objects.create(
        account=tidewater, remote_id="2", text="Gone", deleted_at=timezone.now()
    )
    with django_assert_max_num_queries(8):
        page = client.get(reverse("sandbox:timeline", args=["x", "tidewater"]))
    assert 'alt="A red field"' in page.text
    assert "<p>A red field</p>" in page.text
    assert "No ALT" in page.text
    assert 'href="https://tidewater.earth"' in page.text
    assert "&lt;b&gt;now&lt;/b&gt;" in page.text
    assert "Gone" not in page.text
    assert f"/sandbox/x/tidewater/status/{post.remote_id}" in page.text


def test_timeline_in_pages(client, tidewater):
    for number in range(25):
        RemotePost.objects.create(account=tidewater, remote_id=str(number), text=f"Post {number}.")
    address = reverse("sandbox:timeline", args=["x", "tidewater"])
    assert "Post 24." in client.get(address).text
    second = client.get(address, {"page": "2"}).text
    assert "Post 4." in second
    assert "Post 24." not in second
    assert client.get(address, {"page": "nonsense"}).status_code == 200


def test_an_empty_timeline_says_what_to_do(client, tidewater):
    page = client.get(reverse("sandbox:timeline", args=["x", "tidewater"]))
    assert "Nothing posted yet" in page.text


@pytest.mark.parametrize("address", ["/sandbox/x/nobody/", "/sandbox/myspace/tidewater/"])
def test_unknown_accounts_and_platforms(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("platform", "handle", "addresses"),
    [
        ("x", "tidewater", ["/sandbox/x/tidewater/status/{id}", "/sandbox/x/i/web/status/{id}"]),
        ("linkedin", "inesduarte", ["/sandbox/linkedin/feed/update/{id}/"]),
        (
            "bluesky",
            "tidewater.test",
            [
                "/sandbox/bluesky/profile/{account.remote_id}/post/{id}",
                "/sandbox/bluesky/profile/tidewater.test/post/{id}",
            ],
        ),
    ],
)
def test_permalinks_in_the_platforms_own_form(client, platform, handle, addresses):
    account = accounts.create(platform, handle)
    post = illustrated(account, "A red field")
    RemotePost.objects.filter(pk=post.pk).update(remote_id="urn:li:share:1799")
    for address in addresses:
        page = client.get(address.format(id="urn:li:share:1799", account=account))
        assert page.status_code == 200
        assert 'alt="A red field"' in page.text
        assert client.get(address.format(id="1", account=account)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/sandbox/linkedin/in/inesduarte/",
        "/sandbox/linkedin/company/tidewater/",
        "/sandbox/bluesky/profile/tidewater.test",
    ],
)
def test_profiles_in_the_platforms_own_form(client, address):
    client.get(reverse("sandbox:index"))
    assert client.get(address).status_code == 200


def test_links_only_where_the_author_marked_them(client):
    account = accounts.create("bluesky", "tidewater.test")
    text = "Ébb: tides and tidewater.earth"
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://tidewater.earth/ebb"}
    facet = {"index": {"byteStart": 6, "byteEnd": 11}, "features": [link]}
    published(account, text, body={"text": text, "facets": [facet]})
    page = client.get("/sandbox/bluesky/tidewater.test/").text
    assert (
        'href="https://tidewater.earth/ebb" rel="noopener nofollow ugc" target="_blank">tides</a>'
        in page
    )
    assert page.count("nofollow") == 1


def test_a_deleted_post_says_so(client, tidewater):
    published(tidewater, deleted_at=timezone.now())
    page = client.get("/sandbox/x/tidewater/status/1799")
    assert page.status_code == 404
    assert "This post was deleted" in page.text


def test_a_card(client, tidewater):
    published(
        tidewater, card_url="https://tidewater.earth/a", card_title="Tides", card_description="All"
    )
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert "<strong>Tides</strong>" in page


def test_pictures_are_inert(client, tidewater):
    illustrated(tidewater, "A red field")
    answer = client.get(reverse("sandbox:picture", args=[Picture.objects.get().pk]))
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer.content == picture("PNG")
    waiting = Picture.objects.create(account=tidewater, remote_id="waiting")
    assert client.get(reverse("sandbox:picture", args=[waiting.pk])).status_code == 404


def test_a_film_with_its_length_and_its_poster(client, tidewater):
    post, data = published(tidewater), mp4(75)
    shape = films.examine(BytesIO(data))
    poster = pictures.fill(Picture(account=tidewater, remote_id="p"), picture("PNG"), shape)
    film = pictures.fill(Picture(account=tidewater, remote_id="f", poster=poster), data, shape)
    pictures.attach(post, [(film, "The tide comes in")])
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert "1:15" in page
    assert f'poster="{reverse("sandbox:picture", args=[poster.pk])}"' in page
    assert 'aria-label="The tide comes in"' in page
    Picture.objects.filter(pk=film.pk).update(data=None, size=9_000_000)
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert "<video" not in page
    assert "1:15" in page


def test_a_large_film_comes_from_its_file(client, tidewater):
    data = mp4(padding=6_000_000)
    film = pictures.fill(
        Picture(account=tidewater, remote_id="f"), data, films.examine(BytesIO(data))
    )
    answer = client.get(reverse("sandbox:picture", args=[film.pk]))
    assert b"".join(answer.streaming_content) == data
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    files.drop(film.kept)
    assert client.get(reverse("sandbox:picture", args=[film.pk])).status_code == 404


def test_an_article(client, tidewater):
    shape = pictures.Shape("image/png", 64, 32)
    cover = pictures.fill(Picture(account=tidewater, remote_id="c"), picture("PNG"), shape)
    published(
        tidewater,
        title="On <tides>",
        tags=["sea", "moon"],
        cover=cover,
        canonical_url="https://tidewater.earth/tides",
    )
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert "On &lt;tides&gt;</h2>" in page
    assert "#moon" in page
    assert reverse("sandbox:picture", args=[cover.pk]) in page
    assert 'href="https://tidewater.earth/tides"' in page
    RemotePost.objects.update(canonical_url="javascript:alert(1)")
    assert "javascript" not in client.get("/sandbox/x/tidewater/status/1799").text


def test_pictures_side_by_side(client, tidewater, monkeypatch):
    illustrated(tidewater, "One", "Two")
    monkeypatch.setattr(type(TWINS["x"]), "carousel", True)
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert 'data-n="many"' in page


def test_comments_and_notes(client, tidewater, monkeypatch):
    post = published(tidewater)
    RemotePost.objects.create(
        account=accounts.create("x", "harbourtrust"), remote_id="2", parent=post, text="Nice!"
    )
    monkeypatch.setattr(type(TWINS["x"]), "notes", lambda self, post: ["Followers only"])
    page = client.get("/sandbox/x/tidewater/status/1799").text
    assert "Nice!" in page
    assert "1 answer or comment" in page
    assert "<span>Followers only</span>" in page


def test_what_is_not_yet_shown_is_on_no_timeline(client, tidewater):
    published(tidewater, text="Later", shows_at=timezone.now() + timedelta(hours=1))
    assert "Later" not in client.get("/sandbox/x/tidewater/").text
    RemotePost.objects.update(shows_at=timezone.now())
    assert "Later" in client.get("/sandbox/x/tidewater/").text


def test_every_account_has_a_picture(client, tidewater):
    answer = client.get(reverse("sandbox:account_picture", args=["x", "tidewater"]))
    assert answer.content.startswith(b"\x89PNG")
