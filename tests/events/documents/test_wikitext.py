"""Wikitext of day pages (docs/formats.md, format 7)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.documents import wikitext
from events.documents.records import CitationDocument, EventDocument
from events.documents.wikimarkup import MAX_NESTING, read_line
from sources.documents import DocumentError

DATE = dt.date(2031, 5, 4)
PAGE = """{{Current events|year=2031|month=05|day=04|content=
<!-- All news items below this line -->
'''Disasters and accidents'''
*[[Lake District flood]], [[Floods in England|English floods]]
**[[2031 Kendal flood|Flood at Kendal]]
***The [[River Kent|Kent]] rises at [[Kendal]]. [https://l.example/a (Lakeland)] [https://c.example/1 (''Courier'')]
**The army helps in [[Cumbria#History|Cumbria]]. [https://c.example/2 (PA via "The Courier")]
*A mast falls in [[Oslo]]. [https://nrk.example/m (NRK)]
'''Sports'''
*[[2031 Tour]]
**Nobody wins.
<!-- All news items above this line -->|}}
"""


def events(body: str) -> tuple[EventDocument, ...]:
    return wikitext.read_day(body, DATE).events


def event(body: str) -> EventDocument:
    (only,) = events(body)
    return only


def headlines(body: str) -> list[str]:
    return [found.headline for found in events(body)]


# --- The page ---


def test_a_day_page_gives_its_events_in_order_with_their_categories() -> None:
    day = wikitext.read_day(PAGE, DATE)
    assert (day.date, day.language) == (DATE, "en")
    assert [(found.category, found.headline) for found in day.events] == [
        ("Disasters and accidents", "The Kent rises at Kendal."),
        ("Disasters and accidents", "The army helps in Cumbria."),
        ("Disasters and accidents", "A mast falls in Oslo."),
        ("Sports", "Nobody wins."),
    ]


def test_topics_are_the_bullets_above_broadest_first_and_tags_hold_them_too() -> None:
    first, second, third, last = wikitext.read_day(PAGE, DATE).events
    assert first.topics == ("Lake District flood", "Floods in England", "2031 Kendal flood")
    assert first.tags == ("River Kent", "Kendal", "Lake District flood", "Floods in England", "2031 Kendal flood")
    assert second.topics == ("Lake District flood", "Floods in England")
    assert second.tags[0] == "Cumbria"
    assert third.topics == ()
    assert last.topics == ("2031 Tour",)


def test_citations_are_the_links_at_the_end_without_parentheses_and_quotes() -> None:
    first, second, _, last = wikitext.read_day(PAGE, DATE).events
    assert first.citations == (
        CitationDocument(label="Lakeland", url="https://l.example/a"),
        CitationDocument(label="Courier", url="https://c.example/1"),
    )
    assert second.citations[0].label == 'PA via "The Courier"'
    assert (first.is_unsourced, last.is_unsourced, last.citations) == (False, True, ())


@pytest.mark.parametrize(
    "line",
    [
        "'''Law and crime'''",
        "''' Law and crime:'''",
        "'''Law and crime''':",
        ";Law and crime",
        "; '''[[Law and crime]]'''",
        "== Law and crime ==",
        "===Law and crime===",
        "*'''Law and crime'''",
        "Law and crime",
        "<!-- new -->'''Law and crime'''",
    ],
)
def test_a_category_is_known_however_it_is_written(line: str) -> None:
    assert event(f"'''Sports'''\n{line}\n*A thief is caught.").category == "Law and crime"


def test_a_category_inside_a_list_ends_the_topics_above_it() -> None:
    found = event("*[[Flood]]\n'''Sports'''\n**A rower wins. [https://c.example/ (C)]")
    assert (found.category, found.topics) == ("Sports", ())


def test_a_heading_that_is_a_date_is_no_category_and_a_bold_sentence_with_a_source_no_heading() -> None:
    assert event("== May 4, 2031 ==\n* Rain falls.").category == ""
    assert event("'''Rain falls.''' [https://c.example/ (C)]").headline == "Rain falls."


def test_an_old_page_without_the_wrapper_is_read_too() -> None:
    body = ";Politics\n* [[Norway]] votes. [http://c.example/v (C)]"
    page = f"{{{{Current events header|2031|05|4}}}}\n{body}\n{{{{Current events footer}}}}"
    assert event(page).headline == "Norway votes."
    assert wikitext.date_of(page) == DATE


def test_comments_are_left_out_even_if_nobody_ended_them() -> None:
    assert headlines("*Rain <!-- and\n*snow --> falls.\n*Wind.<!--\n*Fog.") == ["Rain falls.", "Wind."]


# --- Bullets ---


def test_a_skipped_level_is_still_under_the_bullet_above() -> None:
    assert event("*[[Flood]]\n***Rain falls.").topics == ("Flood",)


def test_a_page_may_begin_with_a_deep_bullet_and_indent_by_colons() -> None:
    assert headlines("**Rain falls.\n*:Snow falls.\n::Wind blows.") == ["Rain falls.", "Snow falls.", "Wind blows."]


def test_a_bullet_that_cites_something_is_an_event_though_deeper_bullets_follow() -> None:
    first, second = events("*[[Flood]]\n**Rain in [[Wales]]. [https://c.example/ (C)]\n***Snow in [[Kent]].")
    assert (first.headline, second.headline, second.topics) == ("Rain in Wales.", "Snow in Kent.", ("Flood",))


def test_a_topic_without_links_is_named_by_its_text_and_one_without_events_tells_none() -> None:
    assert event("*Floods in [[:Category:Rain|May]]:\n**Rain falls.").topics == ("Floods in May",)
    assert events("*[[Flood]]\n*[[Storm]] and [[Rain]]\n") == ()


def test_a_line_of_citations_alone_belongs_to_the_line_before() -> None:
    found = event("*Rain falls.\n**[https://c.example/1 (C)]\n[https://c.example/2 (D)]")
    assert [citation.label for citation in found.citations] == ["C", "D"]


def test_a_line_without_a_bullet_is_an_event_if_it_has_words_and_a_citation() -> None:
    first, second = events("*[[Flood]]\n**Rain.\nSnow in [[Kent]]. [https://c.example/ (C)]\nOnly words.\n")
    assert (first.topics, second.headline, second.topics) == (("Flood",), "Snow in Kent.", ())


def test_a_plus_from_markdown_is_one_level_of_bullets() -> None:
    first, second, third = events("*[[A]]\n+ [[B]]\n***Rain.\n+ [[C]]\n***Snow.\n*[[D]]\n+ Wind.")
    assert [found.topics for found in (first, second, third)] == [("A", "B"), ("A", "C"), ("D",)]
    assert event("***[[A]]\n****[[B]]\n+ Rain.").topics == ("A", "B")


# --- Words ---


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("''Le Monde'' and '''La Une'''", "Le Monde and La Une"),
        ("''Athena'''s crew", "Athena's crew"),
        ("rock 'n' roll, the 1990s'", "rock 'n' roll, the 1990s'"),
        ("{{Nowrap|5 [[metre|m]]}} deep", "5 m deep"),
        ("{{lang|fr|Le Havre}} floods", "Le Havre floods"),
        ("{{convert|800|m|ft}} high", "800 m high"),
        ("{{flagicon|Norway}} Norway wins{{citation needed|date=May 2031}}", "Norway wins"),
        ("{{Ship|HMS|Kent}} {{unheard of|a=1}}sails", "HMS sails"),
        ("2–1{{snd}}no&nbsp;more &amp; less", "2–1 – no more & less"),
        ("Rain<br />falls <small>here</small>, <div class='x'>there", "Rain falls here, there"),
        ("Rain falls.<ref>{{cite web|url=https://c.example/|title=T}}</ref>", "Rain falls."),
        ("Rain [https://c.example/ (C)] , snow [https://c.example/ (D)].", "Rain, snow."),
        ("Rain falls. [https://c.example/ (C)].", "Rain falls."),
        ("Rain falls... [https://c.example/ (C)]", "Rain falls..."),
        ("A gun of .50 calibre (5–2)", "A gun of .50 calibre (5–2)"),
        ("The *Kent* sails, *[[Wales]]* too", "The Kent sails, Wales too"),
        ("Rain[1] falls [citation needed] [in May]", "Rain falls [in May]"),
        ("Rain [[Wales", "Rain Wales"),
        ("{{citation needed}}", ""),
        ("[[File:Rain.jpg|thumb|Rain]]Rain [[Category:Rain]]falls", "Rain falls"),
        ("[[Mercury (planet)|]] shines", "Mercury shines"),
        ("<nowiki>[[Rain]]</nowiki> falls", "Rain falls"),
        (
            "A [/w/index.php?title=Radu_T&action=edit&redlink=1 Radu] [https://ro.wikipedia.org/wiki/R ro] wins",
            "A Radu wins",
        ),
    ],
)
def test_headlines_are_clean_words(line: str, text: str) -> None:
    assert read_line(line).text == text


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("[[river Kent|Kent]] [[Kendal#Floods|K]] [[River_Kent]]", ("river Kent", "Kendal")),
        ("[[#Floods|K]] [[de:Kendal|K]] [[wikt:rain|rain]] [[Portal:Kent|K]] [[User talk:K|K]]", ()),
        ("[[UTC+10:00]] [[Star Wars: Rain]] [[AT&amp;T]]", ("UTC+10:00", "Star Wars: Rain", "AT&T")),
        ("{{Nowrap|[[Oslo]]}} ''[[Bergen]]'' {{ill|Radu|ro}}", ("Oslo", "Bergen", "Radu")),
        ("[[Kent|the river]  rises in [[Wales", ("Kent",)),
        (
            "[/w/index.php?title=Radu_T&redlink=1 Radu] [[Oslo (page does not exist)|Oslo]]",
            ("Radu T", "Oslo"),
        ),
        (f"[[{'a' * 300}]]", ()),
    ],
)
def test_names_are_the_targets_of_links_to_articles(line: str, names: tuple[str, ...]) -> None:
    assert read_line(line).names == names


@pytest.mark.parametrize(
    ("line", "label", "url"),
    [
        ("Rain. [https://c.example/?a=1&amp;b=2 (C)]", "C", "https://c.example/?a=1&b=2"),
        ("Rain. [//c.example/ (C)]", "C", "https://c.example/"),
        ("Rain. [https://c.example/ C]", "C", "https://c.example/"),
        ("Rain. [https://c.example/ (''C'' (in Norwegian)]", "C (in Norwegian)", "https://c.example/"),
        ("Rain. [https://c.example/ < (C}]", "C", "https://c.example/"),
        ('Rain. [https://c.example/ "C"]', "C", "https://c.example/"),
        ("Rain. [https://c.example/ ([[AP]])]", "AP", "https://c.example/"),
        ("Rain. [https://c.example/ (C)", "C", "https://c.example/"),
        ("Rain. [https://c.example/ C", "C", "https://c.example/"),
        ("Rain. [https://c.example/]", "", "https://c.example/"),
        ("Rain. [https://c.example/ [1]]", "", "https://c.example/"),
        ("Rain. https://c.example/", "", "https://c.example/"),
        ("In [https://c.example/ a report] they say so.", "", "https://c.example/"),
        ("Rain.<ref>[https://c.example/ Rain], C</ref>", "Rain", "https://c.example/"),
        ("Rain.<ref>C. https://c.example/</ref>", "C.", "https://c.example/"),
        ("Rain. {{news|https://c.example/|''C''}}", "C", "https://c.example/"),
    ],
)
def test_a_citation_has_a_label_and_an_address_however_it_is_written(line: str, label: str, url: str) -> None:
    assert read_line(line).citations == (CitationDocument(label=label, url=url),)


def test_a_link_inside_the_sentence_keeps_its_words() -> None:
    assert read_line("In [https://c.example/ a report] they say so.").text == "In a report they say so."


def test_a_missing_bracket_does_not_swallow_what_follows() -> None:
    words = read_line("Rain. [https://c.example/1 (C) [https://c.example/2 (D)]")
    assert [citation.label for citation in words.citations] == ["C", "D"]
    assert read_line("Rain. [https://c.example/1 (C) Snow. [https://c.example/2 (D)]").text == "Rain. Snow."


def test_a_citation_template_gives_all_it_says_and_its_publisher_as_the_label() -> None:
    line = """Rain.<ref name="a">{{cite news |url=https://c.example/ |title=''Rain'' falls |work=[[The Courier]]
    |last1=Writer |first1=A. |author2=B. Other |date=5 May 2031}}</ref>"""
    assert event(f"*{line}").citations == (
        CitationDocument(
            label="The Courier",
            url="https://c.example/",
            title="Rain falls",
            authors=("A. Writer", "B. Other"),
            published_on=dt.date(2031, 5, 5),
        ),
    )


def test_links_to_wikis_and_what_is_no_web_address_are_no_citations() -> None:
    line = "Rain. [https://en.wikipedia.org/wiki/Rain Rain] [mailto:a@c.example me] [ftp://c.example/ f]"
    assert read_line(line).citations == ()


# --- Dates, and what is refused ---


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{Current events|year=2031|month=05|day=04|content=}}", ""),
        ("{{current events | day = 4 | month = May | year = 2031\n|content=}}", "2030 January 1"),
        ("{{Current events header|2031|5|4}}", ""),
        ("* Rain", "Portal:Current events/2031 May 4"),
        ("* Rain", "pages/2031_May_4.wiki"),
        ("* Rain", "2031-05-04.txt"),
        ("* Rain", "4 May 2031"),
        ("{{Current events|content=* Rain}}", "May 4, 2031"),
    ],
)
def test_the_date_is_the_one_of_the_template_else_of_the_name(text: str, name: str) -> None:
    assert wikitext.date_of(text, name) == DATE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("* Rain", "notes.txt"),
        ("* Rain", "2031 February 30"),
        ("{{Current events|year=2031|month=13|day=1|content=}}", ""),
        ("{{Current events|year=2031|month=²|day=1|content=}}", ""),
    ],
)
def test_a_page_without_a_real_date_is_an_error(text: str, name: str) -> None:
    with pytest.raises(DocumentError):
        wikitext.date_of(text, name)


def test_wikitext_is_told_from_other_texts() -> None:
    for text in (PAGE, "<!-- All news items below this line -->", "* [[Rain]] falls", "#[https://c.example/ C]"):
        assert wikitext.looks_like(text)
    for text in ("", "A page about [[rain]].", "* rain\n* snow", "### [2031-05-4](/news/2031/05/4/index.md)"):
        assert not wikitext.looks_like(text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<!DOCTYPE html><html>", "browser"),
        ('Retrieved from "<https://wiki.example/w/index.php?title=A&oldid=1>"', "browser"),
        ("* Ra\0in", "NUL"),
        ("* Ra\ud800in", "surrogate"),
        ("*" + "a" * wikitext.MAX_LINE, "characters"),
    ],
)
def test_what_is_no_wikitext_is_refused_with_its_line(line: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        wikitext.read_day(f"* Rain\n\n{line}\n", DATE)
    assert caught.value.line == 3


MARKUP = st.sampled_from(
    "* ** *: : ; # + == ''' '' [[ ]] [ ] | {{ }} {{nowrap| <ref> </ref> <ref/> <br> <b> </b> <!-- --> &nbsp; &#xD800;"
    " https://c.example/ [https://c.example/ [// mailto:a {| |} |- ---- __TOC__ <nowiki> </nowiki> {{{ }}} File: Rain ("
    " # {{Current\xa0events| year=2031 content= Sports"
    "".split(" ")
).map(lambda part: part.replace("\xa0", " "))


@given(st.lists(st.one_of(MARKUP, st.just("\n"), st.just(" "), st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_gives_events_or_a_document_error(text: str) -> None:
    wikitext.looks_like(text)
    try:
        wikitext.template_date(text)
        found = wikitext.read_day(text, DATE).events
    except DocumentError:
        return
    for one in found:
        assert one.headline.strip() == one.headline
        assert one.headline
        assert set(one.topics) <= set(one.tags)
        assert one.is_unsourced == (not one.citations)


@pytest.mark.parametrize("part", ["[[a|", "{{a|", "<ref>", "<b>", "[http://a ", "'''a ", "*", "(a ", "[a "])
def test_markup_that_never_ends_takes_no_time(part: str) -> None:
    body = part * (wikitext.MAX_LINE // len(part) - 1)
    assert len(body) / len(part) > MAX_NESTING
    wikitext.read_day(body, DATE)
    wikitext.looks_like(body)
