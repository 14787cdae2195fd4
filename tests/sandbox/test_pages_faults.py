"""The pages of the sandbox where faults are armed and limits set."""

import pytest
from django.test import Client
from django.urls import reverse

from publishers.sandbox import faults
from publishers.sandbox.models import Fault
from tests.sandbox.pages import tidewater

__all__ = ["tidewater"]

pytestmark = pytest.mark.django_db


def test_faults_lists_what_is_armed(client, tidewater):
    assert "Every platform works as it should" in client.get(reverse("sandbox:faults")).text
    faults.arm(tidewater, "hang", parameter="20")
    page = client.get(reverse("sandbox:faults")).text
    assert "Accept, then silence" in page
    assert "20 s" in page


@pytest.fixture
def address(tidewater):
    return reverse("sandbox:account_faults", args=["x", "tidewater"])


def test_arming_and_removing(client, address, tidewater):
    form = {"kind": "delay", "does": "publish", "parameter": "2.5", "times": ""}
    assert client.post(address, form)["Location"] == address
    fault = Fault.objects.get()
    assert (fault.kind, fault.parameter, fault.remaining) == ("delay", "2.5", None)
    assert "until removed" in client.get(address).text
    gone = client.post(reverse("sandbox:fault_remove", args=[fault.pk]))
    assert gone["Location"] == address
    assert not Fault.objects.exists()
    assert client.get(reverse("sandbox:fault_remove", args=[fault.pk])).status_code == 405
    assert client.post(reverse("sandbox:fault_remove", args=[fault.pk])).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"kind": "explode"}, {"parameter": "601"}, {"parameter": "soon"}, {"times": "0"}]
)
def test_a_bad_fault_keeps_what_was_typed(client, address, wrong):
    form = {"kind": "hang", "does": "read", "parameter": "9", "times": "4"} | wrong
    page = client.post(address, form)
    assert page.status_code == 422
    assert "field__error" in page.text
    assert 'value="read" selected' in page.text
    assert not Fault.objects.exists()


def test_setting_a_budget(client, address, tidewater):
    assert client.post(address, {"budget_limit": "3"}).status_code == 302
    assert "3 of 3 left" in client.get(address).text
    assert client.post(address, {"budget_limit": "many"}).status_code == 422
    assert client.post(address, {"budget_limit": ""}).status_code == 302
    tidewater.refresh_from_db()
    assert tidewater.budget_limit is None
    assert (tidewater.day_limit, tidewater.processing_seconds) == (None, 1.0)


def test_setting_the_day_and_the_pace(client, address, tidewater):
    form = {"budget_limit": "", "day_limit": "25", "processing_seconds": "0"}
    assert client.post(address, form).status_code == 302
    tidewater.refresh_from_db()
    assert (tidewater.day_limit, tidewater.processing_seconds) == (25, 0)
    assert "0 posted in the last 24 hours of 25" in client.get(address).text


def test_pages_keep_their_forms_safe(address):
    assert Client(enforce_csrf_checks=True).post(address, {"budget_limit": "3"}).status_code == 403
