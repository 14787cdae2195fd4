"""One file of the library, seen and described: its page, and its panel."""

from datetime import date

import pytest

from posts.models import Rendition
from tests.factories.posts import FolderFactory
from tests.posts.shelf import HTMX, at, used_by

pytestmark = pytest.mark.django_db
TIMES = "\N{MULTIPLICATION SIGN}"


def test_page_panel_and_who_may(as_user, bob, vera, mallory, asset, channel):
    used_by(asset, "drafting")
    Rendition.objects.create(
        asset=asset,
        key="k",
        file="x",
        sha256="x",
        mime="image/jpeg",
        width=640,
        height=427,
        bytes=9,
    )
    html = as_user(bob).get(at("library_asset", asset)).content.decode()
    sizes = (f"2,400 {TIMES} 1,600", f"640 {TIMES} 427")
    for words in (*sizes, "A drafting post", "On your platforms", "<h1"):
        assert words in html
    panel = as_user(vera).get(at("library_asset", asset), headers=HTMX).content.decode()
    assert panel.lstrip().startswith('<div class="asset-panel">')
    assert "<form" not in panel
    assert as_user(mallory).get(at("library_asset", asset)).status_code == 404
    assert as_user(mallory).get(at("library_asset", asset, "harbour")).status_code == 404


def test_posts_that_have_it_are_paged_and_cost_no_more(
    as_user, bob, asset, django_assert_max_num_queries
):
    for _ in range(12):
        used_by(asset, "drafting")
    bobs = as_user(bob)
    with django_assert_max_num_queries(14):
        page = bobs.get(at("library_asset", asset))
    assert len(page.context["uses"].object_list) == 10
    assert len(bobs.get(at("library_asset", asset), {"page": 2}).context["uses"].object_list) == 2


def test_what_is_said_is_saved(as_user, bob, vera, mallory, asset, other_team):
    folder, url = FolderFactory(team=asset.team), at("library_edit", asset)
    said = {
        "name": "bóia 🛟 \u202ebad.jpg", "alt": "A buoy\r\nat dusk", "tags": "Sea, sea, Storm",
        "folder": folder.pk,
    }  # fmt: skip
    assert as_user(vera).post(url, said).status_code == 403
    assert as_user(mallory).post(url, said).status_code == 404
    assert as_user(bob).post(url, said).status_code == 302
    asset.refresh_from_db()
    assert (asset.name, asset.alt, asset.folder) == ("bóia 🛟 bad.jpg", "A buoy\nat dusk", folder)
    assert sorted(asset.tags.values_list("name", flat=True)) == ["Storm", "sea"]
    beside = as_user(bob).post(url, {**said, "name": "", "beside": 1}, headers=HTMX)
    html = beside.content.decode()
    assert "Saved." in html
    assert f'id="asset-{asset.pk}" hx-swap-oob="true"' in html
    asset.refresh_from_db()
    assert asset.name == "bóia 🛟 bad.jpg"  # an empty field changes no name


@pytest.mark.parametrize(
    "wrong",
    [
        {"alt": "x" * 2001},
        {"alt": "a\x00"},
        {"tags": "x" * 41},
        {"folder": "999"},
        {"rights": "stolen"},
        {"credit": "x" * 301},
        {"rights_until": "never"},
    ],
)
def test_what_cannot_be_saved_is_kept_in_the_form(as_user, bob, asset, wrong):
    url = at("library_edit", asset)
    page = as_user(bob).post(url, {"name": "typed.jpg", **wrong})
    assert page.status_code == 422
    assert "typed.jpg" in page.content.decode()
    assert as_user(bob).post(url, {"name": "typed.jpg", **wrong}, headers=HTMX).status_code == 422
    asset.refresh_from_db()
    assert asset.name == "buoy.jpg"


def test_why_it_may_be_published_and_until_when(as_user, bob, vera, asset):
    said = {"rights": "licensed", "credit": "CC BY \u202eAnn", "rights_until": "2031-04-05"}
    assert as_user(bob).post(at("library_edit", asset), said).status_code == 302
    asset.refresh_from_db()
    kept = (asset.rights, asset.credit, asset.rights_until)
    assert kept == ("licensed", "CC BY Ann", date(2031, 4, 5))
    mine = as_user(bob).get(at("library_asset", asset)).text
    assert '<option value="licensed" selected>' in mine
    assert 'value="2031-04-05"' in mine
    theirs = as_user(vera).get(at("library_asset", asset)).text
    assert "CC BY Ann" in theirs
    assert "5 Apr 2031" in theirs
