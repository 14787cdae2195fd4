"""What stays of a cropped picture: part of what is written, approved and kept, as its words are."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from posts import content, payloads
from posts.models import MediaAsset, Post, Rendition
from posts.queries.history import changes
from posts.services import attach, compose, library, review, revisions
from posts.services.compose import Draft, VariantDraft
from posts.states import Stage
from posts.views.panels import fresh
from publishers.crops import CENTRE, Point
from tests.factories.posts import (
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    VariantFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, edit_url, form
from tests.posts.shelf import HTMX, at

pytestmark = pytest.mark.django_db
ABOVE = Point(40, 10)


@pytest.fixture
def shaped(team):
    """A channel whose platform takes nothing taller than 4:5."""
    return ChannelFactory(team=team, platform="instagram")


@pytest.fixture
def tall(team) -> MediaAsset:
    said = {"alt": "A mast", "focal_x": ABOVE.x, "focal_y": ABOVE.y}
    return MediaAssetFactory(team=team, width=600, height=1500, **said)


@pytest.fixture
def post(team, alice, shaped, tall) -> Post:
    return PostFactory(team=team, author=alice, channels=[shaped])


def attached(post, tall, by) -> Post:
    attach.attach(post=post, assets=[tall], by=by)
    post.refresh_from_db()
    return post


def moved(post: Post, by, **focal) -> Post:
    """Saved with another point for its picture."""
    draft = compose.draft_of(content.snapshot(post), post)
    [(pk, _alt)] = draft.media
    changed = Draft(**{**vars(draft), "focal": {pk: Point(**focal)}})
    return compose.save(post=post, draft=changed, version=post.version, by=by)


def test_a_post_begins_where_the_library_stands_and_then_goes_its_own_way(post, tall, alice):
    attached(post, tall, alice)
    assert post.pictures.get().focal == ABOVE
    kept = {"name": "", "alt": "", "folder": None, "tags": []}
    library.edit(asset=tall, **kept, focal=Point(90, 90))
    assert MediaAsset.objects.get().focal == (90, 90)
    assert post.pictures.get().focal == ABOVE
    attach.attach(post=post, assets=[tall], by=alice)  # It is there already.
    assert post.pictures.get().focal == ABOVE


def test_what_was_approved_before_there_was_a_choice_stays_approved(post, team, alice, shaped):
    plain = MediaAssetFactory(team=team, width=600, height=1500)
    PostMediaFactory(post=post, asset=plain, alt="A mast")
    document = content.snapshot(post)
    [said] = document["channels"][str(shaped.pk)]["media"]
    assert "focal" not in said
    assert "focal" not in document["media"][0]
    known = {
        "kind": "post",
        "title": "",
        "channels": {
            "7": {
                "platform": "instagram",
                "text": "Hello",
                "media": [{"sha256": "0" * 64, "alt": "A mast"}],
                "first_comment": "",
                "options": {},
            }
        },
    }
    assert content.digest(known) == (
        "2f157b3405b593bb5c5d051d02ae681cf91cbbeea9a6d67c2d4c0d87d75a5882"
    )
    known["channels"]["7"]["media"][0]["focal"] = [40, 10]
    assert (
        content.digest(known) != "2f157b3405b593bb5c5d051d02ae681cf91cbbeea9a6d67c2d4c0d87d75a5882"
    )


def test_another_point_is_another_content(post, tall, team, alice, carol):
    attached(post, tall, alice)
    revision = review.submit(post=post, by=alice)
    review.confirm(post=post, revision=revision, by=carol)
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED
    # Saving what is there already changes nothing.
    post = moved(post, alice, x=ABOVE.x, y=ABOVE.y)
    assert post.stage == Stage.APPROVED
    before = post.content_hash
    post = moved(post, alice, x=40, y=11)
    assert (post.stage, post.content_hash != before) == (Stage.DRAFTING, True)
    assert not post.approvals.filter(revoked_at=None).exists()


def test_a_restored_version_has_its_point_back(post, tall, alice):
    attached(post, tall, alice)
    first = revisions.keep(post, by=alice)
    post = moved(post, alice, x=5, y=95)
    revisions.keep(post, by=alice)
    post = compose.restore(post=post, number=first.number, version=post.version, by=alice)
    assert post.pictures.get().focal == ABOVE
    assert post.content_hash == first.content_hash
    assert compose.duplicate(post=post, by=alice).pictures.get().focal == ABOVE


def test_what_changed_is_told(post, tall, alice):
    attached(post, tall, alice)
    before = content.snapshot(post)
    post = moved(post, alice, x=50, y=50)
    [whole] = changes(before, content.snapshot(post), {})
    said = "".join(words for kind, words in whole.parts if kind != "insert")
    assert said.startswith("A mast, kept at 40 % from the left and 10 % from the top [")


def test_what_is_made_is_ordered_with_the_approval(post, tall, alice, open_team):
    attached(post, tall, alice)
    delivery = DeliveryFactory(queued=True, post=post, channel=post.variants.get().channel)
    [payload] = payloads.build_all(delivery)
    [sent] = payload.media
    assert (sent.width, sent.height) == (600, 750)
    assert Rendition.objects.get().key.endswith("_0-0-600-750")
    # A later choice is another rendition; what is committed keeps its own.
    PostMediaFactory._meta.model.objects.update(focal_y=90)
    assert payloads.build_all(delivery)[0].media[0].sha256 == sent.sha256


def test_the_database_takes_no_point_outside(tall):
    with pytest.raises(IntegrityError), transaction.atomic():
        MediaAsset.objects.update(focal_x=101)


# -- forms


def fields(asset: MediaAsset, x: object, y: object) -> dict[str, object]:
    return {"media": asset.pk, f"focal_x_{asset.pk}": x, f"focal_y_{asset.pk}": y}


def test_the_composer_saves_it_and_shows_what_will_be_seen(as_user, alice, post, tall, shaped):
    attached(post, tall, alice)
    mine = as_user(alice)
    said = form(post, channels=shaped.pk, **fields(tall, 50, 100))
    assert mine.post(edit_url(post), said).status_code == 302
    assert post.pictures.get().focal == (50, 100)
    html = mine.get(edit_url(post)).content.decode()
    assert f'id="focal_y_{tall.pk}" name="focal_y_{tall.pk}" min="0" max="100" value="100"' in html
    assert html.count('viewBox="0 750 600 750"') == 2  # the frame at the picture, and the preview
    assert "The picture loses 50 % of its height" in html
    assert f'href="#focal_x_{tall.pk}"' in html
    assert "is ready." in html


@pytest.mark.parametrize("wrong", ["", "101", "-1", "4.5", "x", "٤"])
def test_a_point_outside_is_refused(as_user, alice, post, tall, shaped, wrong):
    attached(post, tall, alice)
    said = form(post, channels=shaped.pk, **fields(tall, 50, wrong))
    page = as_user(alice).post(edit_url(post), said)
    assert page.status_code == 422
    assert "Choose a point within the picture." in page.content.decode()
    assert post.pictures.get().focal == ABOVE


def test_a_form_that_says_nothing_of_it_takes_it_from_the_library(as_user, alice, shaped, tall):
    said = form(body="Hello", channels=shaped.pk, media=tall.pk)
    assert as_user(alice).post(NEW, said).status_code == 302
    assert Post.objects.get().pictures.get().focal == ABOVE
    opened = as_user(alice).get(f"{NEW}?media={tall.pk}")
    assert opened.context["sheet"].tiles[0].focal == ABOVE


def test_where_no_platform_crops_it_there_is_nothing_to_choose(as_user, alice, team, tall):
    ChannelFactory(team=team, platform="x")
    html = as_user(alice).get(f"{NEW}?media={tall.pk}").content.decode()
    assert f'<input type="hidden" name="focal_y_{tall.pk}" value="10">' in html
    assert "<drum-focal" not in html


def test_a_tile_that_comes_by_script_has_it(as_user, alice, team, tall, shaped):
    url = reverse("posts:library_attach", kwargs={"team": team.slug})
    html = as_user(alice).post(url, {"media": tall.pk}, headers=HTMX).content.decode()
    assert 'viewBox="0 0 600 750"' in html
    assert fresh([MediaAssetFactory(team=team)], team)[0].focal == CENTRE


def test_the_library_keeps_it(as_user, bob, vera, tall, shaped):
    url = at("library_edit", tall)
    said = {"name": "mast.jpg", "focal_x": "70", "focal_y": "30"}
    assert as_user(vera).post(url, said).status_code == 403
    assert as_user(bob).post(url, said).status_code == 302
    assert MediaAsset.objects.get().focal == (70, 30)
    assert as_user(bob).post(url, {"name": "mast.jpg"}).status_code == 302
    assert MediaAsset.objects.get().focal == (70, 30)
    refused = as_user(bob).post(url, {**said, "focal_x": "101"}, headers=HTMX)
    assert refused.status_code == 422
    assert "Choose a point within the picture." in refused.content.decode()
    assert MediaAsset.objects.get().focal == (70, 30)


def test_the_panel_shows_the_point_and_every_crop(as_user, bob, vera, tall, shaped):
    url = at("library_asset", tall)
    html = as_user(bob).get(url, headers=HTMX).content.decode()
    assert "cropped to 4:5" in html
    assert 'viewBox="0 0 600 750"' in html
    assert 'cx="40%" cy="10%"' in html
    for_vera = as_user(vera).get(url, headers=HTMX).content.decode()
    assert 'viewBox="0 0 600 750"' in for_vera
    assert "<drum-focal" not in for_vera


def test_posts_with_own_channels_and_pictures_are_drawn_as_each_gets_them(
    as_user, alice, team, shaped, tall
):
    """The same picture whole on one platform and cropped on the other."""
    other = ChannelFactory(team=team, platform="x")
    draft = Draft(
        body="Hello",
        channels={shaped.pk: VariantDraft(), other.pk: VariantDraft()},
        media=[(tall.pk, "A mast")],
        focal={tall.pk: ABOVE},
    )
    post = compose.create(team=team, by=alice, draft=draft)
    refresh_hash(post)
    page = as_user(alice).get(edit_url(post))
    drawn = {p.channel.pk: p.preview.pictures[0].cut for p in page.context["sheet"].picked}
    assert drawn == {shaped.pk: (0, 0, 600, 750), other.pk: None}


def test_the_page_of_the_post_shows_what_each_channel_gets(as_user, vera, team, post, tall, alice):
    """The whole only where a channel shows it; without a further statement."""
    attached(post, tall, alice)
    page = as_user(vera).get(reverse("posts:post", args=[team.slug, post.pk]))
    html = page.content.decode()
    assert html.count('viewBox="0 0 600 750"') == 1
    assert f'alt="{tall.alt}"' not in html
    assert "cropped to 4:5" in html
    VariantFactory(post=post, channel=ChannelFactory(team=team, platform="x"))
    VariantFactory(post=post, channel=ChannelFactory(team=team, platform="instagram"))
    page = as_user(vera).get(reverse("posts:post", args=[team.slug, post.pk]))
    [[shown]] = [said.pictures for said in page.context["page"].said]
    assert shown.first.box is None
    assert [(part.box, len(part.channels)) for part in shown.others] == [((0, 0, 600, 750), 2)]
    html = page.content.decode()
    assert f'alt="{tall.alt}"' in html
    assert "the whole picture" in html
