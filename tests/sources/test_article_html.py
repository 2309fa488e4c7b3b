import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.documents import ArticleDocument, DocumentError
from sources.documents.article_html import looks_like, read

PROSE = (
    "The river Kent left its bed on Monday night and ran through the streets of the town, the council said.",
    "Three schools stayed closed while volunteers carried sandbags to the houses by the bridge.",
    "The water fell again on Tuesday morning, and the trains to the coast went on.",
)
FACTS: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Kent leaves its bed &amp; floods the town",
    "author": [{"@type": "Person", "name": "Ann Example"}, {"@type": "Person", "name": "Bo Ek"}],
    "datePublished": "2031-05-04T22:10:00+01:00",
    "dateModified": "2031-05-05T07:00:00+01:00",
    "articleSection": ["Weather", "News"],
    "publisher": {"@type": "Organization", "name": "Lakeland News", "logo": {"@type": "ImageObject"}},
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://lakeland.example/kent"},
    "description": "Three schools are closed.",
    "image": [
        {
            "@type": "ImageObject",
            "url": "https://lakeland.example/1.jpg",
            "caption": "The bridge",
            "creditText": "Cy Doe",
        }
    ],
    "keywords": ["Kendal", "Floods, weather"],
    "copyrightYear": 2031,
    "copyrightHolder": {"@type": "Organization", "name": "Lakeland Media"},
    "articleBody": "\n\n".join(PROSE),
}
OPEN_GRAPH = """
<meta property="og:type" content="article"><meta property="og:title" content="Kent leaves its bed - The Courier">
<meta property="og:site_name" content="The Courier"><meta property="og:url" content="https://courier.example/kent">
<meta property="og:description" content="Schools are &quot;closed&quot;.">
<meta name="author" content="By Ann Example and Bo Ek">
<meta property="article:published_time" content="2031-05-04T22:10:00Z">
<meta property="article:section" content="Weather">
<meta property="article:modified_time" content="2031-05-05T07:00:00Z">
<meta property="article:tag" content="Kendal"><meta property="article:tag" content="Floods">"""


def page(*scripts: object, head: str = "", body: str = "") -> bytes:
    texts = (script if isinstance(script, str) else json.dumps(script) for script in scripts)
    ld = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    return f"<!DOCTYPE html><html><head>{ld}{head}</head><body>{body}</body></html>".encode()


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_json_ld_says_it_all() -> None:
    assert read(page(FACTS)) == ArticleDocument(
        url="https://lakeland.example/kent",
        title="Kent leaves its bed & floods the town",
        publisher="Lakeland News",
        section="Weather",
        authors=("Ann Example", "Bo Ek"),
        published_on=dt.date(2031, 5, 4),
        updated="2031-05-05T07:00:00+01:00",
        tags=("Kendal", "Floods", "weather"),
        caption="The bridge",
        credit="Cy Doe",
        abstract="Three schools are closed.",
        copyright="2031 Lakeland Media",
        body="\n\n".join(PROSE),
    )


def test_a_graph_is_followed_by_its_ids() -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "@id": "https://lakeland.example/kent", "name": "Lakeland"},
            {"@type": "Organization", "@id": "#us", "name": "Lakeland News"},
            {"@type": "Person", "@id": "#ann", "name": "Ann Example"},
            {
                "@type": ["Article", "NewsArticle"],
                "headline": "Kent",
                "author": {"@id": "#ann"},
                "publisher": {"@id": "#us"},
            },
        ],
    }
    article = read(page(graph, body=paragraphs(*PROSE)))
    assert (article.title, article.authors, article.publisher) == ("Kent", ("Ann Example",), "Lakeland News")


def test_of_several_articles_the_one_of_the_page_counts() -> None:
    others = [
        {"@type": "NewsArticle", "headline": f"Teaser {number}", "url": f"https://lakeland.example/{number}"}
        for number in range(3)
    ]
    canonical = '<link rel="canonical" href="https://lakeland.example/kent">'
    assert read(page([*others, FACTS], head=canonical)).url == "https://lakeland.example/kent"
    assert read(page([*others, FACTS])).title == "Teaser 0"


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(FACTS)[:-20],
        "[" * 100_000,
        "<!-- nothing -->",
        "null",
        '{"@type": 5, "headline": {}}',
        '{"@type": "NewsArticle", "headline": ["", 5, {"@value": null}]}',
    ],
)
def test_broken_json_ld_gives_way_to_open_graph(script: str) -> None:
    article = read(page(script, head=OPEN_GRAPH, body=paragraphs(*PROSE)))
    assert article.title == "Kent leaves its bed"
    assert article.body == "\n\n".join(PROSE)


def test_json_ld_in_a_wrapping_or_with_line_ends_in_its_texts_is_read() -> None:
    text = json.dumps(FACTS).replace("the town", "the\ntown")
    assert read(page(f"//<![CDATA[\n{text}\n//]]>")).title == "Kent leaves its bed & floods the town"
    assert read(page(f"<!--{text}-->;")).publisher == "Lakeland News"


def test_open_graph_alone_says_most() -> None:
    article = read(page(head=OPEN_GRAPH, body=paragraphs(*PROSE)))
    assert article == ArticleDocument(
        url="https://courier.example/kent",
        title="Kent leaves its bed",
        publisher="The Courier",
        section="Weather",
        authors=("Ann Example", "Bo Ek"),
        published_on=dt.date(2031, 5, 4),
        updated="2031-05-05T07:00:00Z",
        tags=("Kendal", "Floods"),
        abstract='Schools are "closed".',
        body="\n\n".join(PROSE),
    )


def test_the_page_alone_says_what_it_marks() -> None:
    body = f"""<nav><p>Weather</p></nav><aside><p>{PROSE[2]}</p></aside>
    <article><h1>Kent leaves <i>its</i> bed</h1><p>By Ann Example</p><time datetime="2031-05-04T22:10">Monday</time>
    <figure><img src="a.jpg"><figcaption>The bridge at noon.
    <span class="credit">Photo: Cy Doe</span></figcaption></figure>
    {paragraphs(PROSE[0], PROSE[1] + "<script>a()</script>", "Sign up for our newsletter", "– Di Noe contributed.")}
    <a rel="tag" href="/t/k">Kendal</a></article><footer>© 2031 The Courier. All rights reserved.</footer>"""
    assert read(page(head="<title>Kent</title>", body=body)) == ArticleDocument(
        title="Kent leaves its bed",
        authors=("Ann Example",),
        contributors=("Di Noe",),
        published_on=dt.date(2031, 5, 4),
        tags=("Kendal",),
        caption="The bridge at noon.",
        credit="Cy Doe",
        copyright="2031 The Courier",
        body="\n\n".join(PROSE[:2]),
        furniture=("© 2031 The Courier. All rights reserved.",),
    )


def test_a_body_in_html_comes_as_paragraphs_of_markdown() -> None:
    article = read(page({**FACTS, "articleBody": "<p>One *star*<br>shines.</p><p>Two &lt; three.</p>"}))
    assert article.body == "One \\*star\\* shines.\n\nTwo &lt; three."


@pytest.mark.parametrize(
    "data",
    [
        page(),
        page(head="<title>Our shop</title>", body="<h1>Welcome</h1><p>Buy now.</p>"),
        page({"@type": "WebPage", "name": "Home"}, head="<title>Home</title>"),
        page(head='<meta name="generator" content="MediaWiki 1.45">' + OPEN_GRAPH, body=paragraphs(*PROSE)),
        b"<html>",
        b"<!doctype html>" + b"\0" * 50,
    ],
)
def test_a_page_without_an_article_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read(data)


def test_what_is_no_address_or_too_long_for_one_stays_empty() -> None:
    for address in ("javascript:alert(1)", "/kent", "https://lakeland.example/" + "a" * 2000):
        assert read(page({**FACTS, "mainEntityOfPage": address, "url": address})).url == ""


def test_a_date_that_is_none_stays_empty() -> None:
    for moment in ("2031-13-40", "yesterday", "", "20310504123"):
        assert read(page({**FACTS, "datePublished": moment})).published_on is None
    assert read(page({**FACTS, "datePublished": "20310504"})).published_on == dt.date(2031, 5, 4)


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "iso-8859-1"),  # what it is counts more than what it says
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("gb18030", "gb2312"),
        ("cp1252", "ISO-8859-1"),
        ("big5", "big5"),
        ("shift_jis", "Shift_JIS"),
    ],
)
def test_the_declared_charset_is_used_where_the_bytes_are_not_utf_8(charset: str, declared: str) -> None:
    title = "Crue à Kendal – “été”" if charset == "cp1252" else "水位上昇"
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    text = page(head=head + OPEN_GRAPH).decode().replace("Kent leaves its bed", title)
    data = text.encode(charset)
    assert looks_like(data)
    assert read(data).title == title


@pytest.mark.parametrize("declared", ["", "utf-8", "klingon", "base64", "unicode_escape"])
def test_bytes_of_no_known_charset_are_refused_with_their_line(declared: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read(b"<html>\n<meta charset=" + declared.encode() + b">\n<h1>\xff\xfe</h1>")
    assert refused.value.line == 3


@pytest.mark.parametrize(
    "text", ["<!doctype html><p>", "\n<HTML lang=en>", "<?xml version='1.0'?>\n<!-- saved -->\n<html>"]
)
def test_pages_are_known_by_their_first_bytes(text: str) -> None:
    assert looks_like(text.encode())
    assert looks_like(b"\xef\xbb\xbf" + text.encode())


@pytest.mark.parametrize(
    "text", ["", "# <html>", "<mediawiki>", "<htmlx>", "{{html}}", "### [2031-05-4](/news/2031/05/4/index.md)"]
)
def test_other_files_are_no_pages(text: str) -> None:
    assert not looks_like(text.encode())


def test_no_entity_is_expanded_and_nothing_is_fetched() -> None:
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    data = page(head=OPEN_GRAPH, body="<p>&a9; &xxe;</p>").replace(
        b"<!DOCTYPE html>",
        f'<!DOCTYPE html [<!ENTITY a0 "x">{bomb}<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'.encode(),
    )
    assert "root:" not in read(data).body
    assert len(read(data).body) < 2000


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["NewsArticle", "2031-05-04", "By A B"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FACTS, "@id", "name", "@graph"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*FACTS, "name", "@id"]), values))
def test_whatever_json_ld_says_the_page_is_read_or_refused(facts: dict[str, Any]) -> None:
    try:
        article = read(page({**facts, "@type": "NewsArticle"}, head=OPEN_GRAPH))
    except DocumentError:
        return
    assert article.title
    repr(article).encode()


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<!doctype html>", page(FACTS)[:400], page(head=OPEN_GRAPH)[:-40]])
)
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    looks_like(start + data)
    try:
        read(start + data)
    except DocumentError:
        return
