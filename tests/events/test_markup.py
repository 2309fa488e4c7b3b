from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.markup import ATTRIBUTES, TAGS, render


def link(name: str) -> str:
    return "" if name == "_" else f"/tag/{name.replace(' ', '_')}/"


def test_a_wiki_link_leads_to_the_tag_under_its_own_or_other_words() -> None:
    assert render("Ask [[Ada Byron]] or [[Ada Byron|the *countess*]].", link) == (
        '<p>Ask <a href="/tag/Ada_Byron/" rel="noopener">Ada Byron</a> '
        'or <a href="/tag/Ada_Byron/" rel="noopener">the *countess*</a>.</p>'
    )


@pytest.mark.parametrize("text", ["`[[Ada]]`", "    [[Ada]]", r"\[[Ada]]", "[[]]", "[[ ]]", "[[ | ]]", "[[Ada"])
def test_brackets_in_code_or_around_nothing_stay_brackets(text: str) -> None:
    assert "<a" not in render(text, link)
    assert "[[" in render(text, link)


def test_a_name_that_can_have_no_page_stands_as_words() -> None:
    assert render("[[_|here]]", link) == "<p>here</p>"


def test_paragraphs_lists_quotes_emphasis_and_code_are_kept() -> None:
    html = render("*a* **b**\n\n* c\n\n1. d\n\n> e\n\n`f`", link)

    for tag in ("<em>a", "<strong>b", "<ul>", "<ol>", "<blockquote>", "<code>f"):
        assert tag in html


def test_headings_stand_below_that_of_the_page() -> None:
    html = render("Some.\n\n## What *is* there\nMore.\n\n### What [[Ada]] said ###\n\n#### Deeper", link)

    assert "<h2>What <em>is</em> there</h2>\n<p>More.</p>" in html
    assert '<h3>What <a href="/tag/Ada/" rel="noopener">Ada</a> said</h3>' in html
    assert "<p>#### Deeper</p>" in html


@pytest.mark.parametrize(
    "text",
    [
        "##",
        "## ",
        "## #",
        "##MeToo",
        "# Of the page",
        "x\n ##  y",
        "#MeToo spreads",
        "A line\n---\n",
        "A line\n=====\n",
    ],
)
def test_prose_never_becomes_a_heading_or_a_rule(text: str) -> None:
    assert render(text, link).startswith("<p>")
    assert "<h" not in render(text, link)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[x](https://example.org/a_(b)?c=1&d=2)", "https://example.org/a_(b)?c=1&amp;d=2"),
        ("[x](<http://example.org/>)", "http://example.org/"),
        ('[x](/news/ "title")', "/news/"),
        ("<https://example.org/>", "https://example.org/"),
    ],
)
def test_web_addresses_and_paths_of_the_site_become_links(text: str, address: str) -> None:
    assert f'href="{address}"' in render(text, link)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](data:text/html,x)",
        "[x](//evil.example/)",
        "[x](/\\evil.example/)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/x.png)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[[x|<img src=x onerror=alert(1)>]]",
        '[[x" onclick="alert(1)]]',
        '<p style="x"><b><i></p></b>',
        "<!-- --!><script>alert(1)</script> -->",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "[<script>](http://example.org/<script>)",
    ],
)
def test_hostile_text_never_comes_out_alive(text: str) -> None:
    assert_harmless(render(text, link))


@given(st.text(alphabet=st.sampled_from("<>[]()|\"'`*_\\/:&#;!- \n\tabjavscript=onerrimg01\x02\x03"), max_size=120))
def test_whatever_is_written_only_the_allowed_comes_out(text: str) -> None:
    assert_harmless(render(text, link))


@given(st.text(max_size=60))
def test_a_hostile_answer_for_a_name_is_no_link(address: str) -> None:
    assert_harmless(render("[[x]]", lambda name: address))


@pytest.mark.parametrize("piece", ["[", "[[", "[[a|", "([", "> ", "- ", "`", "_a", "<", "[x](", "*"])
def test_long_nonsense_is_answered_at_once(piece: str) -> None:
    assert_harmless(render(piece * 5_000, link))


def assert_harmless(html: str) -> None:
    Checker().feed(html)


class Checker(HTMLParser):
    """Fails at every tag, attribute and address that the renderer must not let through."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()) | {"rel"}
            if name == "href":
                assert value
                assert value.startswith(("http://", "https://", "/"))
                assert not value.startswith(("//", "/\\"))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)
