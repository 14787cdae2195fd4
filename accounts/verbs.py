"""Everything that the audit log can say, declared once: `audit.write` refuses a verb that is not
here. The sentence stands after the person's name; `%(subject)s` is what it was done to.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

KINDS: dict[str, StrOrPromise] = {
    "content": _("Posts and library"),
    "approval": _("Review"),
    "publishing": _("Publishing"),
    "channel": _("Channels"),
    "people": _("People"),
    "settings": _("Settings"),
    "key": _("API keys"),
    "admin": _("Administration"),
    "refusal": _("Refusals"),
}


@dataclass(frozen=True)
class Verb:
    id: str
    kind: str
    sentence: StrOrPromise


def _kind(kind: str, **sentences: StrOrPromise) -> list[Verb]:
    """`post__create` is the verb "post.create"."""
    return [Verb(name.replace("__", "."), kind, said) for name, said in sentences.items()]


_VERBS = [
    *_kind(
        "content",
        post__create=_("started %(subject)s"),
        post__save=_("edited %(subject)s"),
        post__edit=_("changed %(subject)s, so it needs approval again"),
        post__restore=_("brought back an earlier version of %(subject)s"),
        post__start=_("took %(subject)s into drafting"),
        post__shelve=_("put %(subject)s back to the ideas"),
        post__trash=_("moved %(subject)s to the trash"),
        post__take_out=_("took %(subject)s out of the trash"),
        comment__write=_("commented on %(subject)s"),
        comment__answer=_("answered a comment on %(subject)s"),
        comment__edit=_("changed a comment on %(subject)s"),
        comment__remove=_("deleted a comment on %(subject)s"),
        comment__resolve=_("resolved a comment on %(subject)s"),
        comment__reopen=_("took up a comment on %(subject)s again"),
        media__upload=_("uploaded %(subject)s"),
        media__edit=_("changed %(subject)s in the library"),
        media__move=_("moved %(subject)s in the library"),
        media__tag=_("tagged %(subject)s in the library"),
        media__delete=_("deleted %(subject)s from the library"),
        media__restore=_("put %(subject)s back into the library"),
        folder__create=_("made the folder %(subject)s"),
        folder__rename=_("renamed the folder %(subject)s"),
        folder__remove=_("removed the folder %(subject)s"),
        template__create=_("made the template %(subject)s"),
        template__save=_("changed the template %(subject)s"),
        template__archive=_("archived the template %(subject)s"),
        template__take_out=_("took the template %(subject)s out of the archive"),
        hashtags__create=_("made the hashtag group %(subject)s"),
        hashtags__change=_("changed the hashtag group %(subject)s"),
        hashtags__remove=_("removed the hashtag group %(subject)s"),
        import__take_in=_("handed in %(subject)s to import"),
        import__columns=_("chose the columns of %(subject)s"),
        import__confirm=_("imported %(subject)s"),
        import__made=_("has made the posts of %(subject)s"),
        import__stop=_("stopped the import of %(subject)s"),
        import__undo=_("asked to undo the import of %(subject)s"),
        import__undone=_("has undone the import of %(subject)s"),
        import__discard=_("discarded %(subject)s"),
    ),
    *_kind(
        "approval",
        post__submit=_("sent %(subject)s for review"),
        post__withdraw=_("took %(subject)s back to drafting"),
        post__waive=_("released %(subject)s without review, as this team allows"),
        review__approve=_("approved %(subject)s"),
        review__changes=_("asked for changes to %(subject)s"),
        review__reject=_("rejected %(subject)s"),
        review__withdrawn=_("took back an answer about %(subject)s"),
        review__delegate=_("handed the review of %(subject)s to somebody else"),
        reviewer__add=_("chose %(subject)s as a reviewer"),
        reviewer__remove=_("removed %(subject)s from the reviewers"),
        reviewer__need=_("changed how many must approve"),
        workflow__create=_("made the workflow %(subject)s"),
        workflow__change=_("changed the workflow %(subject)s"),
        workflow__stage=_("changed the stages of the workflow %(subject)s"),
        workflow__remove=_("removed the workflow %(subject)s"),
    ),
    *_kind(
        "publishing",
        post__plan=_("planned %(subject)s"),
        post__schedule=_("scheduled %(subject)s"),
        post__unschedule=_("took %(subject)s off the schedule"),
        post__reopen=_("took up %(subject)s again"),
        delivery__cancel=_("dropped %(subject)s"),
        delivery__resend=_("asked to send %(subject)s again"),
        delivery__move=_("moved %(subject)s"),
        delivery__try_now=_("asked for another try of %(subject)s"),
        delivery__stop=_("let %(subject)s end there"),
        delivery__confirm_live=_("saw %(subject)s live"),
        delivery__take_back=_("took back a decision on %(subject)s"),
    ),
    *_kind(
        "channel",
        channel__connect=_("connected %(subject)s"),
        channel__reconnect=_("reconnected %(subject)s"),
        channel__pause=_("paused %(subject)s"),
        channel__resume=_("resumed %(subject)s"),
        channel__disconnect=_("disconnected %(subject)s"),
        channel__disconnect_all=_("disconnected every channel"),
    ),
    *_kind(
        "people",
        team__create=_("made the team %(subject)s"),
        member__role=_("changed the role of %(subject)s"),
        member__remove=_("removed %(subject)s from the team"),
        member__leave=_("left the team"),
        member__join=_("joined the team by invitation"),
        invitation__create=_("invited %(subject)s"),
        invitation__resend=_("sent %(subject)s a new invitation"),
        invitation__revoke=_("revoked the invitation of %(subject)s"),
    ),
    *_kind(
        "settings",
        team__settings=_("changed the settings"),
        gate__set=_("changed the quality gate %(subject)s"),
        slots__add=_("added slots to %(subject)s"),
        slots__remove=_("removed a slot of %(subject)s"),
        queue__pause=_("paused the queue of %(subject)s"),
        queue__resume=_("resumed the queue of %(subject)s"),
        blackout__add=_("closed the days of %(subject)s"),
        blackout__remove=_("opened the days of %(subject)s"),
        limits__set=_("changed the limits of the board"),
        view__save=_("saved the view %(subject)s"),
        view__rename=_("renamed the view %(subject)s"),
        view__remove=_("deleted the view %(subject)s"),
        feed__give=_("made an address for a calendar elsewhere"),
        feed__close=_("closed an address for a calendar elsewhere"),
        webhook__add=_("had the webhook %(subject)s told what happens"),
        webhook__change=_("changed the webhook %(subject)s"),
        webhook__rotate=_("made a new secret for the webhook %(subject)s"),
        webhook__test=_("sent a test to the webhook %(subject)s"),
        webhook__replay=_("sent events to the webhook %(subject)s again"),
        webhook__pause=_("paused the webhook %(subject)s"),
        webhook__resume=_("resumed the webhook %(subject)s"),
        webhook__remove=_("removed the webhook %(subject)s"),
        audit__export=_("took away the audit log as a file"),
        audit__swept=_("has removed entries past the time that they are kept"),
    ),
    *_kind(
        "key",
        key__create=_("made the API key %(subject)s"),
        key__revoke=_("revoked the API key %(subject)s"),
        key__address=_("used the API key %(subject)s from a new address"),
    ),
    *_kind(
        "admin",
        admin__add=_("added %(subject)s in the administration"),
        admin__change=_("changed %(subject)s in the administration"),
        admin__delete=_("deleted %(subject)s in the administration"),
        admin__act=_("ran an action in the administration"),
    ),
    *_kind(
        "refusal",
        refusal__role=_("was refused at %(subject)s"),
        refusal__rate=_("was refused at %(subject)s for asking too often"),
        refusal__link=_("opened a link that no longer works"),
        refusal__key=_("was refused for the API key they sent"),
        refusal__signin=_("could not sign in"),
        refusal__left_out=_("was refused more often than is written here"),
    ),
]
VERBS: dict[str, Verb] = {verb.id: verb for verb in _VERBS}
