"""Channels with a consent of the running platform, and what was opened of them."""

from publishers.sessions import Session
from tests.factories.publishers import grant_for


def granted(channel, platform, ends_in, **changes):
    tokens = platform.new_tokens()
    return grant_for(
        channel,
        **{
            "access": tokens["access_token"],
            "refresh": tokens["refresh_token"],
            "ends_in": ends_in,
            **changes,
        },
    )


def token(opened):
    assert isinstance(opened, Session), opened
    return opened.adapter.account.token


def state(channel):
    channel.refresh_from_db()
    return channel.state
