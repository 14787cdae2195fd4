"""The sandbox's settings for a measurement: as production where it matters, statements counted."""

from config.settings.sandbox import *
from config.settings import env

# First: its commands come before those of the product that have the same name.
INSTALLED_APPS = ["bench", *INSTALLED_APPS]
if env.text("BENCH_TALLY", ""):
    DATABASES["default"]["ENGINE"] = "bench.counted"
