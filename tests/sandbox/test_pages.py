"""The pages of the sandbox: accounts, timelines, permalinks, faults."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from publishers.sandbox import accounts, faults, files, films, pictures
from publishers.sandbox.models import Account, Fault, Picture, RemotePost
from publishers.sandbox.registry import TWINS
from tests.sandbox.conftest import picture
from tests.sandbox.films import mp4

pytestmark = pytest.mark.django_db


@pytest.fixture
def tidewater() -> Account:
    return accounts.create("x", "tidewater", "Tidewater")


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


# -- faults


def test_faults_lists_what_is_armed(client, tidewater):
    assert "Every platform works as it should" in client.get(reverse("sandbox:faults")).text
    faults.arm(tidewater, "hang", parameter="20")
    page = client.get(reverse("sandbox:faults")).text
    assert "Accept, then silence" in page
    assert "20 s" in page


@pytest.fixture
def address(tidewater):
    return reverse("sandbox:account_faults", args=["x", "tidewater"])


def test_arming_and_removing(client, address, tidewater):
    form = {"kind": "delay", "does": "publish", "parameter": "2.5", "times": ""}
    assert client.post(address, form)["Location"] == address
    fault = Fault.objects.get()
    assert (fault.kind, fault.parameter, fault.remaining) == ("delay", "2.5", None)
    assert "until removed" in client.get(address).text
    gone = client.post(reverse("sandbox:fault_remove", args=[fault.pk]))
    assert gone["Location"] == address
    assert not Fault.objects.exists()
    assert client.get(reverse("sandbox:fault_remove", args=[fault.pk])).status_code == 405
    assert client.post(reverse("sandbox:fault_remove", args=[fault.pk])).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"kind": "explode"}, {"parameter": "601"}, {"parameter": "soon"}, {"times": "0"}]
)
def test_a_bad_fault_keeps_what_was_typed(client, address, wrong):
    form = {"kind": "hang", "does": "read", "parameter": "9", "times": "4"} | wrong
    page = client.post(address, form)
    assert page.status_code == 422
    assert "field__error" in page.text
    assert 'value="read" selected' in page.text
    assert not Fault.objects.exists()


def test_setting_a_budget(client, address, tidewater):
    assert client.post(address, {"budget_limit": "3"}).status_code == 302
    assert "3 of 3 left" in client.get(address).text
    assert client.post(address, {"budget_limit": "many"}).status_code == 422
    assert client.post(address, {"budget_limit": ""}).status_code == 302
    tidewater.refresh_from_db()
    assert tidewater.budget_limit is None
    assert (tidewater.day_limit, tidewater.processing_seconds) == (None, 1.0)


def test_setting_the_day_and_the_pace(client, address, tidewater):
    form = {"budget_limit": "", "day_limit": "25", "processing_seconds": "0"}
    assert client.post(address, form).status_code == 302
    tidewater.refresh_from_db()
    assert (tidewater.day_limit, tidewater.processing_seconds) == (25, 0)
    assert "0 posted in the last 24 hours of 25" in client.get(address).text


def test_pages_keep_their_forms_safe(address):
    assert Client(enforce_csrf_checks=True).post(address, {"budget_limit": "3"}).status_code == 403


# -- accounts


def test_the_command_lists_and_adds(capsys):
    call_command("sandbox_accounts")
    assert "tidewater.test  app password demo-demo-demo-demo" in capsys.readouterr().out
    call_command(
        "sandbox_accounts",
        "linkedin",
        "lab",
        name="The Lab",
        kind="organization",
        run_by="inesduarte",
    )
    lab = Account.objects.get(handle="lab")
    assert (lab.name, lab.kind) == ("The Lab", "organization")
    assert lab.administrators.get().handle == "inesduarte"


def test_creating_is_repeatable_and_tokens_of_a_page_are_a_persons():
    first, second = (accounts.create("bluesky", "new.test", "New") for _ in range(2))
    assert first == second
    accounts.create("linkedin", "inesduarte")
    page = Account.objects.get(platform="linkedin", handle="tidewater")
    assert accounts.mint_tokens(page).scopes
    assert page.administrators.first().credentials.exists()
    assert accounts.mint_tokens(first).access.count(".") == 2
