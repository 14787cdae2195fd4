"""The pages about what platforms told this installation, and the buttons that let them tell."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from publishers.sandbox import hooks
from publishers.sandbox.access import open_to_all
from publishers.sandbox.models import HookCall, RemotePost
from publishers.sandbox.pages import account_or_404
from publishers.sandbox.registry import TWINS

PER_PAGE = 20


@open_to_all
@require_safe
def hook_calls(request: HttpRequest) -> HttpResponse:
    rows = HookCall.objects.select_related("account")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    tellers = [twin for twin in TWINS.values() if twin.tells]
    return render(request, "sandbox/hooks.html", {"page": page, "tellers": tellers})


@open_to_all
@require_POST
def hook_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same once more, or with `forged` as somebody else would send it."""
    call = get_object_or_404(HookCall.objects.select_related("account"), pk=pk)
    hooks.forged(call) if "forged" in request.POST else hooks.again(call)
    return redirect("sandbox:hooks")


@open_to_all
@require_POST
def hook_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Something about a post: that it was answered, which then is so, or anything else."""
    post = get_object_or_404(RemotePost.objects.select_related("account"), pk=pk)
    twin, kind = TWINS[post.account.platform], request.POST.get("kind", "")
    if kind not in twin.tells:
        raise Http404("This platform does not tell of that.")
    if kind == "comment":
        hooks.comment(twin, post)
    else:
        hooks.send(twin, post.account, kind, post=post)
    return redirect("sandbox:hooks")


@open_to_all
@require_POST
def hook_withdraw(request: HttpRequest, platform: str, actor: str) -> HttpResponse:
    twin, account = account_or_404(platform, actor)
    told = hooks.withdraw(twin, account)
    if told is not None:
        return redirect("sandbox:hooks")
    return redirect("sandbox:account_faults", account.platform, account.handle)
