"""Lines that say what they are: bylines, tags, credits, captions; and who a writer is."""

import re

from sources.documents.article_lines.people import ROLES, is_capitalised, is_name, names, split_names
from sources.documents.article_lines.prose import is_prose, weight

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
    return people if people or (ROLES.search(stated) and is_capitalised(_stated_words(stated))) else None


def _stated_words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word not in ("and", "the", "of")]


def contributors_of(text: str) -> tuple[str, ...]:
    """Who contributed, agencies included; empty if `text` does not say so."""
    if not (found := _CONTRIBUTION.fullmatch(text)):
        return ()
    parts = split_names(_PLACE.sub("", found["names"] or found["more"]))
    is_named = all(len(part.split()) <= 6 and is_capitalised(part.split()) for part in parts)
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
        "/" in found["by"] and weight(agency) <= 4 and is_capitalised(agency.split())
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
