"""What a text can be compared by: its words without their endings, the names it may spell, the day an address states.

The rules are short and know no dictionary. Chinese and Japanese have no blanks and are cut into pairs of characters.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from sources.documents.folding import fold
from sources.documents.urls import is_web_address

MAX_NAME = 6  # words, or characters without blanks; longer names of tags are sentences
_STEM = 6  # characters: what follows them says how a word is used rather than what it means
_CJK = r"\u3040-\u30ff\u3400-\u9fff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:[,. ]\d{3})+(?!\d)")
_LETTERS = re.compile(r"\b(?:[^\W\d_][. ]){1,4}[^\W\d_]\b")
_SENTENCE_END = re.compile(r"[.;:!?()\"|•\n]+\s")
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}
# Words that every other headline holds. "One" is mostly no number.
_COMMON_WORDS = (
    "a about after against amid among an and are as at be been before between but by during for from had has have he"
    " her his in into is it its more new no not of off on one or other out over s said say says she than that the their"
    " they this to under up was were what when where which while who will with would"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "ions", "ion", "edly", "ers", "ies", "ed", "er", "es", "ly", "s")
_OF_A_LAND = ("ians", "ian", "ans", "an", "ese", "ish", "is", "i", "s", "n")
_LANDS_END = ("", "a", "e", "y", "ia")
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:(?P<border>[/-])(\d\d?|[a-z]{3})(?P=border)(\d\d?)|(\d\d)(\d\d))(?!\d)", re.IGNORECASE
)


def words(text: str) -> list[str]:
    """The folded words of `text` in order: "U.S." as "us", "40,953" and "40 953" as one number."""
    text = _APOSTROPHE.sub("", fold(text))
    text = _THOUSANDS.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    text = _LETTERS.sub(lambda found: re.sub(r"[. ]", "", found[0]), text)
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)  # names of tags come again and again
def terms(text: str) -> Mapping[str, str]:
    """What `text` is compared by, each with the word that it stands for: stems, and pairs of Chinese characters."""
    found: dict[str, str] = {}
    for word in words(text):
        if _CJK_RUN.match(word):
            found |= {pair: pair for pair in _pieces(word, 2)}
        elif word not in _COMMON:
            found.setdefault(stem(word), word)
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The head of `word` without its ending; a number word as digits."""
    if not word.isalpha():
        return word
    if digits := _DIGITS.get(word):
        return digits
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), "")
    word = word.removesuffix(ending)
    return (word[:-1] if len(word) > 3 and word[-1] in "ey" else word)[:_STEM]


@lru_cache(maxsize=50_000)
def initials(name: str) -> str:
    """The letters by which a name of several words may be called: "uk" for United Kingdom; else empty."""
    heads = [word[0] for word in words(name) if word not in _COMMON]
    return "".join(heads) if 2 <= len(heads) <= MAX_NAME else ""


def names(text: str) -> set[str]:
    """Every folded name that `text` may spell: its runs of words, and the lands that a word may be derived from."""
    found: set[str] = set()
    for sentence in _SENTENCE_END.split(fold(text)):
        run = sentence.replace(",", " ").split()
        for start in range(len(run)):
            found.update(" ".join(run[start:end]) for end in range(start + 1, min(start + MAX_NAME, len(run)) + 1))
    for word in words(text):
        if _CJK_RUN.match(word):
            found.update(piece for length in range(2, MAX_NAME + 1) for piece in _pieces(word, length))
        else:
            found.update((word, *_lands(word)))
    return found - _COMMON


def _lands(word: str) -> Iterator[str]:
    """Of which land a word may say something: Russian → Russia, Chinese → China."""
    for ending in _OF_A_LAND:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield from (word.removesuffix(ending) + end for end in _LANDS_END)


def _pieces(run: str, length: int) -> Iterator[str]:
    return (run[start : start + length] for start in range(max(1, len(run) - length + 1)))


def path_words(url: str) -> str:
    """The words that the path of an address spells, without the numbers that only machines read."""
    path = re.sub(r"\.\w{2,5}$", "", _path(url))
    return " ".join(word for word in re.split(r"[\W_]+", path) if word.isalpha() or (word.isdigit() and len(word) < 4))


def stated_date(url: str) -> dt.date | None:
    """The day that the path of an address states, as /2023/02/03/, /2023/feb/3/, -2023-02-03 or /20230203."""
    for found in _DATE.finditer(_path(url)):
        year, _, month, day, packed_month, packed_day = found.groups()
        month = (month or packed_month).casefold()
        try:
            return dt.date(int(year), _MONTHS.get(month) or int(month), int(day or packed_day))
        except ValueError:
            continue
    return None


def _path(url: str) -> str:
    return unquote(urlsplit(url).path) if is_web_address(url) else ""
