"""Where webhooks are sent, and where not, whatever names and redirects say."""

import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from screening.alerts import addresses, outbound
from screening.alerts.addresses import AddressError, Network, Target, UrlError
from screening.alerts.outbound import Answer, Failure, Sender
from tests.alerts.receiving import LOOPBACK, Receiver, receiving

PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fe80::1%eth0",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_sent_to_by_https_alone(address: str) -> None:
    addresses.check([address], [], encrypted=True)
    with pytest.raises(AddressError):
        addresses.check([address], [], encrypted=False)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(AddressError):
        addresses.check([address], [], encrypted=True)


def test_one_address_that_is_not_public_is_enough() -> None:
    with pytest.raises(AddressError):
        addresses.check(["8.8.8.8", "10.0.0.1"], [], encrypted=True)


def test_a_network_that_the_operator_names_is_sent_to_in_any_spelling_and_without_tls() -> None:
    allowed: list[Network] = [IPv4Network("10.20.0.0/16"), IPv6Network("fd00::/8")]
    addresses.check(["10.20.1.2", "::ffff:10.20.1.2", "fd00::7"], allowed, encrypted=False)
    with pytest.raises(AddressError):
        addresses.check(["10.21.1.2"], allowed, encrypted=False)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/x?y=z", Target("https", "a.example", 443)),
        ("http://a.example", Target("http", "a.example", 80)),
        ("https://[::1]:8443/", Target("https", "::1", 8443)),
    ],
)
def test_a_url_is_read(url: str, target: Target) -> None:
    assert addresses.read_url(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "ftp://a.example/",
        "https://",
        "https://user@a.example/",
        "https://user:word@a.example/",
        "https://a.example/#part",
        "https://a.example:99999/",
        "https://a.example/ b",
        "https://a.example/\r\nX: y",
        "https://ä.example/",
        "https://[::1/",
    ],
)
def test_a_url_that_hides_something_is_refused(url: str) -> None:
    with pytest.raises(UrlError):
        addresses.read_url(url)


def resolving(*answers: list[str]) -> Callable[[str, int], Awaitable[list[str]]]:
    """Give one answer after the other, whatever is asked: a name whose owner changes his mind."""
    waiting = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return waiting.pop(0)

    return resolve


async def test_a_name_that_turns_private_after_it_was_registered_is_not_sent_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = receiver.url.replace("http://127.0.0.1", "https://alerts.bureau.example")
    monkeypatch.setattr(outbound, "resolve", resolving(["127.0.0.1"]))
    async with Sender([]) as sender:
        assert await sender.post(url, {}, b"{}") == Answer(None, Failure.REFUSED_ADDRESS)
    assert receiver.received == []


async def test_the_connection_goes_to_the_address_that_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no such name: were it looked up again, nothing would be reached."""
    url = receiver.url.replace("127.0.0.1", "alerts.bureau.example")
    monkeypatch.setattr(outbound, "resolve", resolving(["127.0.0.1"]))
    async with Sender(LOOPBACK) as sender:
        assert await sender.post(url, {}, b"{}") == Answer(204, None)
    [received] = receiver.received
    assert received.headers["host"].startswith("alerts.bureau.example:")


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    async with Sender(LOOPBACK) as sender:
        assert await sender.post("https://nobody.invalid/", {}, b"{}") == Answer(None, Failure.UNREACHABLE)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for alerts.bureau.example, with its key, that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alerts.bureau.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("alerts.bureau.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem) + private)
    return file


@pytest.mark.parametrize(
    ("trusted", "host", "expected"),
    [
        (True, "alerts.bureau.example", Answer(204, None)),
        (True, "other.bureau.example", Answer(None, Failure.UNREACHABLE)),
        (False, "alerts.bureau.example", Answer(None, Failure.UNREACHABLE)),
    ],
)
async def test_the_certificate_must_be_trusted_and_be_that_of_the_name(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool, host: str, expected: Answer
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(outbound, "resolve", resolving(["127.0.0.1"]))
    async with receiving(tls) as receiver, Sender(LOOPBACK) as sender:
        assert await sender.post(receiver.url.replace("127.0.0.1", host), {}, b"{}") == expected
        assert bool(receiver.received) is (expected.status is not None)


async def test_a_receiver_that_never_answers_is_given_up(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "ANSWER_SECONDS", 0.2)
    receiver.answers = [-1]
    async with Sender(LOOPBACK) as sender:
        assert await sender.post(receiver.url, {}, b"{}") == Answer(None, Failure.TIMEOUT)


async def test_a_connection_is_used_again(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "resolve", resolving(["127.0.0.1"]))  # a second look-up would fail
    async with Sender(LOOPBACK) as sender:
        assert [await sender.post(receiver.url, {}, b"{}") for _ in range(2)] == [Answer(204, None)] * 2
