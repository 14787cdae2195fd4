"""The pages that people see: accounts, what they posted, faults to arm, caught mail."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image, ImageDraw, ImageFont

from publishers.sandbox import figures, files, quotas, roster
from publishers.sandbox.access import open_to_all
from publishers.sandbox.forms import FaultForm, PaceForm
from publishers.sandbox.keys import Keyed
from publishers.sandbox.models import Account, Attachment, Fault, Mail, Picture, RemotePost
from publishers.sandbox.registry import TWINS
from publishers.sandbox.twin import Piece, Twin

PER_PAGE = 20
ATTACHED = Prefetch(
    "attachments",
    Attachment.objects.select_related("picture").defer("picture__data"),
)
SHOWN_FIGURES = ("impressions", "likes", "comments", "shares", "clicks")
INERT = "default-src 'none'; sandbox"
_HUES = "7a3b2e 8a5a1c 6b6420 3f6b2a 23694a 1f6a6a 1f5f86 2f4f96 4c4396 6a3d8c 85396f 8a3450"
HUES = [f"#{colour}" for colour in _HUES.split()]


@dataclass(frozen=True)
class Shown:
    """A post as its page draws it."""

    post: RemotePost
    twin: Twin
    pieces: list[Piece]
    pictures: list[Attachment]
    notes: list[str]

    @property
    def address(self) -> str:
        return f"/sandbox/{self.twin.slug}/{self.twin.permalink(self.post)}"

    @property
    def card(self) -> str:
        return web_only(self.post.card_url)

    @property
    def canonical(self) -> str:
        return web_only(self.post.canonical_url)

    @property
    def told(self) -> list[str]:
        """What the platform can tell about the post."""
        return [kind for kind in self.twin.tells if kind != "revoked"]


def shown(twin: Twin, post: RemotePost) -> Shown:
    pieces = [replace(piece, href=web_only(piece.href)) for piece in twin.pieces(post)]
    return Shown(post, twin, pieces, list(post.attachments.all()), twin.notes(post))


def answers(twin: Twin, post: RemotePost) -> Iterator[Shown]:
    """What answers the post, and after each what answers that."""
    for row in post.answers.public().order_by("accepted_at", "pk").select_related("account"):
        yield shown(twin, row)
        yield from answers(twin, row)


def web_only(address: str) -> str:
    """Platforms take any address; a page links to those of the web and to its own."""
    return address if address.lower().startswith(("http://", "https://", "/")) else ""


def account_or_404(platform: str, actor: str) -> tuple[Twin, Account]:
    twin = TWINS.get(platform)
    account = roster.find(twin, actor) if twin else None
    if twin is None or account is None:
        raise Http404("No simulated account has that name.")
    return twin, account


# -- accounts and posts


@open_to_all
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    posts = Count("posts", filter=Q(posts__deleted_at=None), distinct=True)
    armed = Count("faults", filter=~Q(faults__remaining=0), distinct=True)
    groups = []
    for twin in TWINS.values():
        rows = roster.of(twin).annotate(post_count=posts, fault_count=armed)
        keys = [twin.sample(row) if isinstance(twin, Keyed) else "" for row in rows]
        groups.append((twin, list(zip(rows, keys, strict=True))))
    latest = Mail.objects.first()
    return render(request, "sandbox/index.html", {"groups": groups, "latest": latest})


@open_to_all
@require_safe
def timeline(request: HttpRequest, platform: str, actor: str) -> HttpResponse:
    twin, account = account_or_404(platform, actor)
    rows = account.posts.public().newest_first()
    rows = rows.select_related("account", "cover").defer("cover__data")
    page = Paginator(rows.prefetch_related(ATTACHED), PER_PAGE)
    listed = page.get_page(request.GET.get("page"))
    faults = account.faults.exclude(remaining=0).count()
    context = {
        "twin": twin,
        "account": account,
        "page": listed,
        "posts": [shown(twin, post) for post in listed],
        "faults": faults,
    }
    return render(request, "sandbox/timeline.html", context)


@open_to_all
@require_safe
def post(
    request: HttpRequest, platform: str, remote_id: str, actor: str = "", **told: str
) -> HttpResponse:
    """Addresses may tell more than leads there: where it stands, and words of its title."""
    twin = TWINS[platform]
    rows = RemotePost.objects.filter(account__platform=platform)
    rows = rows.filter(remote_id=remote_id) if "\0" not in remote_id else rows.none()
    if actor:
        rows = rows.filter(account=account_or_404(platform, actor)[1])
    found = rows.order_by("-pk").select_related("account", "parent__account").first()
    if found is None:
        raise Http404("No simulated post has that address.")
    context = {
        "twin": twin,
        "account": found.account,
        "shown": shown(twin, found),
        "answered": shown(twin, found.parent) if found.parent else None,
        "answers": list(answers(twin, found)),
        "figures": figures.of_post(found, *SHOWN_FIGURES),
    }
    if found.deleted_at:
        return render(request, "sandbox/deleted.html", context, status=404)
    return render(request, "sandbox/post.html", context)


@open_to_all
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture or video, as far as its bytes were kept."""
    found = get_object_or_404(Picture, pk=pk)
    headers = {"Content-Security-Policy": INERT, "Cache-Control": "max-age=86400"}
    if found.data is not None:
        return HttpResponse(bytes(found.data), content_type=found.mime, headers=headers)
    if not found.kept or not files.path(found.kept).exists():
        raise Http404("Its bytes were not kept.")
    film = files.path(found.kept).open("rb")
    return FileResponse(film, content_type=found.mime, headers=headers)


@open_to_all
@require_safe
def account_picture(request: HttpRequest, platform: str, actor: str) -> HttpResponse:
    _, account = account_or_404(platform, actor)
    image = Image.new("RGB", (128, 128), HUES[account.hue])
    font = ImageFont.load_default(size=42)
    ImageDraw.Draw(image).text((57, 53), account.initials, "#fbf6ee", font, anchor="mm")
    out = BytesIO()
    image.save(out, "PNG")
    headers = {"Content-Security-Policy": INERT, "Cache-Control": "max-age=86400"}
    return HttpResponse(out.getvalue(), content_type="image/png", headers=headers)


# -- faults


@open_to_all
@require_safe
def faults(request: HttpRequest) -> HttpResponse:
    for twin in TWINS.values():
        roster.of(twin)
    accounts = Account.objects.prefetch_related("faults")
    armed = Fault.objects.armed().select_related("account")
    return render(request, "sandbox/faults.html", {"accounts": accounts, "armed": armed})


@open_to_all
@require_http_methods(["GET", "POST"])
def account_faults(request: HttpRequest, platform: str, actor: str) -> HttpResponse:
    twin, account = account_or_404(platform, actor)
    form = FaultForm(request.POST or None, initial={"times": 1})
    pace = PaceForm.of(account)
    if request.method == "POST" and "budget_limit" in request.POST:
        form, pace = FaultForm(initial={"times": 1}), PaceForm(request.POST)
    sent = pace if pace.is_bound else form
    if sent.is_bound and sent.is_valid():
        pace.save(account) if sent is pace else form.save(account)
        return redirect(request.path)
    context = {
        "twin": twin,
        "account": account,
        "form": form,
        "pace": pace,
        "day": (quotas.used(account), quotas.limit(twin, account)),
        "armed": account.faults.exclude(remaining=0),
        "calls": account.calls.all()[:12],
    }
    return render(
        request, "sandbox/account_faults.html", context, status=422 if sent.errors else 200
    )


@open_to_all
@require_POST
def fault_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Fault.objects.select_related("account"), pk=pk)
    found.delete()
    return redirect("sandbox:account_faults", found.account.platform, found.account.handle)


# -- mail


@open_to_all
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    page = Paginator(Mail.objects.defer("html", "headers"), 30).get_page(request.GET.get("page"))
    return render(request, "sandbox/mail.html", {"page": page})


@open_to_all
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "sandbox/message.html", {"message": get_object_or_404(Mail, pk=pk)})


@open_to_all
@require_safe
@xframe_options_sameorigin
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part alone. Nothing in it runs; its links open beside it, in ordinary pages."""
    found = get_object_or_404(Mail, pk=pk)
    response = HttpResponse('<base target="_blank">' + found.html)
    response["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        f"img-src 'self' data: {settings.SITE_URL}; style-src 'unsafe-inline'; "
        "frame-ancestors 'self'"
    )
    return response


@open_to_all
@require_POST
def mail_empty(request: HttpRequest) -> HttpResponse:
    Mail.objects.all().delete()
    return HttpResponseRedirect("/sandbox/mail/")
