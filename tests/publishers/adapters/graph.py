"""The Graph API on the played server: how it words a refusal."""

from typing import Any


def refusal(
    code: int, subcode: int | None = None, words: str = "Nope", *, transient: bool = False
) -> dict[str, Any]:
    error: dict[str, Any] = {"message": words, "type": "OAuthException", "code": code}
    error |= {"is_transient": transient, "fbtrace_id": "A1b2"}
    return {"error": error | ({"error_subcode": subcode} if subcode is not None else {})}
