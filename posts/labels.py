"""What tells the channels of one platform apart. The composer says it beside their marks."""

from collections import Counter
from collections.abc import Sequence

from publishers.models import Channel


def labels(channels: Sequence[Channel]) -> dict[int, str]:
    """The name of each that shares its platform; its handle, where they share the name, too."""
    several = Counter(channel.platform for channel in channels)
    alike = Counter((channel.platform, str(channel)) for channel in channels)
    return {
        channel.pk: channel.handle if alike[channel.platform, str(channel)] > 1 else str(channel)
        for channel in channels
        if several[channel.platform] > 1
    }
