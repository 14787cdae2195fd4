"""The simulated DEV: drafts, what is refused, how articles are shown and who asks."""

import pytest
import requests
from django.urls import reverse

from publishers.sandbox import accounts, figures, ledger, pictures
from publishers.sandbox.models import Picture, RemotePost
from tests.sandbox.conftest import Api

KEY = "devto-key-tidewater"


@pytest.fixture
def tidewater(site):
    return accounts.create("devto", "tidewater", "Tidewater")


class Keyed(Api):
    """With the key in the header that this platform reads."""

    def call(self, method, path, **more):
        key = {"api-key": self.token} if self.token else {}
        headers = {**key, "Authorization": "", **more.pop("headers", {})}
        return super().call(method, path, headers=headers, **more)


@pytest.fixture
def api(site, tidewater):
    token = accounts.mint_tokens(tidewater).access
    return Keyed(f"{site.url}/sandbox/devto", token)


def article(**more):
    told = {"title": "High water", "body_markdown": "Tide at nine", **more}
    return {"article": told}


def publish(api, **more):
    return api.post("api/articles", json=article(published=True, **more))


def error(answer):
    return answer.status_code, answer.json()["error"]


def test_a_published_article_is_there_for_everybody(api, tidewater):
    made = publish(api, tags=["Tides", "sea"], canonical_url="https://tide.earth/p")
    told = made.json()
    assert made.status_code == 201
    assert made.headers["Location"] == told["url"]
    assert (told["tag_list"], told["tags"]) == ("tides, sea", ["tides", "sea"])
    assert told["canonical_url"] == "https://tide.earth/p"
    assert told["user"]["username"] == "tidewater"
    page = requests.get(told["url"], timeout=10)
    assert page.status_code == 200
    assert "Tide at nine" in page.text
    assert "High water" in page.text
    listed = api.get("api/articles/me/published").json()
    assert [row["id"] for row in listed] == [told["id"]]
    assert (listed[0]["tag_list"], listed[0]["tags"]) == (["tides", "sea"], "tides, sea")
    assert listed[0]["page_views_count"] >= 0
    assert requests.get(f"{api.base}/api/articles/{told['id']}", timeout=10).ok


def test_a_draft_is_seen_by_nobody_until_it_is_published(api, tidewater):
    draft = api.post("api/articles", json=article()).json()
    assert draft["published_at"] is None
    assert requests.get(draft["url"], timeout=10).status_code == 404
    assert error(Api(api.base).get(f"api/articles/{draft['id']}")) == (404, "not found")
    assert ledger.posts(tidewater).count() == 0
    assert [row["published"] for row in api.get("api/articles/me/all").json()] == [False]
    for _again in range(2):
        live = api.put(f"api/articles/{draft['id']}", json={"article": {"published": True}})
        assert live.json()["published_at"]
    assert requests.get(draft["url"], timeout=10).status_code == 200
    assert ledger.posts(tidewater).count() == 1
    assert api.get("api/articles/me/unpublished").json() == []


def test_what_is_taken_back_was_published(api, tidewater):
    number = publish(api).json()["id"]
    gone = api.put(f"api/articles/{number}", json={"article": {"published": False}})
    assert gone.status_code == 200
    assert api.get("api/articles/me/published").json() == []
    assert ledger.posts(tidewater).get().deleted_at
    assert error(api.put(f"api/articles/{number}/unpublish")) == (401, "unauthorized")


def test_parts_of_it_are_changed(api):
    number = publish(api, tags="tides").json()["id"]
    changed = api.put(f"api/articles/{number}", json={"article": {"body_markdown": "At ten"}})
    assert changed.json()["body_markdown"] == "At ten"
    assert (changed.json()["title"], changed.json()["tags"]) == ("High water", ["tides"])
    assert error(api.put("api/articles/7", json=article())) == (404, "not found")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": "T"}, "param is missing or the value is empty: article"),
        (article(title=" "), "Title can't be blank"),
        (article(title="a" * 129), "Title is too long"),
        (article(body_markdown="a" * (800 * 1024 + 1)), "Body markdown is too long"),
        (article(tags="a,b,c,d,e"), "maximum of 4 tags"),
        (article(tags=["c++"]), "non-alphanumeric"),
        (article(tags=[letter * 40 for letter in "abcd"]), "126 characters"),
    ],
)
def test_refused(api, body, words):
    status, said = error(api.post("api/articles", json=body))
    assert status == 422
    assert words in said
    assert not RemotePost.objects.exists()


def test_a_title_again_within_five_minutes_is_refused(api):
    publish(api)
    assert error(publish(api, body_markdown="Else")) == (
        422,
        "Title has already been used in the last five minutes",
    )
    assert publish(api, title="Low water").status_code == 201


def test_an_address_belongs_to_one_live_article(api):
    told = {"canonical_url": "https://tide.earth/p"}
    publish(api, **told)
    draft = api.post("api/articles", json=article(title="Low water", **told))
    assert draft.status_code == 201, "drafts may share it"
    live = {"article": {"published": True}}
    status, said = error(api.put(f"api/articles/{draft.json()['id']}", json=live))
    assert (status, "already been taken" in said) == (422, True)


def test_settings_above_the_text_win(api):
    made = publish(api, body_markdown="---\ntitle: Other\npublished: false\n---\nTide").json()
    assert (made["title"], made["published_at"]) == ("Other", None)


def test_pictures_of_this_installation_are_shown(api, site, png, settings):
    settings.SITE_URL = site.url
    held = Picture(account=accounts.create("x", "harbourtrust"), remote_id="7")
    pictures.fill(held, png, pictures.examine(png))
    here = f"{site.url}{reverse('sandbox:picture', args=[held.pk])}"
    body = f"Tide\n\n![A red field]({here})\n\n![Elsewhere](https://pictures.example/1.png)"
    told = publish(api, body_markdown=body, main_image=here).json()
    post = RemotePost.objects.get()
    assert [one.alt for one in post.attachments.all()] == ["A red field"]
    assert post.cover.digest == held.digest
    page = requests.get(told["url"], timeout=10).text
    assert 'alt="A red field"' in page
    assert 'href="https://pictures.example/1.png"' in page
    assert "Elsewhere" in page


def test_lists_come_in_pages(api, tidewater):
    for number in range(3):
        publish(api, title=f"Tide {number}")
    titles = [
        row["title"]
        for page in (1, 2)
        for row in api.get(f"api/articles/me/all?per_page=2&page={page}").json()
    ]
    assert titles == ["Tide 2", "Tide 1", "Tide 0"]
    followers = figures.followers(tidewater)
    assert len(api.get("api/followers/users?per_page=1000").json()) == min(followers, 1000)
    assert len(api.get("api/followers/users?per_page=30&page=2").json()) == 30


def test_who_asks(api, tidewater):
    assert api.get("api/users/me").json()["username"] == "tidewater"
    shown = Keyed(api.base, KEY)
    assert shown.get("api/users/me").json()["id"] == int(tidewater.remote_id)
    assert shown.get("api/users/me").status_code == 200, "a second time too"
    for wrong in ("", "devto-key-nobody", "x-key-tidewater", "nonsense"):
        assert error(Keyed(api.base, wrong).get("api/users/me")) == (401, "unauthorized")
    robot = api.get("api/users/me", headers={"User-Agent": ""})
    assert (robot.status_code, robot.text) == (403, "Forbidden Bots")


@pytest.mark.django_db
def test_the_key_stands_beside_the_account(client):
    assert KEY in client.get(reverse("sandbox:index")).text
