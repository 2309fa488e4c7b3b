"""How much a line says, and whether it is a paragraph."""

import re

CJK = r"\u3400-\u9fff\uf900-\ufaff"
_CJK_LETTER = re.compile(f"[{CJK}]")
_WORD = re.compile(rf"[^\W_{CJK}]+(?:[’'.-][^\W_{CJK}]+)*")


def weight(text: str) -> int:
    """How much a line says: its words; two Chinese characters count as one."""
    return len(_WORD.findall(text)) + len(_CJK_LETTER.findall(text)) // 2


_FULL_STOP = re.compile(r"[.。…:：][”\"’')\]）」』]*$")
_CALL = re.compile(r"[!?！？][”\"’')\]）」』]*$")
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z](?:\.[A-Za-z])*|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|St|Mr|Mrs|Dr|Dept|No))\.$")
_INNER_END = re.compile(r"[a-z]{4}[.!?][”\"’)]*\s+[A-Z“\"‘(]|[。！？].")
MIN_PROSE = 8


def is_sentence(text: str) -> bool:
    """Whether the line may be a caption: a few words and a full stop."""
    return weight(text) >= 3 and bool(_FULL_STOP.search(text))


def is_prose(text: str) -> bool:
    """Whether the line is a paragraph: words enough and a full stop.

    A single question, call or line that ends in an abbreviation may as well be a headline.
    """
    if weight(text) < MIN_PROSE:
        return False
    if _INNER_END.search(text):
        return bool(_FULL_STOP.search(text) or _CALL.search(text))
    return bool(_FULL_STOP.search(text)) and not _ABBREVIATION.search(text)
