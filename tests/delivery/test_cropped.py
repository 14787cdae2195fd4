"""One post on two platforms that want other shapes, through the worker: what arrives is what was
chosen, to the pixel and in its colours.
"""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from delivery import dispatcher, worker
from posts.models import Delivery
from posts.services import compose, media, schedule
from posts.services.compose import Draft, VariantDraft
from posts.states import DeliveryState
from posts.times import from_utc
from publishers.crops import Point
from publishers.sandbox.ledger import posts as ledger
from tests.delivery.test_every_platform import connected, sandbox
from tests.faults.cast import soon
from tests.processes import wait_until

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
RED, GREEN, BLUE = (220, 20, 20), (20, 180, 20), (20, 20, 220)
# From the top; together a picture that is eleven times as high as it is wide.
BANDS = ((RED, 340), (GREEN, 2975), (BLUE, 425))
SIZES = {"instagram": (340, 425), "threads": (340, 3400)}


def banded() -> SimpleUploadedFile:
    image, top = Image.new("RGB", (340, 3740)), 0
    for colour, height in BANDS:
        image.paste(colour, (0, top, 340, top + height))
        top += height
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return SimpleUploadedFile("mast.jpg", buffer.getvalue())


def seen(account) -> Image.Image:
    picture = ledger(account).get().attachments.get().picture
    return Image.open(BytesIO(bytes(picture.data))).convert("RGB")


def like(image: Image.Image, row: int, colour: tuple[int, int, int]) -> bool:
    found = image.getpixel((image.width // 2, row % image.height))
    return all(abs(one - other) < 25 for one, other in zip(found, colour, strict=True))


def test_each_platform_gets_its_own_part_of_it(sandbox, team, alice):
    team.review_required = False
    team.save(update_fields=["review_required"])
    accounts, channels = zip(*(connected(team, alice, slug) for slug in SIZES), strict=True)
    asset = media.store(team=team, by=alice, upload=banded())
    draft = Draft(
        body="The mast is up.",
        channels={channel.pk: VariantDraft() for channel in channels},
        media=[(asset.pk, "A mast")],
        focal={asset.pk: Point(50, 95)},
    )
    post = compose.create(team=team, by=alice, draft=draft)
    schedule.schedule(post=post, by=alice, at=from_utc(soon(0.0), "UTC"))

    def done() -> bool:
        for claim in dispatcher.tick():
            worker.run(claim.delivery_id, claim.attempt_no)
        left = Delivery.objects.exclude(state=DeliveryState.PUBLISHED)
        return not left.exists()

    wait_until(done, 20, "the end of both")

    arrived = dict(zip(SIZES, map(seen, accounts), strict=True))
    assert {slug: image.size for slug, image in arrived.items()} == SIZES
    assert all(like(arrived["instagram"], row, BLUE) for row in (3, -3))
    assert like(arrived["threads"], 3, GREEN)
    assert like(arrived["threads"], -3, BLUE)
