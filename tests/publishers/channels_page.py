"""The channels page: its address, and what it says."""

from django.urls import reverse

PAGE = reverse("publishers:channels", args=["tidewater"])


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()
