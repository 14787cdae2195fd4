"""What Reddit can take and needs. Called by the adapter beside it."""

from publishers.adapters.reddit.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

SPEC = Spec(
    slug="reddit",
    name=NAME,
    api_url="https://oauth.reddit.com",
    web_url="https://www.reddit.com",
    auth=OAuth2(
        authorize_path="/api/v1/authorize",
        token_path="/api/v1/access_token",
        revoke_path="/api/v1/revoke_token",
        token_at="web",
        scopes=("identity", "submit", "read", "flair", "edit", "history"),
        pkce=False,
        # Without it there is no refresh token.
        extra={"duration": "permanent"},
    ),
    limits=Limits(
        text=40_000,
        count="codepoints",
        comment=10_000,
        title=300,
        images=20,
        image_bytes=20_000_000,
        image_types=("image/jpeg", "image/png", "image/gif"),
        videos=1,
        video_bytes=1_000_000_000,
        video_seconds=(0.0, 900.0),
        video_types=("video/mp4", "video/quicktime"),
    ),
    features=frozenset(
        {"comment", "prepare", "find", "confirm", "measure", "audience", "edit", "remove"}
    ),
    reconcile="read",
    preview=Preview("feed", ("arrow-big-up", "message-circle", "share")),
    rates=(Rate("ten_minutes", "app", 1000, 600, counts="calls", headers="x-ratelimit"),),
    options=(
        Option(
            "subreddit",
            "Subreddit",
            help="Its name without r/. Your own profile is u_ and your name.",
            required=True,
            longest=30,
        ),
        Option(
            "link",
            "Link",
            help="With an address the post is a link, and the text stands below it.",
            longest=2048,
        ),
        Option(
            "flair", "Flair", help="One that the subreddit offers, as it is written.", longest=64
        ),
        Option("nsfw", "Adults only", choices=(("", "No"), ("yes", "Yes, NSFW"))),
        Option(
            "spoiler", "Spoiler", choices=(("", "Shown at once"), ("yes", "Hidden until tapped"))
        ),
        Option(
            "inbox",
            "Comments on it",
            choices=(("", f"Told in the inbox on {NAME}"), ("no", "Not told")),
        ),
    ),
    colour="#ff4500",
    profile={"person": "user/{handle}/"},
    metrics=("score", "upvote_ratio", "comments", "shares"),
    account_metrics=("karma",),
    # Pictures and videos show minutes after they were taken.
    quiet_seconds=600,
    setup=(
        "Apps need the platform's approval (Responsible Builder Policy). Register a web app at "
        "reddit.com/prefs/apps with this installation's callback address."
    ),
)
