import pytest

from ui.templatetags.devices import device

LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (f"{LINUX} {WEBKIT} Chrome/150.0.0.0 Safari/537.36", "Chrome on Linux"),
        (f"{LINUX} {WEBKIT} Chrome/150.0.0.0 Safari/537.36 Edg/150.0", "Edge on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Firefox/140.0", "Firefox on Windows"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {WEBKIT} Safari/604.1",
            "Safari on iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 16) {WEBKIT} Chrome/150.0 Safari/537", "Chrome on Android"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("", ""),
    ],
)
def test_device(agent, said):
    assert device(agent) == said


def test_a_long_unknown_name_is_cut():
    assert len(device("robot " * 50)) == 60
