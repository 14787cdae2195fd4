"""What LinkedIn can take and needs. Called by the adapter beside it."""

from publishers.adapters.linkedin import documents
from publishers.adapters.linkedin.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

ORGANIZATION = "organization"
_OPTIONS = (
    Option(
        "visibility",
        "Who can see it",
        default="PUBLIC",
        choices=(
            ("PUBLIC", "Everyone"),
            ("LOGGED_IN", "LinkedIn members"),
            ("CONNECTIONS", "Your connections"),
        ),
        help="A page cannot post to connections only.",
    ),
    Option("reshares", "Sharing it again", choices=(("", "Allowed"), ("no", "Not allowed"))),
    Option(
        "feed",
        "Where it shows",
        choices=(("", "In the feed and on the page"), ("NONE", "Only at its address")),
        kinds=(ORGANIZATION,),
    ),
    Option(
        documents.FIELD,
        "Pictures as",
        choices=(("", "A grid"), (documents.SWIPE, "A swipe document")),
        help=(
            "A swipe document is a PDF with a page for each picture, and what the pictures show "
            "goes along with it. The preview stays a grid."
        ),
    ),
    Option(
        documents.TITLE,
        "Title of the swipe document",
        help="Without one, it is how the text begins.",
        longest=documents.LONGEST_TITLE,
    ),
    Option(
        "link",
        "Link card",
        help="An address that is shown as a card. One picture of the post becomes the card's.",
        longest=2000,
    ),
    Option("link_title", "Title of the card", longest=400),
    Option("link_description", "Text of the card", longest=500),
    Option("video_title", "Title of the video", longest=200),
    Option("poll_question", "Question of a poll", longest=140),
    Option(
        "poll_options",
        "Answers of the poll",
        help="Two to four, with semicolons between them: Yes; No; Not yet.",
        longest=200,
    ),
    Option(
        "poll_duration",
        "The poll is open for",
        default="THREE_DAYS",
        choices=(
            ("ONE_DAY", "A day"),
            ("THREE_DAYS", "Three days"),
            ("SEVEN_DAYS", "A week"),
            ("FOURTEEN_DAYS", "Two weeks"),
        ),
    ),
    Option(
        "reshare",
        "Post to share again",
        help="An address with urn:li:share: or urn:li:ugcPost: in it.",
    ),
)
SPEC = Spec(
    slug="linkedin",
    name=NAME,
    api_url="https://api.linkedin.com",
    web_url="https://www.linkedin.com",
    auth=OAuth2(
        authorize_path="/oauth/v2/authorization",
        token_path="/oauth/v2/accessToken",
        revoke_path="/oauth/v2/revoke",
        token_at="web",
        scopes=(
            "openid",
            "profile",
            "w_member_social",
            "w_organization_social",
            "r_organization_social",
            "rw_organization_admin",
        ),
        # Comments, and the figures of members.
        optional_scopes=(
            "w_member_social_feed",
            "w_organization_social_feed",
            "r_member_postAnalytics",
            "r_member_profileAnalytics",
        ),
        pkce=False,
        client_auth="body",
    ),
    limits=Limits(
        text=3000,
        count="utf16",
        comment=1250,
        images=20,
        image_bytes=5_000_000,
        image_pixels=36_152_319,
        image_types=("image/jpeg", "image/png", "image/gif"),
        alt_text=4086,
        videos=1,
        video_bytes=500_000_000,
        video_seconds=(3.0, 1800.0),
        video_types=("video/mp4",),
    ),
    features=frozenset(
        {
            "alt_text",
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
    # What persons posted may be read by few apps, which LinkedIn chooses.
    reconcile_by_kind={"person": "ask"},
    preview=Preview("feed", ("thumbs-up", "message-circle", "repeat-2", "send"), fold_after=210),
    # Shown in its developer portal only, never in headers.
    rates=(
        Rate("day", "channel", 150, 86_400, aligned=True),
        Rate("app_day", "app", 100_000, 86_400, aligned=True),
    ),
    options=_OPTIONS,
    colour="#0a66c2",
    # A person's own address is not told to apps.
    profile={ORGANIZATION: "company/{handle}/"},
    metrics=(
        "impressions",
        "reach",
        "likes",
        "comments",
        "shares",
        "clicks",
        "saves",
        "link_clicks",
    ),
    account_metrics=("followers", "impressions", "reach", "clicks", "likes", "profile_views"),
    setup=(
        "Create an app at developer.linkedin.com with the products Sign In with LinkedIn, "
        "Share on LinkedIn and, for pages and figures, Community Management. What happens on pages "
        "is told once each of them is subscribed to (eventSubscriptions)."
    ),
)
