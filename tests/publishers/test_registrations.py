"""Our registration with a platform: where it comes from, entered by an administrator, checked."""

import pytest
from django.urls import reverse

from publishers import crypto, registrations, registry
from publishers.models import Registration
from publishers.registrations import Door
from tests.factories.accounts import UserFactory
from tests.publishers.channels_page import text
from tests.publishers.doors import Harbour, Shoal

pytestmark = pytest.mark.django_db
ADD = reverse("admin:publishers_registration_add")
SHEET = reverse("admin:publishers_registration_platforms")
CANARY = "canary-client-secret"


@pytest.fixture(autouse=True)
def doors(platform, monkeypatch):
    for adapter in (Harbour, Shoal):
        slug = adapter.spec.slug
        monkeypatch.setitem(registry.ADAPTERS, slug, adapter)
        monkeypatch.setenv(f"PLATFORM_{slug.upper()}_API_URL", platform.origin)
        monkeypatch.setenv(f"PLATFORM_{slug.upper()}_CLIENT_ID", "")
    registrations.forget()
    yield
    registrations.forget()


@pytest.fixture
def admin(as_user):
    return as_user(UserFactory(is_staff=True, is_superuser=True))


def entered(**changes):
    given = {"door": "harbour", "client_id": "ours", "secret": CANARY, "hook_token": "hi"}
    return given | changes


def test_a_version_of_an_interface_may_be_named(monkeypatch):
    assert registrations.app_for(Door("harbour")).version == ""
    monkeypatch.setenv("PLATFORM_HARBOUR_VERSION", "202711")
    assert registrations.app_for(Door("harbour")).version == "202711"


def test_what_is_entered_counts_and_is_never_shown(admin):
    assert registrations.source_of(Door("harbour")) == ""
    admin.post(ADD, entered())

    row = Registration.objects.get()
    app = registrations.app_for(Door("harbour"))
    assert (app.client_id, app.client_secret, app.hook_token) == ("ours", CANARY, "hi")
    assert registrations.source_of(Door("harbour")) == "entered"
    assert CANARY not in row.client_secret
    page = text(admin.get(reverse("admin:publishers_registration_change", args=[row.pk])))
    assert CANARY not in page
    assert row.client_secret not in page


def test_changed_without_a_secret_it_keeps_the_old_one(admin):
    admin.post(ADD, entered())
    change = reverse("admin:publishers_registration_change", args=[Registration.objects.get().pk])
    admin.post(change, entered(client_id="newer", secret="", door="tide"))

    app = registrations.app_for(Door("harbour"))
    assert (app.client_id, app.client_secret) == ("newer", CANARY)
    assert Registration.objects.count() == 1


def test_where_its_key_is_lost_the_secret_is_asked_for_again(admin, settings):
    admin.post(ADD, entered())
    settings.TOKEN_KEYS = [crypto.Fernet.generate_key().decode()]
    change = reverse("admin:publishers_registration_change", args=[Registration.objects.get().pk])
    assert "Enter the secret" in text(admin.post(change, entered(secret="")))


def test_the_environment_comes_first(admin, monkeypatch):
    admin.post(ADD, entered())
    monkeypatch.setenv("PLATFORM_HARBOUR_CLIENT_ID", "from-outside")
    assert registrations.app_for(Door("harbour")).client_id == "from-outside"
    assert registrations.source_of(Door("harbour")) == "environment"


def test_a_secret_is_asked_for_and_a_door_is_entered_once(admin):
    assert "Enter the secret" in text(admin.post(ADD, entered(secret="")))
    admin.post(ADD, entered())
    admin.post(ADD, entered(client_id="again"))
    assert Registration.objects.get().client_id == "again"


def test_the_sheet_says_to_the_letter_what_to_register(admin, settings):
    page = text(admin.get(SHEET))
    assert f"{settings.SITE_URL}/connect/harbour/callback/" in page
    assert f"{settings.SITE_URL}/hooks/harbour/" in page
    assert "PLATFORM_HARBOUR_PIER_CLIENT_ID" in page
    assert "does it by itself on each server" in page
    assert "insights" in page
    one = reverse("admin:publishers_registration_platform", args=["tide"])
    assert "developers.tide.test" in text(admin.get(one))
    assert "Harbour" not in text(admin.get(one))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, {"error": "invalid_grant"}), "knows this installation"),
        ((401, {"error": "invalid_client"}), "refused this installation"),
        ((503, {}), "answered 503"),
    ],
)
def test_a_check_asks_the_platform_whether_it_knows_us(admin, platform, answer, words):
    platform.answer = answer
    check = reverse("admin:publishers_registration_check", args=["tide"])
    page = text(admin.post(check, {"door": "tide"}, follow=True))
    assert words in page
    assert "canary" not in page
    assert admin.get(check).status_code == 405
    assert admin.post(check, {"door": "harbour"}).status_code == 404


def test_without_an_id_nobody_is_asked(admin, platform):
    check = reverse("admin:publishers_registration_check", args=["harbour"])
    assert "no client id" in text(admin.post(check, {"door": "harbour"}, follow=True))
    assert not platform.calls


def test_it_is_for_administrators_alone(as_user, bob):
    support = UserFactory(is_staff=True)
    for address in (SHEET, ADD):
        assert as_user(support).get(address).status_code == 403
        assert as_user(bob).get(address).status_code == 302
    check = reverse("admin:publishers_registration_check", args=["tide"])
    assert as_user(support).post(check, {"door": "tide"}).status_code == 403


def test_a_new_key_is_given_to_secrets_too(settings):
    row = registrations.store(Door("harbour"), client_id="ours", client_secret=CANARY)
    settings.TOKEN_KEYS = [crypto.Fernet.generate_key().decode(), *settings.TOKEN_KEYS]
    assert registrations.rotate() == 1
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    row.refresh_from_db()
    assert registrations.secret_of(row) == CANARY
