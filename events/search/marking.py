"""Where in a text the words are by which it was found."""

import re
from collections.abc import Collection, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString

from events.search.words import RUN, fold_words, simplify

_PIECE = re.compile(rf"{RUN.pattern}|(?:(?!{RUN.pattern})[^\W_])+|.", re.DOTALL)


def mark(text: str, hits: Collection[str], runs: Collection[str]) -> SafeString:
    """The text as safe HTML in which the words of `hits`, folded, and the `runs` of characters are marked."""
    pattern = re.compile("|".join(re.escape(run) for run in sorted(runs, key=len, reverse=True))) if runs else None
    return SafeString("".join(_marked(text, hits, pattern)))


def _marked(text: str, hits: Collection[str], runs: re.Pattern[str] | None) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if RUN.match(piece):
            yield _marked_run(piece, runs) if runs else piece
        elif piece.isalnum() and hits and all(word in hits for word in fold_words(piece).split() or [""]):
            yield f"<mark>{escape(piece)}</mark>"
        else:
            yield escape(piece)


def _marked_run(run: str, asked: re.Pattern[str]) -> str:
    parts, at = [], 0
    for found in asked.finditer(simplify(run)):
        parts += [run[at : found.start()], f"<mark>{run[found.start() : found.end()]}</mark>"]
        at = found.end()
    return "".join([*parts, run[at:]])
