"""How the Bot API answers, and what stands in a request: JSON, a form, or the address."""

import json
from typing import Any

from django.http import HttpResponse

from publishers.sandbox.exchange import json_object
from publishers.sandbox.twin import Asked, Refused, answer

type Fields = dict[str, Any]

# Where a form has JSON inside.
STRUCTURED = ("media", "reply_parameters", "link_preview_options", "entities", "caption_entities")
MARKUP = ("parse_mode", "entities", "caption_entities")


def yes(result: Any) -> HttpResponse:
    return answer({"ok": True, "result": result})


def error(code: int, words: str, **parameters: int) -> HttpResponse:
    more = {"parameters": parameters} if parameters else {}
    return answer({"ok": False, "error_code": code, "description": words, **more}, code)


def bad(words: str) -> Refused:
    return Refused(error(400, f"Bad Request: {words}"))


def forbidden(words: str) -> Refused:
    return Refused(error(403, f"Forbidden: {words}"))


def fields_of(asked: Asked) -> Fields:
    request = asked.request
    if request.content_type == "application/json":
        found = json_object(request.body)
        if found is None:
            raise bad("can't parse JSON object")
    else:
        found = request.GET.dict() | request.POST.dict()
    fields = {name: _read(name, value) for name, value in found.items()}
    if any(fields.get(name) for name in MARKUP):
        raise bad("markup is not simulated")
    return fields


def _read(name: str, value: Any) -> Any:
    if name not in STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def truth(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "1", "yes")


def number(fields: Fields, name: str) -> int:
    text = str(fields.get(name) or "")
    if not text.isdecimal() or len(text) > 18:
        raise bad(f"{name} is not specified")
    return int(text)
