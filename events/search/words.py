"""Text → the words by which it is found, the same for what is searched and for what is asked. Pure.

Letters are small and without diacritics, whatever is neither letter nor digit separates, and a run of Chinese,
Japanese or Korean, which writes no blanks, is cut into overlapping pairs: 北京市 → 北京 京市 市. The last character
stands alone too, so that every character begins a word. Traditional characters stand as simplified ones, as both are
written in one edition. Endings are the engines' affair: both reduce words to stems.
"""

import re
import unicodedata

from opencc import OpenCC

RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]+")
SEPARATOR = "\x1f"  # stays between texts that are folded together
_ASCII = {number: " " for number in range(128) if not chr(number).isalnum() and chr(number) != SEPARATOR}
_NO_LETTER = re.compile(rf"(?:[^\w{SEPARATOR}]|_)+")
_DIACRITIC = re.compile(r"[\u0300-\u036f]+")
_ADDRESS = re.compile(r"https?://\S+")


def _simple_characters() -> dict[int, str]:
    """The simplified character of each traditional one."""
    blocks = range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x323B0)
    characters = [chr(number) for block in blocks for number in block]
    simple = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(one): other for one, other in zip(characters, simple, strict=True) if one != other}


_SIMPLE = _simple_characters()


def simplify(text: str) -> str:
    """The text in simplified characters, each in the place of its traditional one."""
    return text.translate(_SIMPLE)


def fold_words(text: str) -> str:
    """The words of a text, with blanks between them. Addresses of the web hold none."""
    if "://" in text:
        text = _ADDRESS.sub(" ", text)
    if text.isascii():
        return text.lower().translate(_ASCII)
    text = _DIACRITIC.sub("", unicodedata.normalize("NFKD", text).casefold())
    return RUN.sub(_pairs, _NO_LETTER.sub(" ", unicodedata.normalize("NFKC", text)))


def asked_words(text: str) -> tuple[str, ...]:
    """The words that stand one after the other in every text that holds this one."""
    words = fold_words(text).split()
    if len(words) > 1 and RUN.fullmatch(words[-1]) and len(words[-1]) == 1 and words[-2].endswith(words[-1]):
        del words[-1]  # the last of a run: the text may go on
    return tuple(words)


def _pairs(run: re.Match[str]) -> str:
    characters = simplify(run[0])
    pairs = [characters[at : at + 2] for at in range(len(characters))]
    return f" {' '.join(pairs)} "
