"""The folding that decides whether two names or headlines are the same."""

import hashlib
import re
import unicodedata
from functools import lru_cache

DASHES = "‐‑‒–—―−﹘﹣-"
SINGLE_QUOTES = "‘’‚‛′´`"
DOUBLE_QUOTES = "“”„‟″«»"
_TABLE = str.maketrans(
    dict.fromkeys(DASHES, "-") | dict.fromkeys(SINGLE_QUOTES, "'") | dict.fromkeys(DOUBLE_QUOTES, '"')
)
_BLANKS = re.compile(r"[\s_]+")


def collapse(text: str) -> str:
    """`text` with every run of blanks as one space and none at the ends."""
    return " ".join(text.split())


@lru_cache(maxsize=2**14)  # a few megabytes, whatever readers ask for
def fold(text: str) -> str:
    """The key of a name: NFKC, casefold, dashes and quotes folded, blanks and underscores collapsed.

    Underscores count as blanks, as in every wiki, so that a key can stand in an address with underscores for blanks.
    Folding a key again gives the same key.
    """
    if text.isascii():  # has no other forms
        return " ".join(text.casefold().replace("`", "'").replace("_", " ").split())
    # Casefolding can undo the normal form ("ͅ", "ẞ"), and the normal form can bring back a capital: hence twice.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).casefold()
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", folded).translate(_TABLE)).strip()


def digest(*parts: str) -> str:
    """128 bits of SHA-256 in hexadecimal over `parts`, kept apart by a character that no part holds."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
