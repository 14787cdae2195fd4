"""What Medium can take and needs. Called by the adapter beside it."""

from publishers.adapters.medium.refusals import NAME
from publishers.articles import CANONICAL
from publishers.contract import ApiKey, Limits, Option, Preview, Rate, Spec

PUBLICATION = "organization"
TITLE, MOST_TAGS, TAG = 100, 3, 25
SPEC = Spec(
    slug="medium",
    name=NAME,
    api_url="https://api.medium.com",
    web_url="https://medium.com",
    auth=ApiKey(
        label="Integration token",
        help=(
            "From medium.com, Settings, Security and apps. Medium gives out no new ones; "
            "one that you have goes on working."
        ),
    ),
    limits=Limits(
        # Medium names no limit; this is far above what anybody reads.
        text=200_000,
        count="codepoints",
        title=TITLE,
        images=20,
        image_bytes=25_000_000,
        image_types=("image/jpeg", "image/png", "image/gif"),
    ),
    features=frozenset({"alt_text", "prepare"}),
    # What was posted cannot be read, so nobody but a person can look.
    reconcile="ask",
    preview=Preview("article", ("heart", "message-circle", "bookmark", "upload")),
    rates=(Rate("day", "channel", 10, 86_400),),
    options=(
        Option(
            "state",
            "What to do there",
            choices=(
                ("", "Publish it"),
                ("unlisted", "Publish it unlisted: only who has the address finds it"),
                ("draft", "Leave it as a draft"),
            ),
            help="Who only writes for a publication can leave drafts there and no more.",
        ),
        Option(
            "tags",
            "Tags",
            help="Up to three of 25 characters, with commas between.",
            longest=MOST_TAGS * (TAG + 2),
        ),
        CANONICAL,
        Option(
            "license",
            "License",
            choices=(
                ("", "All rights reserved"),
                ("cc-40-by", "CC BY 4.0"),
                ("cc-40-by-sa", "CC BY-SA 4.0"),
                ("cc-40-by-nd", "CC BY-ND 4.0"),
                ("cc-40-by-nc", "CC BY-NC 4.0"),
                ("cc-40-by-nc-nd", "CC BY-NC-ND 4.0"),
                ("cc-40-by-nc-sa", "CC BY-NC-SA 4.0"),
                ("cc-40-zero", "CC0 1.0"),
                ("public-domain", "Public domain"),
            ),
        ),
        Option(
            "notify",
            "Tell your followers",
            choices=(("", "As Medium does by itself"), ("yes", "Yes"), ("no", "No")),
        ),
    ),
    colour="#191919",
    profile={"person": "@{handle}"},
    setup=(
        "Nothing to register, and closed to newcomers: Medium gives out no new integration tokens. "
        "Who has one connects with it. Medium lets nobody read, change or take down what was "
        "posted, nor see its figures, so a post without an answer is asked about."
    ),
)
