from django.urls import reverse

from ui.views import STATUSES


def test_shows_every_status_without_signing_in(client, db):
    html = client.get(reverse("ui:styleguide")).content.decode()
    assert all(f'data-status="{status}"' in html for status in STATUSES)
    assert "form__summary" in html


def test_is_read_only(client, db):
    assert client.post(reverse("ui:styleguide")).status_code == 405


def test_carries_the_strict_policy(client, db):
    policy = client.get(reverse("ui:styleguide"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
