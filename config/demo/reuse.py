"""What Tidewater writes again and again: templates with gaps, and hashtags that go together."""

from accounts.models import Team
from config.demo.people import person
from posts import outline as outlines
from posts import placeholders
from posts.outline import Outline, Placeholder
from posts.services import hashtags, templates

GROUPS = {
    "Open data": ("opendata", "openscience", "fairdata"),
    "Buoys and floats": ("ocean", "oceanography", "buoys", "insitu"),
    "Coast of Portugal": ("portugal", "atlantic", "peniche", "sealevel"),
}
OUTLINES = (
    Outline(
        name="Back on station",
        category="Buoys",
        title="{{ buoy }} is back",
        body="{{ buoy }} is back on station after {{ pause }} of repairs in {{ harbour }}. "
        "Everything it measures is free to use from the first reading.\n\n{{ thanks }}",
        hashtags=("opendata", "ocean"),
        tags=("Buoys",),
        placeholders=(
            Placeholder("buoy", "Which buoy", "Buoy 41"),
            Placeholder("pause", "Away for how long"),
            Placeholder("harbour", "Repaired in", "Peniche"),
            Placeholder("thanks", "Thanks to", required=False),
        ),
    ),
    Outline(
        name="A new file in the catalogue",
        category="Data",
        body="New in the catalogue: {{ what }}.\n\nOne row per {{ step }}, gaps marked, "
        "corrections listed beside the numbers they changed. {{ address }}",
        hashtags=("opendata",),
        first_comment="How we check it: {{ address }}",
    ),
    Outline(
        name="Storm watch",
        category="Buoys",
        kind="thread",
        body="{{ buoy }} measures waves of {{ height }} metres now.\n---\nThe numbers come in "
        "every ten minutes, unchecked until tomorrow.\n---\nStay away from the rocks.",
    ),
    Outline(
        name="Question of the week",
        category="People",
        body="{{ question }}\n\nAnswers go into the field notes on Friday, with your name if you "
        "like.",
    ),
)


def write(team: Team) -> None:
    for name, tags in GROUPS.items():
        hashtags.create(team=team, name=name, tags=tags)
    for number, said in enumerate(OUTLINES):
        known = {one.name: one for one in said.placeholders}
        asked = outlines.settled(placeholders.names(said.texts), known)
        whole = Outline(**{**said.__dict__, "placeholders": asked})
        by = person("alice" if number % 2 else "bob")
        templates.create(team=team, by=by, outline=whole)
