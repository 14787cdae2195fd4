"""What Discord can take and needs. Called by the adapter beside it."""

from publishers.adapters.discord.refusals import NAME
from publishers.contract import ApiKey, Limits, Option, Preview, Rate, Spec

SPEC = Spec(
    slug="discord",
    name=NAME,
    api_url="https://discord.com",
    web_url="https://discord.com",
    auth=ApiKey(
        label="Webhook address",
        help=(
            "Under the channel's settings, Integrations, Webhooks, “Copy webhook URL”. Posts show "
            "the name and picture that are set there. Whoever has the address can post: keep it "
            "as you keep a password."
        ),
    ),
    limits=Limits(
        text=2000,
        count="codepoints",
        images=10,
        image_bytes=10 * 1024 * 1024,
        image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
        alt_text=1024,
        mixed=True,
        videos=10,
        video_bytes=10 * 1024 * 1024,
        video_types=("video/mp4", "video/webm", "video/quicktime"),
    ),
    features=frozenset({"alt_text", "edit", "remove"}),
    # A webhook reads only what it knows the number of.
    reconcile="ask",
    preview=Preview("feed", ("smile", "message-circle")),
    rates=(
        Rate("moment", "channel", 5, 2, headers="x-ratelimit"),
        Rate("minute", "channel", 30, 60),
    ),
    options=(
        Option(
            "links",
            "Links",
            choices=(("", "With a preview"), ("plain", "Without a preview")),
        ),
        Option(
            "sound",
            "Tell members",
            choices=(("", "As they have set it"), ("silent", "Without a sound")),
        ),
        Option(
            "thread_name",
            "Title in a forum",
            help="Needed in a forum channel, where each post begins a thread; empty elsewhere.",
            longest=100,
        ),
        Option(
            "thread",
            "Number of a thread",
            help="To post into a thread of the channel; empty for the channel itself.",
            longest=20,
        ),
    ),
    colour="#5865f2",
    mark=(
        "M4 5c5-2.7 11-2.7 16 0 2.4 4.4 3.2 8.7 2.8 13-2 1.4-3.8 2.2-5.6 2.6l-1.4-2.3"
        "c-2.5.7-5.1.7-7.6 0l-1.4 2.3c-1.8-.4-3.6-1.2-5.6-2.6C.8 13.7 1.6 9.4 4 5z"
        "M8.5 10.5c-1.2 0-2 1-2 2.2s.8 2.2 2 2.2 2-1 2-2.2-.8-2.2-2-2.2z"
        "M15.5 10.5c-1.2 0-2 1-2 2.2s.8 2.2 2 2.2 2-1 2-2.2-.8-2.2-2-2.2z"
    ),
    setup=(
        "Nothing to register: each channel is connected with a webhook that is made in its "
        "settings. A webhook reads nothing, so a post without an answer is asked about."
    ),
)
