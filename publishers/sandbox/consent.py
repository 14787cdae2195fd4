"""The page on which a person lets an app in, the same for every platform that has OAuth."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from publishers.sandbox import oauth, roster
from publishers.sandbox.access import open_to_all
from publishers.sandbox.models import Account
from publishers.sandbox.twin import Twin


def page(twin: Twin, route: str, way: str = "") -> URLPattern:
    """At this route below the platform; `way` is the door (Twin.other_ways) that it belongs to."""

    @open_to_all
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        return consent(request, twin, way)

    return path(route, view, name=f"{twin.slug} consent {way}".strip())


def consent(request: HttpRequest, twin: Twin, way: str) -> HttpResponse:
    query, rule = {name: request.GET[name] for name in request.GET}, oauth.rules(twin, way)
    if reason := oauth.unsafe(twin, request, way):
        shown = {"twin": twin, "reason": reason, "redirect_uri": query.get("redirect_uri", "")}
        return render(request, "sandbox/consent_error.html", shown, status=400)
    if code := oauth.mistake(twin, query, way):
        return HttpResponseRedirect(oauth.back(query, error=code))
    people = roster.of(twin).filter(kind=Account.Kind.PERSON).prefetch_related("organizations")
    error = ""
    if request.method == "POST":
        if request.POST.get("decision") != "allow":
            return HttpResponseRedirect(oauth.back(query, error=rule.denied))
        chosen = people.filter(pk=_number(request.POST.get("account"))).first()
        if chosen:
            code = oauth.grant_code(twin, chosen, query, way)
            return HttpResponseRedirect(oauth.back(query, code=code))
        error = "Choose the account to connect."
    scopes = [(scope, rule.scopes[scope]) for scope in oauth.asked_scopes(twin, query, way)]
    shown = {"twin": twin, "people": people, "scopes": scopes, "app": "Drumbeat", "error": error}
    return render(request, "sandbox/consent.html", shown, status=422 if error else 200)


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 18 else 0
