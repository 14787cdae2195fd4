"""Requests to servers of the AT Protocol against atproto/lexicons. Called by tests beside it."""

from fnmatch import fnmatchcase
from urllib.parse import parse_qs, urlsplit

from tests.contracts.lexicon import definition, validate

# What https://docs.bsky.app/docs/tutorials/video sends and the lexicon does not name.
BEYOND = {"app.bsky.video.uploadVideo": {"did", "name"}}


def checked(request) -> str:
    """The name of its method, once all of it fits the lexicon."""
    name = request.path.removeprefix("/xrpc/")
    main, home = definition(name, name)
    assert main["type"] == {"GET": "query", "POST": "procedure"}[request.method]
    parameters(request, main.get("parameters", {"properties": {}}), home, BEYOND.get(name, set()))
    wanted = main.get("input")
    if wanted is None:
        assert request.body == b""
    elif wanted["encoding"] == "application/json":
        validate(request.json, wanted["schema"], home)
        written(request.json, home)
    else:
        assert fnmatchcase(request.headers["Content-Type"], wanted["encoding"])
    return name


def parameters(request, schema, home, beyond) -> None:
    given = parse_qs(urlsplit(request.raw_path).query)
    assert set(schema.get("required", [])) <= set(given)
    for field in set(given) - beyond:
        kind, values = schema["properties"][field], given[field]
        if kind["type"] == "array":
            validate(values, kind, home, f"?{field}")
        else:
            [text] = values
            value = int(text) if kind["type"] == "integer" else text
            validate(value, kind, home, f"?{field}")


def written(body, home) -> None:
    """The records in it, each under a key of the kind that its collection has."""
    writes = body.get("writes", [{**body, "value": body["record"]}] if "record" in body else [])
    for write in writes:
        schema, where = definition(write["collection"], home)
        validate(write["value"], schema, where)
        validate(write["rkey"], {"type": "string", "format": schema["key"]}, where)
