"""What one line of a saved article page is by itself, before anything is known of the lines around it.

Every rule looks at one line only; the order of the article is the affair of `article_text`. A rule that is not sure
says OTHER, so that nothing is taken for a byline, a date or a notice that is not plainly one.
"""

from collections.abc import Callable
from enum import Enum, auto

from sources.documents.article_lines.dated import copyright_of, date_of, holder_of, is_published_label, updated_at
from sources.documents.article_lines.furniture import is_appeal, is_box, is_end, is_furniture
from sources.documents.article_lines.labelled import (
    biography_of,
    byline_of,
    caption_of,
    contributors_of,
    credit_of,
    reporters_of,
    split_credit,
    tags_of,
)
from sources.documents.article_lines.people import is_name, names
from sources.documents.article_lines.prose import is_prose, is_sentence, weight

__all__ = [
    "Kind",
    "biography_of",
    "byline_of",
    "caption_of",
    "contributors_of",
    "copyright_of",
    "credit_of",
    "date_of",
    "holder_of",
    "is_name",
    "is_prose",
    "is_published_label",
    "is_sentence",
    "kind_of",
    "names",
    "reporters_of",
    "split_credit",
    "tags_of",
    "updated_at",
    "weight",
]


class Kind(Enum):
    NOTICE = auto()  # Copyright 2019 The Example Times. All rights reserved.
    TAGS = auto()
    UPDATED = auto()
    DATE = auto()
    BYLINE = auto()
    CONTRIBUTION = auto()  # – Ann Example contributed.
    REPORTING = auto()  # Reporting by Ann Example; editing by …
    CAPTION = auto()
    CREDIT = auto()
    END = auto()  # a heading after which only other articles come
    BOX = auto()  # a heading of other articles in the middle of one
    FURNITURE = auto()
    APPEAL = auto()  # a whole sentence in which the site speaks of itself to the reader
    PROSE = auto()
    OTHER = auto()  # headlines, kickers, subheadings, navigation: the place decides


_RULES: tuple[tuple[Kind, Callable[[str], object]], ...] = (
    (Kind.NOTICE, copyright_of),
    (Kind.UPDATED, updated_at),
    (Kind.DATE, date_of),
    (Kind.TAGS, tags_of),
    (Kind.CONTRIBUTION, contributors_of),
    (Kind.REPORTING, reporters_of),
    (Kind.END, is_end),
    (Kind.BOX, is_box),
    (Kind.FURNITURE, is_furniture),
    (Kind.BYLINE, lambda text: not is_prose(text) and byline_of(text) is not None),
    (Kind.CAPTION, caption_of),
    (Kind.CREDIT, credit_of),
    (Kind.APPEAL, is_appeal),
    (Kind.PROSE, is_prose),
)


def kind_of(text: str) -> Kind:
    """The first kind whose rule holds."""
    return next((kind for kind, holds in _RULES if holds(text)), Kind.OTHER)
