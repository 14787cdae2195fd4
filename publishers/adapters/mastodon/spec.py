"""What Mastodon is. Limits are those of its own servers; others may have larger or smaller ones.

https://docs.joinmastodon.org/user/posting, https://docs.joinmastodon.org/api/rate-limits
"""

from publishers.adapters.mastodon.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec
from publishers.threads import NUMBERING

SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
SPEC = Spec(
    slug="mastodon",
    name=NAME,
    api_url="https://mastodon.social",
    web_url="https://mastodon.social",
    auth=OAuth2(
        authorize_path="/oauth/authorize",
        token_path="/oauth/token",
        revoke_path="/oauth/revoke",
        scopes=SCOPES,
        client_auth="body",
        renews="no",
        hosts="Your server, or your full name on it",
    ),
    limits=Limits(
        text=500,
        count="short_links",
        images=4,
        image_bytes=16_777_216,
        image_pixels=33_177_600,
        alt_text=1500,
        videos=1,
        video_bytes=103_809_024,
        video_seconds=(0.0, 86_400.0),
        video_types=("video/mp4", "video/quicktime", "video/webm"),
    ),
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
        }
    ),
    # A repeat carries the same Idempotency-Key, which its own servers keep for an hour. Others do
    # not know it and would post twice, so that the account's posts are looked through first.
    reconcile="read",
    preview=Preview("micro", ("message-circle", "repeat-2", "star", "bookmark", "share")),
    rates=(Rate("calls", "channel", 300, 300, "calls", headers="x-ratelimit"),),
    options=(
        NUMBERING,
        Option(
            "visibility",
            "Who can see it",
            choices=(
                ("", "As the account has it"),
                ("public", "Everyone"),
                ("unlisted", "Everyone, but not on public timelines"),
                ("private", "Followers only"),
                ("direct", "Only those it mentions"),
            ),
        ),
        Option(
            "spoiler_text",
            "Content warning",
            help="Shown instead of the post until it is opened. Counts as part of the text.",
            longest=400,
        ),
        Option(
            "sensitive",
            "Pictures and videos",
            choices=(("", "Shown"), ("yes", "Hidden until opened")),
        ),
        Option("language", "Language", help="Two letters such as en or pt.", longest=3),
        Option(
            "quote_approval_policy",
            "Who can quote it",
            choices=(
                ("", "As the account has it"),
                ("public", "Everyone"),
                ("followers", "Followers"),
                ("nobody", "Nobody"),
            ),
        ),
    ),
    colour="#6364ff",
    profile={"person": "@{handle}"},
    metrics=("likes", "comments", "shares", "quotes"),
    account_metrics=("followers", "following", "posts"),
    quiet_seconds=60,
    setup="Nothing to register: Drumbeat registers itself at each account's own server.",
)
