"""What Tidewater writes about: a small team that makes ocean measurements free to use. Words only.

`day` counts from today in the team's zone; `short` stands in where a platform's limit is below the
text. `ends` says how far the post has come.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

End = Literal[
    "idea", "draft", "review", "changes", "approved", "scheduled", "published", "refused", "unsure"
]


@dataclass(frozen=True)
class Piece:
    title: str
    body: str
    ends: End
    day: int = 0
    at: time = time(9, 0)
    short: str = ""
    picture: str = ""
    alt: str = ""
    tags: tuple[str, ...] = ()
    campaign: str = ""
    by: str = "bob"
    channels: int = 3
    comment: str = ""
    hashtags: tuple[str, ...] = field(default=())
    # Who said what about it: a comment and its answers.
    talk: tuple[tuple[str, str], ...] = ()


OPEN_SEASON = "Open season"

PIECES = (
    # -- live
    Piece(
        "Buoy 41 is back",
        "Buoy 41 is back on station after eleven weeks of repairs in Peniche. It reports water "
        "temperature, salinity and wave height every ten minutes, and everything it measures is "
        "free to use from the first reading.\n\nThank you to the crew of the Gaivota, who waited "
        "two days for a calm morning.",
        "published", -17, time(9, 30),
        short="Buoy 41 is back on station after eleven weeks of repairs. Temperature, salinity and "
        "waves every ten minutes, free to use from the first reading.",
        picture="buoy", alt="A yellow buoy rides a low swell under a pink morning sky.",
        hashtags=("opendata", "ocean"), campaign=OPEN_SEASON,
    ),
    Piece(
        "How we check a thermometer at 2,000 metres",
        "How do you check a thermometer that is two kilometres under water? You cannot, so you "
        "compare it: with its neighbours, with its own past, and with the ship that passes once a "
        "year. We wrote down the whole procedure, with the cases where it fails.",
        "published", -15, time(14, 0),
        short="How do you check a thermometer two kilometres under water? You compare it: with its "
        "neighbours, its own past, and the ship that passes once a year.",
        picture="depth", alt="A diagram of a float sinking through four bands of darker water.",
        hashtags=("oceanography",), by="alice",
    ),
    Piece(
        "Forty years of the Lisbon tide gauge",
        "The tide gauge at Cascais has written down the height of the sea since 1882. The last "
        "forty years are now one file: one row per hour, gaps marked, corrections listed beside "
        "the numbers they changed.",
        "published", -12, time(10, 15),
        picture="tide", alt="A hand-drawn curve of tides rising and falling over two weeks.",
        hashtags=("opendata", "sealevel"), campaign=OPEN_SEASON,
    ),
    Piece(
        "We are hiring an instrument technician",
        "We are looking for somebody who likes both soldering irons and small boats. You would "
        "look after nineteen buoys between Viana and Sagres, most days from dry land.\n\nFull or "
        "part time, based in Peniche. Write to us with something you once repaired.",
        "published", -9, time(11, 0), by="alice",
        short="We are looking for somebody who likes soldering irons and small boats, to look "
        "after nineteen buoys between Viana and Sagres. Tell us about something you repaired.",
    ),
    Piece(
        "Reader question: why is the water colder in July?",
        "Why is the water off Ericeira colder in July than in May? North wind pushes the surface "
        "out to sea, and water from 100 metres down comes up to take its place. You can watch it "
        "happen: the temperature drops by four degrees in two days.",
        "published", -6, time(17, 30),
        picture="upwelling", alt="A map of the coast with a band of cold blue water along it.",
        hashtags=("ocean",),
    ),
    Piece(
        "The winter survey leaves on Monday",
        "The winter survey leaves Peniche on Monday: 31 stations, nine days, four people and one "
        "very old winch. We publish each station on the evening it was measured.",
        "published", -3, time(8, 45),
        picture="survey", alt="A small research ship with a crane heads out over dark waves.",
        hashtags=("fieldwork", "opendata"), campaign=OPEN_SEASON,
    ),
    Piece(
        "Station 7 is online",
        "Station 7 of the winter survey is online, an hour after the bottle came up. Oxygen at the "
        "bottom is the lowest we have seen there since 2009. One cast is not a trend; the next "
        "visit is in March.",
        "published", -1, time(18, 20), hashtags=("fieldwork",),
    ),
    # -- where somebody has to look
    Piece(
        "A correction to last week's chart",
        "The chart we posted last week showed wave height in feet where it said metres. The data "
        "were right, the label was not. The corrected chart is below.",
        "unsure", -1, time(12, 0),
        picture="waves", alt="A bar chart of wave heights for seven days, in metres.",
    ),
    Piece(
        "Library talk in Setúbal",
        "Tonight at seven in the municipal library of Setúbal: what a buoy sees in a storm, with "
        "the sound turned on. Free, and children ask the best questions.",
        "refused", -2, time(15, 0), channels=2,
    ),
    # -- on their way
    Piece(
        "Halfway through the winter survey",
        "Sixteen of 31 stations done, one broken winch cable, two mended winch cables. The data "
        "of all sixteen are online, with notes on what the swell did to numbers nine and ten.",
        "scheduled", 1, time(9, 0),
        picture="survey", alt="A small research ship with a crane heads out over dark waves.",
        hashtags=("fieldwork", "opendata"), campaign=OPEN_SEASON,
    ),
    Piece(
        "What the storm looked like from below",
        "On Thursday the wind reached 58 knots. Twelve metres down, buoy 23 felt it as a slow "
        "push to the south that lasted nine hours. Here is that push, one arrow per ten minutes.",
        "scheduled", 2, time(12, 30),
        picture="waves", alt="A bar chart of wave heights for seven days, in metres.",
        hashtags=("ocean",), by="alice",
    ),
    Piece(
        "New in the catalogue: the Sado estuary",
        "The Sado estuary joins the catalogue: five stations, salinity and oxygen, every fifteen "
        "minutes since 2018. The dolphins are not in the file, but they are in the field notes.",
        "scheduled", 5, time(10, 0), campaign=OPEN_SEASON,
        picture="tide", alt="A hand-drawn curve of tides rising and falling over two weeks.",
        hashtags=("opendata",),
    ),
    Piece(
        "Office hours for teachers",
        "Once a month we answer the questions of teachers who use our data in class. The next hour "
        "is Wednesday at five, on screen, no registration.",
        "scheduled", 8, time(16, 0),
    ),
    Piece(
        "A year of buoy 12 in one minute",
        "A year of buoy 12, one second per week. Watch for the second when the Saharan dust turns "
        "the light sensor red.",
        "scheduled", 12, time(18, 0),
        picture="buoy", alt="A yellow buoy rides a low swell under a pink morning sky.",
    ),
    # -- with the reviewers
    Piece(
        "Why we publish the bad days too",
        "Every instrument has bad days: a crab in the intake, a gull on the solar panel. We keep "
        "those numbers in the file and mark them, because somebody else may need to know that the "
        "gull was there.",
        "review", 3, time(9, 30), hashtags=("opendata",),
        picture="depth", alt="A diagram of a float sinking through four bands of darker water.",
    ),
    Piece(
        "Thank you to the harbour of Sines",
        "For eleven years the harbour of Sines has lent us a crane on Friday afternoons. This "
        "Friday we bring the cake.",
        "review", 6, time(11, 45), channels=2, by="alice",
    ),
    Piece(
        "Sea level, explained with a bathtub",
        "The sea does not rise like a bathtub: it is higher in some corners and lower in others. "
        "Three drawings show why.",
        "changes", 7, time(10, 0),
        picture="upwelling", alt="A map of the coast with a band of cold blue water along it.",
        comment="Lovely. The second drawing says “falls” where it means “rises more slowly”. "
        "Please mend that, then it is good to go.",
        talk=(
            ("carol", "@Bob could the map come before the drawings? It is what people share."),
            ("bob", "It could. @Alice, do you still have the one with the cold water on it?"),
            ("alice", "Yes, it is the picture of the upwelling piece. I have put it in."),
        ),
    ),
    Piece(
        "How to cite our data",
        "If our numbers helped you, cite them: each file now carries its own DOI and a sentence "
        "you can copy. It is how we show our funders that anybody reads this.",
        "approved", channels=3, hashtags=("opendata",),
    ),
    # -- being written
    Piece(
        "Winter survey: what we found",
        "Nine days, 31 stations. Three things surprised us:\n\n1. Oxygen at the bottom of "
        "station 7.\n2. …",
        "draft", 10, time(9, 0), campaign=OPEN_SEASON,
    ),
    Piece(
        "Meet Inês, who mends buoys",
        "Inês has opened every one of our buoys at least twice. We asked her what she finds "
        "inside.",
        "draft", by="alice", channels=2,
    ),
    Piece(
        "Our five most downloaded files",
        "Which of our files are downloaded most? Number one is not what we expected.",
        "draft", 14, time(12, 0), channels=1,
    ),
    Piece("Series: instruments with odd names", "CTD, ADCP, XBT: one post each.", "idea"),
    Piece("Sound of a buoy in a storm", "Raw hydrophone, thirty seconds. Ask Inês.", "idea"),
    Piece("World Oceans Day", "What do we want to have done by June?", "idea", by="alice"),
)  # fmt: skip
