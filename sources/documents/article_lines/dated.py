"""Notices of copyright, dates and times."""

import datetime as dt
import re

from sources.documents.folding import collapse

# --- The notice -------------------------------------------------------------------------------------------

_YEARS = r"\d{4}(?:\s*[-–]\s*\d{4})?"
_NOTICE = re.compile(
    r"(?:copyright|©|\(c\)|版权所有)(?:\s*(?:copyright|©|\(c\)|by\b))*[\s,:：]*(?P<rest>\S.*)", re.IGNORECASE
)
_RESERVED = re.compile(r"[\s,|–-]*(?:all rights reserved|版权所有|保留所有权利|未经)", re.IGNORECASE)
_END_OF_HOLDER = re.compile(r"(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCos)(?<!\bCorp)(?<!\b[A-Z])\.\s+(?=[A-Z])|\s*[|•。]")
_LEGAL_END = re.compile(r"\b(?:Inc|Ltd|Co|Cos|Corp|[A-Z])\.$")


def copyright_of(text: str) -> str:
    """The year and holder, "2019 The Example Times", of a copyright notice; empty if `text` is none.

    A notice begins as one and names both.
    """
    if not (found := _NOTICE.match(text)):
        return ""
    rest = _END_OF_HOLDER.split(_RESERVED.split(found["rest"], maxsplit=1)[0], maxsplit=1)[0]
    if not (years := re.search(_YEARS, rest)):
        return ""
    holder = collapse(rest[: years.start()] + " " + rest[years.end() :]).strip(" ,;:–-")
    if not _LEGAL_END.search(holder):
        holder = holder.rstrip(" .")
    # A sentence about copyright ("Copyright 2019 was …") goes on in small letters.
    return f"{years[0]} {holder}" if holder and not holder[0].islower() and len(holder) <= 200 else ""


def holder_of(copyright_text: str) -> str:
    """The holder in "2019 The Example Times"."""
    return re.sub(rf"^{_YEARS}\s*", "", copyright_text)


# --- Dates and times --------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATES = (
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
)
_MOMENT_WORD = re.compile(
    r"\d[\dT:.,/年月日时分秒+Z-]*(?:st|nd|rd|th|am|pm|h)?,?|[ap]\.?m\.?,?|[A-Z]{1,4}T|UTC|Z|at|on|o’clock"
    r"|(?:mon|tue|tues|wednes|thurs?|fri|satur|sun)(?:day)?\.?,?|(?:wed|thu|sat)\.?,?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?,?|local|time|星期.",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"[–—(-]{0,3}\s*(?:last\s+)?(?:updated|modified|更新(?:时间)?)[\s:：]+(?:(?:at|on)\s+)?(?P<when>.+)", re.IGNORECASE
)
_PUBLISHED = re.compile(
    r"(?:first\s+)?(?:published|posted|发布(?:时间)?)[\s:：]+(?:(?:at|on)\s+)?(?P<when>.+)", re.IGNORECASE
)


def _is_moment(text: str) -> bool:
    words = text.split()
    return len(words) <= 12 and any(map(str.isdigit, text)) and all(map(_MOMENT_WORD.fullmatch, words))


def updated_at(text: str) -> str:
    """The moment in "Updated at 2:52 p.m.", as it is written; empty if `text` is no such line."""
    found = _UPDATED.fullmatch(text)
    when = found["when"].strip(" )") if found else ""
    return when if _is_moment(when) else ""


def is_published_label(text: str) -> bool:
    return bool(_PUBLISHED.fullmatch(text))


def date_of(text: str) -> dt.date | None:
    """The day of a line that is nothing but a date or moment; None where it states none or could mean two."""
    if found := _PUBLISHED.fullmatch(text):
        text = found["when"]
    if not _is_moment(text):
        return None
    for pattern in _DATES:
        if found := pattern.search(text):
            month = found["month"]
            number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
            try:
                return dt.date(int(found["year"]), number, int(found["day"]))
            except ValueError:
                return None
    return None
