"""What Pinterest can take and needs. Called by the adapter beside it."""

from publishers.adapters.pinterest.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

MOST_PICTURES = 5

SPEC = Spec(
    slug="pinterest",
    name=NAME,
    api_url="https://api.pinterest.com",
    web_url="https://www.pinterest.com",
    auth=OAuth2(
        authorize_path="/oauth/",
        token_path="/v5/oauth/token",
        scopes=("boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read"),
        optional_scopes=(),
        pkce=False,
        scope_separator=",",
    ),
    limits=Limits(
        text=800,
        count="codepoints",
        title=100,
        media_least=1,
        images=MOST_PICTURES,
        # They travel inside of the call, a third larger there; what it takes in all is not told.
        image_bytes=5_000_000,
        image_types=("image/jpeg", "image/png"),
        alt_text=500,
        cover=True,
        videos=1,
        video_bytes=2_000_000_000,
        video_seconds=(4.0, 900.0),
        video_types=("video/mp4", "video/quicktime"),
    ),
    features=frozenset({"alt_text", "prepare", "find", "measure", "audience", "edit", "remove"}),
    reconcile="read",
    preview=Preview("picture", ("heart", "message-circle", "share")),
    rates=(
        # Of an app that was not reviewed; others have 100 a minute for each account.
        Rate("day", "app", 1000, 86_400, counts="calls", headers="x-ratelimit"),
    ),
    options=(
        Option(
            "board",
            "Board",
            required=True,
            longest=180,
            help="Its name as it is written there, or its number.",
        ),
        Option("link", "Link", help="Where the pin leads: https://…", longest=2048),
    ),
    colour="#bd081c",
    profile={"person": "{handle}/"},
    metrics=("impressions", "clicks", "link_clicks", "saves", "likes", "comments"),
    account_metrics=("followers", "following", "posts"),
    mark=(
        "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z"
        "M9 7h4a3.5 3.5 0 0 1 0 7h-2v4H9z"
        "M11 9v3h2a1.5 1.5 0 0 0 0-3z"
    ),
    setup=(
        "Register an app at developers.pinterest.com. Until it has standard access, its pins are "
        "seen by their own account alone."
    ),
)
