"""What the audit log calls the ways people came, and what they changed."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

_VIA: dict[str, StrOrPromise] = {
    "page": _("in the browser"),
    "link": _("by a link from a mail"),
    "api": _("by API key"),
    "admin": _("in the administration"),
    "worker": _("by Drumbeat itself"),
}
_FIELDS: dict[str, StrOrPromise] = {
    "account": _("Account"),
    "action": _("Action"),
    "active": _("In force"),
    "address": _("Address"),
    "allow_self_approval": _("Own posts may be approved"),
    "alt": _("Description"),
    "asks": _("Asks for a review"),
    "assignee": _("Assignee"),
    "at": _("Time"),
    "at_once": _("All stages at once"),
    "audit_days": _("Days that entries are kept"),
    "body": _("Text"),
    "campaign": _("Campaign"),
    "campaigns": _("Campaigns"),
    "channel": _("Channel"),
    "channels": _("Channels"),
    "columns": _("Columns"),
    "comment": _("Comment"),
    "count": _("Number"),
    "days": _("Days"),
    "due_at": _("Time"),
    "ends_on": _("Last day"),
    "everybody": _("Everybody must approve"),
    "expires_at": _("Expires"),
    "fields": _("Fields"),
    "folder": _("Folder"),
    "gap_minutes": _("Minutes between posts"),
    "hashtags": _("Hashtags"),
    "holiday_country": _("Country of the holidays"),
    "holiday_region": _("Region of the holidays"),
    "ids": _("Numbers"),
    "kind": _("Kind"),
    "late_after_minutes": _("Late by at most, in minutes"),
    "left_out": _("Not written here"),
    "media": _("Pictures"),
    "method": _("Method"),
    "name": _("Name"),
    "needed": _("Approvals needed"),
    "outside": _("Outside the team"),
    "permalink": _("Address"),
    "platform": _("Platform"),
    "position": _("Place"),
    "prefix": _("Begins with"),
    "problem": _("Problem"),
    "reach": _("Applies to"),
    "reason": _("Reason"),
    "retry_first_seconds": _("First pause, in seconds"),
    "retry_pauses": _("Pauses of our own"),
    "retry_strategy": _("How long to wait between tries"),
    "retry_tries": _("Tries, with the first"),
    "review_required": _("Review required"),
    "revision": _("Version"),
    "role": _("Role"),
    "rows": _("Rows"),
    "scopes": _("Rights"),
    "shared": _("Shared"),
    "slots": _("Slots"),
    "stage": _("Stage"),
    "starts_on": _("First day"),
    "state": _("State"),
    "tags": _("Tags"),
    "texts": _("Texts of single channels"),
    "time_sensitive": _("Time-sensitive"),
    "time_zone": _("Time zone"),
    "title": _("Title"),
    "version": _("Version"),
    "when_fresh": _("Where a channel is new"),
    "when_link": _("Where there is a link"),
    "when_media": _("Where there is a picture or video"),
    "workflow": _("Workflow"),
    "zone": _("Time zone"),
}


def via_label(via: str) -> str:
    return str(_VIA.get(via, via))


def field_label(name: str) -> str:
    """What is not in the table is shown as it is stored."""
    return str(_FIELDS.get(name, name.replace("_", " ")))
