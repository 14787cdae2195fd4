"""/metrics: who may read it, and that it says what the rows say."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from delivery import dispatcher, tally
from delivery.models import Breaker, Heartbeat
from publishers import registry
from tests.factories.delivery import due_delivery, published, troubled, unknown

pytestmark = pytest.mark.django_db

URL = reverse("delivery:metrics")
TOKEN = "a-token-of-more-than-twenty"


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def samples(client, **headers) -> dict[tuple[str, tuple[str, ...]], float]:
    """(name, label values, the platform's first) → value."""
    text = client.get(URL, headers=headers, HTTP_HOST="localhost").content.decode()
    return {
        (sample.name, _labels(sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _labels(labels) -> tuple[str, ...]:
    return tuple(
        labels[name] for name in sorted(labels, key=lambda name: (name != "platform", name))
    )


def test_it_is_the_text_that_prometheus_reads(client):
    response = client.get(URL, HTTP_HOST="localhost")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]
    assert b"# TYPE drumbeat_deliveries_published_total counter" in response.content


# -- who may


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"HTTP_HOST": "localhost"}, 200),
        ({"HTTP_HOST": "127.0.0.1:8000"}, 200),
        ({"HTTP_HOST": "localhost", "REMOTE_ADDR": "::1"}, 200),
        ({"HTTP_HOST": "localhost", "REMOTE_ADDR": "10.0.0.7"}, 403),
        ({"HTTP_HOST": "testserver"}, 403),
        ({"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
        ({"HTTP_HOST": "localhost", "HTTP_FORWARDED": "for=203.0.113.9"}, 403),
        ({"HTTP_HOST": "localhost", "HTTP_X_REAL_IP": "203.0.113.9"}, 403),
    ],
)
def test_without_a_token_only_this_machine_reads(client, asked, status):
    response = client.get(URL, **asked)

    assert response.status_code == status
    assert (b"drumbeat_" in response.content) == (status == 200)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        (f"Basic {TOKEN}", 401),
        ("Bearer ", 401),
        ("Bearer \N{SNOWMAN}".encode().decode("latin-1"), 401),
        (None, 401),
    ],
)
def test_with_a_token_it_is_asked_of_everybody(client, settings, said, status):
    settings.METRICS_TOKEN = TOKEN
    headers = {} if said is None else {"HTTP_AUTHORIZATION": said}

    response = client.get(URL, HTTP_HOST="localhost", **headers)

    assert response.status_code == status
    assert (b"drumbeat_" in response.content) == (status == 200)
    assert response.headers.get("WWW-Authenticate", "Bearer") == "Bearer"


def test_it_is_only_read(client):
    assert client.post(URL, HTTP_HOST="localhost").status_code == 405


# -- what it says


def test_counters_and_histograms(client, team, bob):
    for _ in range(2):
        published(due_delivery(team, bob))
    troubled(due_delivery(team, bob), "failed")

    found = samples(client)

    assert found["drumbeat_deliveries_published_total", ("parrot_read", "answer")] == 2
    assert found["drumbeat_delivery_attempts_total", ("parrot_read", "ok")] == 2
    assert found["drumbeat_delivery_lateness_seconds_count", ("parrot_read",)] == 2
    assert found["drumbeat_delivery_lateness_seconds_bucket", ("parrot_read", "30.0")] == 2
    assert 40 <= found["drumbeat_delivery_lateness_seconds_sum", ("parrot_read",)] < 50
    assert found["drumbeat_delivery_duration_seconds_bucket", ("parrot_read", "+Inf")] == 2


def test_what_may_come_is_there_at_zero(client, platform):
    """Prometheus sees no growth in a series that begins at one."""
    found = samples(client)

    assert found["drumbeat_deliveries_published_total", ("parrot_read", "found")] == 0
    assert found["drumbeat_delivery_attempts_total", ("parrot_read", "unanswered")] == 0
    assert found["drumbeat_delivery_lateness_seconds_bucket", ("parrot_read", "0.05")] == 0


def test_depth_and_age_of_what_is_not_over(client, team, bob):
    due_delivery(team, bob, seconds=3600)
    unknown(due_delivery(team, bob), since=90)
    troubled(due_delivery(team, bob), "needs_human")
    published(due_delivery(team, bob))
    due_delivery(team, bob, seconds=-45)

    found = samples(client)

    assert found["drumbeat_deliveries", ("parrot_read", "queued")] == 2
    assert found["drumbeat_deliveries", ("parrot_read", "unknown")] == 1
    assert found["drumbeat_deliveries", ("parrot_read", "needs_human")] == 1
    assert ("drumbeat_deliveries", ("parrot_read", "published")) not in found
    assert found["drumbeat_deliveries_due", ("parrot_read",)] == 1
    assert 40 <= found["drumbeat_delivery_oldest_seconds", ("parrot_read", "queued")] < 60
    assert 89 <= found["drumbeat_delivery_oldest_seconds", ("parrot_read", "unknown")] < 110


def test_breakers_and_budgets(client):
    Breaker.objects.create(
        platform="parrot_read", state="open", retry_at=timezone.now() + timedelta(minutes=1)
    )

    found = samples(client)

    assert found["drumbeat_breaker_state", ("parrot_read", "open")] == 1
    assert found["drumbeat_breaker_state", ("parrot_read", "closed")] == 0
    assert found["drumbeat_breaker_state", ("parrot_key", "closed")] == 1
    rates = {spec.slug: [r for r in spec.rates if r.scope == "app"] for spec in registry.specs()}
    assert any(rates.values())
    for slug, own in rates.items():
        for rate in own:
            limit = found["drumbeat_budget_limit_posts", (slug, rate.name)]
            assert 0 < found["drumbeat_budget_left_posts", (slug, rate.name)] <= limit


def test_ticks_have_an_age(client):
    dispatcher.beat("dispatch")
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=30))

    assert 29 <= samples(client)["drumbeat_tick_age_seconds", ("dispatch",)] < 40


def test_no_team_channel_or_text_is_in_it(client, team, bob):
    delivery = troubled(due_delivery(team, bob), "failed", "The link could not be opened.")
    published(due_delivery(team, bob))

    text = client.get(URL, HTTP_HOST="localhost").content.decode()

    for secret in (team.name, team.slug, delivery.channel.handle, delivery.problem, "host:1"):
        assert secret not in text


def test_a_reading_is_a_bounded_number_of_statements(client, team, bob, django_assert_num_queries):
    with django_assert_num_queries(7):
        client.get(URL, HTTP_HOST="localhost")
    for _ in range(4):
        published(due_delivery(team, bob))
    tally.fold()
    with django_assert_num_queries(7):
        client.get(URL, HTTP_HOST="localhost")
