"""Which publisher and which site a page's furniture names."""

import pytest

from sources.documents import ArticleDocument
from sources.documents.signatures import recognise

NAMES = {
    "Example News": "Example News",
    "EN": "Example News",
    "The Larkfield Courier": "The Larkfield Courier",
    "Courier.TV": "The Larkfield Courier",
    "Hill Radio": "Hill Radio",
    "Hill Country Public Radio": "Hill Radio",
    "EN in Hill Country": "Hill Radio",
    "示例社": "示例社",
}


def recognised(*furniture: str, copyright: str = "", section: str = "") -> tuple[str, str]:
    article = ArticleDocument(title="T", copyright=copyright, section=section, furniture=furniture)
    found = recognise(article, NAMES)
    return found.publisher, found.seen_at


@pytest.mark.parametrize(
    ("copyright", "furniture", "publisher", "seen_at"),
    [
        ("2020 Example News", ["Copyright 2020 Example News."], "Example News", ""),
        ("2020 Example News, Inc.", ["Copyright 2020 Example News, Inc."], "Example News", ""),
        ("2020 EN Ltd or its affiliated companies", ["© 2020 EN Ltd or its affiliated companies"], "Example News", ""),
        ("2016 - 2020 EN", ["© 2016 - 2020 EN"], "Example News", ""),
        ("2023 Sample Media Inc.", ["See all Courier.TV See all Video", "Load more"], "The Larkfield Courier", ""),
        ("", ["来源：示例社北京"], "示例社", ""),
        ("", ["THE LARKFIELD COURIER"], "The Larkfield Courier", ""),
        ("2020 Unknown Holder", ["Load more"], "", ""),
        # Only whole words with their capitals are names.
        ("", ["TENT", "more en here", "Courier-TV"], "", ""),
    ],
)
def test_the_notice_names_the_publisher_else_the_furniture_does(
    copyright: str, furniture: list[str], publisher: str, seen_at: str
) -> None:
    assert recognised(*furniture, copyright=copyright) == (publisher, seen_at)


def test_a_story_on_another_publishers_site_was_seen_there() -> None:
    lines = ["© 2024 Hill Country Public Radio", "EN in Hill Country", "Copyright 2020 Example News."]
    assert recognised(*lines, copyright="2020 Example News") == ("Example News", "Hill Radio")
    assert recognised(*reversed(lines), copyright="2020 Example News") == ("Example News", "Hill Radio")


def test_a_holder_that_nobody_knows_is_not_the_site_with_a_notice_of_its_own() -> None:
    lines = ["© 2024 Hill Country Public Radio", "Copyright 2020 Some Agency"]
    assert recognised(*lines, copyright="2020 Some Agency") == ("", "Hill Radio")


def test_a_publisher_in_the_menu_of_the_holders_own_page_is_not_the_site() -> None:
    lines = ["Example News", "© 2020 The Larkfield Courier"]
    assert recognised(*lines, copyright="2020 The Larkfield Courier") == ("The Larkfield Courier", "")


def test_a_name_within_a_longer_known_name_is_not_counted() -> None:
    assert recognised("EN in Hill Country") == ("Hill Radio", "")


def test_a_section_that_is_a_publishers_name_is_the_head_of_the_page() -> None:
    article = ArticleDocument(title="T", section="The Larkfield Courier", furniture=("Load more",))
    found = recognise(article, NAMES)
    assert (found.section, found.publisher) == ("", "The Larkfield Courier")


def test_a_record_and_a_stated_publisher_stay_as_they_are() -> None:
    record = ArticleDocument(title="T", copyright="2020 Example News", section="EN")
    assert recognise(record, NAMES) == record
    stated = ArticleDocument(title="T", publisher="Mine", furniture=("Example News",))
    assert recognise(stated, NAMES) == stated
