"""What DEV can take and needs. Called by the adapter beside it."""

from publishers.adapters.devto.refusals import NAME
from publishers.articles import CANONICAL
from publishers.contract import ApiKey, Limits, Option, Preview, Rate, Spec

MOST_TAGS, TAGS_TOGETHER, TITLE = 4, 126, 128
SPEC = Spec(
    slug="devto",
    name=NAME,
    api_url="https://dev.to",
    web_url="https://dev.to",
    auth=ApiKey(
        label="API key",
        help="Make one on dev.to under Settings, Extensions, “DEV Community API Keys”.",
    ),
    limits=Limits(
        # What people write; what counts is the size.
        text=200_000,
        count="codepoints",
        text_bytes=800 * 1024,
        title=TITLE,
        images=20,
        image_bytes=25_000_000,
        image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
    ),
    features=frozenset({"alt_text", "prepare", "find", "edit", "remove", "measure", "audience"}),
    reconcile="read",
    preview=Preview("article", ("heart", "message-circle", "bookmark")),
    # New members may publish less; then a refusal says how long to wait.
    rates=(Rate("half_minute", "channel", 9, 30),),
    options=(
        Option(
            "tags",
            "Tags",
            help="Up to four, with commas between: letters and digits only.",
            longest=TAGS_TOGETHER + 20,
        ),
        CANONICAL,
        Option(
            "cover",
            "Cover",
            choices=(("", "None: all pictures in the text"), ("first", "The first picture")),
            help="DEV shows a cover without its description.",
        ),
        Option("series", "Series", help="Articles of one series link to each other.", longest=100),
        Option("description", "Summary", help="For search engines and cards.", longest=255),
        Option(
            "organization",
            "Number of the organization",
            help="To post as an organization you belong to; empty for yourself.",
            longest=12,
        ),
        Option(
            "language",
            "Language",
            help="Two letters such as en or pt; empty: DEV guesses.",
            longest=2,
        ),
        Option(
            "state",
            "What to do there",
            choices=(("", "Publish it"), ("draft", "Leave it as a draft")),
        ),
    ),
    colour="#0a0a0a",
    profile={"person": "{handle}"},
    metrics=("views", "likes", "comments"),
    account_metrics=("followers",),
    fetches=True,
    keeps_addresses=True,
    quiet_seconds=60,
    setup=(
        "Nothing to register: each person connects with an API key of their own. DEV takes no "
        "uploads and shows pictures from this installation's address, so it must be reachable from "
        "the internet."
    ),
)
