"""What may be said of a video: checked as it is sent, and with what is assumed where it is not."""

from typing import Any

from publishers.sandbox.platforms.youtube.errors import no, part

PRIVACY = ("public", "unlisted", "private")
LICENSES = ("youtube", "creativeCommon")
TITLE, DESCRIPTION, TAGS = 100, 5000, 500
CATEGORIES = {"1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28"}
CATEGORIES |= {"29"}
READ_ONLY = ("uploadStatus", "failureReason", "rejectionReason", "madeForKids")


def snippet(body: dict[str, Any]) -> dict[str, Any]:
    said = part(body, "snippet")
    title, text = said.get("title"), said.get("description", "")
    if not isinstance(title, str) or not title.strip() or len(title) > TITLE or _marked(title):
        raise no(400, "invalidTitle", "The request metadata specifies an invalid video title.")
    if not isinstance(text, str) or len(text.encode()) > DESCRIPTION or _marked(text):
        words = "The request metadata specifies an invalid video description."
        raise no(400, "invalidDescription", words)
    category = said.get("categoryId", "22")
    if category not in CATEGORIES:
        raise no(400, "invalidCategoryId", "The snippet.categoryId property is invalid.")
    return {
        "title": title,
        "description": text,
        "tags": _tags(said.get("tags", [])),
        "categoryId": category,
    }


def _marked(text: str) -> bool:
    return "<" in text or ">" in text


def _tags(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise no(400, "invalidTags", "The request metadata specifies invalid video keywords.")
    signs = sum(len(one) + (2 if " " in one else 0) for one in found) + max(0, len(found) - 1)
    if signs > TAGS:
        raise no(400, "invalidTags", "The request metadata specifies invalid video keywords.")
    return found


def status(body: dict[str, Any]) -> dict[str, Any]:
    """A video whose privacy is not named is for everyone."""
    said = part(body, "status")
    privacy, license_ = said.get("privacyStatus", "public"), said.get("license", "youtube")
    if privacy not in PRIVACY:
        raise no(400, "invalidVideoMetadata", "The status.privacyStatus property is invalid.")
    if license_ not in LICENSES:
        raise no(403, "forbiddenLicenseSetting", "The license cannot be set.")
    if said.get("publishAt") and privacy != "private":
        raise no(400, "invalidPublishAt", "The status.publishAt property is invalid.")
    truths = ("selfDeclaredMadeForKids", "containsSyntheticMedia", "embeddable")
    for name in truths:
        if not isinstance(said.get(name, False), bool):
            raise no(400, "invalidVideoMetadata", f"The status.{name} property is invalid.")
    kids = said.get("selfDeclaredMadeForKids", False)
    return {
        "privacyStatus": privacy,
        "license": license_,
        "embeddable": said.get("embeddable", True),
        "publicStatsViewable": said.get("publicStatsViewable", True),
        "selfDeclaredMadeForKids": kids,
        "madeForKids": kids,
        "containsSyntheticMedia": said.get("containsSyntheticMedia", False),
    }
