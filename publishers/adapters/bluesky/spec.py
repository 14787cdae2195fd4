"""What Bluesky can take and offers. Called by the adapter beside it.

Videos: 300 MB by the lexicon of app.bsky.embed.video, ten minutes by Bluesky's own app. Pictures:
four in app.bsky.embed.images, beyond them a gallery, of which its lexicon advises ten.
"""

from publishers.adapters.bluesky.refusals import NAME
from publishers.contract import AppPassword, Limits, Option, Preview, Rate, Spec
from publishers.threads import NUMBERING

SPEC = Spec(
    slug="bluesky",
    name=NAME,
    api_url="https://bsky.social",
    web_url="https://bsky.app",
    auth=AppPassword(
        identifier_label="Handle",
        secret_label="App password",
        help=(
            "Make an app password in Bluesky under Settings, Privacy and security. Never type "
            "the password you sign in with."
        ),
        host_label="Server, if it is not bsky.social",
    ),
    limits=Limits(
        text=300,
        count="graphemes",
        text_bytes=3000,
        images=10,
        image_bytes=2_000_000,
        alt_text=2000,
        videos=1,
        video_bytes=300_000_000,
        video_seconds=(0.0, 600.0),
    ),
    features=frozenset(
        {
            "alt_text",
            "thread",
            "comment",
            "prepare",
            "find",
            "measure",
            "audience",
            "remove",
            "idempotent",
        }
    ),
    reconcile="key",
    preview=Preview("micro", ("message-circle", "repeat-2", "heart", "ellipsis")),
    # Points, of which a record put takes two, and three each where it goes out with its gates; each
    # server has limits of its own, so that what one says of its calls holds for the account there.
    rates=(
        Rate("hour", "channel", 5000, 3600, headers="ratelimit", cost=2),
        Rate("day", "channel", 35_000, 86_400, headers="ratelimit", cost=2),
        Rate("calls", "channel", 3000, 300, "calls", headers="ratelimit"),
    ),
    options=(
        NUMBERING,
        Option(
            "language",
            "Languages",
            help="Up to three, such as en or pt-BR; empty if mixed.",
            longest=40,
        ),
        Option(
            "tags",
            "Further hashtags",
            help="Up to eight by which it is found, besides those in the text.",
            longest=600,
        ),
        Option(
            "replies",
            "Who can reply",
            choices=(
                ("", "Everyone"),
                ("nobody", "Nobody"),
                ("mentioned", "People it mentions"),
                ("following", "People the account follows"),
                ("followers", "Followers"),
                ("mentioned,following", "People it mentions, and people the account follows"),
                ("mentioned,followers", "People it mentions, and followers"),
                ("following,followers", "People the account follows, and followers"),
                ("mentioned,following,followers", "All of these"),
            ),
        ),
        Option("quoting", "Who can quote it", choices=(("", "Everyone"), ("nobody", "Nobody"))),
        Option(
            "quote",
            "Post to quote",
            help="The address of a post on Bluesky, which is shown below the text.",
            longest=600,
        ),
        Option(
            "card",
            "Link card",
            help=(
                "An address, shown as a card. A picture of the post becomes the card's; it may "
                "have up to 1 MB."
            ),
            longest=2000,
        ),
        Option("card_title", "Title of the card", longest=300),
        Option("card_text", "Description of the card", longest=1000),
        Option(
            "adult",
            "Adult pictures or videos",
            choices=(
                ("", "No"),
                ("sexual", "Suggestive"),
                ("nudity", "Artistic or informing nudity"),
                ("porn", "Sexual activity or arousing nudity"),
            ),
        ),
        Option(
            "graphic",
            "Graphic pictures or videos",
            choices=(("", "No"), ("yes", "Yes, such as of violence or injuries")),
        ),
    ),
    colour="#1185fe",
    profile={"person": "profile/{handle}"},
    metrics=("likes", "comments", "shares", "quotes", "saves"),
    account_metrics=("followers", "following", "posts"),
    quiet_seconds=60,
    setup="Nothing to register: each account signs in with an app password.",
)
