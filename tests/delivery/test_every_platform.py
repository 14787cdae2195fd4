"""A post with a picture, as it is stored, through the worker to every simulated platform that takes
pictures, over real HTTP: uploads, containers, addresses that are fetched, and the one call.
"""

import pytest

from accounts.models import Team
from config.demo.channels import sign_in
from delivery import dispatcher, worker
from posts.models import Delivery
from posts.services import compose, schedule
from posts.services.compose import Draft, VariantDraft
from posts.states import DeliveryState
from posts.times import from_utc
from publishers import clients, registrations, registry
from publishers.contract import Account
from publishers.registrations import Door
from publishers.sandbox import accounts
from publishers.sandbox.ledger import posts as ledger
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.registry import TWINS
from publishers.services import connect
from tests.factories.posts import MediaAssetFactory
from tests.faults.cast import soon
from tests.processes import wait_until
from tests.publishers.adapters.simulated import sandbox

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)

# What a person must choose there.
CHOSEN = {
    "subreddit": "tides",
    "board": "Tide tables",
    "privacy": "SELF_ONLY",
}
WITH_PICTURES = [spec for spec in registry.specs() if spec.limits.images]
PAGE = Simulated.Kind.ORGANIZATION
each = pytest.mark.parametrize("spec", WITH_PICTURES, ids=lambda spec: spec.slug)


def connected(team, by, slug):
    """An account there and its channel, connected by whatever door it has."""
    person = account = accounts.create(slug, "tides.example", "Tides")
    if any(seed.kind == PAGE for seed in TWINS[slug].seeds):
        account = accounts.create(slug, "page", "Tide page", kind=PAGE, administrators=[person])
    Simulated.objects.update(processing_seconds=0.0)
    ours, tokens = _at_home(account) if Door(slug).registers else sign_in(slug, account)
    return account, connect(team=team, platform=slug, account=ours, tokens=tokens, by=by)


def _at_home(account):
    """On a server of its own, where we register ourselves."""
    host = registrations.place_of(Door(account.platform))["api_url"]
    tokens = accounts.mint_tokens(account)
    door = Door(account.platform, host=host)
    entry = clients.adapter_for(door, Account("", account.handle, host=host, token=tokens.access))
    [ours] = entry.accounts()
    return ours, tokens


def due(team, by, channel, spec):
    pictures = [MediaAssetFactory(team=team, width=600, height=600)]
    options = {o.name: CHOSEN[o.name] for o in spec.options if o.name in CHOSEN}
    draft = Draft(
        title="Tides",
        body="The tide comes in at nine.",
        channels={channel.pk: VariantDraft(options=options)},
        media=[(picture.pk, "A pier at noon") for picture in pictures],
    )
    post = compose.create(team=team, by=by, draft=draft)
    schedule.schedule(post=post, by=by, at=from_utc(soon(0.0), "UTC"))
    return Delivery.objects.get(post=post)


@each
def test_a_stored_picture_arrives(sandbox, team, alice, spec):
    Team.objects.update(review_required=False)
    team.refresh_from_db()
    account, channel = connected(team, alice, spec.slug)
    delivery = due(team, alice, channel, spec)

    def done() -> bool:
        for claim in dispatcher.tick():
            worker.run(claim.delivery_id, claim.attempt_no)
        delivery.refresh_from_db()
        return delivery.state not in (DeliveryState.QUEUED, DeliveryState.CLAIMED)

    wait_until(done, 20, "its end")

    assert delivery.state in (DeliveryState.PUBLISHED, DeliveryState.ACCEPTED), delivery.problem
    assert ledger(account).get().attachments.count() == 1
