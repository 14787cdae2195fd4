"""The demo: Tidewater, a team of four that writes about open ocean data. See `manage.py demo`."""
