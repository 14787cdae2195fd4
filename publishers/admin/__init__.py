"""What administrators see of this room: channels with their grants, and our registrations."""

from publishers.admin.channels import (
    ChannelAdmin,
    GrantAdmin,
    OAuthStateAdmin,
    RateWindowAdmin,
)
from publishers.admin.hooks import HookEventAdmin
from publishers.admin.registrations import RegistrationAdmin

__all__ = [
    "ChannelAdmin",
    "GrantAdmin",
    "HookEventAdmin",
    "OAuthStateAdmin",
    "RateWindowAdmin",
    "RegistrationAdmin",
]
