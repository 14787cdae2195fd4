"""Addresses: those that open nothing, and those that a team does not link to.

Nothing is called here. services/links.py does that in the background, a day's truth for each
address of a team; until then an address is being looked at.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from approvals.gates.contract import Facts, Option, Said, Skip, Usual, found
from approvals.gates.reader import Address, is_script, plain_host, shown
from posts.gatekeeper import Swap
from publishers.addresses import is_public
from publishers.problems import Problem

MOST_SAID = 20
# What goes out sooner waits until its addresses were looked at.
SOON = timedelta(minutes=10)
# Names that mean something only inside a network.
_INSIDE = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "test"})


class Ready(NamedTuple):
    dead: bool
    allowed: frozenset[str]
    refused: frozenset[str]


class Links(Usual):
    slug = "links"
    name = _("Links")
    says = _(
        "Each address is opened in the background, at most once a day. Addresses inside a network "
        "are never opened; readers could not open them either."
    )
    options = (
        Option("dead", _("Find links that open nothing"), "flag", True),
        Option(
            "allowed",
            _("Link only to these sites"),
            "hosts",
            (),
            _("One a line, such as example.org; what lies below it counts as well. Empty: any."),
        ),
        Option("refused", _("Never link to these sites"), "hosts", (), _("One a line.")),
    )
    warns = frozenset({"link_waiting", "link_unsure"})

    def prepare(self, options: Mapping[str, Any]) -> Ready:
        allowed, refused = (
            frozenset(map(plain_host, options[name])) for name in ("allowed", "refused")
        )
        return Ready(bool(options["dead"]), allowed, refused)

    def look(self, said: Said, ready: Ready, facts: Facts) -> Iterator[Problem | Skip]:
        texts = said.texts
        if any(is_script(text) for text in texts):
            message = "There is an address in it that would run a program."
            yield found("link_script", message, "Take it out: no platform opens such an address.")
        number = 0
        for address in said.reader.all_links(texts).values():
            problem = _wrong(address, said, ready, facts)
            if problem is not None and number < MOST_SAID:
                number += 1
                yield problem


def _wrong(address: Address, said: Said, ready: Ready, facts: Facts) -> Problem | None:
    link = shown(address.written)
    if not address.host:
        return _out(address, "link_unreadable", f"{link} is no address that can be opened.")
    if inside(address.host):
        return _out(address, "link_private", f"{link} lies inside a network.")
    if ready.allowed and not under(address.host, ready.allowed):
        return _out(address, "link_not_allowed", f"{link} is not one of the sites to link to.")
    if under(address.host, ready.refused):
        return _out(address, "link_refused", f"{link} is a site that this team does not link to.")
    return _opened(address, link, said, facts) if ready.dead else None


def _opened(address: Address, link: str, said: Said, facts: Facts) -> Problem | None:
    known = facts.links.get(address.url)
    if known is None or known.state == "waiting":
        soon = said.due is not None and said.due < said.now + SOON
        code = "link_waiting_now" if soon and not said.committed else "link_waiting"
        return found(code, f"{link} is being looked at.", "Look again in a moment.")
    if known.state == "broken":
        return _out(address, "link_broken", f"{link} opens nothing: {known.words}")
    if known.state == "private":
        return _out(address, "link_private", f"{link} leads into a network.")
    if known.state == "unsure":
        return found("link_unsure", f"{link} could not be looked at: {known.words}", "Open it.")
    return None


def _out(address: Address, code: str, message: str) -> Problem:
    return Swap("warn", code, message, "Mend it, or take it out.", take=address.written)


def under(host: str, sites: Collection[str]) -> bool:
    """Whether it is one of them, or lies below one."""
    parts = host.split(".")
    return any(".".join(parts[at:]) in sites for at in range(len(parts)))


def inside(host: str) -> bool:
    """By its name alone: what it resolves to is asked by whoever opens it."""
    try:
        return not is_public(str(ip_address(host.strip("[]"))))
    except ValueError:
        pass
    *before, last = host.split(".")
    # 2130706433 and 0x7f.1 are addresses, too, to those that open them.
    return not before or last in _INSIDE or last.isdigit() or last.startswith("0x")
