import factory

from approvals.models import Reviewer, Stage, Workflow
from tests.factories.accounts import MembershipFactory, TeamFactory


class WorkflowFactory(factory.django.DjangoModelFactory[Workflow]):
    class Meta:
        model = Workflow

    team = factory.SubFactory(TeamFactory)


class StageFactory(factory.django.DjangoModelFactory[Stage]):
    class Meta:
        model = Stage

    workflow = factory.SubFactory(WorkflowFactory)


class ReviewerFactory(factory.django.DjangoModelFactory[Reviewer]):
    """A member as reviewer; `outside=True` gives somebody with only an address."""

    class Meta:
        model = Reviewer

    class Params:
        outside = factory.Trait(membership=None, email="ruth@harbour.test", name="Ruth Abara")

    stage = factory.SubFactory(StageFactory)
    membership = factory.SubFactory(
        MembershipFactory, team=factory.SelfAttribute("..stage.workflow.team")
    )
