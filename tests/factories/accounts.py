import factory
from allauth.account.models import EmailAddress

from accounts.models import Membership, Team, User


class EmailAddressFactory(factory.django.DjangoModelFactory[EmailAddress]):
    class Meta:
        model = EmailAddress

    email = factory.SelfAttribute("user.email")
    verified = True
    primary = True


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Somebody who can sign in: the address is confirmed."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@demo.test")
    name = factory.Faker("name")
    password = factory.django.Password("drumbeat-demo")
    address = factory.RelatedFactory(EmailAddressFactory, factory_related_name="user")


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    slug = factory.Sequence(lambda n: f"team-{n}")
    time_zone = "Europe/Lisbon"


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.EDITOR
