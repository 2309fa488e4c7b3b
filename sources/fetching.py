"""The one client that asks other servers: a page by its address, and never anything on our own network.

A name is resolved once, every address that it gives must be public, and the connection goes to the checked one; the
same for every redirect. There are no cookies, no credentials, no proxies, and little patience.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Allows = Callable[[Address, int], bool]

MAX_BYTES = 3_000_000  # of a page as it is sent, and unpacked
MAX_SECONDS = 20.0  # for a page and all redirects before it
MAX_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
AGENT = "Newsroom (reads an article's title, publisher, authors and date)"
_CHUNK = 65536
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)

# What Python calls global and is not the public network.
_NOT_PUBLIC = [
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",  # the metadata service of a large host of machines
        "192.0.0.0/24",  # RFC 6890
        "192.88.99.0/24",  # RFC 7526, former relays
        "2001::/23",  # RFC 6890: Teredo and other tunnels
        "2002::/16",  # RFC 3056, a tunnel to the IPv4 address inside
        "3fff::/20",  # RFC 9637, for documentation
    )
]
_GLOBAL = ipaddress.ip_network("2000::/3")  # RFC 4291, 2.4: what is given out of IPv6
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class FetchError(Exception):
    """Why there is no page. `is_final`: asking again would bring nothing else; `is_gone`: the server says so."""

    def __init__(self, reason: str, *, is_final: bool = False, is_gone: bool = False) -> None:
        self.is_final = is_final or is_gone
        self.is_gone = is_gone
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server gave: the address it came from at last, its bytes, and the charset that the server named."""

    url: str
    data: bytes
    charset: str


def is_public(address: Address) -> bool:
    """Whether an address is one of the public network, and not a machine or service of our own."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := address.ipv4_mapped or _translated(address):
            return is_public(inner)
        if address not in _GLOBAL:
            return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _NOT_PUBLIC if network.version == address.version)


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _TRANSLATED else None


def is_reachable(address: Address, port: int) -> bool:
    """Whether the site asks a server there."""
    return is_public(address) and port in PORTS.values()


def fetch(url: str, allows: Allows = is_reachable) -> Page:
    """The HTML page at `url`. `allows` decides about every address before it is connected to.

    Raises FetchError for whatever is no page, is not allowed, is too large or takes too long.
    """
    ends = time.monotonic() + MAX_SECONDS
    for _ in range(MAX_REDIRECTS + 1):
        answer = _ask(url, allows, ends)
        if isinstance(answer, Page):
            return answer
        url = answer
    raise FetchError(f"More than {MAX_REDIRECTS} redirects.", is_final=True)


def _ask(url: str, allows: Allows, ends: float) -> Page | str:
    """One request: a page, or the address that the server sends us to."""
    parts = _parts(url)
    port = _port(parts)
    try:
        with _connected(parts, port, allows, ends) as connection:
            # `Host` without credentials; nothing that tells two of our requests belong together.
            connection.request("GET", _target(parts), headers=_HEADERS)
            with connection.getresponse() as response:
                answer = _answer(url, response)
    except http.client.HTTPException as error:
        raise FetchError(f"The server does not speak HTTP: {type(error).__name__}.") from error
    except (OSError, ValueError) as error:  # ValueError: a file that was closed because its time was over
        late = time.monotonic() >= ends
        raise FetchError("It took too long." if late else f"No connection: {type(error).__name__}.") from error
    if time.monotonic() >= ends:  # what was cut off looks like an end
        raise FetchError("It took too long.")
    return answer


_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html, application/xhtml+xml",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FetchError("That is no web address.", is_final=True) from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise FetchError("Only http and https addresses without credentials are asked for.", is_final=True)
    return parts


def _port(parts: SplitResult) -> int:
    return PORTS[parts.scheme] if parts.port is None else parts.port


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_ASCII)
    return f"{path}?{quote(parts.query, safe=_ASCII)}" if parts.query else path


# --- The connection -----------------------------------------------------------------------------------------------


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host. Raises FetchError for a name that has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("The name of its server is not known.") from error
    return list(dict.fromkeys(ipaddress.ip_address(row[4][0]) for row in found))


@contextmanager
def _connected(parts: SplitResult, port: int, allows: Allows, ends: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to a checked address of the host, cut when its time is over."""
    host = str(parts.hostname)
    addresses = resolve(host, port)
    if not addresses or not all(allows(address, port) for address in addresses):
        raise FetchError("Its server is not on the public network.", is_final=True)
    connection = http.client.HTTPConnection(host, port)
    with _socket(addresses, port, ends) as plain, closing(connection):
        open_now = [plain]
        # Each read may wait for a while, and all of them together end: a byte a second keeps nobody here.
        alarm = threading.Timer(max(ends - time.monotonic(), 0), _cut, [open_now])
        alarm.daemon = True
        alarm.start()
        try:
            connection.sock = plain
            if parts.scheme == "https":
                context = ssl.create_default_context()
                connection.sock = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
                open_now[:] = [connection.sock]
                connection.sock.do_handshake()
            yield connection
        finally:
            alarm.cancel()
            open_now[0].close()


def _socket(addresses: list[Address], port: int, ends: float) -> socket.socket:
    for address in addresses:
        try:
            return socket.create_connection((str(address), port), timeout=max(ends - time.monotonic(), 0.1) / 2)
        except OSError as error:
            failed = error
    raise failed


def _cut(open_now: list[socket.socket]) -> None:
    with suppress(OSError):
        socket.socket.shutdown(open_now[0], socket.SHUT_RDWR)


# --- The answer ---------------------------------------------------------------------------------------------------


def _answer(url: str, response: http.client.HTTPResponse) -> Page | str:
    if response.status in (301, 302, 303, 307, 308):
        return urljoin(url, response.getheader("Location", ""))
    if response.status in (404, 410):
        raise FetchError(f"The server answers {response.status}: it is gone.", is_gone=True)
    if response.status != 200:
        raise FetchError(f"The server answers {response.status}.")
    kind = response.getheader("Content-Type", "")
    if not re.match(r"\s*(?:text/html|application/xhtml\+xml)\b", kind, re.IGNORECASE):
        raise FetchError(f"It is no page: {kind[:60] or 'of no stated kind'}.", is_final=True)
    charset = _CHARSET.search(kind)
    data = _unpacked(_body(response), response.getheader("Content-Encoding", ""))
    return Page(url=url, data=data, charset=charset[1] if charset else "")


def _body(response: http.client.HTTPResponse) -> bytes:
    data = bytearray()
    while chunk := response.read1(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise _too_large()
    if response.length:
        raise FetchError("It ended too early.")
    return bytes(data)


def _unpacked(data: bytes, encoding: str) -> bytes:
    """The bytes of the page; of a packed one no more than fit."""
    if encoding.strip().lower() in ("", "identity"):
        return data
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        raise FetchError(f"It is packed in a way that was not asked for: {encoding[:40]}.", is_final=True)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unpack.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise FetchError("It is packed badly.") from error
    if len(plain) > MAX_BYTES:
        raise _too_large()
    return plain


def _too_large() -> FetchError:
    return FetchError(f"It has more than {MAX_BYTES:,} bytes.", is_final=True)
