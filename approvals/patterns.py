"""Workflows for common cases, to begin with."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Sketch:
    """A stage; without `roles` its people are still to be chosen."""

    name: StrOrPromise
    roles: tuple[str, ...] = ()
    needed: int = 1


@dataclass(frozen=True)
class Pattern:
    id: str
    title: StrOrPromise
    words: StrOrPromise
    sketches: tuple[Sketch, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.sketches)


_PATTERNS = (
    Pattern(
        "one",
        _("One approver"),
        _("One yes is enough, from any of the people you choose."),
        (Sketch(pgettext_lazy("stage", "Approval")),),
    ),
    Pattern(
        "eyes",
        _("Four eyes"),
        _("Two people approve, besides whoever wrote it."),
        (Sketch(pgettext_lazy("stage", "Two approvals"), ("owner", "admin", "editor"), 2),),
    ),
    Pattern(
        "legal",
        _("Legal after an editor"),
        _("An editor approves first; then somebody from the legal side is asked."),
        (
            Sketch(pgettext_lazy("stage", "Editor"), ("editor",)),
            Sketch(pgettext_lazy("stage", "Legal")),
        ),
    ),
    Pattern(
        "client",
        _("Client by e-mail"),
        _("The team approves first; then your client gets a link by mail, without an account."),
        (
            Sketch(pgettext_lazy("stage", "Team"), ("owner", "admin", "editor")),
            Sketch(pgettext_lazy("stage", "Client")),
        ),
    ),
    Pattern(
        "none",
        _("No review needed"),
        _("Posts that it applies to are approved when they are sent for review."),
    ),
)
PATTERNS: dict[str, Pattern] = {pattern.id: pattern for pattern in _PATTERNS}
