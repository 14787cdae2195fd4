"""The administrators' pages of this room: every list opens, and nothing is typed over or told."""

from datetime import time

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from calendar_app.models import QueuePause, Slot, StageLimit
from calendar_app.services import feeds, saved
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
MODELS = [model for model in admin.site._registry if model._meta.app_label == "calendar_app"]


@pytest.fixture
def root(db) -> Client:
    user = User.objects.create_superuser("root@demo.test", "x")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def rows(team, bob):
    channel = ChannelFactory(team=team)
    feed = feeds.give(team=team, user=bob, mine=False)
    return {
        "feed": feed,
        "savedview": saved.save(team=team, by=bob, name="Mine", page="month", query=""),
        "slot": Slot.objects.create(team=team, channel=channel, weekday=0, at=time(9, 30)),
        "stagelimit": StageLimit.objects.create(team=team, column="draft", most=5),
        "queuepause": QueuePause.objects.create(team=team, channel=channel, by=bob),
    }


def test_every_model_has_its_page(rows):
    assert {model._meta.model_name for model in MODELS} == set(rows)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_it_is_read_and_thrown_away_and_not_changed(root, rows, model):
    name, row = model._meta.model_name, rows[model._meta.model_name]
    listed = root.get(reverse(f"admin:calendar_app_{name}_changelist"), {"q": "x"})
    assert listed.status_code == 200
    address = reverse(f"admin:calendar_app_{name}_change", args=[row.pk])
    page = root.get(address)
    assert page.status_code == 200
    assert rows["feed"].nonce not in page.content.decode()
    assert root.post(address, {"team": row.team_id}).status_code == 403
    gone = reverse(f"admin:calendar_app_{name}_delete", args=[row.pk])
    assert root.post(gone, {"post": "yes"}).status_code == 302
    assert not model.objects.filter(pk=row.pk).exists()
