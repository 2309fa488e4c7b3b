"""What stands around articles: headings of other ones, buttons, and appeals to the reader."""

import re
from collections.abc import Callable

from sources.documents.article_lines.prose import is_prose, weight

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


def is_appeal(text: str) -> bool:
    if re.search('[“"]', text) or weight(text) < 5:
        return False
    return bool((_ASKS.search(text) and _ADDRESSES.search(text)) or _PRAISES.fullmatch(text))


def is_furniture(text: str) -> bool:
    return len(text) <= 200 and bool(_FURNITURE.fullmatch(text) or _TRAIL.fullmatch(text))


def _is_heading(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: weight(text) <= 7 and not is_prose(text) and bool(pattern.fullmatch(text))


is_end = _is_heading(_END)
is_box = _is_heading(_BOX)
