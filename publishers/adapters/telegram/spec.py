"""What Telegram can take and needs. Called by the adapter beside it."""

from publishers.adapters.telegram.refusals import NAME
from publishers.contract import ApiKey, Limits, Option, Preview, Rate, Spec
from publishers.threads import NUMBERING

SPEC = Spec(
    slug="telegram",
    name=NAME,
    api_url="https://api.telegram.org",
    web_url="https://t.me",
    auth=ApiKey(
        label="Bot token and channel",
        help=(
            "Make a bot with @BotFather, and make it an administrator of the channel that may post "
            "messages. Then paste its token here, and after a space the channel: @tidewater, or "
            "its number. With the token alone, the channels that told the bot of themselves in the "
            "last day are listed."
        ),
    ),
    limits=Limits(
        text=4096,
        count="utf16",
        caption=1024,
        images=10,
        image_bytes=10_000_000,
        image_types=("image/jpeg", "image/png", "image/webp"),
        # Width and height together are 10,000 at most.
        image_sides=(1, 5000),
        image_shape=(1 / 20, 20.0),
        mixed=True,
        videos=10,
        video_bytes=50_000_000,
    ),
    features=frozenset({"thread", "audience", "edit", "remove"}),
    # A bot cannot read what is in a channel, so nobody but a person can look.
    reconcile="ask",
    preview=Preview("feed", ("heart", "message-circle", "share")),
    # Of a group; of a channel nothing is said but about one a second.
    rates=(Rate("minute", "channel", 20, 60),),
    options=(
        NUMBERING,
        Option(
            "sound",
            "Tell subscribers",
            choices=(("", "With a sound"), ("silent", "Without a sound")),
        ),
        Option(
            "link_preview",
            "Preview of the first link",
            choices=(("", "Below the text"), ("above", "Above the text"), ("none", "None")),
            help="Only of a text alone: beside pictures there is none.",
        ),
        Option(
            "caption",
            "Where the text stands",
            choices=(("", "Below the pictures"), ("above", "Above the pictures")),
        ),
        Option(
            "sharing",
            "Forwarding and saving",
            choices=(("", "Allowed"), ("protected", "Not allowed")),
        ),
    ),
    colour="#26a5e4",
    # Of a private channel there is no page without an invitation.
    profile={"person": "{handle}"},
    account_metrics=("followers",),
    mark="M1.5 11.2 22.5 2.7 19 21.3 12.2 16.4 9 20.3 8 14.2 17.6 6.6 6.4 13.2z",
    setup=(
        "Nothing to register: each channel is connected with a bot of its own or a shared one. "
        "Telegram lets no bot read a channel, so a post without an answer is asked about."
    ),
)
