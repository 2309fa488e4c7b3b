"""An event's page as others cite it: right in each format, whatever stands in its headline."""

import datetime as dt
import json
import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.documents.citing import FILES, FORMS, CitedPage, apa, bibtex, csl_json, ris, wikipedia
from sources.documents.folding import collapse

PAGE = CitedPage(
    title="The United States Department of the Treasury eases some sanctions on the FSB.",
    site="Newsroom",
    date=dt.date(2017, 2, 2),
    slug="the-united-states-department-of-the-treasury-eases-some-sanctions-on-the-fsb",
    language="en",
    address="https://news.example/news/2017/02/2/the-treasury/",
    accessed=dt.date(2024, 12, 31),
)
# Marks of all formats are likelier than chance would have them.
texts = st.text(
    st.sampled_from("{}\\%$#&_^~|[]<>'\"=@*-\n\r\t\x0b\x1c\x85\u2028 ;:/ab美") | st.characters(codec="utf-8"),
    max_size=60,
)
pages = st.builds(
    CitedPage,
    title=texts,
    site=texts,
    date=st.dates(),
    slug=st.text(st.characters(codec="utf-8", exclude_characters="/.\x00"), min_size=1, max_size=200),
    language=st.sampled_from(["en", "zh"]),
    address=st.builds(lambda path: f"https://news.example/{path}/", texts),
    accessed=st.dates(),
)


def plain(text: str) -> str:
    """The words without control characters and with single blanks."""
    return collapse(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text))


# --- What they look like ------------------------------------------------------------------------------------------


def test_in_apas_style_the_site_is_the_author_and_the_day_of_retrieval_is_given() -> None:
    assert apa(PAGE) == (
        "Newsroom. (2017, February 2). The United States Department of the Treasury eases some sanctions on the FSB."
        " Retrieved December 31, 2024, from https://news.example/news/2017/02/2/the-treasury/"
    )
    assert ". “Enough!” Retrieved" in apa(replace(PAGE, title="“Enough!”"))
    assert ". A headline without an end. Retrieved" in apa(replace(PAGE, title="A headline without an end"))
    assert ". 美国财政部放宽制裁。 Retrieved" in apa(replace(PAGE, title="美国财政部放宽制裁。"))


def test_an_entry_for_bibtex() -> None:
    assert (
        bibtex(replace(PAGE, title="50% of {it} & more_"))
        == r"""@misc{2017-02-02-the-united-states-department-of-the-treasury-ea-f636c85eaf25,
  author = {{Newsroom}},
  title = {{50\% of \textbraceleft{}it\textbraceright{} \& more\_}},
  date = {2017-02-02},
  year = {2017},
  month = {2},
  url = {https://news.example/news/2017/02/2/the-treasury/},
  urldate = {2024-12-31},
  langid = {en},
}
"""
    )


def test_a_record_in_ris() -> None:
    assert ris(PAGE).split("\r\n")[:6] == [
        "TY  - ELEC",
        "AU  - Newsroom,",
        "TI  - The United States Department of the Treasury eases some sanctions on the FSB.",
        "T2  - Newsroom",
        "PY  - 2017",
        "DA  - 2017/02/02",
    ]


def test_the_words_of_csl() -> None:
    [item] = json.loads(csl_json(PAGE))
    assert (item["type"], item["author"], item["title"]) == ("webpage", [{"literal": "Newsroom"}], PAGE.title)
    assert item["issued"] == {"date-parts": [[2017, 2, 2]]}
    assert item["accessed"] == {"date-parts": [[2024, 12, 31]]}


def test_wikipedias_template() -> None:
    assert wikipedia(replace(PAGE, title="''Ships'' | [[A]] {{b}} AT&T &amp; ~~~~")) == (
        "{{cite web |title=&#39;&#39;Ships&#39;&#39; &#124; &#91;&#91;A&#93;&#93; &#123;&#123;b&#125;&#125; AT&T"
        " &#38;amp; &#126;&#126;&#126;&#126; |url=https://news.example/news/2017/02/2/the-treasury/ |website=Newsroom"
        " |date=2017-02-02 |access-date=2024-12-31 |language=en}}"
    )


def test_records_of_two_long_slugs_that_begin_alike_have_keys_of_their_own() -> None:
    keys = {replace(PAGE, slug=PAGE.slug + end).key for end in ("", "-again")}
    assert len(keys) == 2
    assert all(len(key) <= len("2017-02-02-") + 60 for key in keys)


def test_a_record_of_a_slug_in_another_script_has_a_key_of_its_own() -> None:
    keys = {replace(PAGE, slug=slug).key for slug in ("美国", "中国", "a b", "us", "cn")}
    assert len(keys) == 5
    assert all(re.fullmatch(r"2017-02-02-[a-z0-9-]+", key) for key in keys)


def test_each_file_has_one_writer() -> None:
    assert FILES.keys() == {"bib", "ris", "csl.json"}
    assert len({form.name for form in FORMS}) == len(FORMS) == 5


# --- Whatever they hold -------------------------------------------------------------------------------------------


@given(pages)
def test_every_form_gives_the_address_in_ascii_and_without_blanks(page: CitedPage) -> None:
    for form in FORMS:
        text = json.loads(form.write(page))[0]["URL"] if form.extension == "csl.json" else form.write(page)
        [address] = re.findall(r"https://news\.example/[!-~]*?/(?=[\s}\r]|$)", text)
        assert not set(address) & set('{}|\\"<>^`')
        assert unquote(address) == unquote(page.address)


@given(pages)
def test_braces_of_bibtex_are_balanced_and_no_sign_of_tex_stands_bare(page: CitedPage) -> None:
    text = bibtex(page)
    depth = 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth > 0 or place == len(text) - 2 or place < text.index("{") or sign == "\n"
    assert depth == 0
    title = re.search(r"^  title = \{\{(.*)\}\},$", text, re.MULTILINE)
    assert title
    bare = re.sub(r"\\text[a-z]+\{\}|\\[&%$#_]", "", title[1])
    assert not set(bare) & set("\\{}&%$#_~^")


@given(pages)
def test_titles_of_bibtex_are_read_back(page: CitedPage) -> None:
    names = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    title = bibtex(page).split("  title = {{")[1].split("}},\n")[0]
    read = re.sub(r"\\text([a-z]+)\{\}|\\([&%$#_])", lambda found: names.get(found[1] or "") or found[2], title)
    assert read == plain(page.title)


@given(pages)
def test_ris_is_lines_of_a_tag_and_a_value_that_end_with_one_er(page: CitedPage) -> None:
    lines = ris(page).split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert [line for line in lines if line.startswith("ER")] == ["ER  - "] == lines[-1:]
    assert f"TI  - {plain(page.title)}" in lines


@given(pages)
def test_csl_is_json_with_the_title_as_it_is(page: CitedPage) -> None:
    [item] = json.loads(csl_json(page))
    assert item["title"] == plain(page.title)


@given(pages)
def test_wikipedias_template_holds_nothing_that_ends_links_or_formats(page: CitedPage) -> None:
    text = wikipedia(page)
    assert text.startswith("{{cite web |") and text.endswith("}}")
    values = dict(part.split("=", 1) for part in text[len("{{cite web |") : -2].split(" |"))
    assert list(values) == ["title", "url", "website", "date", "access-date", "language"]
    for value in values.values():
        assert not re.search(r"[{}\[\]|<>]|''|~~~|__", value)
    read = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), values["title"])
    assert read == plain(page.title)
