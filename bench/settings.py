"""The sandbox's settings for a measurement: as production where it matters, statements counted."""

from config.settings.sandbox import *
from config.settings import env

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
if env.text("BENCH_TALLY", ""):
    DATABASES["default"]["ENGINE"] = "bench.counted"
