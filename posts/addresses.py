"""Where a platform fetches a picture or video that we do not upload, without sign-in.

For a day; where articles go on showing it from there, for good.

The address is signed and names one file; the same delivery gets the same one at every attempt, as
long as it is good. Called by payloads.py and served by views/shared.py.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from posts.decoding import EXTENSIONS
from posts.models import MediaAsset, Rendition

SALT = "posts.shared"
GOOD_FOR = timedelta(hours=24)
FOR_GOOD = timedelta(days=36_525)
# What is handed over must be good for as long as a platform takes to fetch it.
AT_LEAST = timedelta(hours=1)

type Table = Literal["asset", "rendition"]


@dataclass(frozen=True)
class Shared:
    """The file behind an address."""

    row: MediaAsset | Rendition

    @property
    def name(self) -> str:
        return name_of(self.row.sha256, self.row.mime)


def name_of(sha256: str, mime: str) -> str:
    return f"{mime.partition('/')[0]}-{sha256[:12]}.{EXTENSIONS.get(mime, 'bin')}"


def address(table: Table, pk: int, name: str, *, created_at: datetime, stays: bool = False) -> str:
    """`created_at`: the delivery's time; the address is good for a day from then on, and anew for
    another day where that has passed. `stays`: for as long as the file is there.
    """
    ends = int((created_at + FOR_GOOD if stays else _end(created_at)).timestamp())
    signed = _signer().sign_object([table, pk, ends])
    path = reverse("posts:shared_file", kwargs={"signed": signed, "name": name})
    return f"{settings.SITE_URL}{path}"


def _end(created_at: datetime) -> datetime:
    end = created_at + GOOD_FOR
    over = timezone.now() + AT_LEAST - end
    return end if over < timedelta() else end + GOOD_FOR * (over // GOOD_FOR + 1)


def read(signed: str, name: str) -> Shared | None:
    """None for whatever is not one of our addresses, is not good any more, or leads nowhere."""
    try:
        table, pk, ends = _signer().unsign_object(signed)
        pk, good = int(pk), datetime.fromtimestamp(ends, UTC) > timezone.now()
    except (signing.BadSignature, TypeError, ValueError, OverflowError):
        return None
    row = _row(table, pk) if good else None
    shared = Shared(row) if row and row.sha256 else None
    return shared if shared and shared.name == name else None


def _row(table: str, pk: int) -> MediaAsset | Rendition | None:
    if table == "asset":
        return MediaAsset.objects.filter(pk=pk).first()
    return Rendition.objects.filter(pk=pk).first()


def _signer() -> signing.Signer:
    # Not the usual colon, which some platforms write differently before they fetch.
    return signing.Signer(salt=SALT, sep=".")
