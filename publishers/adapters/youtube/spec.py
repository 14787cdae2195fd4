"""What YouTube can take and needs. Called by the adapter beside it."""

from publishers.adapters.youtube.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

SCOPES = "https://www.googleapis.com/auth"
# Its own fixed list, as far as everybody may file a video there.
CATEGORIES = (
    ("22", "People and blogs"),
    ("1", "Film and animation"),
    ("2", "Cars and vehicles"),
    ("10", "Music"),
    ("15", "Pets and animals"),
    ("17", "Sports"),
    ("19", "Travel and events"),
    ("20", "Gaming"),
    ("23", "Comedy"),
    ("24", "Entertainment"),
    ("25", "News and politics"),
    ("26", "How-to and style"),
    ("27", "Education"),
    ("28", "Science and technology"),
    ("29", "Nonprofits and activism"),
)
TAGS = 500

SPEC = Spec(
    slug="youtube",
    name=NAME,
    api_url="https://youtube.googleapis.com",
    web_url="https://www.youtube.com",
    auth=OAuth2(
        authorize_path="https://accounts.google.com/o/oauth2/v2/auth",
        token_path="https://oauth2.googleapis.com/token",
        revoke_path="https://oauth2.googleapis.com/revoke",
        scopes=(
            f"{SCOPES}/youtube.upload",
            f"{SCOPES}/youtube.readonly",
            # Also comments, edits and removals.
            f"{SCOPES}/youtube.force-ssl",
        ),
        client_auth="body",
        # Without both of these who connects again is given nothing to renew with.
        extra={"access_type": "offline", "prompt": "consent"},
    ),
    limits=Limits(
        text=5000,
        count="codepoints",
        text_bytes=5000,
        title=100,
        media_least=1,
        images=0,
        image_bytes=2_000_000,
        image_types=("image/jpeg", "image/png"),
        image_sides=(1, 3840),
        cover=True,
        videos=1,
        video_bytes=256 * 1024**3,
        video_seconds=(0.0, 12 * 3600.0),
        video_types=("video/mp4", "video/quicktime", "video/webm"),
    ),
    features=frozenset(
        {"comment", "prepare", "find", "confirm", "measure", "audience", "edit", "remove"}
    ),
    reconcile="read",
    # What is asked about has an id of its own from before the call.
    quiet_seconds=60,
    # It works on a video before it can be shown.
    prepare_minutes=60,
    preview=Preview("video", ("thumbs-up", "message-circle", "share")),
    rates=(
        # Of all who use this installation, from midnight to midnight in California.
        Rate("uploads", "app", 100, 86_400),
        # Of a post: 50 to publish it, 50 for its cover, and some to ask about it.
        Rate("units", "app", 10_000, 86_400, cost=110),
    ),
    options=(
        Option(
            "privacy",
            "Who can see it",
            default="public",
            choices=(
                ("public", "Everyone"),
                ("unlisted", "Everyone with the link"),
                ("private", "Only you"),
            ),
        ),
        # A declaration that the law asks for, so that nothing is chosen beforehand.
        Option(
            "made_for_kids",
            "Made for kids",
            choices=(("", "Choose"), ("no", "No"), ("yes", "Yes")),
            required=True,
            help="A video for kids has no comments and no personal advertising.",
        ),
        Option("category", "Category", default="22", choices=CATEGORIES),
        Option("tags", "Tags", help="With commas between them.", longest=TAGS),
        Option(
            "synthetic",
            "Altered or synthetic",
            choices=(("", "No"), ("yes", "Yes, it looks real and is not")),
        ),
        Option(
            "license",
            "Licence",
            choices=(("", "Standard"), ("creativeCommon", "Creative Commons, attribution")),
        ),
    ),
    colour="#ff0033",
    profile={"person": "channel/{id}"},
    metrics=("views", "likes", "comments", "shares", "watch_seconds"),
    account_metrics=("followers", "views", "posts"),
    mark=("M4 5h16a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3zM10 8.5v7l6-3.5z"),
    setup=(
        "Create a project at console.cloud.google.com, switch on the YouTube Data API v3 and the "
        "YouTube Analytics API, and make an OAuth client for a web application. While its consent "
        "screen is in testing, every connection ends after seven days."
    ),
)
