"""What Threads can take and needs. Called by the adapter beside it."""

from publishers.adapters.threads.refusals import NAME
from publishers.contract import Limits, OAuth2, Option, Preview, Rate, Spec
from publishers.threads import NUMBERING

SPEC = Spec(
    slug="threads",
    name=NAME,
    api_url="https://graph.threads.net",
    web_url="https://www.threads.net",
    auth=OAuth2(
        authorize_path="/oauth/authorize",
        token_path="/oauth/access_token",
        scopes=(
            "threads_basic",
            "threads_content_publish",
            "threads_manage_replies",
            "threads_read_replies",
            "threads_manage_insights",
            "threads_delete",
        ),
        pkce=False,
        client_auth="body",
        renews="adapter",
        scope_separator=",",
    ),
    limits=Limits(
        text=500,
        count="emoji_bytes",
        images=20,
        image_bytes=8_000_000,
        image_types=("image/jpeg", "image/png"),
        image_shape=(0.1, 10.0),
        alt_text=1000,
        mixed=True,
        links=5,
        videos=20,
        video_bytes=1_000_000_000,
        video_seconds=(0.0, 300.0),
        video_types=("video/mp4", "video/quicktime"),
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
            "remove",
            "webhook",
        }
    ),
    reconcile="read",
    preview=Preview("micro", ("heart", "message-circle", "repeat-2", "send")),
    rates=(Rate("day", "channel", 250, 86_400),),
    options=(
        NUMBERING,
        Option(
            "topic_tag",
            "Topic",
            help="One topic, without #. Left empty, the first #tag of the text is it.",
            longest=50,
        ),
        Option(
            "reply_control",
            "Who can reply",
            choices=(
                ("", "Everyone"),
                ("accounts_you_follow", "Profiles you follow"),
                ("followers_only", "Your followers"),
                ("mentioned_only", "Only profiles you mention"),
            ),
        ),
        Option(
            "spoiler",
            "Pictures and videos",
            choices=(("", "Shown at once"), ("yes", "Hidden until tapped")),
        ),
    ),
    colour="#101010",
    profile={"person": "@{handle}"},
    metrics=("views", "likes", "comments", "shares", "quotes"),
    account_metrics=("followers", "views", "likes", "engagements", "clicks"),
    fetches=True,
    setup=(
        f"Create an app at developers.facebook.com with the use case “Access the {NAME} API” and "
        f"enter its own {NAME} app id and secret. Posting for others needs App Review."
    ),
)
