"""The administrators' site: what is done there is in the audit log, whoever registers a model."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts import audit
from accounts.audit import About
from accounts.models import Team


class Audited(admin.ModelAdmin[Any]):
    """Django calls these within the transaction of the change. Mixed into every class that is
    registered, so it has no names of its own.
    """

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _tell(self, "admin.add", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _tell(self, "admin.change", obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            _tell(self, "admin.delete", obj, [])
        return super().log_deletions(request, queryset)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Actions of ours change rows without Django's log; its own asks first, then logs."""
        response = super().response_action(request, queryset, *args, **kwargs)
        acts = [act for act in request.POST.getlist("action") if act and act != "delete_selected"]
        # A page that asks whether one is sure has done nothing yet.
        if response is not None and response.status_code == 302 and acts:
            chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
            about = About(self.opts.model_name or "", None, str(self.opts.verbose_name_plural))
            after = {"action": acts[0], "count": len(chosen), "ids": chosen}
            audit.write("admin.act", team=None, about=about, after=after)
        return response


def _tell(of: admin.ModelAdmin[Any], verb: str, obj: Model, message: Any) -> None:
    """Which fields, not what they hold: among them are passwords."""
    team = obj.pk if isinstance(obj, Team) else getattr(obj, "team_id", None)
    name, pk = of.opts.model_name or "", obj.pk if isinstance(obj.pk, int) else None
    about = About(name[:20], pk, f"{of.opts.verbose_name} {obj}")
    audit.write(verb, team=team, about=about, after={"fields": sorted(_fields(message))})


def _fields(message: Any) -> set[str]:
    """Of [{"changed": {"fields": ["Name"]}}, {"added": {"name": "membership", …}}]."""
    found: set[str] = set()
    for part in message if isinstance(message, list) else []:
        for what in part.values():
            found |= {str(field) for field in what.get("fields", [])}
            found |= {str(what["name"])} if "name" in what else set()
    return found


class AuditedSite(admin.AdminSite):
    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        plain = admin_class or admin.ModelAdmin
        audited = type(f"Audited{plain.__name__}", (Audited, plain), {"__doc__": plain.__doc__})
        super().register(model_or_iterable, audited, **options)
