"""Other ways in: two doors, a server of one's own, a key."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from publishers import registrations, registry, sessions
from publishers.forms import SignInForm
from publishers.models import Channel, Registration
from publishers.registrations import Door
from tests.publishers.channels_page import PAGE, text
from tests.publishers.doors import Buoy, Harbour, Shoal


@pytest.fixture(autouse=True)
def doors(platform, monkeypatch):
    for adapter in (Harbour, Shoal, Buoy):
        slug = adapter.spec.slug
        monkeypatch.setitem(registry.ADAPTERS, slug, adapter)
        monkeypatch.setenv(f"PLATFORM_{slug.upper()}_API_URL", platform.origin)
    for prefix in ("HARBOUR", "HARBOUR_PIER"):
        monkeypatch.setenv(f"PLATFORM_{prefix}_API_URL", platform.origin)
        monkeypatch.setenv(f"PLATFORM_{prefix}_CLIENT_ID", f"{prefix.lower()}-client")
        monkeypatch.setenv(f"PLATFORM_{prefix}_CLIENT_SECRET", "canary-client-secret")
    platform.scope = "read,write"
    registrations.forget()
    yield
    registrations.forget()


def connect(slug: str) -> str:
    return reverse("publishers:connect", args=["tidewater", slug])


def left(response) -> dict[str, str]:
    """The query that the platform would see."""
    assert response.status_code == 200, response.status_code
    url = response.headers["Refresh"].removeprefix("0; url=")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def back(client, platform, slug: str, query: dict[str, str]):
    answer = {"state": query["state"], "code": platform.code(query["code_challenge"])}
    return client.get(reverse("publishers:callback", args=[slug]), answer)


def test_a_door_asks_in_the_platforms_own_words(as_user, alice):
    page = text(as_user(alice).get(connect("harbour")))
    assert "With Harbour" in page
    assert "With a pier" in page
    query = left(as_user(alice).post(connect("harbour")))
    assert query["client_key"] == "harbour-client"
    assert query["scope"] == "read,write,insights"
    assert query["duration"] == "permanent"
    assert left(as_user(alice).post(connect("harbour"), {"way": "pier"}))["client_key"] == (
        "harbour_pier-client"
    )
    assert as_user(alice).post(connect("harbour"), {"way": "attic"}).status_code == 404


def test_a_door_that_is_not_set_up_leaves_the_other_one_open(as_user, alice, monkeypatch):
    monkeypatch.setenv("PLATFORM_HARBOUR_CLIENT_ID", "")
    assert left(as_user(alice).post(connect("harbour")))["client_key"] == "harbour_pier-client"
    assert "PLATFORM_HARBOUR_CLIENT_ID" in text(as_user(alice).get(f"{connect('harbour')}?way="))
    monkeypatch.setenv("PLATFORM_HARBOUR_PIER_CLIENT_ID", "")
    assert "PLATFORM_HARBOUR_CLIENT_ID" in text(as_user(alice).get(connect("harbour")))


def test_a_token_is_traded_for_one_that_lasts_and_renewed_by_the_adapter(as_user, alice, platform):
    platform.expires_in = 60
    client = as_user(alice)
    back(client, platform, "harbour", left(client.post(connect("harbour"))))
    channel = Channel.objects.select_related("grant").get()
    assert (channel.grant.way, channel.grant.version) == ("", 1)

    session = sessions.open_session(channel.pk)

    assert session.adapter.account.token == "long-canary-access-1x"
    channel.grant.refresh_from_db()
    assert channel.grant.version == 2


def test_a_channel_remembers_its_door(as_user, alice, platform):
    client = as_user(alice)
    back(client, platform, "harbour", left(client.post(connect("harbour"), {"way": "pier"})))
    channel = Channel.objects.select_related("grant").get()
    assert channel.grant.way == "pier"
    assert registrations.door_of(channel) == Door("harbour", "pier")
    assert sessions.open_session(channel.pk).adapter.app.way == "pier"


def test_on_a_server_of_ones_own_we_register_once(as_user, alice, platform):
    client = as_user(alice)
    assert f'value="{platform.origin}"' in text(client.get(connect("shoal")))
    for _again in range(2):
        query = left(client.post(connect("shoal"), {"host": platform.origin}))
        assert query["client_id"] == "made-here"
    assert platform.calls["/apps"] == 1
    row = Registration.objects.get()
    assert (row.platform, row.host) == ("shoal", platform.origin)
    assert "canary" not in row.client_secret
    back(client, platform, "shoal", query)
    channel = Channel.objects.get()
    assert registrations.app_for(registrations.door_of(channel)).client_id == "made-here"


def test_a_server_that_forgot_us_is_registered_with_anew(as_user, alice, platform):
    client = as_user(alice)
    query = left(client.post(connect("shoal"), {"host": platform.origin}))
    platform.answer = (401, {"error": "invalid_client"})
    assert back(client, platform, "shoal", query).status_code == 503
    assert not Registration.objects.exists()
    platform.answer = None
    back(client, platform, "shoal", left(client.post(connect("shoal"), {"host": platform.origin})))
    assert Channel.objects.get().state == "connected"


@pytest.mark.parametrize(
    "host",
    ["http://169.254.169.254", "localhost:1", "file:///etc/passwd", "https://[::1]", "http://x@y"],
)
def test_a_server_inside_is_never_registered_with(as_user, alice, host):
    page = text(as_user(alice).post(connect("shoal"), {"host": host}), 422)
    assert "is not an address that may be called" in page
    assert not Registration.objects.exists()


@pytest.mark.parametrize("typed", ["tide.example", "@ana@tide.example", " ana@tide.example/ "])
def test_a_full_name_tells_the_server(typed):
    form = SignInForm(Shoal.spec.auth, {"host": typed})
    assert form.is_valid()
    assert form.cleaned_data == {"host": "https://tide.example"}


def test_without_a_server_it_says_which_field(as_user, alice):
    assert "This field is required" in text(as_user(alice).post(connect("shoal"), {}), 422)


def test_a_key_is_kept_encrypted_and_opens_its_account(as_user, alice, platform, caplog):
    key = platform.new_tokens()["access_token"]
    client = as_user(alice)
    assert "API key" in text(client.get(connect("buoy")))
    response = client.post(connect("buoy"), {"secret": key})
    assert response.headers["Location"] == PAGE
    channel = Channel.objects.select_related("grant").get()
    assert channel.grant.expires_at is None
    assert not channel.grant.refresh_token
    assert "canary" not in str(vars(channel.grant)) + caplog.text
    assert sessions.open_session(channel.pk).adapter.account.token == key


def test_a_wrong_key_is_told(as_user, alice):
    page = text(as_user(alice).post(connect("buoy"), {"secret": "canary-nothing"}), 422)
    assert "does not know this key" in page
    assert "canary" not in page
    assert not Channel.objects.exists()
