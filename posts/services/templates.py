"""Templates: kept in versions, put away, and made into posts.

Every change is a new version; `version` is the number that the form was made from.
"""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services.teams import take_turns
from posts import audited, placeholders
from posts import outline as outlines
from posts.errors import Archived, LostRace, NameTaken, Outdated, PostsError
from posts.models import Post, Template, TemplateUse, TemplateVersion
from posts.outline import Outline
from posts.services import compose
from posts.services.compose import Draft, VariantDraft
from publishers import registry
from publishers.models import Channel

MOST = 500


@transaction.atomic
def create(*, team: Team, by: User, outline: Outline) -> Template:
    """Raises NameTaken, whatever the capitals; PostsError where there are too many."""
    take_turns(team)
    if Template.objects.for_team(team).count() >= MOST:
        raise PostsError(_("A team has at most %(n)s templates, archived ones too.") % {"n": MOST})
    try:
        with transaction.atomic():
            made = Template.objects.create(team=team, name=outline.name, category=outline.category)
    except IntegrityError:
        raise _taken(outline.name) from None
    _keep(made, 1, outline, by)
    audited.thing(made, "template.create", team=team.pk, by=by)
    return made


@transaction.atomic
def save(*, template: Template, outline: Outline, version: int, by: User) -> int:
    """The number of the version that says it now; what is said already makes no new one.

    Raises Outdated, Archived, NameTaken.
    """
    if outlines.stored(outline) == _latest(template).document:
        return template.version
    rows = Template.objects.filter(pk=template.pk, version=version, archived_at=None)
    try:
        with transaction.atomic():
            changed = rows.update(
                name=outline.name,
                category=outline.category,
                version=version + 1,
                updated_at=timezone.now(),
            )
    except IntegrityError:
        raise _taken(outline.name) from None
    if not changed:
        raise _refused(template)
    _keep(template, version + 1, outline, by)
    before, after = {"version": version}, {"version": version + 1, "name": outline.name}
    team = template.team_id
    audited.thing(template, "template.save", team=team, by=by, before=before, after=after)
    return version + 1


def restore(*, template: Template, number: int, version: int, by: User) -> int:
    """Say again what an earlier version said, as the next one. Raises what `save` raises."""
    outline = outlines.read(template.versions.get(number=number).document)
    return save(template=template, outline=outline, version=version, by=by)


@transaction.atomic
def archive(*, template: Template) -> None:
    """Raises LostRace where somebody has done it already."""
    rows = Template.objects.filter(pk=template.pk, archived_at=None)
    if not rows.update(archived_at=timezone.now()):
        raise LostRace(_("“%(name)s” is archived already.") % {"name": template})
    audited.thing(template, "template.archive", team=template.team_id)


@transaction.atomic
def take_out(*, template: Template) -> None:
    """Out of the archive. Raises LostRace where it is not there."""
    rows = Template.objects.filter(pk=template.pk, archived_at__isnull=False)
    if not rows.update(archived_at=None):
        raise LostRace(_("“%(name)s” is not archived.") % {"name": template})
    audited.thing(template, "template.take_out", team=template.team_id)


def draft_of(team: Team, outline: Outline, values: Mapping[str, str]) -> Draft:
    """What a post from it would say, with the values in its gaps."""
    channels = Channel.objects.for_team(team)
    if outline.channels:
        chosen = channels.filter(pk__in=outline.channels)
    else:
        chosen = channels.filter(state=Channel.State.CONNECTED)
    comment = placeholders.fill(outline.first_comment, values)
    return Draft(
        title=" ".join(placeholders.fill(outline.title, values).split()),
        body=placeholders.fill(outline.body, values),
        kind=outline.kind,
        hashtags=list(outline.hashtags),
        tags=list(outline.tags),
        channels={channel.pk: _variant(channel, outline, comment, values) for channel in chosen},
    )


@transaction.atomic
def use(*, version: TemplateVersion, draft: Draft, token: str, by: User) -> Post:
    """A draft that remembers its version. The same `token` makes one post. Raises Archived."""
    template = version.template
    if not Template.objects.filter(pk=template.pk, archived_at=None).exists():
        raise archived(template)
    source = Post.Source.TEMPLATE
    post = compose.create_once(team=template.team, by=by, draft=draft, token=token, source=source)
    TemplateUse.objects.get_or_create(post=post, defaults={"version": version})
    return post


def archived(template: Template) -> Archived:
    """Why nothing is changed or made, as an error to raise."""
    return Archived(_("“%(name)s” is archived. Bring it back first.") % {"name": template})


def _variant(
    channel: Channel, outline: Outline, comment: str, values: Mapping[str, str]
) -> VariantDraft:
    own = outline.channels.get(channel.pk)
    adapter = registry.ADAPTERS.get(channel.platform)
    may_comment = adapter is not None and "comment" in adapter.spec.features
    return VariantDraft(
        text=None if own is None else placeholders.fill(own, values),
        first_comment=comment if may_comment else "",
    )


def _latest(template: Template) -> TemplateVersion:
    return template.versions.get(number=template.version)


def _keep(template: Template, number: int, outline: Outline, by: User) -> None:
    TemplateVersion.objects.create(
        template=template, number=number, document=outlines.stored(outline), author=by
    )


def _refused(template: Template) -> PostsError:
    if Template.objects.filter(pk=template.pk, archived_at__isnull=False).exists():
        return archived(template)
    return Outdated(_("Somebody saved a newer version of this template meanwhile."))


def _taken(name: str) -> NameTaken:
    return NameTaken(_("There is a template “%(name)s” already.") % {"name": name})
