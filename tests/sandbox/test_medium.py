"""The simulated Medium: who may post where, what is dropped, and that nothing is read back."""

import pytest
import requests
from django.urls import reverse

from publishers.sandbox import accounts, ledger
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.registry import twin_for
from publishers.sandbox.roster import of
from tests.sandbox.conftest import Api


@pytest.fixture
def ines(site):
    of(twin_for("medium"))
    return accounts.create("medium", "inesduarte")


@pytest.fixture
def journal(ines) -> Account:
    return ines.organizations.get()


@pytest.fixture
def api(connect, ines) -> Api:
    return connect(ines)


@pytest.fixture
def tell(api, ines):
    def send(**more):
        return api.post(f"v1/users/{ines.remote_id}/posts", json=story(**more))

    return send


def story(**more):
    told = {"title": "High water", "contentFormat": "markdown", "content": "# High water\n\nTide"}
    return told | more


def said(answer):
    return answer.status_code, answer.json()["errors"][0]["message"]


def test_a_story(tell, ines):
    made = tell(tags=["a", "b" * 26, "c", "d"], canonicalUrl="https://tide.earth/p")
    told = made.json()["data"]
    assert made.status_code == 201
    assert told["tags"] == ["a", "c"], "what is too long or too much goes without a word"
    assert (told["publishStatus"], told["license"]) == ("public", "all-rights-reserved")
    assert (told["authorId"], told["canonicalUrl"]) == (ines.remote_id, "https://tide.earth/p")
    assert told["publishedAt"] > 1e12
    page = requests.get(told["url"], timeout=10)
    assert "High water" in page.text
    assert ledger.posts(ines).get().text == "Tide"


def test_a_title_is_shown_only_in_the_story(tell):
    page = requests.get(tell(content="Tide").json()["data"]["url"], timeout=10)
    assert "High water" not in page.text.partition("sandbox-post")[2]
    long = tell(title="a" * 101).json()["data"]
    assert long["title"] == "High water"


def test_a_draft_is_seen_by_nobody(tell, ines):
    told = tell(publishStatus="draft").json()["data"]
    assert "publishedAt" not in told
    assert requests.get(told["url"], timeout=10).status_code == 404
    assert ledger.posts(ines).count() == 0


def test_the_same_again_is_a_second_story(tell, ines):
    tell()
    tell()
    assert ledger.posts(ines).count() == 2


def test_ten_a_day(tell, ines):
    for _ in range(10):
        assert tell().status_code == 201
    status, words = said(tell())
    assert status == 429
    assert "rate limit for publishing today" in words


@pytest.mark.parametrize(
    "more",
    [
        {"title": ""},
        {"content": ""},
        {"contentFormat": "pdf"},
        {"publishStatus": "secret"},
        {"license": "mine"},
        {"notifyFollowers": "yes"},
        {"canonicalUrl": "tide"},
        {"tags": "a,b"},
    ],
)
def test_refused(tell, more):
    assert said(tell(**more))[0] == 400
    assert not RemotePost.objects.exists()


def test_pictures(tell, api, png):
    made = api.post("v1/images", files={"image": ("pier.png", png, "image/png")})
    assert made.status_code == 201
    url = made.json()["data"]["url"]
    assert requests.get(url, timeout=10).content == png
    told = tell(content=f"# High water\n\nTide\n\n![A \\[red\\] field]({url})").json()["data"]
    post = RemotePost.objects.get()
    assert post.attachments.get().alt == "A [red] field"
    assert post.text == "Tide"
    assert 'alt="A [red] field"' in requests.get(told["url"], timeout=10).text
    assert said(api.post("v1/images"))[0] == 400
    text = api.post("v1/images", files={"image": ("a.txt", b"text", "text/plain")})
    assert said(text)[0] == 400


def test_where_one_may_post(api, ines, journal):
    other = accounts.create("medium", "harbourtrust")
    for path in (f"v1/users/{other.remote_id}/posts", "v1/publications/nobody/posts"):
        assert said(api.post(path, json=story()))[0] == 403
    told = api.post(f"v1/publications/{journal.remote_id}/posts", json=story()).json()["data"]
    assert told["publicationId"] == journal.remote_id
    assert ledger.posts(journal).count() == 1
    listed = api.get(f"v1/users/{ines.remote_id}/publications").json()["data"]
    assert [row["id"] for row in listed] == [journal.remote_id]
    assert said(api.get(f"v1/users/{other.remote_id}/publications"))[0] == 403
    roles = api.get(f"v1/publications/{journal.remote_id}/contributors").json()["data"]
    assert [(row["userId"], row["role"]) for row in roles] == [(ines.remote_id, "editor")]


def test_who_asks(api, ines):
    assert api.get("v1/me").json()["data"]["username"] == "inesduarte"
    shown = Api(api.base, "medium-key-inesduarte")
    assert shown.get("v1/me").json()["data"]["id"] == ines.remote_id
    assert said(Api(api.base, "nonsense").get("v1/me")) == (401, "Token was invalid.")
    assert said(Api(api.base).get("v1/me"))[0] == 401


def test_nothing_is_read_back(api, ines):
    assert api.get(f"v1/users/{ines.remote_id}/posts").status_code == 405


@pytest.mark.django_db
def test_the_token_stands_beside_the_person_alone(client):
    page = client.get(reverse("sandbox:index")).text
    assert "medium-key-inesduarte" in page
    assert "medium-key-tidewater" not in page
