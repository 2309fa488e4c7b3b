"""When two addresses lead to the same article."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ocid|ref|smid|ns_\w+|at_\w+)$", re.IGNORECASE)


@lru_cache(maxsize=2**12)
def is_web_address(url: str) -> bool:
    """Whether `url` is a complete http or https address: the only kind a page may link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


@lru_cache(maxsize=2**12)
@lru_cache(maxsize=2**12)
def normalise_url(url: str) -> str:
    """The identity of a web address, not itself an address.

    The scheme, "www.", tracking parameters, the fragment and slashes at the end are left out, and the host is
    lower-cased. An address that is none is returned as it is.
    """
    if not is_web_address(url):
        return url
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if (port := parts.netloc.rpartition(":")[2]).isdigit() and port not in ("80", "443"):
        host = f"{host}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(key, value) for key, value in pairs if not _TRACKING.match(key)])
    return host + parts.path.rstrip("/") + (f"?{query}" if query else "")
