"""When two addresses are one article, and when they are not."""

import pytest

from sources.documents.urls import normalise_url

ARTICLE = "https://example.org/2031/05/harbour-opens"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/2031/05/harbour-opens",
        "https://www.example.org/2031/05/harbour-opens",
        "https://EXAMPLE.org/2031/05/harbour-opens/",
        "https://example.org:443/2031/05/harbour-opens",
        "https://example.org./2031/05/harbour-opens",
        f"{ARTICLE}#comments",
        f"{ARTICLE}?utm_source=letter&utm_medium=email",
        f"{ARTICLE}?fbclid=x1&gclid=x2&msclkid=x3&_ga=2.1&mkt_tok=x4",
        f"{ARTICLE}?__twitter_impression=true",
        "https://example.org/2031/05/h%61rbour%2Dopens",
        # Its AMP forms.
        f"{ARTICLE}/amp",
        f"{ARTICLE}/amp/?utm_source=x",
        f"{ARTICLE}.amp",
        f"{ARTICLE}?amp",
        f"{ARTICLE}?amp=1",
        f"{ARTICLE}?outputType=amp",
        "https://amp.example.org/2031/05/harbour-opens",
        "https://example.org/amp/2031/05/harbour-opens",
        "https://www.google.com/amp/s/www.example.org/2031/05/harbour-opens/amp",
        "https://www.google.co.uk/amp/example.org/2031/05/harbour-opens",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2031/05/harbour-opens?amp=1",
        "https://example-org.cdn.ampproject.org/v/example.org/2031/05/harbour-opens",
    ],
)
def test_forms_of_one_address_are_one_article(other: str) -> None:
    assert normalise_url(other) == normalise_url(ARTICLE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/news?id=1", "https://example.org/news?id=2"),
        ("https://example.org/news?id=1", "https://example.org/news"),
        ("https://example.org/news?id=1&page=2", "https://example.org/news?id=1"),
        ("https://example.org/news?v=Ab", "https://example.org/news?v=aB"),
        ("https://example.org/News", "https://example.org/news"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/#!/one", "https://example.org/#!/two"),
        ("https://example.org:8080/one", "https://example.org/one"),
        ("https://de.example.org/one", "https://example.org/one"),
        ("https://example.org/radio/amp", "https://example.org/radio/amps"),
        # A page about amplifiers is no AMP form of another.
        ("https://example.org/amp", "https://example.org/"),
        ("https://example.org/amp/100", "https://example.org/100"),
        ("https://example.org/lamp", "https://example.org/l"),
        ("https://example.org/news?amp=40", "https://example.org/news"),
        ("https://amp.org/one", "https://org/one"),
        ("https://www.google.com/amp/100", "https://www.google.com/100"),
        ("https://www.google.com/amp/s/x", "https://x/"),
    ],
)
def test_what_may_be_two_articles_stays_two(one: str, other: str) -> None:
    assert normalise_url(one) != normalise_url(other)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/é?q=ö", "https://example.org/a%zz", "HTTPS://[::1]/x", "http://user:word@example.org/x"],
)
def test_normalising_says_the_same_of_escaped_and_plain_letters(url: str) -> None:
    escaped = url.replace("é", "%c3%a9").replace("ö", "%C3%B6")
    assert normalise_url(escaped) == normalise_url(url)


@pytest.mark.parametrize("text", ["", "no address", "ftp://example.org/x", "https://", "https://[x/"])
def test_what_is_no_address_is_left_as_it_is(text: str) -> None:
    assert normalise_url(text) == text
