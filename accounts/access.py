"""Who may open a page. Every view carries one of these marks; a test refuses a URL without one."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Func, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import keys, problems
from accounts.http import KeyRequest, TeamRequest, UserRequest
from accounts.models import Membership
from accounts.permissions import Action, who_may

# Of what a page shows nothing is older than this: a moment, and the transactions then still open.
# It comes with the first row that a page reads, for the stream that tells the page what is newer.
AS_OF = Func(
    template="floor(extract(epoch FROM statement_timestamp())) || ':' || pg_current_snapshot()",
    output_field=TextField(),
)

type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def public(view: Any) -> Any:
    """Anybody may open it; the view itself guards what it shows."""
    view.access_policy = "public"
    return view


def signed_in[**P](view: Callable[Concatenate[UserRequest, P], HttpResponseBase]) -> Page[P]:
    """Any account may open it; it shows only that account's own things."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]  # the guard proved the type

    guarded.access_policy = "signed_in"  # type: ignore[attr-defined]  # for the test of all URLs
    return guarded


def staff[**P](view: Callable[Concatenate[UserRequest, P], HttpResponseBase]) -> Page[P]:
    """Who runs this installation, over all teams. Others who are signed in read that, with 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in(request)
        if not request.user.is_staff:
            raise PermissionDenied(_("Only the administrators of this Drumbeat may see this page."))
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # the guard proved the type
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    guarded.access_policy = "staff"  # type: ignore[attr-defined]  # for the test of all URLs
    return guarded


def member_can[**P](
    action: Action,
) -> Callable[[Callable[Concatenate[TeamRequest, P], HttpResponseBase]], Page[P]]:
    """A member of the team in the URL (`<slug:team>`) whose role allows the action.

    Outsiders get 404, as if the team did not exist; members without the right get 403.
    """

    def mark(view: Callable[Concatenate[TeamRequest, P], HttpResponseBase]) -> Page[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            slug = str(kwargs.pop("team"))
            if not request.user.is_authenticated:
                return sign_in(request)
            enter(request, slug, action)
            response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # enter() made it one
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        guarded.access_policy = action  # type: ignore[attr-defined]  # for the test of all URLs
        return guarded

    return mark


def by_key[**P](
    action: Action | None = None,
) -> Callable[[Callable[Concatenate[KeyRequest, P], HttpResponseBase]], Page[P]]:
    """A program with an API key that allows the action; without one, any key that works.

    Being signed in counts for nothing here.
    """

    def mark(view: Callable[Concatenate[KeyRequest, P], HttpResponseBase]) -> Page[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                key = keys.authenticate(request)
            except keys.TooManyTries as tries:
                return problems.too_often(tries.wait)
            if key is None:
                sent = "Authorization" in request.headers
                return problems.wrong_key() if sent else problems.no_key()
            request.team, request.membership = key.team, key.membership  # type: ignore[attr-defined]  # this makes it a KeyRequest
            if action and not key.can(action):
                return problems.out_of_scope(action)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # made one above

        guarded.access_policy = "key"  # type: ignore[attr-defined]  # for the test of all URLs
        return guarded

    return mark


def enter(request: HttpRequest, slug: str, action: Action) -> Membership:
    """Put the team on the request, or refuse: Http404 for outsiders, PermissionDenied for roles."""
    membership = (
        Membership.objects.select_related("team")
        .annotate(as_of=AS_OF)
        .filter(team__slug=slug, user_id=request.user.pk or 0)
        .first()
    )
    if membership is None:
        raise Http404
    if request.user.is_authenticated:
        membership.user = request.user
    request.team = membership.team  # type: ignore[attr-defined]  # this makes it a TeamRequest
    request.membership = membership  # type: ignore[attr-defined]  # this, too
    if not getattr(request.user, "time_zone", ""):
        # The middleware has put the viewer's own zone in place and restores what was before.
        timezone.activate(membership.team.zone)
    if not membership.can(action):
        raise PermissionDenied(_("This needs the role %(role)s.") % {"role": who_may(action)})
    return membership


def sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back from there. What was sent meanwhile is not done, and says so.

    For htmx by header, so that a form is not swapped into a fragment.
    """
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        messages.warning(request, _("You were signed out. Nothing was changed."))
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    back = _page_of(request)
    query = f"?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else ""
    return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login") + query})


def _page_of(request: HttpRequest) -> str:
    """The page of ours that htmx asked from, without its host."""
    page = request.headers.get("HX-Current-URL", "")
    ours = {request.get_host()}
    if not url_has_allowed_host_and_scheme(page, ours, require_https=request.is_secure()):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
