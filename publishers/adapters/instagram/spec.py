"""What Instagram can take and needs. Called by the adapter beside it."""

from publishers.adapters.instagram.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

VERSION = "v26.0"
# The other door: through the Facebook Page that the account is linked to.
PAGE = "page"
SPEC = Spec(
    slug="instagram",
    name=NAME,
    api_url="https://graph.instagram.com",
    web_url="https://www.instagram.com",
    auth=OAuth2(
        authorize_path="/oauth/authorize",
        token_path="https://api.instagram.com/oauth/access_token",
        scopes=(
            "instagram_business_basic",
            "instagram_business_content_publish",
            "instagram_business_manage_comments",
            "instagram_business_manage_insights",
        ),
        pkce=False,
        client_auth="body",
        renews="adapter",
        scope_separator=",",
        label=f"With {NAME}",
    ),
    other_ways=(
        OAuth2(
            authorize_path=f"/{VERSION}/dialog/oauth",
            token_path=f"/{VERSION}/oauth/access_token",
            scopes=(
                "instagram_basic",
                "instagram_content_publish",
                "instagram_manage_comments",
                "instagram_manage_insights",
                "pages_show_list",
                "pages_read_engagement",
            ),
            pkce=False,
            client_auth="body",
            renews="no",
            scope_separator=",",
            way=PAGE,
            label="Through a Facebook Page",
            api_url="https://graph.facebook.com",
            web_url="https://www.facebook.com",
        ),
    ),
    limits=Limits(
        text=2200,
        count="codepoints",
        images=10,
        image_bytes=8_000_000,
        image_types=("image/jpeg",),
        image_shape=(0.8, 1.91),
        alt_text=1000,
        media_least=1,
        mixed=True,
        hashtags=30,
        mentions=20,
        videos=10,
        video_bytes=300_000_000,
        video_seconds=(3.0, 900.0),
        video_types=("video/mp4", "video/quicktime"),
        video_shape=(0.01, 10.0),
    ),
    features=frozenset(
        {
            "alt_text",
            "comment",
            "prepare",
            "find",
            "measure",
            "audience",
            "remove",
            "webhook",
            "subscribe",
        }
    ),
    reconcile="read",
    preview=Preview("picture", ("heart", "message-circle", "send", "bookmark"), fold_after=125),
    # Its pages say 100 in one place and 50 in another; asked for, it says 50.
    rates=(Rate("day", "channel", 50, 86_400),),
    options=(
        Option(
            "placement",
            "Where it stands",
            choices=(("", "Post or reel"), ("story", "Story")),
            help="A story shows one picture or video for a day, without the text.",
        ),
        Option(
            "collaborators",
            "Collaborators",
            help="Up to three names of accounts, who are asked to join the post.",
            longest=100,
        ),
        Option(
            "reel_feed",
            "Reels in the feed",
            choices=(("", "Also in the feed"), ("no", "Only among reels")),
        ),
        Option("cover_second", "Cover of a reel", help="Which second of the video.", longest=8),
    ),
    colour="#c13584",
    profile={"person": "{handle}/"},
    metrics=("views", "reach", "likes", "comments", "saves", "shares"),
    account_metrics=(
        "followers",
        "following",
        "posts",
        "reach",
        "views",
        "engagements",
        "likes",
    ),
    fetches=True,
    setup=(
        f"Only business and creator accounts. Create an app at developers.facebook.com with {NAME} "
        f"and enter its own {NAME} app id and secret; posting for others needs App Review."
    ),
)
