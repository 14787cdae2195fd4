"""Pinterest: pins of a picture, several side by side or a video, on a board that is named.

Facts: https://developers.pinterest.com/docs/api/v5. Making a pin is the one call; a repeat would
make another, so that an unanswered one is looked for on its board. Unknown: in which order a board
is listed, so that none is relied on; how long an unused video is kept. A pin may do without a
title there; we ask for one, for it is what is found. Not sent: sections of boards, a title and link
of each picture, calls for the analytics of pins and accounts, revoking (it is for system users),
`continuous_refresh` of apps from before 25 September 2025. Registered in publishers/registry.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from publishers import lookups
from publishers.adapters.pinterest import boards, pins, uploads
from publishers.adapters.pinterest.calls import Calls
from publishers.adapters.pinterest.refusals import NAME
from publishers.adapters.pinterest.spec import SPEC
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Figures,
    NotPublished,
    Outcome,
    Payload,
    Processing,
    Published,
    Rejected,
    Reply,
    Sighting,
    Step,
    TryLater,
    Uncertain,
)
from publishers.verdicts import at, figures_at, text_at

PAGE, PAGES = 250, 12
GONE = frozenset({"50", "404"})
NO_BOARD = frozenset({"40", "404"})


class Pinterest(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._calls.ask("GET", "user_account")
        if not isinstance(reply, Reply):
            return reply
        handle, number = text_at(reply.json, "username"), text_at(reply.json, "id")
        if not number and not handle:
            return TryLater(f"{NAME} did not say whose account this is. Try again.")
        name = text_at(reply.json, "business_name") or handle
        picture, token = text_at(reply.json, "profile_image"), self.account.token
        return [Account(number or handle, handle, name, avatar_url=picture, token=token)]

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        return pins.named_by(permalink)

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return pins.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        if (mistake := pins.mistake(payload)) is not None:
            return mistake
        if (problem := boards.look_up(self._calls, payload, step)) is not None:
            return problem
        film = pins.film(payload)
        return uploads.upload(self._calls, film, step) if film is not None else None

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := pins.mistake(payload)) is not None:
            return mistake
        board, film = boards.held(payload, step), pins.film(payload)
        video = uploads.ready(step, film) if film is not None else ""
        if not board or (film is not None and not video):
            return TryLater(f"The post must be prepared for {NAME} again.", after=1)
        reply = self._calls.commit("pins", pins.pin(payload, board, video))
        if isinstance(reply, Rejected) and reply.code in NO_BOARD:
            boards.forget(payload, step)
        if not isinstance(reply, Reply):
            return reply
        number = text_at(reply.json, "id")
        if not number:
            return Uncertain(f"{NAME} accepted the post but did not say which one it is.")
        return Published(number, pins.address(self._web, number))

    # -- afterwards

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        """Its words; its picture and its board stay."""
        if (mistake := pins.mistake(payload)) is not None:
            return mistake
        reply = self._calls.ask("PATCH", f"pins/{_named(remote_id)}", json=pins.changes(payload))
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        reply = self._calls.ask("DELETE", f"pins/{_named(remote_id)}")
        gone = isinstance(reply, Rejected) and reply.code in GONE
        return None if gone or isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        board: str | NotPublished = boards.held(payload, step)
        if not board:
            board = boards.find(self._calls, payload)
        if not isinstance(board, str):
            return CannotTell(board.reason)
        rows = self._on(board)
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        known = replace(payload, text=pins.said(payload))
        return lookups.sighting(NAME, known, [pins.seen(row, payload, self._web) for row in rows])

    def _on(self, board: str) -> list[Any] | CannotTell | NotPublished:
        """All pins of a board: a new one may stand on its last page."""
        found: list[Any] = []
        query = {"page_size": str(PAGE)}
        for _ in range(PAGES):
            reply = self._calls.ask("GET", f"boards/{board}/pins", params=query)
            if not isinstance(reply, Reply):
                return reply
            rows = at(reply.json, "items")
            if not isinstance(rows, list):
                return CannotTell(f"{NAME} does not show the board's pins as expected.")
            found += rows
            after = text_at(reply.json, "bookmark")
            if not after:
                return found
            query = {**query, "bookmark": after}
        return CannotTell("The board has too many pins to look through.")

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        """One by one: asking for many at once is not open to every app."""
        told: dict[str, Figures] = {}
        for number in remote_ids:
            query = {"pin_metrics": "true"}
            reply = self._calls.ask("GET", f"pins/{_named(number)}", params=query)
            if isinstance(reply, Rejected) and reply.code in GONE:
                continue
            if not isinstance(reply, Reply):
                return reply
            told[number] = pins.figures(reply.json)
        return told

    def audience(self) -> Figures | NotPublished:
        reply = self._calls.ask("GET", "user_account")
        if not isinstance(reply, Reply):
            return reply
        return figures_at(reply.json, pins.OF_ACCOUNT)

    @property
    def _calls(self) -> Calls:
        return Calls(self.http, self.app, self.account)

    @property
    def _web(self) -> str:
        return self.app.web_url.rstrip("/")


def _named(number: str) -> str:
    return number if number.isdecimal() else "0"
