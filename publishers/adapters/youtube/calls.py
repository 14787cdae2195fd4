"""How YouTube is spoken to: its API, and the places where videos are uploaded to."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from publishers.adapters.youtube.refusals import NAME, codes_in, judged, paced
from publishers.contract import (
    Account,
    App,
    Http,
    Media,
    NotPublished,
    Outcome,
    Reconnect,
    Reply,
    TryLater,
    Uncertain,
)
from publishers.verdicts import Answer, committed, harmless, is_fine, repeatable

REPORTS = "https://youtubeanalytics.googleapis.com/v2/reports"
UPLOADS = "https://www.googleapis.com/upload/youtube/v3"
PIECE_SECONDS = 180.0


class Calls:
    """For one account."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self._account = http, app, account

    def ask(self, method: str, what: str, **request: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx."""
        return heard(self.http.send(method, self._url(what), headers=self._headers(), **request))

    def commit(self, method: str, what: str, **request: Any) -> Reply | Outcome:
        answer = self.http.send(
            method, self._url(what), headers=self._headers(), commits=True, **request
        )
        reply = committed(answer, NAME)
        # What may have been carried out is in doubt, whatever its codes say.
        if isinstance(answer, Reply) and not isinstance(reply, Uncertain):
            reply = _told(answer) or reply
        return judged(reply) if isinstance(reply, Reply) and not is_fine(reply) else reply

    def report(self, query: Mapping[str, str]) -> Reply | NotPublished:
        """Of Analytics, which has a host and a quota of its own."""
        url = self.app.at(REPORTS)
        return heard(self.http.send("GET", url, headers=self._headers(), params=query))

    def begin(self, media: Media, body: Mapping[str, Any]) -> Reply | NotPublished:
        """Ask for a place for a video; it is in the header `Location`."""
        headers = self._headers() | {
            "Content-Type": "application/json; charset=UTF-8",
            "X-Upload-Content-Length": str(media.size),
            "X-Upload-Content-Type": media.mime,
        }
        query = {"uploadType": "resumable", "part": "snippet,status"}
        url = self.app.at(f"{UPLOADS}/videos")
        return heard(self.http.send("POST", url, headers=headers, params=query, json=body))

    def put(self, url: str, media: Media, stream: BinaryIO, span: range) -> Answer:
        """A piece of the video, `span` in bytes."""
        spread = f"bytes {span.start}-{span.stop - 1}/{media.size}"
        headers = self._headers() | {"Content-Range": spread, "Content-Type": media.mime}
        stream.seek(span.start)
        return self.http.send(
            "PUT",
            self.app.at(url),
            headers=headers,
            data=stream,
            length=len(span),
            seconds=PIECE_SECONDS,
        )

    def where(self, url: str, media: Media) -> Answer:
        """How much of it is there: answered as a piece is."""
        headers = self._headers() | {"Content-Range": f"bytes */{media.size}"}
        return self.http.send("PUT", self.app.at(url), headers=headers, data=b"")

    def put_cover(self, video: str, picture: Media) -> Reply | NotPublished:
        headers = self._headers() | {"Content-Type": picture.mime}
        url = self.app.at(f"{UPLOADS}/thumbnails/set")
        with picture.stream() as stream:
            return heard(
                self.http.send(
                    "POST",
                    url,
                    headers=headers,
                    params={"videoId": video, "uploadType": "media"},
                    data=stream,
                    length=picture.size,
                )
            )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._account.token}"}

    def _url(self, what: str) -> str:
        return f"{self.app.api_url.rstrip('/')}/youtube/v3/{what}"


def heard(answer: Answer) -> Reply | NotPublished:
    """What it answered to a call that publishes nothing. A reply is a 2xx."""
    if isinstance(answer, Reply) and (told := _told(answer)) is not None:
        return told
    reply = repeatable(answer, NAME)
    if not isinstance(reply, Reply) or is_fine(reply):
        return reply
    return harmless(judged(reply), TryLater(f"{NAME} did not answer as expected."))


def _told(reply: Reply) -> TryLater | Reconnect | None:
    """What its codes say whatever the status is."""
    if is_fine(reply):
        return None
    if "youtubeSignupRequired" in codes_in(reply):
        outcome = judged(reply)
        return outcome if isinstance(outcome, Reconnect) else None
    return paced(reply)
