"""The calendar elsewhere: the file that programs fetch, and the page with its addresses."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import languages
from accounts.access import member_can, public
from accounts.http import TeamRequest
from calendar_app import addresses, ical
from calendar_app.models import Feed
from calendar_app.queries import feed as queries
from calendar_app.services import feeds as services
from posts.queries.cards import Outline

KEPT = 300


@dataclass(frozen=True)
class Offer:
    """One of the feeds that a person may have; `feed` None: not given yet."""

    title: str
    mine: bool
    feed: Feed | None

    @property
    def address(self) -> str:
        if self.feed is None:
            return ""
        token = addresses.token_of(self.feed.nonce)
        return settings.SITE_URL + reverse("calendar_app:feed", kwargs={"token": token})


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the address; nothing in the answer opens more than the answer says.

    Made anew every five minutes at most, however often it is asked for.
    """
    nonce = addresses.nonce_in(token)
    found = queries.by_nonce(nonce) if nonce else None
    if found is None:
        raise Http404
    key = f"feed:{found.pk}:{found.nonce}"
    content = cache.get_or_set(key, lambda: _content(found), KEPT)
    services.note_reading(found)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={KEPT}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@member_can("view")
@require_http_methods(["GET", "POST"])
def feeds(request: TeamRequest) -> HttpResponse:
    """Each person's own addresses: given, given anew, or taken back."""
    if request.method == "POST":
        mine = request.POST.get("mine") == "1"
        if request.POST.get("act") == "close":
            services.close(team=request.team, user=request.user, mine=mine)
        else:
            services.give(team=request.team, user=request.user, mine=mine)
        return redirect("calendar_app:feeds", team=request.team.slug)
    given = {row.mine: row for row in queries.feeds_of(request.team, request.user)}
    offered = [
        Offer(_("Everything of the team"), mine=False, feed=given.get(False)),
        Offer(_("What you write or are assigned"), mine=True, feed=given.get(True)),
    ]
    return render(request, "calendar_app/feeds.html", {"offered": offered})


def _content(feed: Feed) -> bytes:
    with timezone.override(feed.team.zone), translation.override(languages.of_mail(feed.user)):
        return ical.calendar(
            feed.team,
            queries.read(feed),
            host=urlsplit(settings.SITE_URL).hostname or "drumbeat",
            address=lambda post: settings.SITE_URL + _page(feed, post),
            now=timezone.now(),
        )


def _page(feed: Feed, post: Outline) -> str:
    return reverse("posts:post", kwargs={"team": feed.team.slug, "post_id": post.pk})
