"""The accounts of the sandbox: listing them, adding some, their tokens."""

import pytest
from django.core.management import call_command

from publishers.sandbox import accounts
from publishers.sandbox.models import Account

pytestmark = pytest.mark.django_db


def test_the_command_lists_and_adds(capsys):
    call_command("sandbox_accounts")
    assert "tidewater.test  app password demo-demo-demo-demo" in capsys.readouterr().out
    call_command(
        "sandbox_accounts",
        "linkedin",
        "lab",
        name="The Lab",
        kind="organization",
        run_by="inesduarte",
    )
    lab = Account.objects.get(handle="lab")
    assert (lab.name, lab.kind) == ("The Lab", "organization")
    assert lab.administrators.get().handle == "inesduarte"


def test_creating_is_repeatable_and_tokens_of_a_page_are_a_persons():
    first, second = (accounts.create("bluesky", "new.test", "New") for _ in range(2))
    assert first == second
    accounts.create("linkedin", "inesduarte")
    page = Account.objects.get(platform="linkedin", handle="tidewater")
    assert accounts.mint_tokens(page).scopes
    assert page.administrators.first().credentials.exists()
    assert accounts.mint_tokens(first).access.count(".") == 2
