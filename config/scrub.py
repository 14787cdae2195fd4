"""Takes secrets out of what is logged, and the power out of control characters. For logs.py."""

import re
import unicodedata
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 20_000

# Names whose value is a secret wherever they stand.
SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)?$|secret|token(?!s?_?(count|expires))|authorization|cookie"
    r"|(api|private|session|access|signing)[_-]?key|credential|verifier|session_?id"
    r"|^(code|otp|jwt|assertion)$|accessjwt|refreshjwt",
    re.IGNORECASE,
)

# How such names end. What stands before does not matter, and looking for it would take long.
_NAME = (
    r"(?:token|secret|passw(?:or)?d|passphrase|verifier|jwt|assertion|credentials?|session_?id"
    r"|(?:api|private|secret|session|access|signing)[_-]?key)"
)
_HEADER = r"(?:authorization|cookie)"
# What opens a text, and all of it up to what closes it, also where it is JSON inside of JSON.
_TEXTS = [
    (r"\"", r"(?:[^\"\\]|\\.)*+"),
    (r"'", r"(?:[^'\\]|\\.)*+"),
    (r"\\[\"']", r"(?:[^\"'\\]|\\{2,}+.)*+"),
]
# One of these is in every text that has such a name, and found much sooner.
_NAMES = (
    "token",
    "secret",
    "passw",
    "passp",
    "verif",
    "jwt",
    "assert",
    "credent",
    "session",
    "key",
)
_RULES: list[tuple[str, tuple[str, ...]]] = [
    # {"access_token": "abc"} as JSON or Python shows it, client_secret = "abc", ("token", "abc").
    *(
        (
            rf"((?:{_NAME}|{_HEADER})\\*[\"']?\s*[:=,]\s*[bru]?{opens}){inside}",
            (*_NAMES, "authorization", "cookie"),
        )
        for opens, inside in _TEXTS
    ),
    # Authorization: Bearer abc, in headers, reprs and messages.
    (
        r"\b(authorization[\"']?\s*[:=]\s*[\"']?)(?:\w+\s+)?[^\s\"',;}]+",
        ("authorization",),
    ),
    (r"\b((?:bearer|basic|dpop)\s+)[\w.~+/=-]{8,}", ("bearer", "basic", "dpop")),
    # A cookie has many parts, each with a name of its own.
    (r"(cookies?[ \t]*[:=][ \t]*)[^\s\"'][^\r\n]*", ("cookie",)),
    # …?token=abc&state=def, and the same at the start of a form body.
    (r"((?:^|[?&;\s\"'])(?:code|state|key|sig|signature)=)[^&\s\"'#]+", ("=",)),
    (rf"({_NAME}[ \t]*=(?!=)[ \t]*)[^&\s\"'#]+", _NAMES),
    # Links to a bucket, and what signs other calls to it.
    (r"((?:x-amz-|\b)signature=)[0-9a-f]{32,}", ("signature",)),
    # X-Api-Key: abc, password: abc; and where the name is quoted, something that is not.
    (rf"({_NAME}[ \t]*:[ \t]*)[^\s\"'\\]\S*", _NAMES),
    (rf"({_NAME}[\"']\s*:\s*)[^\s\"'\\,}}\]]+", _NAMES),
    # A signed token says by its beginning what it is.
    (r"(?<![\w-])()eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?", ("eyj",)),
    # Links that let the bearer in: approvals, calendars, invitations, confirmations, passwords.
    (r"(/(?:a|a/p|c|invitations|confirm-email|password/reset/key)/)[\w:.=-]{12,}", ("/",)),
    # Addresses that are a key themselves: of a bot, of a webhook.
    (r"(/bot[0-9]{1,20}(?::|%3a))[\w.-]{10,}", ("/bot",)),
    (r"(/webhooks/[0-9]{1,20}/)[\w.-]{10,}", ("/webhooks/",)),
    # API keys of ours; what stands before the second line names one and may be seen.
    (r"\b(drum_[a-z0-9]{4,12}_)[\w-]{8,}", ("drum_",)),
    # postgresql://user:password@host, and encrypted values.
    (r"(\w://[^\s:/@]*:)[^\s@/]+(?=@)", ("://",)),
    (r"\b()gAAAA[\w=-]{20,}", ("gaaaa",)),
]
RULES = [(re.compile(rule, re.IGNORECASE | re.DOTALL), hints) for rule, hints in _RULES]


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
    lowered = text.lower()
    for rule, hints in RULES:
        if any(hint in lowered for hint in hints):
            text = rule.sub(rf"\1{HIDDEN}", text)
    return text


def escape(text: str, keep: str = "") -> str:
    """Line breaks, terminal codes and marks that turn the reading direction, as escapes."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in keep
        else char
        for char in text
    )
