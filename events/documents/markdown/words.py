"""The words of the pages' editions, and what tells their structure from text."""

import re
from dataclasses import dataclass

_STRUCTURE = re.compile(r"\\*(?:#{1,6} |#{5}$|_(?:Topics|Tags|Category|Context|上下文|消息)[:：])")
COVER = "Cover Image"


@dataclass(frozen=True, slots=True)
class Words:
    """How an edition of the archive labels the parts of a page."""

    source: str
    corrections: str
    related: str
    context: str
    previous: str
    has_lead_topic: bool


_WORDS = {
    "en": Words("Source", "Corrections", "Related", "Context", "Previous Day", has_lead_topic=False),
    "zh": Words("信息来源", "更正", "有关", "上下文", "前一天", has_lead_topic=True),
}
EDITIONS = tuple(_WORDS)


def words_of(language: str) -> Words:
    """The words of the language's edition; the English ones for a language without."""
    return _WORDS.get(language, _WORDS["en"])


def escape(text: str) -> str:
    """The text with a backslash before every line that looks like the page's own structure."""
    return "\n".join("\\" + line if _STRUCTURE.match(line) else line for line in text.split("\n"))


def unescape(lines: list[str]) -> str:
    """The lines as one text; a line that looks like the page's own structure was written behind a backslash."""
    text = "\n".join(lines).strip("\n")
    return "\n".join(
        line[1:] if line.startswith("\\") and _STRUCTURE.match(line) else line for line in text.split("\n")
    )
