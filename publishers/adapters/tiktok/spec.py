"""What TikTok can take and needs. Called by the adapter beside it."""

from publishers.adapters.tiktok.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

PUBLIC = "PUBLIC_TO_EVERYONE"


def _allowed(name: str, label: str) -> Option:
    return Option(name, label, choices=(("", "Allowed"), ("no", "Not allowed")))


def _said(name: str, label: str, yes: str) -> Option:
    return Option(name, label, choices=(("", "No"), ("yes", yes)))


SPEC = Spec(
    slug="tiktok",
    name=NAME,
    api_url="https://open.tiktokapis.com",
    web_url="https://www.tiktok.com",
    auth=OAuth2(
        authorize_path="/v2/auth/authorize/",
        token_path="/v2/oauth/token/",
        revoke_path="/v2/oauth/revoke/",
        scopes=(
            "user.info.basic",
            "user.info.profile",
            "user.info.stats",
            "video.list",
            "video.publish",
            "video.upload",
        ),
        pkce=False,
        client_auth="body",
        client_id_name="client_key",
        scope_separator=",",
    ),
    limits=Limits(
        text=2200,
        count="utf16",
        media_least=1,
        images=35,
        image_bytes=20_000_000,
        image_types=("image/jpeg", "image/webp"),
        image_sides=(1, 1920),
        videos=1,
        video_bytes=4_000_000_000,
        video_seconds=(0.0, 600.0),
        video_types=("video/mp4", "video/quicktime", "video/webm"),
    ),
    features=frozenset({"prepare", "find", "confirm", "measure", "audience", "webhook"}),
    reconcile="read",
    preview=Preview("video", ("heart", "message-circle", "bookmark", "share")),
    rates=(
        Rate("minute", "channel", 6, 60),
        Rate("day", "channel", 15, 86_400),
    ),
    options=(
        # Its audit asks that nothing is chosen beforehand.
        Option(
            "privacy",
            "Who can see it",
            choices=(
                ("", "Choose"),
                (PUBLIC, "Everyone"),
                ("MUTUAL_FOLLOW_FRIENDS", "Friends"),
                ("FOLLOWER_OF_CREATOR", "Followers, of a private account"),
                ("SELF_ONLY", "Only you"),
            ),
            required=True,
        ),
        Option(
            "mode",
            "How it is sent",
            choices=(("", "As a post"), ("draft", "As a draft, to finish in the app")),
        ),
        _allowed("comments", "Comments"),
        _allowed("duet", "Duets"),
        _allowed("stitch", "Stitches"),
        _said("brand_content", "Paid partnership", "Yes, it promotes another brand"),
        _said("brand_organic", "Your own brand", "Yes, it promotes your own business"),
        _said("aigc", "Made by AI", "Yes"),
        _said("music", "Music for pictures", "Added by itself"),
    ),
    colour="#111111",
    profile={"person": "@{handle}"},
    metrics=("views", "likes", "comments", "shares"),
    account_metrics=("followers", "following", "likes", "posts"),
    # Pictures; videos are uploaded.
    fetches=True,
    setup=(
        "Register an app at developers.tiktok.com with Login Kit, Content Posting API and direct "
        "post, and verify this installation's address for pictures. Public posts need an audit."
    ),
)
