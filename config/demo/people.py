"""Who is in the demo: the cast that the README and the tests speak of."""

from dataclasses import dataclass

from accounts.models import Membership, Team, User
from accounts.services.teams import add_person

PASSWORD = "drumbeat-demo"
SLUG = "tidewater"
ADMINISTRATOR = "admin@demo.test"


@dataclass(frozen=True)
class Role:
    email: str
    name: str
    role: str


TIDEWATER = (
    Role("alice@demo.test", "Alice Moura", Membership.Role.OWNER),
    Role("bob@demo.test", "Bob Lindqvist", Membership.Role.EDITOR),
    Role("carol@demo.test", "Carol Okafor", Membership.Role.EDITOR),
    Role("vera@demo.test", "Vera Sato", Membership.Role.VIEWER),
)
HARBOUR = (Role("mallory@other.test", "Mallory Crane", Membership.Role.OWNER),)


def make() -> Team:
    """The two teams with their people. Changes nothing that is there already."""
    _administrator()
    _team("Harbour Trust", "harbour-trust", HARBOUR)
    return _team("Tidewater", SLUG, TIDEWATER)


def _team(name: str, slug: str, cast: tuple[Role, ...]) -> Team:
    where = {"time_zone": "Europe/Lisbon", "holiday_country": "PT"}
    team, _ = Team.objects.get_or_create(slug=slug, defaults={"name": name, **where})
    for role in cast:
        Membership.objects.get_or_create(team=team, user=_user(role), defaults={"role": role.role})
    return team


def _user(role: Role) -> User:
    user = User.objects.filter(email=role.email).first()
    return user or add_person(email=role.email, name=role.name, password=PASSWORD)


def _administrator() -> None:
    """Signs in at /admin/; a member of no team."""
    if not User.objects.filter(email=ADMINISTRATOR).exists():
        user = add_person(email=ADMINISTRATOR, name="Ada Ferreira", password=PASSWORD)
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.test")
