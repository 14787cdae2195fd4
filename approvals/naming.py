"""What channels are called where several of them are named."""

from collections import Counter
from collections.abc import Collection

from publishers import registry
from publishers.models import Channel


def channel_name(channel: Channel) -> str:
    """A team has the same name on several platforms, and may have two accounts on one."""
    account = ", ".join(dict.fromkeys(filter(None, (str(channel), channel.handle))))
    return f"{registry.name_of(channel.platform)} ({account})"


def names(channels: Collection[Channel]) -> dict[int, str]:
    """By id: the platform alone, with the account where two of them are on one platform."""
    times = Counter(channel.platform for channel in channels)
    return {
        channel.pk: registry.name_of(channel.platform)
        if times[channel.platform] == 1
        else channel_name(channel)
        for channel in channels
    }
