from posts.labels import labels
from publishers.models import Channel


def channel(pk: int, platform: str, name: str, handle: str) -> Channel:
    return Channel(pk=pk, platform=platform, name=name, handle=handle)


def test_channels_of_one_platform_are_told_apart():
    said = labels(
        [
            channel(1, "bluesky", "Tidewater", "tide.test"),
            channel(2, "bluesky", "Harbour Trust", "harbour.test"),
            channel(3, "linkedin", "Tidewater", "tidewater"),
            channel(4, "linkedin", "Tidewater", "tidewater-labs"),
            channel(5, "x", "Tidewater", "tidewater"),
        ]
    )
    assert said == {1: "Tidewater", 2: "Harbour Trust", 3: "tidewater", 4: "tidewater-labs"}
