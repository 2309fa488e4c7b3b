import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.documents.cleaning import clean, clean_document, clean_summary
from events.documents.records import CitationDocument, EventDocument, ImageDocument, RelatedDocument

MARKS = (
    "''",
    "'''",
    "{{Nowrap|",
    "}}",
    "{{",
    "-{",
    "zh-hans:",
    "zh-tw:",
    ";",
    "}-",
    "[http:--a.example-b ",
    "[https://a.example/b",
    "]",
    "[[",
    "]]",
    "|",
    "date=2031年5月",
    "|date=",
    "&#x20;",
    "&nbsp;",
    "&amp;",
    "&lt;",
    "&#39;",
    "<b>",
    "</b>",
    "<ref>",
    "</ref>",
    "<!--",
    "-->",
    "Ã©",
    "â€™",
    "«",
    "\u200b",
    "\"'",
    "'\"",
    " ",
    "。",
    ".",
    "(",
    ")",
    "`",
    "\n",
    "a",
    "水",
    "zh:",
    "5'11''",
    ".mw-parser-output .a{b:c}",
    "http://a.example",
)
hostile = st.lists(st.sampled_from(MARKS) | st.text(max_size=3), max_size=25).map("".join)
# No sign of markup in it: brackets, bars, ampersands, pairs of apostrophes, addresses, parameters.
ordinary = st.lists(
    st.sampled_from(
        ["the river", "Kendal", "it's", "6'2", "–", "5 > 4", "水位上升", "«Été»", "CAFÉ…", "*", "_", "# ", ": "]
    ),
    max_size=12,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The ''Courier'' and '''Kent''' rise", "The Courier and Kent rise"),
        ("''''Kent''''", "'Kent'"),
        ("The ferry''s crew", 'The ferry"s crew'),  # one pair alone was typed for a quote
        ("He is 6'2'' and she 5'11'' tall", "He is 6'2\" and she 5'11\" tall"),
        ("河水在\"'肯德尔\"'上涨", "河水在肯德尔上涨"),
        ("{{Nowrap|10 km}} of road", "10 km of road"),
        ("{{nowrap|{{small|10 km}}}} of road", "10 km of road"),
        ("{{lang|fr|Le Kent}} rises", "Le Kent rises"),
        ("{{Nowrap|1=10 km}}", "10 km"),
        ("Rain{{citation needed|date=May 2031}}", "Rain"),
        ("Rain {{spaced ndash}} much", "Rain – much"),
        ("{{Cumbria}} floods", "Cumbria floods"),
        ("Rain {{Nowrap|10 km", "Rain 10 km"),
        ("Kent <small>(river)</small> rises<br/>again", "Kent (river) rises again"),
        ("Rain<ref>The Courier, 2031</ref> falls", "Rain falls"),
        ("Rain <!-- how much? --> falls <!--", "Rain falls"),
        ("Rain&#x20;falls&nbsp;on&#32;Kendal", "Rain falls on Kendal"),
        ("Marks &amp; Sons, &quot;Kent&quot;", 'Marks & Sons, "Kent"'),
        ("M &amp;amp; S", "M & S"),
        ("5 &lt; 6", "5 < 6"),
        ("&lt;script&gt;", "&lt;script>"),
        ("&nosuch; &#0;", "&nosuch; &#0;"),
        ("The [[Kent]] and the [[River Sprint|Sprint]]", "The Kent and the Sprint"),
        ("The [[Kent] and Sprint]] rise", "The Kent and Sprint rise"),
        ("The Kent] rises in[Kendal", "The Kent] rises in[Kendal"),
        ("The Kent] rises", "The Kent rises"),
        ("The U.S.]Navy", "The U.S. Navy"),
        ("Rain. [", "Rain."),
        ("Rain. (Courier)]", "Rain. (Courier)"),
        ("Rain falls. |", "Rain falls."),
        ("Rain falls. , []", "Rain falls."),
        ("Rain [sic] falls on [the] Kent", "Rain [sic] falls on [the] Kent"),
        ("Ann Example [fr] and Bo Ek [sv] win", "Ann Example and Bo Ek win"),
        ("Rain falls.[Newslink missing]", "Rain falls."),
        ("Rain falls. [NEWSLINK MISSING].", "Rain falls."),
        ("thumb|200px|right|The KentThe Kent rises", "The Kent rises"),
        (".mw-parser-output .frac{top:0}.mw-parser-output .a .b{x:y}6.2 metres", "6.2 metres"),
        ("south of \u200bKendal", "south of Kendal"),
        ("cafÃ© in MÃ¼nchen", "café in München"),
        ("the townâ€™s bridge", "the town’s bridge"),
        ("CAFÉ… and «É»", "CAFÉ… and «É»"),
        ("cafÃ© and 水", "cafÃ© and 水"),  # not all of it was misread
    ],
)
def test_leftovers_become_words(text: str, shown: str) -> None:
    assert clean(text, "en") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rain [http:--courier.example-rain.html (Courier)] falls", "Rain (Courier) falls"),
        ("河水上涨。[http:--news.example-1.htm 信使报]date=2031年5月", "河水上涨。 (信使报)"),
        ("河水上涨。[http:--a.example-1 甲报][http:--b.example-2 乙报]date=十一月 2031 ", "河水上涨。 (甲报) (乙报)"),
        ("见《[http:--news.example-1.htm 信使报]》", "见《信使报》"),
        ("河水上涨（[http:--news.example-1.htm]）。", "河水上涨。"),
        ("河水上涨 [https:--a.example-1 (甲报)] ，桥断", "河水上涨 (甲报)，桥断"),
        ("河水上涨。[https:--archive.example-http:--a.example-1 甲报]yes", "河水上涨。 (甲报)"),
        ("河水上涨。[http:--a.example-1 ([[甲报)]", "河水上涨。 (甲报)"),
        ("Rain falls.[http://courier.example/1", "Rain falls."),
        ("Rain falls.http://courier.example/1", "Rain falls."),
        ("Rain falls. https://courier.example/1", "Rain falls."),
        ("Rain falls. See http://courier.example/1.", "Rain falls. See http://courier.example/1."),
        ("url=https://courier.example/1 |date= ,信使报", "信使报"),
        ("link|date=2031年5月 |bot=A Bot |fix-attempted=yes }} 信使报", "信使报"),
        ("the parameter date=today", "the parameter date=today"),
    ],
)
def test_an_address_goes_and_its_words_stay(text: str, shown: str) -> None:
    assert clean(text, "zh") == shown


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("-{zh-hans:肯特河;zh-hant:肯特河畔}-上涨", "zh", "肯特河上涨"),
        ("-{zh-tw:乙; zh-hk:丙; zh-cn:甲;}-", "zh", "甲"),
        ("-{zh-tw:乙; zh-hk:丙; zh-cn:甲;}-", "zh-tw", "乙"),
        ("-{zh-tw:乙; zh-hk:丙; zh-cn:甲;}-", "zh-hk", "丙"),
        ("-{zh:丁;zh-hant:乙}-", "zh", "丁"),
        ("-{zh-hk:丙;zh-tw:乙}-", "zh", "丙"),
        ("-{zh-cn:甲; zh-tw:zh-tw:乙}-", "zh-tw", "乙"),
        ("-{zh-cn:甲}--{zh-cn:乙}-", "zh", "甲乙"),
        ("-{zh-cn:甲;乙;zh-tw:丙}-", "zh", "甲;乙"),
        ("支-{}-持 -{支}-持", "zh", "支持 支持"),
        ("-{T|zh-cn:甲}-题 -{H|zh-cn:乙}-河", "zh", "题 河"),
        ("-{A|zh-cn:甲;zh-tw:乙}-", "zh", "甲"),
        ("-{甲=>zh-cn:乙}-", "zh", "乙"),
        ("zh:肯特河", "en", "肯特河"),
    ],
)
def test_the_edition_chooses_the_characters(text: str, language: str, shown: str) -> None:
    assert clean(text, language) == shown


@pytest.mark.parametrize(
    "summary",
    [
        "Rain fell.\n\n- in [[Kendal|the town]]\n- on the [Kent](http://kent.example/a_(b) \"The ''Kent''\")",
        "Write `''Kent''` or\n\n    {{Nowrap|Kent}}\n\n```\n&nbsp;\n```",
        "5 &lt; 6 and &#42;no emphasis&#42; and &#91;no link&#93;",
    ],
)
def test_markdown_stays_markdown(summary: str) -> None:
    assert clean_summary(summary, "en") == summary


def test_leftovers_in_a_summary_go_line_by_line() -> None:
    summary = (
        "Rain&#x20;fell on ''Kendal''.\n\n&nbsp;&nbsp;&nbsp;&nbsp;- {{Nowrap|10 km}} of `&nbsp;`\n  * M<sub>w</sub> 6"
    )
    assert clean_summary(summary, "en") == "Rain fell on Kendal.\n\n- 10 km of `&nbsp;`\n  * Mw 6"


@given(hostile, st.sampled_from(["en", "zh"]))
def test_cleaning_twice_is_the_same_as_once(text: str, language: str) -> None:
    for cleaner in (clean, clean_summary):
        once = cleaner(text, language)
        assert cleaner(once, language) == once


@given(ordinary, st.sampled_from(["en", "zh"]))
def test_ordinary_text_is_left_alone(text: str, language: str) -> None:
    assert clean(text, language) == text
    assert clean_summary(text, language) == text


@pytest.mark.parametrize("cleaner", [clean, clean_summary])
@pytest.mark.parametrize("mark", [*MARKS, "[ ", "-{a", "[http:--x [", "{{a|", "|a=", "&amp;lt;", "<ref", "thumb|", "Ã"])
def test_a_hundred_thousand_marks_are_no_work(mark: str, cleaner: object) -> None:
    started = time.process_time()
    for text in (mark * (100_000 // len(mark)), mark + " " * 100_000, mark + "a" * 100_000):
        cleaner(text, "zh")  # type: ignore[operator]
    assert time.process_time() - started < 3


EVENT = EventDocument(
    date=dt.date(2031, 5, 4),
    slug="the-river-kent",
    language="zh",
    category="Disasters &amp; accidents",
    topics=("-{zh-cn:洪水;zh-tw:水災}-",),
    headline="''肯特河''上涨。http://courier.example/1",
    summary="''肯特河''\n\n上涨",
    image=ImageDocument(url="/media/kent.webp", caption="''肯特河''", credit="A &amp; B"),
    tags=("-{zh-cn:洪水;zh-tw:水災}-", "洪水", "M<sub>w</sub>"),
    citations=(CitationDocument(label="{{link-en", url="http://courier.example/2", title="''Kent''"),),
    related=(
        RelatedDocument(
            date=dt.date(2031, 5, 3),
            slug="schools-close",
            headline="学校''关闭''",
            context=("M<sub>w</sub>",),
            context_line="-{zh-cn:洪水;zh-tw:水災}-, 肯德尔",
        ),
    ),
    tag_lines=("M<sub>w</sub>, 肯德尔",),
)


def test_every_text_of_a_document_is_cleaned() -> None:
    cleaned = clean_document(EVENT)
    assert cleaned.category == "Disasters & accidents"
    assert cleaned.topics == ("洪水",)
    assert cleaned.tags == ("洪水", "Mw")
    assert cleaned.headline == "肯特河上涨。"
    assert cleaned.summary == "肯特河\n\n上涨"
    assert cleaned.image == ImageDocument(url="/media/kent.webp", caption="肯特河", credit="A & B")
    assert cleaned.citations[0] == CitationDocument(url="http://courier.example/2", title="Kent")
    assert cleaned.related[0].headline == "学校关闭"
    assert cleaned.related[0].context == ("Mw",)
    assert cleaned.related[0].context_line == "洪水, 肯德尔"
    assert cleaned.tag_lines == ("Mw, 肯德尔",)
    assert clean_document(cleaned) == cleaned


def test_an_address_that_leaves_the_headline_is_cited() -> None:
    assert clean_document(EVENT).citations[1:] == (CitationDocument(url="http://courier.example/1"),)


@pytest.mark.parametrize("label", ["2009–present", "2001–2021", "1998-99", "2015"])
def test_years_from_behind_a_name_are_no_source(label: str) -> None:
    event = EventDocument(
        date=dt.date(2031, 5, 4), headline="The Kendal floods", citations=(CitationDocument(label=label),)
    )

    cleaned = clean_document(event)

    assert (cleaned.headline, cleaned.citations) == ("The Kendal floods", ())
    assert cleaned.is_unsourced
    assert clean_document(cleaned) is cleaned
    other = CitationDocument(label="Courier")
    beside = clean_document(replace(event, citations=(other, *event.citations)))
    assert (beside.citations, beside.is_unsourced) == ((other,), False)


@pytest.mark.parametrize(
    "citation",
    [
        CitationDocument(label="2015", url="http://courier.example/1"),
        CitationDocument(label="1843 Magazine"),
        CitationDocument(label="24"),
    ],
)
def test_numbers_that_name_a_source_stay(citation: CitationDocument) -> None:
    event = EventDocument(date=dt.date(2031, 5, 4), headline="The Kendal floods", citations=(citation,))
    assert clean_document(event) is event


def test_a_headline_of_nothing_but_leftovers_stays() -> None:
    event = EventDocument(date=dt.date(2031, 5, 4), headline="{{citation needed}}")
    assert clean_document(event) == event


def test_a_clean_document_comes_back_itself() -> None:
    event = EventDocument(date=dt.date(2031, 5, 4), headline="The river Kent leaves its bed", tags=("Kendal",))
    assert clean_document(event) is event
