"""What one line of a saved article page is by itself, before anything is known of the lines around it.

Every rule looks at one line only; the order of the article is the affair of `article_text`. A rule that is not sure
says OTHER, so that nothing is taken for a byline, a date or a notice that is not plainly one.
"""

import datetime as dt
import re
from collections.abc import Callable
from enum import Enum, auto

from sources.documents.folding import collapse


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


_CJK = r"\u3400-\u9fff\uf900-\ufaff"
_CJK_LETTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(rf"[^\W_{_CJK}]+(?:[’'.-][^\W_{_CJK}]+)*")


def weight(text: str) -> int:
    """How much a line says: its words; two Chinese characters count as one."""
    return len(_WORD.findall(text)) + len(_CJK_LETTER.findall(text)) // 2


# --- Names of people --------------------------------------------------------------------------------------

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
_ROLES = re.compile(
    r"\b(?:staff|writers?|reporters?|correspondents?|editors?|editorial|board|news|times|press|post|chief|bureau"
    r"|agency|agencies|desk|columnist|producer|contributors?|photographer|special|team|service)\b",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.’'-]*(?:[.’'-]+[^\W\d_.’'-]+)*\.?")
_CJK_NAME = re.compile(f"[{_CJK}]{{2,4}}")
_BETWEEN_NAMES = re.compile(r"\s*[,;、，；]\s*(?:and\s+|&\s*)?|\s+(?:and|AND|&)\s+|(?<=[一-鿿])\s+(?=[一-鿿])")


def is_name(text: str) -> bool:
    """Whether `text` is written like the name of a person: two to five words, capitalised but for particles."""
    if _CJK_NAME.fullmatch(text):
        return True
    words = text.split()
    return 2 <= len(words) <= 5 and not _ROLES.search(text) and _is_capitalised(words)


def _is_capitalised(words: list[str]) -> bool:
    return all(_NAME_WORD.fullmatch(word) and (word[0].isupper() or word in _PARTICLES) for word in words) and any(
        word[0].isupper() for word in words
    )


def names(text: str) -> tuple[str, ...]:
    """The names of people in a byline; roles, desks and agencies between them are left out."""
    parts = (part.strip(" .") if not re.search(r"\b[JS]r\.$", part) else part for part in _split_names(text))
    return tuple(dict.fromkeys(part for part in parts if is_name(part)))


def _split_names(text: str) -> list[str]:
    return [part for part in _BETWEEN_NAMES.split(text) if part]


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


# --- Lines with a label -----------------------------------------------------------------------------------

_BYLINE = re.compile(
    r"(?:(?:written|story|text|words|reported)\s+)?by[:\s]\s*(?P<names>\S.{0,200})"
    r"|(?:本报|本台|本刊)?(?:记者|作者|撰文)[:：\s]\s*(?P<cjk>\S.{0,60})|文\s*[/／]\s*(?P<wen>\S.{0,60})",
    re.IGNORECASE,
)
_CONTRIBUTION = re.compile(
    r"[–—•*(\s-]{0,5}(?P<names>\S.{0,200}?)\s+(?:also\s+)?contributed(?:\s+reporting)?"
    r"(?:\s+to\s+(?:this|the)\s+(?:report|reporting|story|article|piece))?(?:\s+from\s.{1,40})?[\s.)]*"
    r"|[–—•*(\s-]{0,5}(?:additional|further)\s+reporting\s+by[:\s]\s*(?P<more>\S.{0,200}?)[\s.)]*",
    re.IGNORECASE,
)
_REPORTING = re.compile(r"[–—(\s-]{0,5}reporting\s+by[:\s]\s*(?P<names>\S.{0,300}?)[\s.)]*", re.IGNORECASE)
_PLACE = re.compile(r"\s+in\s+[^,;]+")
_TAGS = re.compile(
    r"(?i:tags|标签|关键词)(?:\s*[:：]\s*|\s+(?=[^\Wa-z_]))(?P<tags>\S.*)"
    r"|(?i:topics|keywords|filed under)\s*:\s*(?P<more>\S.*)"
)
MAX_TAG_WORDS = 60
_TAG_SEPARATOR = re.compile(r"\s*[,;|•·、，；]\s*|(?:^|\s+)#")
_CREDIT_LABEL = (
    r"(?:photo|photograph|photographs|photos|image|picture|credit)(?:\s+credit)?(?:\s*[:：]|\s+by\b)"
    r"|image source\s*[:,]|图片来源\s*[:：]|摄影\s*[:：/／]|©(?=\s*[^\d\s])"
)
_PICTURES = r"(?:Getty Images|Shutterstock|iStock|EPA-EFE|Alamy|Unsplash|AP Photo|AP Images)"
_AGENCY = rf"(?:{_PICTURES}|AP|AFP|Reuters|REUTERS|EPA|Bloomberg|Xinhua|UPI|NPR|TASS|Pool|Handout)"
# "Jane Roe / Example Pictures", "Jane Roe via Getty Images", "AP Photo/Jane Roe", "Getty Images"
_CREDIT = re.compile(
    rf"(?i:{_CREDIT_LABEL})\s*(?P<labelled>\S.{{0,150}})"
    rf"|(?P<who>[^/,.]{{2,60}}?)(?P<by>\s*/\s*|,\s|\s(?:via|for|[-–|])\s)(?P<agency>[^/,]{{2,60}})|{_PICTURES}"
)
_CREDIT_AT_END = re.compile(
    rf"(?P<caption>.*[.!?。！？”\"’])\s*[|(]?\s*(?P<credit>(?:(?i:{_CREDIT_LABEL})|AP Photo/).{{2,150}}"
    rf"|[^.()]{{2,60}}/\s?{_AGENCY}\)?)"
)
_CAPTION = re.compile(r"(?:(?:image )?caption\s*[:：,]|图\s*[:：])\s*(?P<caption>\S.*)", re.IGNORECASE)


def byline_of(text: str) -> tuple[str, ...] | None:
    """The people a byline names, none where it names only a desk or an agency; None if `text` is no byline."""
    if not (found := _BYLINE.fullmatch(text)):
        return None
    stated = found["names"] or found["cjk"] or found["wen"]
    people = names(stated)
    return people if people or (_ROLES.search(stated) and _is_capitalised(_stated_words(stated))) else None


def _stated_words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word not in ("and", "the", "of")]


def contributors_of(text: str) -> tuple[str, ...]:
    """Who contributed, agencies included; empty if `text` does not say so."""
    if not (found := _CONTRIBUTION.fullmatch(text)):
        return ()
    parts = _split_names(_PLACE.sub("", found["names"] or found["more"]))
    is_named = all(len(part.split()) <= 6 and _is_capitalised(part.split()) for part in parts)
    return tuple(dict.fromkeys(parts)) if is_named else ()


def reporters_of(text: str) -> tuple[str, ...]:
    """The people of "(Reporting by A and B in Rome; editing by C)" but for who edited."""
    found = _REPORTING.fullmatch(text)
    return names(_PLACE.sub("", re.split(r"[;；]", found["names"])[0])) if found else ()


def tags_of(text: str) -> tuple[tuple[str, ...], str] | None:
    """The tags of a line of tags: apart, or as the unseparated rest of it. None if `text` is no such line."""
    if not (found := _TAGS.fullmatch(text)) or (text.endswith(".") and is_prose(text)):
        return None
    stated = found["tags"] or found["more"]
    if _TAG_SEPARATOR.search(stated):
        return tuple(dict.fromkeys(part for part in _TAG_SEPARATOR.split(stated) if part)), ""
    return ((), stated) if len(stated.split()) <= MAX_TAG_WORDS else None


def credit_of(text: str) -> str:
    """Whom the line credits with a picture; empty if it credits nobody."""
    text = re.sub(r"^\((.*)\)$", r"\1", text)
    if len(text) > 200 or not (found := _CREDIT.fullmatch(text)):
        return ""
    if not (who := found["who"]):
        return found["labelled"] or text
    agency = found["agency"]
    is_agency = re.fullmatch(_AGENCY, agency) or (
        "/" in found["by"] and weight(agency) <= 4 and _is_capitalised(agency.split())
    )
    is_taken = re.fullmatch(_AGENCY, who) and ("/" in found["by"] or "via" in found["by"])
    return text if (is_agency and is_name(who)) or is_taken else ""


def split_credit(text: str) -> tuple[str, str]:
    """The caption and the credit of a caption that ends with its credit; the credit empty if there is none."""
    if len(text) > 1500 or not (found := _CREDIT_AT_END.fullmatch(text)):
        return text, ""
    credit = found["credit"].strip()
    credit = credit if "(" in credit else credit.rstrip(")")
    return found["caption"].strip(), credit_of(credit) or credit


def caption_of(text: str) -> str:
    found = _CAPTION.fullmatch(text)
    return found["caption"] if found else ""


_BIOGRAPHY = re.compile(
    r"(?P<name>[^,.:;]{3,60}?)(?:,\s[^,]{2,60},)?\s+(?:is|was)\s+(?:an?\b|the\b|our\b|\S+[’']s?\b)[^.;]{0,80}?"
    r"\b(?:reporter|correspondent|editor|writer|journalist|columnist|producer|host|fellow|bureau chief)\b.*",
)
_BEAT = re.compile(r"(?P<name>[^,.:;]{3,60}?)\s+(?:covers|reports on|writes about)\s\S.*")


def biography_of(text: str) -> str:
    """The name in "Ann Example is a reporter on …"; empty if `text` is no such sentence."""
    found = _BIOGRAPHY.fullmatch(text) or _BEAT.fullmatch(text)
    return found["name"] if found and is_name(found["name"]) else ""


# --- Furniture --------------------------------------------------------------------------------------------

_END = re.compile(
    r"(?:the\s+)?(?:most|top)\s+(?:popular|read|viewed|shared|stories|headlines)(?:\s+(?:in|on|now|today|stories)\b.*)?"
    r"|trending(?:\s+(?:now|stories|news))?|recommended(?:\s+(?:for you|stories))?|you may also like|up next|comments"
    r"|more (?:from|stories|news|headlines|on this)\b.*|(?:latest|other) (?:news|stories|headlines)"
    r"|热门.{0,6}|热点.{0,6}|更多新闻|网友评论",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"related(?:\s+(?:stories|articles|content|coverage|news|links))?\s*:?"
    r"|see also\s*:?|also read\s*:?|you may also be interested in\s*:?"
    r"|read (?:more|next|also)\s*:?|相关(?:阅读|新闻|报道|链接)\s*[:：]?",
    re.IGNORECASE,
)
_BUTTON = (
    r"share(?: this(?: \w+)?)?|tweet|e-?mail|print|save|facebook|twitter|x|whatsapp|linkedin|reddit|flipboard|pinterest"
    r"|telegram|instagram|youtube|messenger|copy link|link|listen(?: live)?|watch(?: live)?|play|pause|mute|download"
    r"|transcript|menu|search|home|close|log ?in|log ?out|sign in|sign out|my account|register|subscribe(?: now)?"
    r"|donate(?: now)?|newsletters?|podcasts?|live|rss|accessibility|careers|advertise|contact(?: us)?|about(?: us)?"
    r"|terms(?: of (?:use|service))?|privacy(?: policy)?|cookie(?:s| policy| settings)"
)
_FURNITURE = re.compile(
    rf"(?:(?:{_BUTTON})[\s|•·/,]*){{1,12}}"
    r"|skip to .{1,40}|(?:main|site) (?:menu|navigation)|play live radio|next up:?.{0,80}|available on air stations"
    r"|on air(?: now)?:?.{0,80}|now playing:?.{0,80}|(?:listen\s*[•·]?\s*)?\d{1,2}:\d{2}(?:\s*/?\s*\d{1,2}:\d{2})*"
    r"|(?:advertisement|advertising|sponsored|sponsored content|paid content|story continues below.{0,40}|ad)"
    r"|load more.{0,30}|show (?:more|less|all).{0,30}|(?:see|view) (?:all|more)\b.{0,60}|read (?:more|next|also)\s*:.*"
    r"|related\s*:.*|see also\s*:.*|also read\s*:.*|click here.{0,60}|sign up (?:for|to)\b.{0,80}|subscribe to\b.{0,80}"
    r"|follow (?:us|\S+ on)\b.{0,60}|download (?:the|our)\b.{0,40}|(?:toggle|hide) caption|enlarge this image"
    r"|support (?:us|the \S+)|\d+ (?:comments?|shares?|min(?:ute)?s? read)|leave a comment|join the conversation"
    r"|back to top|all rights reserved\.?|this material may not be .{0,120}"
    r"|分享.{0,20}|打印.{0,10}|字号.{0,20}|来源\s*[:：].{1,40}|(?:责任)?编辑\s*[:：].{1,30}|扫一扫.{0,40}|广告|返回顶部|首页",
    re.IGNORECASE,
)
_TRAIL = re.compile(r".{1,40}\s[>›]\s.{1,120}")
_ASKS = re.compile(
    r"\b(?:donat\w+|your (?:gift|support|contribution)|become a member|members?hip|subscri\w+|newsletters?|sign up"
    r"|(?:nonprofit|independent|local|public) (?:journalism|media|radio)|our (?:app|podcasts?|journalism)|cookies"
    r"|javascript|ad blocker|follow us)\b",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(
    r"\b(?:you|your|our|us|we)\b|^(?:please|sign|subscribe|donate|support|join|help|become)\b", re.I
)
_PRAISES = re.compile(
    r"[^,.]{2,60}\s(?:serves|brings you|is your)\s.{2,80}\b(?:news|podcasts?|journalism|radio)\b.*", re.I
)

# --- Prose ------------------------------------------------------------------------------------------------

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


def _is_appeal(text: str) -> bool:
    if re.search('[“"]', text) or weight(text) < 5:
        return False
    return bool((_ASKS.search(text) and _ADDRESSES.search(text)) or _PRAISES.fullmatch(text))


def _is_furniture(text: str) -> bool:
    return len(text) <= 200 and bool(_FURNITURE.fullmatch(text) or _TRAIL.fullmatch(text))


def _is_heading(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: weight(text) <= 7 and not is_prose(text) and bool(pattern.fullmatch(text))


_RULES: tuple[tuple[Kind, Callable[[str], object]], ...] = (
    (Kind.NOTICE, copyright_of),
    (Kind.UPDATED, updated_at),
    (Kind.DATE, date_of),
    (Kind.TAGS, tags_of),
    (Kind.CONTRIBUTION, contributors_of),
    (Kind.REPORTING, reporters_of),
    (Kind.END, _is_heading(_END)),
    (Kind.BOX, _is_heading(_BOX)),
    (Kind.FURNITURE, _is_furniture),
    (Kind.BYLINE, lambda text: not is_prose(text) and byline_of(text) is not None),
    (Kind.CAPTION, caption_of),
    (Kind.CREDIT, credit_of),
    (Kind.APPEAL, _is_appeal),
    (Kind.PROSE, is_prose),
)


def kind_of(text: str) -> Kind:
    """The first kind whose rule holds."""
    return next((kind for kind, holds in _RULES if holds(text)), Kind.OTHER)
