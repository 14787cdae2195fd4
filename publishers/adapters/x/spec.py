"""What X can take and needs, and of whom. Called by the adapter beside it.

Who has Premium may write longer posts: https://docs.x.com/changelog. Unknown: how these are weighed
(as the others, then); whether answers may be as long, and whether those of the subscription Basic,
so that neither is. Limits of videos are those of an account without Premium since 2026:
https://docs.x.com/x-api/media/quickstart/best-practices.
"""

from dataclasses import replace

from publishers.adapters.x.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec
from publishers.threads import NUMBERING

# A kind of account, and the subscriptions that make it.
PREMIUM = "premium"
SUBSCRIPTIONS = frozenset({"premium", "premiumplus"})
LIMITS = Limits(
    text=280,
    count="weighted",
    images=4,
    image_bytes=5_000_000,
    alt_text=1000,
    videos=1,
    # A thousand parts of a mebibyte; X itself would take 8 GB.
    video_bytes=1_000_000_000,
    video_seconds=(0.5, 1200.0),
    video_types=("video/mp4", "video/quicktime"),
    video_shape=(1 / 3, 3.0),
)
SPEC = Spec(
    slug="x",
    name=NAME,
    api_url="https://api.x.com",
    web_url="https://x.com",
    auth=OAuth2(
        authorize_path="/i/oauth2/authorize",
        token_path="/2/oauth2/token",
        revoke_path="/2/oauth2/revoke",
        scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    ),
    limits=LIMITS,
    limits_by_kind={PREMIUM: replace(LIMITS, text=25_000, comment=LIMITS.text)},
    features=frozenset(
        {
            "alt_text",
            "thread",
            "comment",
            "prepare",
            "find",
            "measure",
            "audience",
            "edit",
            "remove",
            "webhook",
        }
    ),
    reconcile="read",
    preview=Preview(
        "micro", ("message-circle", "repeat-2", "heart", "bookmark", "upload"), fold_after=280
    ),
    # https://docs.x.com/x-api/fundamentals/rate-limits; each endpoint has windows of its own.
    rates=(
        Rate("quarter", "channel", 100, 900, headers="x-rate-limit"),
        Rate("day", "app", 10_000, 86_400, headers="x-app-limit-24hour"),
    ),
    options=(
        NUMBERING,
        Option(
            "reply_settings",
            "Who can reply",
            choices=(
                ("", "Everyone"),
                ("following", "Accounts you follow"),
                ("mentionedUsers", "Only accounts you mention"),
                ("subscribers", "Your subscribers"),
                ("verified", "Verified accounts"),
            ),
        ),
        Option(
            "poll",
            "Poll",
            help="Two to four answers of up to 25 characters, with a semicolon between them.",
            longest=110,
        ),
        Option(
            "poll_minutes",
            "How long the poll runs",
            choices=(
                ("", "1 day"),
                ("60", "1 hour"),
                ("360", "6 hours"),
                ("4320", "3 days"),
                ("10080", "7 days"),
            ),
        ),
        Option(
            "quote",
            "Quote a post",
            help=f"Its address. {NAME} lets most apps quote only posts of the account itself.",
            longest=200,
        ),
        Option("community", "Community", help="Its address, to post in it.", longest=200),
        Option(
            "subscribers",
            "Who can see it",
            choices=(("", "Everyone"), ("yes", "Only your subscribers")),
        ),
        Option(
            "made_with_ai",
            "Pictures or video made by AI",
            choices=(("", "No"), ("yes", "Yes, say so")),
        ),
        Option(
            "paid_partnership",
            "Paid partnership",
            choices=(("", "No"), ("yes", "Yes, say so")),
        ),
    ),
    colour="#0f1419",
    profile={"person": "{handle}", PREMIUM: "{handle}"},
    metrics=(
        "impressions",
        "views",
        "likes",
        "comments",
        "shares",
        "quotes",
        "saves",
        "link_clicks",
        "profile_clicks",
    ),
    account_metrics=("followers", "following", "posts"),
    setup=(
        "Create an app at developer.x.com with OAuth 2.0, type “Web App” and permission “Read "
        "and write”. X charges for posts: see its pricing page. What it tells by itself needs a "
        "webhook and subscriptions, made with the app's bearer token."
    ),
)
