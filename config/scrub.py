"""Takes secrets out of what is logged, and the power out of control characters. For logs.py."""

import re
import unicodedata
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 20_000

# Names whose value is a secret wherever they stand.
SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)?$|secret|token(?!s?_?(count|expires))|authorization|cookie|api_?key"
    r"|credential|verifier|private_?key|session_?key|^(code|otp|jwt|assertion)$|accessjwt|refreshjwt",
    re.IGNORECASE,
)

_NAME = r"(?:[a-z_]*(?:token|secret|password|passwd|api_?key|verifier|jwt)|authorization|assertion)"
_RULES = [
    # Authorization: Bearer abc, in headers, reprs and messages.
    (r"\b(authorization[\"']?\s*[:=]\s*[\"']?)(?:\w+\s+)?[^\s\"',;}]+", r"\1"),
    (r"\b((?:bearer|basic|dpop)\s+)[\w.~+/=-]{8,}", r"\1"),
    # …?token=abc&state=def, and the same at the start of a form body.
    (r"((?:^|[?&;\s\"'])(?:code|state|key|sig|signature)=)[^&\s\"'#]+", r"\1"),
    (rf"\b({_NAME}=)[^&\s\"'#]+", r"\1"),
    # {"access_token": "abc"} as JSON or as Python shows it.
    (rf"([\"']{_NAME}[\"']\s*:\s*[\"'])[^\"']*", r"\1"),
    # Links that let the bearer in: approvals, invitations, confirmations, password resets.
    (
        r"(/(?:a|a/p|invitations|confirm-email|password/reset/key)/)[\w:.=-]{12,}",
        r"\1",
    ),
    # postgresql://user:password@host, and encrypted values.
    (r"(\w://[^\s:/@]*:)[^\s@/]+(?=@)", r"\1"),
    (r"\b()gAAAA[\w=-]{20,}", r"\1"),
]
RULES = [(re.compile(pattern, re.IGNORECASE), f"{keep}{HIDDEN}") for pattern, keep in _RULES]


def clean(value: Any, name: str = "") -> Any:
    """`value` without secrets: by the name it is logged under, and by what stands in its text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if name and SECRET_NAME.search(name):
        return HIDDEN
    if isinstance(value, dict):
        return {_text(key): clean(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner) for inner in value]
    return _text(value)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}… ({len(text)} characters)"
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def escape(text: str, keep: str = "") -> str:
    """Line breaks, terminal codes and marks that turn the reading direction, as escapes."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in keep
        else char
        for char in text
    )
