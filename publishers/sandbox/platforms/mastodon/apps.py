"""Apps that register themselves, their tokens, and what the server says of itself."""

import secrets
import time
from typing import Any

from django.http import HttpRequest, HttpResponse

from publishers.sandbox import oauth
from publishers.sandbox.models import ClientApp
from publishers.sandbox.platforms.mastodon.errors import error, fields_of, invalid
from publishers.sandbox.twin import Asked, Refused, Twin, answer

VERSION = "4.5.3"
API_VERSION = 7
IMAGE_BYTES = 16_777_216
VIDEO_BYTES = 103_809_024
PIXELS = 33_177_600
ALT = 1500
TEXT = 500
PICTURES = 4
MIMES = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
)


def register(asked: Asked) -> HttpResponse:
    said = fields_of(asked)
    addresses = said.get("redirect_uris") or ""
    listed = addresses if isinstance(addresses, list) else str(addresses).split()
    if not said.get("client_name") or not listed:
        raise invalid("Redirect URI must be an absolute URI.")
    row = ClientApp.objects.create(
        platform="mastodon",
        client_id=secrets.token_urlsafe(32),
        client_secret=secrets.token_urlsafe(32),
        name=str(said["client_name"])[:200],
        redirect_uris=listed,
        scopes=str(said.get("scopes") or "read"),
        website=str(said.get("website") or ""),
    )
    return answer(
        {
            "id": str(row.pk),
            "name": row.name,
            "website": row.website or None,
            "scopes": row.scopes.split(),
            "redirect_uri": "\n".join(listed),
            "redirect_uris": listed,
            "client_id": row.client_id,
            "client_secret": row.client_secret,
            "client_secret_expires_at": 0,
        }
    )


def token(twin: Twin, asked: Asked) -> HttpResponse:
    form = _client(twin, asked.request)
    if form.get("grant_type") != "authorization_code":
        raise Refused(error(400, "unsupported_grant_type", "The grant type is not supported."))
    try:
        tokens = oauth.exchanged(twin, form)
    except oauth.BadGrant:
        reason = "The provided authorization grant is invalid, expired, revoked"
        raise Refused(error(400, "invalid_grant", reason)) from None
    return answer(
        {
            "access_token": tokens.access,
            "token_type": "Bearer",
            "scope": " ".join(tokens.scopes),
            "created_at": int(time.time()),
        }
    )


def revoke(twin: Twin, asked: Asked) -> HttpResponse:
    oauth.revoke(twin, _client(twin, asked.request).get("token", ""))
    return answer({})


def _client(twin: Twin, request: HttpRequest) -> dict[str, str]:
    """The form of an app that gave its secret, in the body or by Basic."""
    form = {str(name): str(value) for name, value in request.POST.dict().items()}
    given = oauth.basic(request)
    number = given.client_id if given else form.get("client_id", "")
    secret = given.client_secret if given else form.get("client_secret", "")
    app = oauth.app_of(twin, number)
    if app is None or not secrets.compare_digest(app.client_secret.encode(), secret.encode()):
        reason = "Client authentication failed due to unknown client"
        raise Refused(error(401, "invalid_client", reason))
    return {**form, "client_id": app.client_id}


def endpoints(twin: Twin, asked: Asked) -> HttpResponse:
    site = site_of(asked)
    return answer(
        {
            "issuer": f"{site}/",
            "authorization_endpoint": f"{site}/oauth/authorize",
            "token_endpoint": f"{site}/oauth/token",
            "revocation_endpoint": f"{site}/oauth/revoke",
            "app_registration_endpoint": f"{site}/api/v1/apps",
            "scopes_supported": list(oauth.rules(twin).scopes),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


def instance(asked: Asked) -> HttpResponse:
    return answer(
        {
            "domain": asked.request.get_host(),
            "title": "Mastodon",
            "version": VERSION,
            "api_versions": {"mastodon": API_VERSION},
            "languages": ["en"],
            "configuration": _configuration(),
        }
    )


def older_instance(asked: Asked) -> HttpResponse:
    return answer(
        {
            "uri": asked.request.get_host(),
            "title": "Mastodon",
            "version": VERSION,
            "configuration": _configuration(),
        }
    )


def _configuration() -> dict[str, Any]:
    return {
        "urls": {},
        "statuses": {
            "max_characters": TEXT,
            "max_media_attachments": PICTURES,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": list(MIMES),
            "description_limit": ALT,
            "image_size_limit": IMAGE_BYTES,
            "image_matrix_limit": PIXELS,
            "video_size_limit": VIDEO_BYTES,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8_294_400,
        },
    }


def site_of(asked: Asked) -> str:
    """Where this server is, as the request came to it."""
    return asked.request.build_absolute_uri("/sandbox/mastodon")
