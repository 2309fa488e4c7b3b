"""The client that asks other servers: what it brings, and where it never goes. The servers here are real ones."""

import gzip
import ipaddress
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sources import fetching
from sources.fetching import Address, FetchError, fetch, is_public

PAGE = "<!doctype html><title>A dam</title>"
Answer = Callable[[BaseHTTPRequestHandler], None]


def say(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in ({"Content_Type": "text/html"} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on this machine that answers every request so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def here(address: Address, port: int) -> bool:
    """For these tests alone: the machine that they run on."""
    return address.is_loopback


def test_a_page_comes_with_the_charset_that_the_server_names() -> None:
    with serving(say(PAGE.encode("cp1252"), Content_Type="Text/HTML; charset=windows-1252")) as url:
        page = fetch(f"{url}/dam?id=1", here)
    assert (page.url, page.data.decode(), page.charset) == (f"{url}/dam?id=1", PAGE, "windows-1252")


def test_the_server_hears_nothing_of_who_asks() -> None:
    heard: list[dict[str, str]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        heard.append(dict(request.headers))
        if request.path == "/":
            say(b"", 302, Location="/next", Set_Cookie="id=1")(request)
        else:
            say(PAGE.encode(), Set_Cookie="id=2")(request)

    with serving(answer) as url:
        fetch(url, here)
        fetch(url, here)
    assert len(heard) == 4
    assert all(set(one) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"} for one in heard)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data/",
        "https://192.168.0.1/",
    ],
)
def test_nothing_on_our_own_network_is_asked(url: str) -> None:
    with pytest.raises(FetchError, match="not on the public network") as refused:
        fetch(url)
    assert refused.value.is_final


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.1", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "168.63.129.16", "169.254.169.254",
        "172.16.0.1", "192.0.0.8", "192.168.1.1", "198.18.0.1", "224.0.0.1", "224.0.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_public_network_is_none(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_of_the_public_network_is_one(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


def test_only_the_ports_of_the_web_are_asked() -> None:
    for port, is_one in ((80, True), (443, True), (22, False), (6379, False), (8080, False)):
        assert fetching.is_reachable(ipaddress.ip_address("8.8.8.8"), port) is is_one


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "gopher://x/", "http://ed:word@example.org/", "http:///x", "x"]
)
def test_only_web_addresses_without_credentials_are_asked(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        fetch(url)
    assert refused.value.is_final


@pytest.mark.parametrize("place", ["http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "//169.254.169.254/", "file:///x"])
def test_a_redirect_is_checked_as_the_first_address_is(place: str) -> None:
    with serving(say(b"", 302, Location=place)) as url, pytest.raises(FetchError) as refused:
        fetch(url, here)
    assert refused.value.is_final


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of names that says something else the second time gains nothing."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: str, *args: object, **kwargs: object) -> object:
        if host != "rebound.example":
            return real(host, *args, **kwargs)  # type: ignore[arg-type]
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "10.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with serving(say(PAGE.encode())) as url:
        port = url.rsplit(":", 1)[1]
        assert fetch(f"http://rebound.example:{port}/", here).data.decode() == PAGE
    assert asked == ["rebound.example"]


def test_one_address_of_ours_among_public_ones_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    with pytest.raises(FetchError, match="not on the public network"):
        fetch("http://mixed.example/")


def test_redirects_end() -> None:
    with serving(say(b"", 301, Location="/again")) as url, pytest.raises(FetchError, match="redirects"):
        fetch(url, here)


@pytest.mark.parametrize(("status", "is_gone"), [(404, True), (410, True), (403, False), (500, False), (204, False)])
def test_what_a_server_has_no_more_is_gone(status: int, is_gone: bool) -> None:
    with serving(say(b"", status)) as url, pytest.raises(FetchError) as refused:
        fetch(url, here)
    assert refused.value.is_gone is is_gone


def test_what_is_no_page_is_not_read() -> None:
    with serving(say(b"%PDF", Content_Type="application/pdf")) as url, pytest.raises(FetchError, match="no page"):
        fetch(url, here)


def test_a_packed_page_is_unpacked() -> None:
    with serving(say(gzip.compress(PAGE.encode()), Content_Encoding="gzip")) as url:
        assert fetch(url, here).data.decode() == PAGE


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_page_that_is_too_large_is_left(monkeypatch: pytest.MonkeyPatch, is_packed: bool) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 50_000)
    body = b" " * 200_000
    answer = say(gzip.compress(body), Content_Encoding="gzip") if is_packed else say(body)
    with serving(answer) as url, pytest.raises(FetchError, match="more than 50,000 bytes"):
        fetch(url, here)


def test_a_page_that_ends_too_early_is_asked_for_again() -> None:
    with serving(say(PAGE.encode(), Content_Length="5000")) as url, pytest.raises(FetchError) as refused:
        fetch(url, here)
    assert not refused.value.is_final


@pytest.mark.parametrize("slow_part", ["header", "body"])
def test_a_byte_now_and_then_keeps_nobody(monkeypatch: pytest.MonkeyPatch, slow_part: str) -> None:
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.5)

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + b"\r\n" * (slow_part == "body"))
        for _ in range(100):
            try:
                request.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.05)

    start = time.monotonic()
    with serving(drip) as url, pytest.raises(FetchError, match="too long"):
        fetch(url, here)
    assert time.monotonic() - start < 3


def test_a_server_of_another_kind_is_no_page() -> None:
    class Babble(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(b"SSH-2.0-x\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Babble) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(FetchError):
            fetch(f"http://127.0.0.1:{server.server_address[1]}/", here)


def test_a_certificate_is_asked_for() -> None:
    with serving(say(PAGE.encode())) as url, pytest.raises(FetchError):
        fetch(url.replace("http:", "https:"), here)


def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    with pytest.raises(FetchError) as refused:
        fetch("http://no-such-name.invalid/")
    assert not refused.value.is_final
