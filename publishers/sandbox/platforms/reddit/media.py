"""Pictures and videos: a lease, then a form with its fields to a store that knows no accounts."""

import secrets
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import uploads
from publishers.sandbox.models import Account, Picture, Upload
from publishers.sandbox.platforms.reddit.errors import bare, stored, xml
from publishers.sandbox.twin import Asked, Refused, answer

LEASE = timedelta(minutes=10)
TYPES = ("image/jpeg", "image/png", "image/gif", "video/mp4", "video/quicktime")
IMAGE_BYTES, VIDEO_BYTES = 20 * 1024 * 1024, 1024**3
STORES = {
    "image": "reddit-uploaded-media.s3-accelerate.amazonaws.com",
    "video": "reddit-uploaded-video.s3-accelerate.amazonaws.com",
}


def lease(asked: Asked) -> HttpResponse:
    form = asked.request.POST
    mime, name = form.get("mimetype", ""), form.get("filepath", "")
    if mime not in TYPES or not name:
        raise Refused(bare(400))
    kind, asset = mime.partition("/")[0], secrets.token_hex(6) + "1"
    key = f"rte_images/{asset}" if kind == "image" else asset
    limit = IMAGE_BYTES if kind == "image" else VIDEO_BYTES
    seconds = int(LEASE.total_seconds())
    row = uploads.begin(asked.who, key, size=limit, mime=mime, seconds=seconds)
    fields = [
        ("acl", "public-read"),
        ("key", key),
        ("success_action_status", "201"),
        ("content-type", mime),
        ("x-amz-meta-ext", name.rpartition(".")[2]),
        ("policy", row.kept),
    ]
    told = {"asset_id": asset, "processing_state": "incomplete", "payload": {"filepath": name}}
    return answer(
        {
            "args": {
                "action": f"//{STORES[kind]}",
                "fields": [{"name": name, "value": value} for name, value in fields],
            },
            "asset": {**told, "websocket_url": f"wss://ws-media.example/{asset}"},
        }
    )


def whose(request: HttpRequest) -> Account | None:
    row = _leased(request)
    return row.account if row else None


def receive(asked: Asked) -> HttpResponse:
    """The fields of the lease, then one part named `file`."""
    if asked.request.headers.get("Authorization"):
        raise stored("InvalidArgument", "Only one auth mechanism allowed")
    row = _leased(asked.request)
    if row is None or row.expires_at <= timezone.now() or row.picture is not None:
        raise stored("AccessDenied", "Invalid according to Policy: Policy expired.", 403)
    file = asked.request.FILES.get("file")
    if file is None or asked.request.POST.get("content-type") != row.mime:
        raise stored("InvalidArgument", "POST requires exactly one file upload per request.")
    size = int(file.size or 0)
    if size > row.size:
        words = "Your proposed upload exceeds the maximum allowed size"
        raise stored("EntityTooLarge", words, ProposedSize=size, MaxSizeAllowed=row.size)
    picture = uploads.whole(row.account, row.remote_id, file, row.size, works=False)
    row.picture = picture
    row.save(update_fields=["picture"])
    key = row.remote_id.replace("/", "%2F")
    body = f"<PostResponse><Location>{address(row.mime, key)}</Location></PostResponse>"
    return HttpResponse(xml(body), status=201, content_type="application/xml")


def address(mime: str, key: str) -> str:
    return f"https://{STORES[mime.partition('/')[0]]}/{key}"


def at(who: Account, url: object, kind: str) -> Picture | None:
    """What the account put at this address, if it is of this kind."""
    if not isinstance(url, str) or not url.startswith(f"https://{STORES[kind]}/"):
        return None
    key = url.removeprefix(f"https://{STORES[kind]}/")
    return who.pictures.filter(remote_id=key, mime__startswith=kind).first()


def of(who: Account, asset: object) -> Picture | None:
    """A picture by its id in a gallery."""
    return who.pictures.filter(remote_id=f"rte_images/{asset}").first()


def _leased(request: HttpRequest) -> Upload | None:
    key, policy = request.POST.get("key", ""), request.POST.get("policy", "")
    rows = Upload.objects.select_related("account", "picture")
    return rows.filter(remote_id=key, kept=policy, account__platform="reddit").first()
