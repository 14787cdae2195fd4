"""Uploading, describing and serving pictures over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from posts.models import MediaAsset
from posts.services import media
from tests.factories.posts import MediaAssetFactory, picture
from tests.posts.test_media_store import bomb

pytestmark = pytest.mark.django_db
UPLOAD = reverse("posts:media_upload", kwargs={"team": "tidewater"})
HTMX = {"HX-Request": "true"}


def of(asset: MediaAsset, name: str, team: str = "tidewater") -> str:
    return reverse(name, kwargs={"team": team, "media_id": asset.pk})


def file(content: bytes | None = None, name: str = "buoy.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


def test_script_gets_the_tile_of_its_file(as_user, bob, team):
    answer = as_user(bob).post(UPLOAD, {"files": file()}, headers=HTMX)
    asset = MediaAsset.objects.get()
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<li class="picture" data-asset="{asset.pk}">' in html
    assert f'name="media" value="{asset.pk}"' in html
    assert (asset.team, asset.uploaded_by) == (team, bob)


def test_plain_form_opens_a_new_post_with_the_pictures(as_user, bob, team):
    client = as_user(bob)
    answer = client.post(UPLOAD, {"files": [file(), file(picture(colour="red"))]})
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert len(page.context["sheet"].tiles) == 2


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"<svg onload=alert(1)>", 415, "not a JPEG"),
        (b"", 422, "empty"),
        (bomb(30_000, 30_000), 422, "max 50 MP"),
        (picture()[:600], 422, "not complete"),
    ],
)
def test_refusals_say_why(as_user, bob, team, content, status, words, headers):
    answer = as_user(bob).post(UPLOAD, {"files": file(content)}, headers=headers)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert not MediaAsset.objects.exists()


def test_too_large_a_file_is_413(as_user, bob, team, monkeypatch):
    monkeypatch.setattr(media, "MAX_UPLOAD", 500)
    assert as_user(bob).post(UPLOAD, {"files": file()}, headers=HTMX).status_code == 413


def test_too_many_at_once_store_none(as_user, bob, team, monkeypatch):
    monkeypatch.setattr(media, "MAX_FILES", 1)
    files = [file(), file(picture(colour="red"))]
    assert as_user(bob).post(UPLOAD, {"files": files}, headers=HTMX).status_code == 422
    files = [file(), file(picture(colour="red"))]
    new = reverse("posts:create", kwargs={"team": "tidewater"})
    answer = as_user(bob).post(new, {"body": "Kept", "files": files})
    assert answer.status_code == 422
    assert "Kept</textarea>" in answer.content.decode()
    assert not MediaAsset.objects.exists()


def test_no_file_at_all(as_user, bob, team):
    assert as_user(bob).post(UPLOAD, headers=HTMX).status_code == 422


def test_only_writers_of_the_team_upload(as_user, vera, mallory, team, client):
    assert as_user(vera).post(UPLOAD, {"files": file()}).status_code == 403
    assert as_user(mallory).post(UPLOAD, {"files": file()}).status_code == 404
    assert client.post(UPLOAD, {"files": file()}).status_code == 302
    assert as_user(vera).get(UPLOAD).status_code in (403, 405)
    assert not MediaAsset.objects.exists()


@pytest.mark.parametrize("which", ["posts:media", "posts:media_small"])
def test_pictures_are_for_the_team_and_run_nothing(as_user, vera, mallory, team, which, client):
    asset = MediaAssetFactory(team=team, name='a"\r\n<x>.jpg')
    url = of(asset, which)
    answer = as_user(vera).get(url)
    small = which == "posts:media_small"
    stored = asset.thumbnail if small else asset.file
    with stored.open("rb") as kept:
        assert answer.content == kept.read()
    assert answer.headers["Content-Type"] == ("image/webp" if small else "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert as_user(mallory).get(url).status_code == 404
    assert as_user(mallory).get(of(asset, which, "harbour")).status_code == 404
    assert client.get(url).status_code == 302


def test_picture_whose_file_is_gone_is_404(as_user, vera, team):
    asset = MediaAssetFactory(team=team)
    asset.file.storage.delete(asset.file.name)
    assert as_user(vera).get(of(asset, "posts:media")).status_code == 404


def test_description_is_kept_for_the_next_post(as_user, bob, vera, mallory, team):
    asset = MediaAssetFactory(team=team)
    url = of(asset, "posts:media_alt")
    assert as_user(vera).post(url, {"alt": "x"}).status_code == 403
    assert as_user(mallory).post(url, {"alt": "x"}).status_code == 404
    assert as_user(bob).post(url, {"alt": "x" * 2001}).status_code == 422
    assert as_user(bob).post(url, {f"alt_{asset.pk}": "A buoy"}, headers=HTMX).status_code == 204
    page = as_user(bob).get(f"/t/tidewater/posts/new/?media={asset.pk}")
    assert page.context["sheet"].tiles[0].alt == "A buoy"
