"""The news wiki's pages (docs/formats.md, format 1)."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.documents import markdown
from events.documents.records import (
    CitationDocument,
    CorrectionDocument,
    DayDocument,
    EventDocument,
    ImageDocument,
    RelatedDocument,
)
from events.documents.resolving import resolve
from sources.documents import DocumentError
from tests.events.documents.samples import CHINESE_PAGE, DAY_PAGE, EVENT_PAGE

SEED = Path(settings.BASE_DIR).parent / "shared/seeds/000_2f06dfc52c8e17fb.txt"
CHINESE_YEAR = Path(settings.BASE_DIR).parent / "shared/corpora/news-wiki-zh-2018.tar.gz"


def read(page: str, language: str = "en") -> EventDocument:
    return resolve(markdown.read_event(page, "the-slug", language), lambda names: ())


def test_an_event_page_gives_date_headline_and_paragraphs() -> None:
    event = read(EVENT_PAGE)
    assert event.date == dt.date(2031, 5, 4)
    assert event.slug == "the-slug"
    assert event.headline == ("Lake District flood: The river Kent leaves its bed at Kendal; two bridges close.")
    assert event.summary == ("Rain fell for three days.\n\nThe army [helps](https://example.org/army) with sandbags.")


def test_a_source_may_have_an_address_or_only_a_title() -> None:
    assert read(EVENT_PAGE).citations == (
        CitationDocument(label="Lakeland News", url="https://lakeland.example/flood"),
        CitationDocument(label="The Courier", title="Two bridges close"),
    )


def test_related_items_keep_their_order_slug_and_context() -> None:
    first, second = read(EVENT_PAGE).related
    assert (first.date, first.slug, first.headline) == (
        dt.date(2031, 5, 3),
        "schools-close",
        "Lake District flood: Schools close.",
    )
    assert first.context == ("Lake District flood", "Kendal")
    assert second.date == dt.date(1999, 11, 12)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_corrections_come_back_with_their_dates_and_pages_without_any_stay_as_they_are(language: str) -> None:
    event = replace(read(EVENT_PAGE), language=language)
    corrections = (
        CorrectionDocument(date=dt.date(2031, 5, 6), text="One bridge closed: the other stayed open."),
        CorrectionDocument(date=dt.date(2031, 5, 7), text="It rained for two days."),
    )

    page = markdown.write_event(replace(event, corrections=corrections))

    assert read(page, language).corrections == corrections
    assert read(page, language).related == event.related
    first, rest = page.split("\n### Corrections:\n" if language == "en" else "\n### 更正:\n")
    assert first + rest[rest.index("\n### ") :] == markdown.write_event(event)


@pytest.mark.parametrize("line", ["1. It rained.", "1. 2031-02-30: It rained.", "1. 2031-05-06:"])
def test_a_correction_without_a_date_or_text_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(DocumentError) as refused:
        markdown.read_event(f"{EVENT_PAGE}\n### Corrections:\n\n{line}\n")
    assert refused.value.line == len(EVENT_PAGE.splitlines()) + 4


def test_tags_are_the_contexts_together_and_the_prefix_is_the_topic() -> None:
    event = read(EVENT_PAGE)
    assert event.tags == ("Lake District flood", "Kendal", "Bridges", "old and new")
    assert event.topics == ("Lake District flood",)


def test_a_known_name_with_a_comma_is_not_torn_apart() -> None:
    page = markdown.read_event(EVENT_PAGE, language="en")
    event = resolve(page, lambda names: {"bridges, old and new"} & {name.lower() for name in names})
    assert event.related[1].context == ("Kendal", "Bridges, old and new")


def test_chinese_labels_a_lead_topic_and_a_line_of_formats_are_read() -> None:
    event = read(CHINESE_PAGE, "zh")
    assert event.topics == ("洪水",)
    assert event.citations == (CitationDocument(label="湖区报", url="https://lakeland.example/zh"),)
    assert event.related[0].slug == "学校关闭"
    assert event.summary == ""


def test_a_cover_image_is_a_picture_and_a_second_image_link_is_furniture() -> None:
    page = EVENT_PAGE.replace(
        "2. The Courier: *Two bridges close*",
        "1. [The Courier](https://courier.example/a_(b)) [IMG](https://courier.example/i.png)\n"
        "1. [Cover Image](https://lakeland.example/kent.jpg)",
    )
    event = read(page)
    assert [citation.label for citation in event.citations] == ["Lakeland News", "The Courier"]
    assert event.citations[1].url == "https://courier.example/a_(b)"
    assert event.image == ImageDocument(url="https://lakeland.example/kent.jpg")


def test_an_item_listed_twice_or_the_event_itself_is_related_once_or_not() -> None:
    line = "1. [Schools ](/news/2031/05/3/schools-close.md) _Context: Kendal_\n"
    itself = "1. [Itself ](/news/2031/05/4/the-slug.md) _Context: Kendal_\n"
    assert len(read(EVENT_PAGE + line + itself).related) == 2


@pytest.mark.parametrize(
    ("page", "line", "reason"),
    [
        (EVENT_PAGE.replace("2031-05-4]", "2031-02-30]"), 1, "2031-02-30 does not exist"),
        (EVENT_PAGE.replace("# Lake", "Lake"), 3, "no headline"),
        (EVENT_PAGE.replace("1. [Lakeland News](https://lakeland.example/flood)", "word of mouth"), 12, "source"),
        (EVENT_PAGE.replace("/news/1999/11/12/", "/old/"), 18, "related item"),
        (EVENT_PAGE.replace("/1999/11/12/", "/1999/11/31/"), 18, "1999-11-31 does not exist"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_with_its_line(page: str, line: int, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        markdown.read_event(page)
    assert caught.value.line == line


def test_a_day_page_names_events_with_topic_description_and_context() -> None:
    day = markdown.read_day(DAY_PAGE, "en")
    first, second = (resolve(event, lambda names: ()) for event in day.events)
    assert (first.slug, first.topics, first.summary) == (
        "the-river-kent",
        ("Lake District flood",),
        "Rain fell for three days.",
    )
    assert first.tags == ("Lake District flood", "Kendal")
    assert (second.topics, second.summary, second.tags) == ((), "", ("Comets",))


def test_the_kinds_and_languages_of_pages_are_told_apart() -> None:
    assert markdown.is_event_page(EVENT_PAGE) and not markdown.is_day_page(EVENT_PAGE)
    assert markdown.is_event_page(CHINESE_PAGE)
    assert markdown.is_day_page(DAY_PAGE) and not markdown.is_event_page(DAY_PAGE)
    assert not markdown.is_event_page("# Shopping\n\n- milk\n")
    assert [markdown.labelled_language(page) for page in (EVENT_PAGE, CHINESE_PAGE, "# x")] == ["en", "zh", ""]
    assert [markdown.language_of_script(text) for text in ("A headline", "两座桥关闭")] == ["en", "zh"]


def test_a_written_page_is_the_page_that_was_read() -> None:
    page = EVENT_PAGE.replace("_Context: Kendal, Bridges, old and new_", "_Context: Kendal, Bridges_")
    assert markdown.write_event(read(page)) == page


def test_a_written_day_is_the_day_that_was_read_with_every_context_line() -> None:
    day = markdown.read_day(DAY_PAGE, "en")
    resolved = tuple(resolve(event, lambda names: ()) for event in day.events)
    written = markdown.write_day(DayDocument(date=day.date, language="en", events=resolved), dt.date(2031, 5, 3))
    assert written == DAY_PAGE


def test_computed_links_stand_under_a_heading_that_readers_pass_over() -> None:
    event = read(EVENT_PAGE)
    link = RelatedDocument(date=dt.date(2030, 1, 1), slug="x", headline="X", context=("Kendal",))
    page = markdown.write_event(event, see_also=(link,))
    assert "### See also:\n\n1. [X ](/news/2030/01/1/x.md) _Context: Kendal_" in page
    assert read(page).related == event.related


def test_line_ends_in_what_a_line_holds_are_written_as_blanks() -> None:
    event = read(EVENT_PAGE)
    link = RelatedDocument(date=dt.date(2030, 1, 1), slug="x", headline="One\nTwo")
    cited = CitationDocument(title="Three\r\nFour")
    page = markdown.write_event(replace(event, headline="A\nB", related=(link,), citations=(cited,)))
    again = read(page)
    assert (again.headline, again.related[0].headline) == ("A B", "One Two")
    assert again.citations == (CitationDocument(title="Three Four"),)


names = st.text(st.characters(categories=["L", "Nd"], include_characters=" -'.,\"&"), min_size=1, max_size=20).map(
    lambda name: " ".join(name.split())
)
name_lists = st.lists(names.filter(bool), max_size=4).map(lambda found: resolve_names(found))
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"], include_characters=" "))
words = lines.map(lambda line: " ".join(line.split())).filter(bool)
urls = st.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9_()-]{0,20}", fullmatch=True)


labels = words.filter(lambda word: not set("*[]:") & set(word))
citations = (
    st.builds(CitationDocument, label=labels, url=urls)
    | st.builds(CitationDocument, label=labels, title=labels)
    | st.builds(CitationDocument, title=labels)
    | st.builds(CitationDocument, label=labels)
).filter(lambda citation: citation.label != "Cover Image")


def resolve_names(found: list[str]) -> tuple[str, ...]:
    blank = EventDocument(date=dt.date(2031, 5, 4), headline="x", tags=tuple(found))
    return resolve(blank, lambda names: ()).tags


@st.composite
def events(draw: st.DrawFn) -> EventDocument:
    tags = draw(name_lists)
    return EventDocument(
        date=draw(st.dates(dt.date(1000, 1, 1))),
        slug="the-slug",
        language=draw(st.sampled_from(["en", "zh"])),
        category=draw(st.sampled_from(["", "Sports"])),
        topics=tags[: draw(st.integers(0, 2))],
        headline=draw(words),
        summary="\n".join(draw(st.lists(lines.map(str.rstrip), max_size=5))).strip("\n"),
        image=draw(st.none() | urls.map(lambda url: ImageDocument(url=url))),
        tags=tags,
        citations=tuple(draw(st.lists(citations, max_size=3))),
        related=tuple(
            RelatedDocument(
                date=dt.date(2030, 1, number + 1), slug=f"slug-{number}", headline=f"H {number}", context=tags[number:]
            )
            for number in range(draw(st.integers(0, 3)))
        ),
    )


@given(events())
def test_every_event_survives_being_written_and_read(event: EventDocument) -> None:
    page = markdown.write_event(event)
    everything_known = {name.casefold() for name in event.tags}
    again = resolve(
        markdown.read_event(page, event.slug, event.language),
        lambda names: {name.casefold() for name in names} & everything_known,
    )
    for name in ("date", "headline", "summary", "category", "topics", "tags", "citations", "image", "related"):
        assert getattr(again, name) == getattr(event, name), name


@given(st.text() | st.sampled_from([EVENT_PAGE, CHINESE_PAGE, DAY_PAGE]), st.data())
def test_readers_return_a_document_or_say_what_is_wrong(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    damaged = text[:cut] + data.draw(st.text(max_size=5)) + text[cut + data.draw(st.integers(0, 3)) :]
    for reader in (markdown.read_event, markdown.read_day):
        try:
            reader(damaged)
        except DocumentError as error:
            assert error.reason


@pytest.mark.skipif(not SEED.exists(), reason="the seed documents are not here")
def test_the_seed_page_is_written_as_it_was_up_to_blanks_at_the_ends_of_titles() -> None:
    text = SEED.read_text()
    written = markdown.write_event(resolve(markdown.read_event(text, language="en"), lambda names: ()))

    def trimmed(page: str) -> str:
        return page.replace(". [ ", ". [").replace(" ](", "](").replace(" \n", "\n")

    assert trimmed(written) == trimmed(text)
