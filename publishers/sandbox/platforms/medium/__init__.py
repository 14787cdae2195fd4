"""The other end of Medium: integration tokens, images, and stories that nobody reads back."""

import secrets

from django.http import HttpResponse
from django.urls import URLPattern

from publishers.sandbox.exchange import api
from publishers.sandbox.keys import Keyed
from publishers.sandbox.models import Account, Does, RemotePost
from publishers.sandbox.platforms.medium import images, stories
from publishers.sandbox.platforms.medium.errors import error, forbidden
from publishers.sandbox.twin import Asked, Endpoint, Seed, answer

REFUSALS = {
    401: (401, "Token was invalid.", 6003),
    415: (400, "The image could not be processed.", 2002),
    422: (400, "The story was refused.", 2002),
    429: (429, "User has reached the rate limit for publishing today.", 6030),
    504: (504, "Gateway timeout.", 0),
}


class Medium(Keyed):
    slug, name = "medium", "Medium"
    key_label = "Integration token"
    seeds = (
        Seed("tidewater", "Tidewater", kind=Account.Kind.ORGANIZATION),
        Seed("inesduarte", "Inês Duarte", runs=("tidewater",)),
        Seed("harbourtrust", "Harbour Trust"),
    )
    day_limit = stories.PER_DAY
    profile_routes = ("@<str:actor>",)
    post_routes = ("@<str:actor>/story-<str:remote_id>",)

    def routes(self) -> list[URLPattern]:
        other, publish = Does.OTHER, Does.PUBLISH
        user, publication = "v1/users/<str:user>", "v1/publications/<str:publication>"
        return [
            api(self, "v1/me", GET=Endpoint(other, self.me)),
            api(self, f"{user}/publications", GET=Endpoint(other, self.publications)),
            api(self, f"{publication}/contributors", GET=Endpoint(other, self.contributors)),
            api(self, f"{user}/posts", POST=Endpoint(publish, stories.by_user)),
            api(self, f"{publication}/posts", POST=Endpoint(publish, stories.by_publication)),
            api(self, "v1/images", POST=Endpoint(Does.UPLOAD, images.upload)),
        ]

    def new_account_id(self, kind: Account.Kind) -> str:
        return secrets.token_hex(16 if kind == Account.Kind.PERSON else 6)

    def permalink(self, post: RemotePost) -> str:
        return stories.path(post)

    def notes(self, post: RemotePost) -> list[str]:
        unlisted = ["Unlisted"] if post.body.get("publishStatus") == "unlisted" else []
        license_ = post.body.get("license", "all-rights-reserved")
        return [*unlisted, *([license_] if license_ != "all-rights-reserved" else [])]

    def me(self, asked: Asked) -> HttpResponse:
        who = asked.who
        data = {"id": who.remote_id, "username": who.handle, "name": who.name}
        urls = {"url": f"https://medium.com/@{who.handle}", "imageUrl": asked.picture_url()}
        return answer({"data": data | urls})

    def publications(self, asked: Asked, user: str) -> HttpResponse:
        """Also those that one only reads."""
        if user != asked.who.remote_id:
            raise forbidden("User is not authorized to list publications of another user.")
        rows = Account.objects.filter(platform=self.slug, kind=Account.Kind.ORGANIZATION)
        listed = [
            {
                "id": row.remote_id,
                "name": row.name,
                "description": "",
                "url": f"https://medium.com/{row.handle}",
                "imageUrl": "",
            }
            for row in rows.order_by("pk")
        ]
        return answer({"data": listed})

    def contributors(self, asked: Asked, publication: str) -> HttpResponse:
        found = Account.objects.filter(platform=self.slug, remote_id=publication).first()
        people = Account.objects.filter(organizations=found) if found else Account.objects.none()
        rows = [
            {"publicationId": publication, "userId": one.remote_id, "role": "editor"}
            for one in people.order_by("pk")
        ]
        return answer({"data": rows})

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        return error(*REFUSALS.get(status, (500, "An unexpected error occurred.", 0)))
