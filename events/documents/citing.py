"""How others cite an event: as a line of text in APA's style, for BibTeX, as RIS, as CSL-JSON, and for Wikipedia.

An event is cited as a page of the web: its sentence is the title, the site the author, and its date the date of issue.
Since pages of a wiki change, the day on which it was read belongs to all of them. Text comes from outside: what means
something in a format is escaped, and nothing else.
"""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from msgspec import Struct

from sources.documents.folding import collapse, digest

_MONTHS = (
    "January February March April May June July August September October November December"  # in any locale
).split()
_KEY = re.compile(r"[A-Za-z0-9-]+")
_MAX_KEY = 60  # characters behind the date
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class CitedPage(Struct, frozen=True, kw_only=True):
    """The page of an event as it is cited. `address` is complete; `accessed` is the day on which it was read."""

    title: str
    site: str
    date: dt.date
    slug: str
    language: str
    address: str
    accessed: dt.date

    @property
    def key(self) -> str:
        """The name of the record, of letters, digits and dashes of ASCII: the date and the slug.

        A slug in another script is named by its hash, and a long one by its beginning and its hash.
        """
        beginning = self.slug if _KEY.fullmatch(self.slug) else ""
        if not beginning or len(beginning) > _MAX_KEY:
            known = digest(self.language, self.slug)[:12]
            beginning = f"{beginning[: _MAX_KEY - len(known) - 1].strip('-')}-{known}".lstrip("-")
        return f"{self.date}-{beginning}"


# --- Formats ------------------------------------------------------------------------------------------------------


def apa(page: CitedPage) -> str:
    """A line of a list of references (APA 7, section 10.16): a page that changes is given with the day of retrieval."""
    accessed = f"{_MONTHS[page.accessed.month - 1]} {page.accessed.day}, {page.accessed.year}"
    date = f"{page.date.year}, {_MONTHS[page.date.month - 1]} {page.date.day}"
    site, title = _sentence(_plain(page.site)), _sentence(_plain(page.title))
    return f"{site} ({date}). {title} Retrieved {accessed}, from {_address(page)}"


def bibtex(page: CitedPage) -> str:
    """An entry for BibTeX and BibLaTeX, which print the title as it is, and the address with `\\url`."""
    values = {
        "author": f"{{{_tex(page.site)}}}",
        "title": f"{{{_tex(page.title)}}}",
        "date": page.date.isoformat(),
        "year": str(page.date.year),
        "month": str(page.date.month),
        "url": _address(page),
        "urldate": page.accessed.isoformat(),
        "langid": _tex(page.language),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items())
    return f"@misc{{{page.key},\n{lines}}}\n"


def ris(page: CitedPage) -> str:
    """A record for reference managers, a tag and a value a line. The comma says that the name is no person's."""
    values = [
        ("TY", "ELEC"),
        ("AU", f"{_plain(page.site)},"),
        ("TI", _plain(page.title)),
        ("T2", _plain(page.site)),
        ("PY", str(page.date.year)),
        ("DA", page.date.isoformat().replace("-", "/")),
        ("LA", _plain(page.language)),
        ("UR", _address(page)),
        ("Y2", page.accessed.isoformat().replace("-", "/")),
        ("ID", page.key),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in values)


def csl_json(page: CitedPage) -> str:
    """A list of one item in the words of the Citation Style Language, for Zotero, Pandoc and others."""
    item = {
        "id": page.key,
        "type": "webpage",
        "author": [{"literal": _plain(page.site)}],
        "title": _plain(page.title),
        "container-title": _plain(page.site),
        "issued": _date_parts(page.date),
        "accessed": _date_parts(page.accessed),
        "URL": _address(page),
        "language": page.language,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def wikipedia(page: CitedPage) -> str:
    """Wikipedia's template for a page of the web, without a mark that would end it, link, format or sign."""
    values = {
        "title": _wiki(page.title),
        "url": _WIKI_ADDRESS.sub(_percents, _address(page)),
        "website": _wiki(page.site),
        "date": page.date.isoformat(),
        "access-date": page.accessed.isoformat(),
        "language": _wiki(page.language),
    }
    return "".join(["{{cite web", *(f" |{name}={value}" for name, value in values.items()), "}}"])


class Form(NamedTuple):
    """One way to cite: its name and writer. Those with an `extension` are also files of a kind of their own."""

    name: str
    write: Callable[[CitedPage], str]
    extension: str = ""
    content_type: str = ""


FORMS = (
    Form("APA", apa),
    Form("Wikipedia", wikipedia),
    Form("BibTeX", bibtex, "bib", "application/x-bibtex"),
    Form("RIS", ris, "ris", "application/x-research-info-systems"),
    Form("CSL-JSON", csl_json, "csl.json", "application/vnd.citationstyles.csl+json"),
)
FILES = {form.extension: form for form in FORMS if form.extension}


# --- What their values may hold -----------------------------------------------------------------------------------

# Braces have to be balanced in BibTeX even behind a backslash, so they are spelt out.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}
_WIKI = re.compile(r"&(?=#?\w+;)|[<>|\[\]{}]|''+|~~~+|__+|://")
_WIKI_ADDRESS = re.compile(r"[\[\]']|~~~+|__+")


def _plain(text: str) -> str:
    return collapse(_CONTROLS.sub(" ", text))


def _sentence(text: str) -> str:
    is_over = text.rstrip("\"'”’»」").endswith((".", "?", "!", "。", "？", "！", "…"))
    return text if is_over else f"{text}."


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _plain(text))


def _wiki(text: str) -> str:
    return _WIKI.sub(lambda found: "".join(f"&#{ord(sign)};" for sign in found[0]), _plain(text))


def _percents(found: re.Match[str]) -> str:
    return "".join(f"%{ord(sign):02X}" for sign in found[0])


def _address(page: CitedPage) -> str:
    """The address in ASCII and without what ends a value: braces, bars, backslashes and quotes."""
    return quote(page.address, safe=":/?#[]@!$&'()*+,;=%~")


def _date_parts(date: dt.date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[date.year, date.month, date.day]]}
