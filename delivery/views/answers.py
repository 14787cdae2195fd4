"""What a decision about several deliveries answers: by htmx the list as it is then, else a page."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate

from django.http import Http404, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.http import TeamRequest
from delivery.forms import TimeForm
from delivery.services.bulk import Answer
from delivery.views.list import SAID, listed
from posts.errors import BadTime, PostsError, UnknownDelivery
from posts.models import Delivery
from ui.htmx import go, toast, wants_fragment

type View[**P] = Callable[Concatenate[TeamRequest, P], HttpResponse]


def decides[**P](view: View[P]) -> View[P]:
    """A decision is a POST. Who reads its address, as after signing in anew, is led to the page of
    its delivery, or to the list where it is about several.
    """

    @wraps(view)
    def guarded(request: TeamRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["POST"])
        slug = request.team.slug
        if "pk" not in kwargs:
            return redirect("delivery:list", slug)
        own = get_object_or_404(Delivery.objects.for_team(request.team), pk=kwargs["pk"])
        return redirect("delivery:delivery", slug, own.pk)

    return guarded


def undo_url(request: TeamRequest, answer: Answer) -> str:
    if answer.undo is None:
        return ""
    return reverse("delivery:undo", args=[request.team.slug, answer.undo.pk])


def decided(
    request: TeamRequest,
    words: str,
    act: Callable[..., Answer],
    typed: Mapping[str, TimeForm] | None = None,
    **given: Any,
) -> HttpResponse:
    """`act` is a verb of services/bulk.py or services/outages.py, `words` what it does.

    `typed`: the form that a time came from, under its name in the page; a time that will not do
    is said there.
    """
    try:
        answer = act(team=request.team, by=request.user, **given)
    except UnknownDelivery:
        raise Http404 from None
    except BadTime as refused:
        for form in (typed or {}).values():
            form.refuse(str(refused))
        shown: dict[str, Any] = dict(typed or {})
        return answered(request, str(refused), 422, **shown)
    except PostsError as refused:
        return answered(request, str(refused), 409)
    status = 200 if answer.done else 409
    return answered(request, summary(words, answer), status, undo=undo_url(request, answer))


def summary(words: str, answer: Answer) -> str:
    """What was done, and why the rest was not."""
    parts = []
    if answer.done:
        done = ngettext("%(n)d delivery", "%(n)d deliveries", answer.done) % {"n": answer.done}
        parts.append(f"{words}: {done}.")
    if answer.refused:
        left = ngettext(
            "%(n)d stays as it is: %(why)s", "%(n)d stay as they are: %(why)s", len(answer.refused)
        )
        parts.append(left % {"n": len(answer.refused), "why": answer.refused[0].words})
    return " ".join(parts) or _("There is nothing left to decide.")


def answered(
    request: TeamRequest, words: str, status: int, *, undo: str = "", **more: Any
) -> HttpResponse:
    """The list with the words above it; a page that was sent without htmx can be loaded again."""
    query, well = QueryDict(request.POST.get("back", "")), status == 200
    if not well:
        # What was chosen stays so, for another try.
        more["chosen"] = {int(text) for text in request.POST.getlist("id") if text.isdecimal()}
    if wants_fragment(request):
        answer = listed(request, query, status, **more)
        if any(isinstance(form, TimeForm) and form.errors for form in more.values()):
            # The field says it, and has the focus; a toast would lie over it.
            return answer
        return toast(answer, words, undo_url=undo, tone="good" if well else "bad")
    if not well:
        return listed(request, query, status, error=words, **more)
    request.session[SAID] = {"words": words, "undo": undo}
    return go(request, f"{reverse('delivery:list', args=[request.team.slug])}?{query.urlencode()}")
