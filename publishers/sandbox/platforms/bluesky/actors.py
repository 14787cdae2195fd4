"""Who is who on the server, and what the server is."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from publishers.sandbox import figures
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.bluesky.errors import invalid, params_of, refused
from publishers.sandbox.twin import Asked, answer

BLOB_LIMIT = 5 * 1024 * 1024
FOLLOWS = 42


def named(name: str) -> Account | None:
    """By handle or DID."""
    handle = Q(handle__iexact=name.removeprefix("@"))
    return Account.objects.filter(handle | Q(remote_id=name), platform="bluesky").first()


def mentioned(request: HttpRequest) -> Account | None:
    """The account that a public read is about."""
    query = request.GET
    name = query.get("repo") or query.get("did") or query.get("actor") or query.get("handle")
    return named(name) if name else None


def server(asked: Asked) -> HttpResponse:
    return answer(
        {
            "did": "did:web:localhost",
            "availableUserDomains": [".test"],
            "inviteCodeRequired": True,
            "phoneVerificationRequired": False,
            "blobUploadLimit": BLOB_LIMIT,
        }
    )


def resolve(asked: Asked) -> HttpResponse:
    found = named(params_of(asked, "handle")["handle"])
    if found is None:
        raise refused("HandleNotFound", "Unable to resolve handle")
    return answer({"did": found.remote_id})


def profile(asked: Asked) -> HttpResponse:
    found = named(params_of(asked, "actor")["actor"])
    if found is None:
        raise invalid("Profile not found")
    address = reverse("sandbox:account_picture", args=[found.platform, found.handle])
    return answer(
        {
            "did": found.remote_id,
            "handle": found.handle,
            "displayName": found.name,
            "avatar": asked.request.build_absolute_uri(address),
            "followersCount": figures.followers(found),
            "followsCount": FOLLOWS,
            "postsCount": found.posts.public().count(),
        }
    )
