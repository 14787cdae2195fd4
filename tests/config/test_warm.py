"""What the web server has loaded before its first request."""

import subprocess
import sys

ASKED = """
import gc
import config.asgi
from django.urls import get_resolver
print("url_patterns" in vars(get_resolver()), gc.get_freeze_count())
"""


def test_addresses_are_there_and_the_collector_leaves_all_of_it_alone():
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True, timeout=60
    )
    addresses, frozen = done.stdout.split()[-2:]
    assert addresses == "True"
    assert int(frozen) > 50_000
