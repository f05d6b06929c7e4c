"""Sending to addresses that others chose: resolved once, checked, and connected to as checked.

Checking a name and then handing the name to an HTTP client would let its second look-up give another answer (DNS
rebinding). So the check sits where the connection is made, and the connection goes to the address that passed it.
Redirects are not followed, proxies of the environment not asked, and what the receiver answers is not kept.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

import httpcore
from httpcore import AsyncConnectionPool, AsyncNetworkBackend, AsyncNetworkStream

from screening.alerts import addresses
from screening.alerts.addresses import AddressError, Network

ANSWER_SECONDS = 10.0
"""How long a receiver may take from the look-up of its name to its answer (Standard Webhooks: 15 to 30 are usual; a
receiver shall take the alert and work on it later)."""

RESOLVE_SECONDS = 2.0
CONNECTIONS = 64
IDLE_SECONDS = 30.0

ANSWER_BYTES = 4096
"""What is read of an answer, and thrown away, so that the connection can be used again."""


class Failure(StrEnum):
    """Why an attempt failed."""

    REJECTED = "rejected"
    """The receiver answered, but not with 2xx."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No connection, or it broke; TLS that could not be verified too."""
    REFUSED_ADDRESS = "refused_address"
    """The host has an address that webhooks are not sent to."""
    UNSEALABLE = "unsealable"
    """The webhook's secret could not be decrypted here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: an HTTP status, or none, and why it failed, if it did."""

    status: int | None
    failure: Failure | None


async def resolve(host: str, port: int) -> list[str]:
    """Give the addresses of a host; OSError when it has none."""
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Guarded(AsyncNetworkBackend):
    """Connects to hosts whose every address may be sent to, at the address that was checked."""

    def __init__(self, allowed: Sequence[Network], *, encrypted: bool) -> None:
        self._allowed = allowed
        self._encrypted = encrypted
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect, or raise AddressError."""
        found = await resolve(host, port)
        addresses.check(found, self._allowed, encrypted=self._encrypted)
        return await self._backend.connect_tcp(found[0], port, timeout, local_address, socket_options)


class Sender:
    """Sends to receivers over connections that are kept for a while."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._opened = AsyncExitStack()
        self._pools = {
            scheme: AsyncConnectionPool(
                ssl.create_default_context(),
                max_connections=CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=Guarded(allowed, encrypted=scheme == "https"),
            )
            for scheme in ("https", "http")
        }

    async def __aenter__(self) -> Self:
        """Open the pools of connections."""
        for pool in self._pools.values():
            await self._opened.enter_async_context(pool)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._opened.aclose()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body and say what came of it; never raises for what the receiver or the network did."""
        scheme = addresses.read_url(url).scheme
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status = await self._post(self._pools[scheme], url, headers, body)
        except AddressError:
            return Answer(None, Failure.REFUSED_ADDRESS)
        except (TimeoutError, httpcore.TimeoutException):
            return Answer(None, Failure.TIMEOUT)
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError, UnicodeError):
            return Answer(None, Failure.UNREACHABLE)
        return Answer(status, None if 200 <= status < 300 else Failure.REJECTED)

    async def _post(self, pool: AsyncConnectionPool, url: str, headers: Mapping[str, str], body: bytes) -> int:
        async with pool.stream("POST", url, headers=[*headers.items()], content=body) as response:
            read = 0
            async for part in response.aiter_stream():
                read += len(part)
                if read > ANSWER_BYTES:
                    break
            return response.status
