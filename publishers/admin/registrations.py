"""This installation's registration with each platform: what to register there, entered and checked.

A secret is written and never shown again.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from publishers import crypto, queries, registrations, registry, setups
from publishers.contract import OAuth2
from publishers.models import Registration
from publishers.registrations import Door

SHEET = "admin/publishers/registration/platforms.html"


class RegistrationForm(forms.ModelForm[Registration]):
    """One door of one platform; `door` is "platform" or "platform way"."""

    door = forms.ChoiceField(label=_("Platform"))
    secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Stored encrypted and never shown again. Leave it empty to keep it."),
    )

    class Meta:
        model = Registration
        fields = ["client_id", "hook_token"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["door"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(_key(door), queries.door_name(door)) for door in doors()]
        if self.instance.pk:
            field.initial, field.disabled = _key(_door_of(self.instance)), True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["secret"] = given.get("secret") or self._kept()
        if not given["secret"]:
            self.add_error("secret", _("Enter the secret that the platform gave you."))
        return given

    def _kept(self) -> str:
        """What was entered before; nothing where its key is lost."""
        try:
            return registrations.secret_of(self.instance) if self.instance.pk else ""
        except (crypto.Unreadable, crypto.KeysMissing):
            return ""


@admin.register(Registration)
class RegistrationAdmin(admin.ModelAdmin[Registration]):
    list_display = ["platform", "way", "host", "client_id", "changed_at"]
    list_filter = ["platform"]
    search_fields = ["platform", "host", "client_id"]
    form = RegistrationForm
    fields = ["door", "client_id", "secret", "hook_token"]
    change_list_template = "admin/publishers/registration/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "platforms/",
                self._guarded(self.platforms),
                name="publishers_registration_platforms",
            ),
            path(
                "platforms/<slug:platform>/",
                self._guarded(self.platform),
                name="publishers_registration_platform",
            ),
            path(
                "platforms/<slug:platform>/check/",
                self._guarded(require_POST(self.check_door)),
                name="publishers_registration_check",
            ),
            *super().get_urls(),
        ]

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        guarded = self.admin_site.admin_view(view)
        guarded.access_policy = "staff"  # type: ignore[attr-defined]  # for the test of all URLs
        return guarded

    def save_model(self, request: HttpRequest, obj: Registration, form: Any, change: bool) -> None:
        given = form.cleaned_data
        door = _door_of(obj) if change else _door(given["door"])
        stored = registrations.store(
            door,
            client_id=given["client_id"],
            client_secret=given["secret"],
            hook_token=given["hook_token"],
        )
        obj.pk = stored.pk

    def platforms(self, request: HttpRequest) -> HttpResponse:
        self._may_look(request)
        return self._sheet(request, queries.platforms())

    def platform(self, request: HttpRequest, platform: str) -> HttpResponse:
        self._may_look(request)
        if platform not in registry.ADAPTERS:
            raise Http404
        return self._sheet(request, [queries.platform(registry.spec_for(platform))])

    def check_door(self, request: HttpRequest, platform: str) -> HttpResponse:
        """Ask the platform whether it knows us, without anybody signing in."""
        self._may_look(request)
        door = next((one for one in doors() if _key(one) == request.POST.get("door")), None)
        if door is None or door.platform != platform:
            raise Http404
        found = setups.check(door)
        level = messages.SUCCESS if found.good else messages.ERROR
        self.message_user(request, found.words, level)
        return redirect(reverse("admin:publishers_registration_platform", args=[platform]))

    def _may_look(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _sheet(self, request: HttpRequest, platforms: list[queries.Platform]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("What each platform needs"),
            "opts": self.model._meta,
            "setups": [setups.setup(platform) for platform in platforms],
        }
        return TemplateResponse(request, SHEET, context)


def doors() -> list[Door]:
    """Those where this installation must be registered by hand."""
    return [
        door
        for spec in registry.specs()
        for door in registrations.doors(spec)
        if isinstance(door.auth, OAuth2) and not door.registers
    ]


def _key(door: Door) -> str:
    return f"{door.platform} {door.way}".strip()


def _door(key: str) -> Door:
    platform, _blank, way = key.partition(" ")
    return Door(platform, way)


def _door_of(row: Registration) -> Door:
    return Door(row.platform, row.way, row.host)
