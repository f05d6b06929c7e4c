"""Which addresses webhooks may be sent to: public ones, and networks that the operator names. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

URL_LENGTH = 2048

NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: its last 32 bits are an IPv4 address, to which a gateway passes on."""


class UrlError(ValueError):
    """Not an address that a webhook could be sent to; says what would be right."""


class AddressError(Exception):
    """A host has an address that webhooks are not sent to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook is sent: the parts of its URL that matter for the connection."""

    scheme: str
    host: str
    port: int

    @property
    def encrypted(self) -> bool:
        """Whether it is sent through TLS."""
        return self.scheme == "https"


def read_url(url: str) -> Target:
    """Read a webhook's URL; UrlError for what could not be sent to, or hides where it is sent."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlError("a URL is written https://host/path") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise UrlError("a URL is written https://host/path")
    if parts.username is not None or parts.password is not None:
        raise UrlError("a URL names no user: the signature tells the receiver who sends")
    if parts.fragment or not url.isascii() or any(character <= " " for character in url):
        raise UrlError("a URL has no fragment, no blanks and only ASCII characters")
    return Target(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80))


def check(addresses: Iterable[str], allowed: Sequence[Network], *, encrypted: bool) -> None:
    """Raise AddressError unless every one of a host's addresses may be sent to.

    Without TLS only networks that the operator named are reached.
    """
    for text in addresses:
        address = _inner(ip_address(text.partition("%")[0]))
        if any(address in network for network in allowed):
            continue
        if not encrypted:
            raise AddressError("a webhook is sent by https, unless its network is one that the operator allows")
        if not _is_public(address):
            raise AddressError("the host has an address that is not public, in no network that the operator allows")


def _inner(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 address wraps, if it does: that one is reached in the end."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)
