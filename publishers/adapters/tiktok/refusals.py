"""What TikTok means when it says no; also a fine answer may say it. Called by the adapter."""

from publishers.contract import Outcome, Reconnect, Rejected, Reply, TryLater, Uncertain
from publishers.verdicts import Rule, Said, judge, text_at

NAME = "TikTok"
# A limit of 24 hours rolls on; asked again a few times within them.
LATER = 6 * 3600
MINUTE = 60
_FULL = TryLater(f"{NAME} takes no more posts for now.", after=LATER, rate_limited=True)
RULES = (
    Rule(
        _FULL,
        frozenset(
            {
                "spam_risk_too_many_posts",
                "spam_risk_too_many_pending_share",
                "reached_active_user_cap",
            }
        ),
    ),
    Rule(
        TryLater(f"{NAME} asks us to slow down.", after=MINUTE, rate_limited=True),
        frozenset({"rate_limit_exceeded"}),
    ),
    Rule(
        Reconnect(f"{NAME} no longer accepts our access. Connect the account again."),
        frozenset({"access_token_invalid"}),
    ),
    Rule(
        Reconnect(f"{NAME} was not allowed to let us post. Connect again and leave all ticked."),
        frozenset({"scope_not_authorized"}),
    ),
    Rule(
        Uncertain(f"{NAME} met a fault of its own, so the post may be live."),
        frozenset({"internal_error"}),
    ),
    Rule(
        f"Open {NAME}: it does not let this account post.",
        frozenset({"spam_risk_user_banned_from_posting"}),
    ),
    Rule(
        "Until it has audited this installation, only private accounts may post, for themselves "
        "alone. An administrator can ask for the audit.",
        frozenset({"unaudited_client_can_only_post_to_private_accounts"}),
    ),
    Rule(
        "An administrator must verify this installation's address in its developer portal.",
        frozenset({"url_ownership_unverified"}),
    ),
    Rule("Choose again who can see it.", frozenset({"privacy_level_option_mismatch"})),
    Rule(f"Update the {NAME} app first.", frozenset({"app_version_check_failed"})),
)
_AGAIN = ("internal", "video_pull_failed", "photo_pull_failed", "spam_risk_too_many_posts")
_FAILURES = {
    "file_format_check_failed": "Save the video again as MP4 with H.264.",
    "duration_check_failed": "The video is too short or too long. Cut it.",
    "frame_rate_check_failed": "Save the video with 23 to 60 frames a second.",
    "picture_size_check_failed": "Save the pictures or video in another size.",
    "spam_risk": "Change the post.",
    "spam_risk_text": "Change the text.",
    "spam_risk_user_banned_from_posting": f"Open {NAME}: it does not let this account post.",
    "publish_cancelled": "It was cancelled there.",
}


def code_in(reply: Reply) -> str:
    """Empty where all is well; answers that are fine say “ok”."""
    code = text_at(reply.json, "error", "code")
    return "" if code == "ok" else code


def judged(reply: Reply) -> Outcome:
    code = code_in(reply)
    words = text_at(reply.json, "error", "message") or code
    return judge(NAME, RULES, Said(words, frozenset({code} - {""}), reply.status))


def failed(reason: str) -> Outcome:
    """Of what was taken and then not published. What may be tried again is looked at first: there
    it is found to have failed, and then it is sent anew.
    """
    if reason in _AGAIN:
        return Uncertain(f"{NAME} could not publish it this time ({reason}).")
    if reason == "auth_removed":
        return Reconnect(f"{NAME} no longer accepts our access. Connect the account again.")
    fix = _FAILURES.get(reason, "Change the post and publish it again.")
    return Rejected(f"{NAME} did not publish it ({reason or 'without a reason'}). {fix}", reason)
