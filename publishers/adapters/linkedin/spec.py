"""What LinkedIn can take and needs. Called by the adapter beside it."""

from publishers.adapters.linkedin.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec

ORGANIZATION = "organization"
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
        image_types=("image/jpeg", "image/png"),
        alt_text=4086,
    ),
    features=frozenset({"alt_text", "comment", "prepare", "find", "remove"}),
    reconcile="read",
    # What persons posted may be read by few apps, which LinkedIn chooses.
    reconcile_by_kind={"person": "ask"},
    preview=Preview("feed", ("thumbs-up", "message-circle", "repeat-2", "send"), fold_after=210),
    # Shown in its developer portal only, never in headers.
    rates=(
        Rate("day", "channel", 150, 86_400, aligned=True),
        Rate("app_day", "app", 100_000, 86_400, aligned=True),
    ),
    options=(
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
    ),
    colour="#0a66c2",
    # A person's own address is not told to apps.
    profile={ORGANIZATION: "company/{handle}/"},
    setup=(
        "Create an app at developer.linkedin.com with the products Sign In with LinkedIn, "
        "Share on LinkedIn and, for pages, Community Management."
    ),
)
