"""The way to a connected channel as a browser walks it: leave, allow, come back."""

from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from publishers.models import Channel, Grant

CONNECT = reverse("publishers:connect", args=["tidewater", "tide"])
CALLBACK = reverse("publishers:callback", args=["tide"])
CHANNELS = reverse("publishers:channels", args=["tidewater"])


def chooser_of(row):
    return reverse("publishers:choose", args=["tidewater", row])


def leave(client, **data):
    """Press "Continue to Tide" and return the query that the platform would see."""
    response = client.post(CONNECT, data)
    assert response.status_code == 200, response.status_code
    url = response.headers["Refresh"].removeprefix("0; url=")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def come_back(client, platform, query, path=CALLBACK, **extra):
    """What the platform does after "Allow": a code for this challenge, sent to the callback."""
    answer = {"state": query["state"], "code": platform.code(query["code_challenge"]), **extra}
    return client.get(path, {name: value for name, value in answer.items() if value is not None})


def dance(client, platform, **data):
    return come_back(client, platform, leave(client, **data))


def nothing_connected(response, status):
    assert response.status_code == status
    assert Channel.objects.count() == 0
    assert Grant.objects.count() == 0
    return response.content.decode()
