"""The simulated X, as its pages are looked at: an account."""

import pytest

from publishers.sandbox import accounts
from publishers.sandbox.models import Account


@pytest.fixture
def tidewater() -> Account:
    return accounts.create("x", "tidewater", "Tidewater")
