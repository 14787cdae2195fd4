"""What whoever began an import hears of its end. Called by importwork.py."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import ngettext, override

from accounts import languages
from accounts.models import Membership
from notifications.services import tell
from posts import audited
from posts.models import Import, ImportRow

Outcome = ImportRow.Outcome


def tell_made(importing: Import, by: Membership) -> None:
    _tell(importing, by, _made)
    _note(importing, by, "import.made", Outcome.MADE)


def tell_undone(importing: Import, by: Membership) -> None:
    _tell(importing, by, _undone)
    _note(importing, by, "import.undone", Outcome.UNDONE)


def _note(importing: Import, by: Membership, verb: str, outcome: str) -> None:
    """Once for all its posts, in the transaction that ends it."""
    count = importing.rows.filter(outcome=outcome).count()
    team, after = importing.team_id, {"count": count, "rows": importing.total}
    audited.thing(importing, verb, team=team, by=by.user, after=after)


def _tell(importing: Import, by: Membership, outcome: Callable[[Import], str]) -> None:
    page = reverse("posts:import", kwargs={"team": importing.team.slug, "import_id": importing.pk})
    with override(languages.of_mail(by.user)):
        data = {"name": importing.name, "outcome": outcome(importing), "url": page}
    tell(kind="import_ended", team=importing.team, user=by.user, data=data)


def _made(importing: Import) -> str:
    made = importing.rows.filter(outcome=Outcome.MADE).count()
    left = importing.total - made
    said = ngettext("one post is made", "%(n)s posts are made", made) % {"n": made}
    if not left:
        return said
    return said + ngettext(", one row was left out", ", %(n)s rows were left out", left) % {
        "n": left
    }


def _undone(importing: Import) -> str:
    gone = importing.rows.filter(outcome=Outcome.UNDONE).count()
    kept = importing.rows.filter(outcome=Outcome.KEPT).count()
    said = ngettext("one post is in the trash", "%(n)s posts are in the trash", gone) % {"n": gone}
    return said + (
        ngettext(", one was kept", ", %(n)s were kept", kept) % {"n": kept} if kept else ""
    )
