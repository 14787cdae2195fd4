"""The library's page: what it lists, narrowed and paged, and what is done to a selection."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from posts.models import Folder, MediaAsset, Post
from posts.queries import library as query
from posts.queries.library import Wanted
from posts.services import folders, library
from tests.factories.posts import (
    FolderFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db
PAGE = reverse("posts:library", kwargs={"team": "tidewater"})
HTMX = {"HX-Request": "true"}


def at(name: str, team: str = "tidewater", **kwargs) -> str:
    return reverse(f"posts:{name}", kwargs={"team": team, **kwargs})


def names(response) -> list[str]:
    return [tile.asset.name for tile in response.context["shelf"].tiles]


def rows(team, n: int, **fields) -> list[MediaAsset]:
    """Many at once, without files."""
    return MediaAsset.objects.bulk_create(
        [
            MediaAsset(
                team=team, sha256=f"{fields.get('name', '')}{k:05}", file="x", thumbnail="x",
                mime="image/jpeg", width=10, height=10, bytes=k + 1,
                **{"name": f"file-{k:03}", **fields},
            )
            for k in range(n)
        ]
    )  # fmt: skip


def test_page_fragment_and_who_may(as_user, vera, mallory, team, client):
    MediaAssetFactory(team=team, name="Bóia <b>amarela</b>.jpg")
    page = as_user(vera).get(PAGE)
    html = page.content.decode()
    assert page.status_code == 200
    assert "Bóia &lt;b&gt;amarela&lt;/b&gt;.jpg" in html
    assert "not used yet" in html
    assert 'id="library-files"' not in html  # a viewer uploads nothing
    assert "asset__check" not in html
    assert 'aria-current="page"' in html
    fragment = as_user(vera).get(PAGE, headers=HTMX).content.decode()
    assert fragment.lstrip().startswith('<drum-shelf class="media-page" id="library">')
    assert "<html" not in fragment
    assert as_user(mallory).get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == 302


def test_search_and_filters(as_user, bob, team, other_team):
    folder = FolderFactory(team=team, name="Coast")
    buoy = MediaAssetFactory(team=team, name="buoy.jpg", alt="A yellow float", folder=folder)
    wave = MediaAssetFactory(team=team, name="wave.jpg")
    wave.tags.add(TagFactory(team=team, name="Storm season"))
    film = MediaAssetFactory(
        team=team, name="film.mp4", kind="video", mime="video/mp4", seconds=9, alt="Surf"
    )
    MediaAssetFactory(team=other_team, name="theirs.jpg", alt="yellow")
    PostMediaFactory(post=PostFactory(team=team), asset=buoy)
    bobs = as_user(bob)

    def found(**asked) -> set[str]:
        return set(names(bobs.get(PAGE, asked)))

    assert found() == {"buoy.jpg", "wave.jpg", "film.mp4"}
    assert found(q="YELLOW") == {"buoy.jpg"}
    assert found(q="storm") == {"wave.jpg"}
    assert found(q="film.mp") == {"film.mp4"}
    assert found(q="%") == set()
    assert found(kind="video") == {"film.mp4"}
    assert found(folder=folder.pk) == {"buoy.jpg"}
    assert found(folder="none") == {"wave.jpg", "film.mp4"}
    assert found(tag=wave.tags.get().pk) == {"wave.jpg"}
    assert found(show="bare") == {"wave.jpg"}
    assert found(show="unused") == {"wave.jpg", "film.mp4"}
    # What nobody knows is not asked for.
    assert len(found(folder="999", kind="audio", show="x", sort="x", after="x")) == 3
    film.refresh_from_db()
    assert "0:09" in bobs.get(PAGE).content.decode()
    assert "in 1 post<" in bobs.get(PAGE).content.decode()
    empty = bobs.get(PAGE, {"q": "nowhere"}).content.decode()
    assert "No file is like this" in empty


@pytest.mark.parametrize("sort", query.SORTS)
def test_pages_of_every_order_show_each_once(team, monkeypatch, sort):
    monkeypatch.setattr(query, "PER_PAGE", 4)
    rows(team, 9)
    # Alike in everything that is sorted by.
    moment = MediaAsset.objects.first().created_at
    MediaAsset.objects.update(created_at=moment, name="same", bytes=7)
    for pk, name in ((3, "Zebra"), (5, "albatross")):
        MediaAsset.objects.filter(sha256=f"{pk:05}").update(name=name, bytes=pk)
    seen, after = [], 0
    for _ in range(3):
        page = query.shelf(team, Wanted(sort=sort, after=after))
        seen += [tile.asset.pk for tile in page.tiles]
        after = page.last
    assert after == 0
    assert len(seen) == len(set(seen)) == 9
    if sort == "name":
        assert MediaAsset.objects.get(pk=seen[0]).name == "albatross"
        assert MediaAsset.objects.get(pk=seen[-1]).name == "Zebra"


def test_more_of_it_keeps_what_was_asked(as_user, bob, team, monkeypatch):
    monkeypatch.setattr(query, "PER_PAGE", 2)
    rows(team, 5, alt="")
    page = as_user(bob).get(PAGE, {"show": "bare", "q": "file"})
    last = page.context["shelf"].last
    more = f"?q=file&amp;show=bare&amp;after={last}"
    assert page.content.decode().count(more) == 2  # the link, and what scrolling asks
    asked = {"show": "bare", "q": "file", "after": last}
    fragment = as_user(bob).get(PAGE, asked, headers=HTMX).content.decode()
    assert fragment.lstrip().startswith('<li class="asset"')
    assert fragment.count("<li") == 3
    assert names(as_user(bob).get(PAGE, asked))[0] == "file-002"
    # The tile it began after is gone: from the beginning, and not nothing.
    MediaAsset.objects.filter(pk=last).delete()
    assert len(names(as_user(bob).get(PAGE, asked))) == 2


def test_statements_do_not_grow(as_user, bob, team):
    bobs = as_user(bob)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert bobs.get(PAGE).status_code == 200
        return len(seen)

    MediaAssetFactory(team=team)
    few = cost()
    rows(team, 60)
    post = PostFactory(team=team)
    for asset in MediaAsset.objects.all()[:30]:
        PostMediaFactory(post=post, asset=asset)
        asset.tags.add(TagFactory(team=team))
        MediaAsset.objects.filter(pk=asset.pk).update(folder=FolderFactory(team=team))
    assert cost() <= few
    assert few <= 12


def test_a_page_of_a_large_library_is_read_by_an_index(team):
    rows(team, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE posts_mediaasset")
    for sort, index in (
        ("newest", "media_newest"),
        ("largest", "media_largest"),
        ("name", "media_by_name"),
    ):
        column, falls = query.SORTS[sort]
        found = query._found(team, Wanted(sort=sort)).annotate(called=query.Lower("name"))
        ordered = found.order_by(*((f"-{column}", "-pk") if falls else (column, "pk")))
        assert index in ordered[:49].explain()


# -- selections


def test_many_move_to_a_folder_and_out_of_it(as_user, bob, team, other_team):
    folder, theirs = FolderFactory(team=team), MediaAssetFactory(team=other_team)
    ids = [asset.pk for asset in rows(team, 3)]
    back = {"asked": "q=file&show=bare&next=//evil.example&after=3"}
    answer = as_user(bob).post(
        at("library_move"), {"id": [*ids, theirs.pk], "folder": folder.pk, **back}
    )
    assert answer.status_code == 302
    assert answer.url == f"{PAGE}?q=file&show=bare"
    assert set(folder.assets.values_list("pk", flat=True)) == set(ids)
    as_user(bob).post(at("library_move"), {"id": ids[0], "folder": ""})
    assert folder.assets.count() == 2


def test_a_folder_of_elsewhere_or_none_chosen_moves_nothing(as_user, bob, team, other_team):
    asset, theirs = MediaAssetFactory(team=team), FolderFactory(team=other_team)
    page = as_user(bob).post(at("library_move"), {"id": asset.pk, "folder": theirs.pk}, follow=True)
    assert "This folder is gone." in page.content.decode()
    page = as_user(bob).post(at("library_move"), {"folder": ""}, follow=True)
    assert "Choose at least one file first." in page.content.decode()
    asset.refresh_from_db()
    assert asset.folder is None


def test_many_are_tagged_and_names_are_spelled_once(as_user, bob, team):
    TagFactory(team=team, name="Storm")
    assets = rows(team, 2)
    ids = [asset.pk for asset in assets]
    for tags in ("storm, Coast", "COAST"):
        as_user(bob).post(at("library_tag"), {"id": ids, "tags": tags})
    for asset in assets:
        assert sorted(asset.tags.values_list("name", flat=True)) == ["Coast", "Storm"]


@pytest.mark.parametrize("tags", ["", "x" * 41, ",".join(f"t{n}" for n in range(21)), "a\x00b"])
def test_tags_that_cannot_be(as_user, bob, team, tags):
    asset = MediaAssetFactory(team=team)
    page = as_user(bob).post(at("library_tag"), {"id": asset.pk, "tags": tags}, follow=True)
    assert page.status_code == 200
    assert not asset.tags.exists()


def test_a_file_never_gets_too_many_tags(team):
    asset = MediaAssetFactory(team=team)
    library.tag(team=team, ids=[asset.pk], names=[f"a{n}" for n in range(15)])
    with pytest.raises(library.PostsError):
        library.tag(team=team, ids=[asset.pk], names=[f"b{n}" for n in range(6)])
    assert asset.tags.count() == 15


@pytest.mark.parametrize(
    "name", ["library_move", "library_tag", "library_remove", "library_restore"]
)
def test_only_writers_decide(as_user, vera, mallory, team, name):
    asset = MediaAssetFactory(team=team)
    data = {"id": asset.pk, "tags": "x", "folder": ""}
    assert as_user(vera).post(at(name), data).status_code == 403
    assert as_user(mallory).post(at(name), data).status_code == 404
    assert as_user(mallory).post(at(name, "harbour"), data).status_code == 302
    asset.refresh_from_db()
    assert asset.deleted_at is None
    assert not asset.tags.exists()


# -- folders


def test_folders_are_made_renamed_and_removed(as_user, bob, vera, mallory, team):
    page, bobs = at("library_folders"), as_user(bob)
    assert bobs.post(page, {"name": " Coast \u202e from above "}).status_code == 302
    folder = Folder.objects.get()
    assert folder.name == "Coast  from above"
    one = at("library_folder", folder_id=folder.pk)
    assert bobs.post(one, {"name": "Coast"}).status_code == 302
    asset = MediaAssetFactory(team=team, folder=Folder.objects.get())
    assert "1 file<" in bobs.get(page).content.decode()
    for who, status in ((vera, 403), (mallory, 404)):
        assert as_user(who).get(page).status_code == status
        assert as_user(who).post(one, {"name": "x"}).status_code == status
    theirs = at("library_folder", "harbour", folder_id=folder.pk)
    assert as_user(mallory).post(theirs, {"name": "x"}).status_code == 404
    assert bobs.post(at("library_folder_remove", folder_id=folder.pk)).status_code == 302
    asset.refresh_from_db()
    assert asset.folder is None
    assert not Folder.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "coast", "a\x00", "\u202e"])
def test_names_that_no_folder_gets(as_user, bob, team, name):
    FolderFactory(team=team, name="Coast")
    other = FolderFactory(team=team, name="Harbour")
    page = as_user(bob).post(at("library_folders"), {"name": name})
    assert page.status_code == 422
    one = at("library_folder", folder_id=other.pk)
    assert as_user(bob).post(one, {"name": name}).status_code == 422
    assert sorted(Folder.objects.values_list("name", flat=True)) == ["Coast", "Harbour"]


def test_another_team_has_its_own_names_and_there_is_an_end(team, other_team, monkeypatch):
    folders.create(team=team, name="Coast")
    folders.create(team=other_team, name="coast")
    monkeypatch.setattr(folders, "MOST", 1)
    with pytest.raises(folders.PostsError, match="At most 1"):
        folders.create(team=team, name="Second")
    assert Post.objects.count() == 0
