"""The one rule that makes a slug from a headline."""

import re

from sources.documents.folding import digest

MAX_SLUG = 200
RESERVED = frozenset({"index", "readme"})
_CUT = {"zh": 60}
_NOT_A_WORD = re.compile(r"[\W_]+")


def slugify(text: str, cut: int = MAX_SLUG) -> str:
    """`text` cut at `cut` characters, lower-cased, everything but letters and digits as single dashes."""
    return _NOT_A_WORD.sub("-", text[:cut].lower()).strip("-")[:MAX_SLUG].strip("-")


def headline_slug(headline: str, language: str) -> str:
    """The slug of an event that came without one; empty or reserved ones get a hash of the headline instead.

    The lengths are those at which the archives cut: 138 characters, in Chinese 60.
    """
    slug = slugify(headline.strip(), _CUT.get(language[:2], 138))
    return hashed_slug(slug, headline) if not slug or slug in RESERVED else slug


def hashed_slug(slug: str, key: str) -> str:
    """`slug` made unlike others by a short hash of `key`: never a counter, so that the order does not matter."""
    mark = digest(key)[:8]
    return f"{slug[: MAX_SLUG - 9]}-{mark}".lstrip("-")
