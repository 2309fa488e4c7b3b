"""When two addresses lead to the same article."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

# What advertisers, newsletters and networks hang on an address, and what asks for the page in its AMP form.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|igsh|mc_[ce]id|mkt_tok|_g[al]"
    r"|cmpid|icid|ncid|ocid|s_cid|xtor|ref|ref_src|ref_url|smid|smtyp|sr_share|soc_(?:src|trk)|__twitter_impression"
    r"|guccounter|guce_referrer\w*|fb_(?:ref|source)|ns_\w+|at_\w+",
    re.IGNORECASE,
)
_AMP_PAIR = re.compile(r"_?amp(?:=(?:1|true)?)?|outputtype=amp", re.IGNORECASE)
_AMP_ENDING = re.compile(r"(?<=[^/])(?:/amp$|\.amp(?=$|\.html?$))", re.IGNORECASE)
_AMP_FOLDER = re.compile(r"^/amp(?=/[^/]+/[^/])", re.IGNORECASE)
# An article on the servers of others: google.com/amp/s/<address>, <host>.cdn.ampproject.org/c/s/<address>.
_AMP_CACHE = re.compile(
    r"(?:(?:www\.)?google\.[a-z.]{2,6}/amp|[\w-]+\.cdn\.ampproject\.org/[cv])/(?:s/)?(.+)", re.IGNORECASE
)
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986, 2.3: escaped or not, the address is the same
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


@lru_cache(maxsize=2**12)
def is_web_address(url: str) -> bool:
    """Whether `url` is a complete http or https address: the only kind a page may link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


def short_address(url: str) -> str:
    """A web address as people read it: without its scheme, "www." and a slash at the end."""
    return re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE).rstrip("/")


@lru_cache(maxsize=2**12)
def normalise_url(url: str) -> str:
    """The identity of a web address, not itself an address.

    The scheme, "www.", tracking parameters, the fragment and slashes at the end are left out, the host is lower-cased,
    and characters are escaped in one way. The AMP form of an article is the article. Everything else tells: other
    parameters, their order, the case of the path, and a fragment that begins with "!", by which some sites name pages.
    An address that is none is returned as it is.
    """
    if not is_web_address(url):
        return url
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    if article := _AMP_CACHE.fullmatch(f"{host}{parts.path}"):
        address = f"https://{article[1]}?{parts.query}"
        if is_web_address(address) and "." in (urlsplit(address).hostname or ""):
            return normalise_url(address)
    host = _without_amp(host.removeprefix("www."))
    if (port := parts.netloc.rpartition(":")[2]).isdigit() and port not in ("80", "443"):
        host = f"{host}:{port}"
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return host + _path(parts.path) + _query(parts.query) + fragment


def _without_amp(host: str) -> str:
    return host.removeprefix("amp.") if host.count(".") > 1 else host


def _path(path: str) -> str:
    path = _ESCAPE.sub(_escaped_once, quote(path, safe=_ASCII)).rstrip("/")
    return _AMP_FOLDER.sub("", _AMP_ENDING.sub("", path)).rstrip("/")


def _escaped_once(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if _UNRESERVED.match(character) else escape[0].upper()


def _query(query: str) -> str:
    stated = "&".join(pair for pair in query.split("&") if not _AMP_PAIR.fullmatch(pair))
    pairs = parse_qsl(stated, keep_blank_values=True)
    kept = urlencode([(key, value) for key, value in pairs if not _TRACKING.fullmatch(key)])
    return f"?{kept}" if kept else ""
