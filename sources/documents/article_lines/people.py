"""Names of people."""

import re

from sources.documents.article_lines.prose import CJK

_PARTICLES = frozenset(
    [
        "al",
        "bin",
        "da",
        "de",
        "del",
        "den",
        "der",
        "di",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "von",
        "y",
    ]
)
# Words that stand beside a name in a byline, or make the name that of a desk or an agency.
ROLES = re.compile(
    r"\b(?:staff|writers?|reporters?|correspondents?|editors?|editorial|board|news|times|press|post|chief|bureau"
    r"|agency|agencies|desk|columnist|producer|contributors?|photographer|special|team|service)\b",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.’'-]*(?:[.’'-]+[^\W\d_.’'-]+)*\.?")
_CJK_NAME = re.compile(f"[{CJK}]{{2,4}}")
_BETWEEN_NAMES = re.compile(r"\s*[,;、，；]\s*(?:and\s+|&\s*)?|\s+(?:and|AND|&)\s+|(?<=[一-鿿])\s+(?=[一-鿿])")


def is_name(text: str) -> bool:
    """Whether `text` is written like the name of a person: two to five words, capitalised but for particles."""
    if _CJK_NAME.fullmatch(text):
        return True
    words = text.split()
    return 2 <= len(words) <= 5 and not ROLES.search(text) and is_capitalised(words)


def is_capitalised(words: list[str]) -> bool:
    return all(_NAME_WORD.fullmatch(word) and (word[0].isupper() or word in _PARTICLES) for word in words) and any(
        word[0].isupper() for word in words
    )


def names(text: str) -> tuple[str, ...]:
    """The names of people in a byline; roles, desks and agencies between them are left out."""
    parts = (part.strip(" .") if not re.search(r"\b[JS]r\.$", part) else part for part in split_names(text))
    return tuple(dict.fromkeys(part for part in parts if is_name(part)))


def split_names(text: str) -> list[str]:
    return [part for part in _BETWEEN_NAMES.split(text) if part]
