"""What is typed → what is asked, and text → words. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.search import mark, parse
from events.search.postgresql import expression as for_postgresql
from events.search.query import MAX_LENGTH
from events.search.sqlite import expression as for_sqlite
from events.search.words import asked_words, fold_words


def terms(text: str) -> list[str]:
    query = parse(text)
    of_wanted = [" ".join(term.words) + "*" * term.is_beginning for term in query.wanted]
    return of_wanted + ["-" + " ".join(term.words) for term in query.excluded]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", []),
        ("Haiti EARTHQUAKE", ["haiti", "earthquake"]),
        ('"red cross" convoy', ["red cross", "convoy"]),
        ("“red cross” 「红十字」", ["red cross", "红十 十字"]),
        ('"never closed', ["never closed"]),
        ('one" two', ["one", "two"]),
        ("war -iraq", ["war", "-iraq"]),
        ('war -"united states"', ["war", "-united states"]),
        ("e-mail São-Paulo", ["e mail", "sao paulo"]),
        ("- -- ! ?", []),
        ("obam* a*", ["obam*"]),
        ("the war in iraq", ["war", "iraq"]),
        ("the who", ["the", "who"]),
        ('"to be" or', ["to be"]),
        ('"who" vaccine', ["who", "vaccine"]),
        ("her* garden", ["her*", "garden"]),
        ("(-foo bar", ["foo", "bar"]),
        ("seism*, x", ["seism*", "x"]),
        ("war WAR war.", ["war", "war"]),
        ("北京市", ["北京 京市"]),
        ("京", ["京*"]),
        ("G20峰会", ["g20 峰会"]),
        ("2010 7.2", ["2010", "7 2"]),
    ],
)
def test_what_is_typed_is_taken_as_people_mean_it(typed: str, asked: list[str]) -> None:
    assert terms(typed) == asked


@given(st.text(alphabet=st.characters() | st.sampled_from("\"-*()“”:^{}\\'&|!<> 京a"), max_size=400))
def test_nothing_that_can_be_typed_is_an_error_or_reaches_an_engine_as_a_command(typed: str) -> None:
    query = parse(typed)
    for term in (*query.wanted, *query.excluded):
        assert term.words
        assert all(word.isalnum() for word in term.words)
    if query:
        assert for_sqlite(query).count('"') % 2 == 0
        assert for_postgresql(query.wanted)
    if len(str(query)) <= MAX_LENGTH:
        assert parse(str(query)) == query


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_text_holds_the_words_of_each_of_its_parts_that_ends_at_blanks(text: str, more: str) -> None:
    words = fold_words(f"{text} {more}").split()
    asked = list(asked_words(text))
    assert words[: len(asked)] == asked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café – Zürich’s “Straße”", "cafe zurich s strasse"),
        ("北京市abc", "北京 京市 市 abc"),
        ("한국어", "한국 국어 어"),
        ("See https://example.org/path?a=b now", "see now"),
        ("ＮＡＴＯ", "nato"),
    ],
)
def test_text_is_folded_to_words(text: str, words: str) -> None:
    assert " ".join(fold_words(text).split()) == words


def test_hit_words_are_marked_and_nothing_else_is_html() -> None:
    marked = mark("<b>Zürich’s</b> 北京市 & zurich", {"zurich"}, {"北京"})
    assert mark("臺灣選舉", set(), parse("台湾").runs) == "<mark>臺灣</mark>選舉"
    assert (
        mark("6.7级地震 M7地震", {"m7"}, parse("地震").runs)
        == "6.7级<mark>地震</mark> <mark>M7</mark><mark>地震</mark>"
    )
    assert marked == ("&lt;b&gt;<mark>Zürich</mark>’s&lt;/b&gt; <mark>北京</mark>市 &amp; <mark>zurich</mark>")
