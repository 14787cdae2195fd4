"""What Facebook can take and needs. Called by the adapter beside it."""

from publishers.adapters.facebook.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

VERSION = "v26.0"
ORGANIZATION = "organization"
SPEC = Spec(
    slug="facebook",
    name=NAME,
    api_url="https://graph.facebook.com",
    web_url="https://www.facebook.com",
    auth=OAuth2(
        authorize_path=f"/{VERSION}/dialog/oauth",
        token_path=f"/{VERSION}/oauth/access_token",
        scopes=(
            "pages_show_list",
            "pages_read_engagement",
            "pages_manage_posts",
            "pages_manage_engagement",
            "pages_read_user_content",
            "pages_manage_metadata",
            "read_insights",
        ),
        pkce=False,
        client_auth="body",
        renews="no",
        scope_separator=",",
    ),
    limits=Limits(
        text=63_206,
        count="codepoints",
        comment=8000,
        images=10,
        image_bytes=4_000_000,
        image_types=("image/jpeg", "image/png"),
        alt_text=1000,
        videos=1,
        video_bytes=1_000_000_000,
        video_seconds=(3.0, 90.0),
        video_types=("video/mp4", "video/quicktime"),
        video_shape=(0.5, 0.6),
    ),
    features=frozenset(
        {
            "alt_text",
            "comment",
            "prepare",
            "find",
            "confirm",
            "measure",
            "audience",
            "edit",
            "remove",
            "webhook",
            "subscribe",
        }
    ),
    reconcile="read",
    # Of a page it grows with its readers, and is told in percent; this much everybody has.
    rates=(Rate("hour", "channel", 200, 3600, counts="calls"),),
    preview=Preview("feed", ("thumbs-up", "message-circle", "share-2"), fold_after=480),
    options=(
        Option(
            "placement",
            "Where it stands",
            choices=(("", "Post or reel"), ("story", "Story")),
            help="A story shows one picture or video for a day, without the text.",
        ),
    ),
    colour="#0866ff",
    profile={ORGANIZATION: "{id}"},
    metrics=("views", "reach", "clicks", "likes", "comments", "shares"),
    account_metrics=("followers", "views", "reach", "engagements", "profile_views"),
    setup=(
        "Only pages can be posted to. Create an app at developers.facebook.com with the use case "
        "“Manage everything on your Page”. Posting for others needs App Review and a verified "
        "business."
    ),
)
