"""The library on somebody else's screen: what it hears of, and how the list reads itself again."""

import pytest
from django.urls import reverse

from notifications.models import LiveEvent
from posts.models import MediaAsset
from posts.queries import library as query
from posts.services import library, media
from tests.factories.posts import FolderFactory, MediaAssetFactory
from tests.posts.test_library import HTMX, PAGE, names, rows
from tests.posts.test_media import file

pytestmark = pytest.mark.django_db


def heard() -> set[str]:
    topics = set(LiveEvent.objects.values_list("topic", flat=True))
    LiveEvent.objects.all().delete()
    return topics


def test_whoever_looks_hears_of_every_change(team, bob):
    asset = media.store(team=team, by=bob, upload=file())
    one = f"media:{asset.pk}"
    assert heard() == {"media"}
    media.store(team=team, by=bob, upload=file())
    assert heard() == set()
    library.delete(team=team, ids=[asset.pk])
    assert heard() == {"media", one}
    media.store(team=team, by=bob, upload=file())
    assert heard() == {"media", one}
    library.delete(team=team, ids=[asset.pk])
    library.restore(team=team, ids=[asset.pk])
    assert heard() == {"media", one}
    library.restore(team=team, ids=[asset.pk])
    library.delete(team=team, ids=[])
    assert heard() == set()
    folder = FolderFactory(team=team)
    library.edit(asset=asset, name="Buoy", alt="Yellow", folder=folder, tags=["sea"])
    assert heard() == {"media"}
    library.move(team=team, ids=[asset.pk], folder=None)
    assert heard() == {"media"}
    library.tag(team=team, ids=[asset.pk], names=["tide"])
    assert heard() == {"media"}
    media.describe(asset=asset, alt="A yellow buoy")
    assert heard() == {"media"}


def test_the_list_comes_again_as_far_as_it_was_shown(as_user, bob, team, monkeypatch):
    monkeypatch.setattr(query, "PER_PAGE", 3)
    monkeypatch.setattr(query, "MOST_SHOWN", 6)
    rows(team, 8)
    bobs = as_user(bob)
    again = bobs.get(PAGE, {"sort": "name", "shown": "5"}, headers=HTMX)
    assert names(again) == [f"file-{n:03}" for n in range(5)]
    html = again.content.decode()
    assert html.lstrip().startswith('<div class="media-page__main" id="library-main"')
    assert 'id="panel"' not in html
    assert 'id="library-count" hx-swap-oob="true"' in html
    assert "sort=name" in html
    assert len(names(bobs.get(PAGE, {"shown": "1"}, headers=HTMX))) == 3
    assert len(names(bobs.get(PAGE, {"shown": "900"}, headers=HTMX))) == 6
    # A page that begins after some tile goes on beginning there.
    begins = MediaAsset.objects.get(name="file-003").pk
    later = {"sort": "name", "after": begins, "shown": "3"}
    assert names(bobs.get(PAGE, later, headers=HTMX))[0] == "file-004"
    assert f"after={begins}" in bobs.get(PAGE, later, headers=HTMX).content.decode()


def test_the_panel_beside_the_list_hears_of_its_file(as_user, bob, team):
    asset = MediaAssetFactory(team=team)
    url = reverse("posts:library_asset", args=[team.slug, asset.pk])
    assert f'data-live="media:{asset.pk}"' in as_user(bob).get(url, headers=HTMX).text
    # The page of its own has no list beside it to take its buttons from.
    assert f'data-live="media:{asset.pk}"' not in as_user(bob).get(url).text
