"""Which addresses may be called on a stranger's word. Pure; http.py asks before it connects."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

type Resolve = Callable[[str, int, float], list[str]]

# Unicast space handed out by IANA; what lies outside is local, reserved or a translation.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


def is_public(address: str) -> bool:
    """False for what is inside: private, loopback, link-local, carrier NAT, mapped, multicast."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if ip.ipv4_mapped is not None:
        return False
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _PUBLIC_V6 and ip not in _SIX_TO_FOUR and ip.is_global


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of `host`, or OSError. The C library takes no deadline, hence the thread."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))
        else:
            answers.put([str(entry[4][0]) for entry in found])

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"{host} was not resolved in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def origin(scheme: str, host: str, port: int | None) -> str:
    """Scheme, host and port in the one spelling that origins are compared in."""
    number = port or {"http": 80, "https": 443}.get(scheme, 0)
    return f"{scheme}://{host.lower().strip('[]').rstrip('.')}:{number}"
