"""Articles saved as plain text: what is kept, what is dropped, what is refused."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from sources.documents import ArticleDocument, DocumentError
from sources.documents.article_text import looks_like, read

SEEDS = Path(settings.BASE_DIR).parent / "shared" / "seeds"

BYLINE = """\
Skip to main content
Menu
Search
The Larkfield Courier
Home > News > Transport

Council votes to close the old iron bridge for two years

Repairs to the crossing will begin in spring

By Ann Example and Bob Sample, Staff Writers
Published March 4, 2019 at 5:10 PM CST
Share this
Facebook Twitter Email

The iron bridge over the Lark, empty on Sunday after the vote. Photo: Carol Roe / Example Pictures

LARKFIELD, Ohio (Courier) — The council voted on Monday to close the iron bridge to all traffic until 2021.

ADVERTISEMENT

“It is the only safe way,” Mayor Dora Doe said.

Read more: Ten bridges that are older than the county

What comes next

Work starts in April, and the ferry will run every ten minutes until it is done.

Eve Test contributed to this report.

Copyright © 2019 The Larkfield Courier. All rights reserved.

Ann Example covers transport for the Courier.
Sign up for our newsletter to get the morning's news.

Most Popular
Cat found after nine years
Rain expected on Tuesday, forecasters in three counties said this morning.
"""

SYNDICATED = """\
© 2021 Hill Country Public Radio
Play Live Radio
Next Up:
0:00
0:00
Available On Air Stations

Science
Rivers warm faster than forecast, a new survey of forty streams finds

Example News | By Gita Muster
Published May 3, 2021 at 2:05 PM CDT

Listen • 3:45

Researchers wade into the Upper Lark to change a sensor in the cold of January.
Hans Beispiel/AP
/
Enlarge this image

Forty streams in the region have warmed by more than a degree within ten years, a survey said on Monday.

The survey's authors had expected half of that. They blame low water and missing shade.

"We should plant trees along every stream," said Ute Probe, who led the work.

Tags
Science
Rivers
Climate

Copyright 2021 Example News. To see more, visit https://news.example.org.

Your gift helps keep public radio free for everyone in the Hill Country.
"""

CHINESE = """\
首页
国际
中国央行宣布下调存款准备金率以支持实体经济发展
2019年1月4日 17:20  来源：示例日报
记者 王小明 李四
分享到微信

中国人民银行四日宣布，下调金融机构存款准备金率一个百分点，以进一步支持实体经济的发展，优化流动性结构。

央行表示，此举将释放长期资金约一万五千亿元，不会造成大水漫灌，稳健的货币政策取向没有改变。

分析人士认为，这一决定符合市场的预期，有利于降低企业的融资成本。

标签：央行、货币政策
责任编辑：张三
版权所有 © 2019 示例日报社
"""

AGENCY = """\
Ministers agree on fishing quotas for the northern sea
Tue Feb 5, 2013 6:12pm GMT
Tweet
Share this
By Jane Roe

OSLO, Feb 5 (Example Agency) - Ministers of five countries agreed on Tuesday to cut the catch of cod by a tenth.
The cut is smaller than scientists had asked for, but larger than the fishing fleets wanted.
"Nobody got what they wanted," said the Norwegian minister, Per Prøve.
(Reporting by Jane Roe and John O'Test in Bergen; Editing by Kim Other)
© Example Agency 2013. All rights reserved.
"""

BARE = """\
National Security

Senate panel clears the nominee for the space office

Getty Images

The panel voted 12-7 on Wednesday to send the nominee to the full Senate.{mosads}

{mosads}“We need a steady hand,” said Sen. Ida Exampleton (R-Ohio), who leads the panel with Omar van Teststein.

Exampleton’s colleagues Omar van Teststein and Li Na Probe voted against. The White House praised the vote.

– Max Muster contributed.

– Updated at 2:52 p.m.

Tags Ida Exampleton Omar van Teststein White House

Copyright 2023 Sample Media Inc. All rights reserved. This material may not be published or broadcast.

See all Video
Load more
"""

DENSE = """\
Home
News
Weather
Menu
World
Africa
Asia
Flood in Exampleland: Thousands flee as the dam at Testville gives way
8 November 2021
By Ann Example
Our correspondent, Testville
Image source, AFP
Image caption,
People wade through the water in the centre of Testville
Thousands of people have fled their homes in Exampleland after a dam burst.
The prime minister, John Doe, said that the army would help.
Why did it happen?
Heavy rain had fallen for three weeks, said the weather office.
You may also be interested in:
The dam that was built in a year
The water is expected to fall on Friday, three days after it rose.
"We wait," he said.
Related Topics
Exampleland
Floods
Share this story
More on this story
Dam was unsafe, report says
7 November 2021
© 2021 Example News. We are not responsible for other sites.
"""

MENU = """\
The Example - Back to home
Support us
News
Opinion
Bridges
Sadly, the old bridge in Exampleton will never open again

The council’s decision ends ninety years of service on the river
Mon 4 Mar 2019 10.15 GMT
Last modified on Tue 5 Mar 2019 11.00 GMT
The bridge at Exampleton, closed since January. Photograph: John Doe/AFP/Getty Images

The old bridge in Exampleton will not open again, the council has decided.

“Everybody will miss it,” said Max Test, the mayor. “But it cannot be saved.”

Sign up to First Read, our free daily newsletter

The bridge was built in 1929 by the engineer Ida Probe.

Topics
Bridges
Engineering

Most viewed
© 2019 The Example Limited or its affiliated companies. All rights reserved.
"""

SAMPLES = {
    "byline": BYLINE,
    "syndicated": SYNDICATED,
    "chinese": CHINESE,
    "agency": AGENCY,
    "bare": BARE,
    "dense": DENSE,
    "menu": MENU,
}
MARKERS = ["Menu", "Play Live Radio", "0:00", "Most Popular", "Load more", "See all Video", "{mosads}", "ADVERTISEMENT"]


def paragraphs(article: ArticleDocument) -> list[str]:
    return article.body.split("\n\n")


def test_a_newspaper_page_with_byline_date_and_caption_is_read() -> None:
    article = read(BYLINE)
    assert article.title == "Council votes to close the old iron bridge for two years"
    assert article.section == ""
    assert article.authors == ("Ann Example", "Bob Sample")
    assert article.contributors == ("Eve Test",)
    assert article.published_on == dt.date(2019, 3, 4)
    assert article.caption == "The iron bridge over the Lark, empty on Sunday after the vote."
    assert article.credit == "Carol Roe / Example Pictures"
    assert article.copyright == "2019 The Larkfield Courier"
    assert paragraphs(article) == [
        "Repairs to the crossing will begin in spring",
        "LARKFIELD, Ohio (Courier) — The council voted on Monday to close the iron bridge to all traffic until 2021.",
        "“It is the only safe way,” Mayor Dora Doe said.",
        "What comes next",
        "Work starts in April, and the ferry will run every ten minutes until it is done.",
    ]


def test_other_articles_leave_no_trace_and_the_sites_own_lines_are_kept_as_furniture() -> None:
    furniture = read(BYLINE).furniture
    assert "The Larkfield Courier" in furniture
    assert "Copyright © 2019 The Larkfield Courier. All rights reserved." in furniture
    assert not any("Cat found" in line or "Rain expected" in line for line in furniture)


def test_a_syndicated_story_keeps_the_notice_of_its_own_publisher() -> None:
    article = read(SYNDICATED)
    assert article.title == "Rivers warm faster than forecast, a new survey of forty streams finds"
    assert article.section == "Science"
    assert article.authors == ("Gita Muster",)
    assert article.published_on == dt.date(2021, 5, 3)
    assert article.caption == "Researchers wade into the Upper Lark to change a sensor in the cold of January."
    assert article.credit == "Hans Beispiel/AP"
    assert article.tags == ("Science", "Rivers", "Climate")
    assert article.copyright == "2021 Example News"
    assert "© 2021 Hill Country Public Radio" in article.furniture
    assert "Example News" in article.furniture
    assert [line[:10] for line in paragraphs(article)] == ["Forty stre", "The survey", '"We should']


def test_a_chinese_page_is_read() -> None:
    article = read(CHINESE)
    assert article.title == "中国央行宣布下调存款准备金率以支持实体经济发展"
    assert article.authors == ("王小明", "李四")
    assert article.published_on == dt.date(2019, 1, 4)
    assert article.tags == ("央行", "货币政策")
    assert article.copyright == "2019 示例日报社"
    assert "来源：示例日报" in article.furniture
    assert len(paragraphs(article)) == 3


def test_an_agency_story_without_blank_lines_is_read() -> None:
    article = read(AGENCY)
    assert article.title == "Ministers agree on fishing quotas for the northern sea"
    assert article.authors == ("Jane Roe",)
    assert article.contributors == ("John O'Test",)
    assert article.published_on == dt.date(2013, 2, 5)
    assert article.copyright == "2013 Example Agency"
    assert len(paragraphs(article)) == 3


def test_a_page_without_blank_lines_is_read() -> None:
    article = read(DENSE)
    assert article.title == "Flood in Exampleland: Thousands flee as the dam at Testville gives way"
    assert article.section == ""
    assert article.authors == ("Ann Example",)
    assert article.published_on == dt.date(2021, 11, 8)
    assert article.caption == "People wade through the water in the centre of Testville"
    assert article.credit == "AFP"
    assert article.tags == ("Exampleland", "Floods")
    assert [line[:9] for line in paragraphs(article)] == [
        "Thousands", "The prime", "Why did i", "Heavy rai", "The water", '"We wait,',
    ]  # fmt: skip


def test_the_headline_stands_below_the_menu() -> None:
    article = read(MENU)
    assert article.title == "Sadly, the old bridge in Exampleton will never open again"
    assert article.section == ""
    assert article.updated == "Tue 5 Mar 2019 11.00 GMT"
    assert article.caption == "The bridge at Exampleton, closed since January."
    assert article.credit == "John Doe/AFP/Getty Images"
    assert article.tags == ("Bridges", "Engineering")
    assert [line[:11] for line in paragraphs(article)] == ["The council", "The old bri", "“Everybody ", "The bridge "]


def test_names_in_the_text_take_an_unseparated_line_of_tags_apart() -> None:
    article = read(BARE)
    assert article.tags == ("Ida Exampleton", "Omar van Teststein", "White House")
    assert article.tags_line == ""


def test_a_line_of_tags_with_a_name_that_is_not_in_the_text_is_handed_on_whole() -> None:
    article = read(BARE.replace("White House\n\nCopyright", "House of Cards\n\nCopyright"))
    assert article.tags == ()
    assert article.tags_line == "Ida Exampleton Omar van Teststein House of Cards"


def test_a_line_below_the_unseparated_tags_is_not_one_of_them() -> None:
    article = read(BARE.replace("White House\n\nCopyright", "White House\nSample Site\nCopyright"))
    assert article.tags == ("Ida Exampleton", "Omar van Teststein", "White House")
    assert "Sample Site" in article.furniture


def test_a_page_without_byline_caption_and_date_leaves_them_empty() -> None:
    article = read(BARE)
    assert article.section == "National Security"
    assert article.title == "Senate panel clears the nominee for the space office"
    assert (article.credit, article.caption) == ("Getty Images", "")
    assert article.authors == ()
    assert article.contributors == ("Max Muster",)
    assert article.updated == "2:52 p.m."
    assert article.copyright == "2023 Sample Media Inc."
    assert article.published_on is None
    assert (article.publisher, article.seen_at, article.url) == ("", "", "")


PAGE = "Some headline of five words\n{}\nThe first paragraph says in more than eight words what happened.\n\n{}\n"
TAIL = "Copyright 2020 Example News.\n\n"


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ann Example", ("Ann Example",)),
        ("BY ANN EXAMPLE", ("ANN EXAMPLE",)),
        ("by Ann Example, Bob Sample and Carol de la Test", ("Ann Example", "Bob Sample", "Carol de la Test")),
        ("By Ann Example - 02/03/17 10:00 AM EST", ("Ann Example",)),
        ("Written by Ann Example | Example News", ("Ann Example",)),
        ("By\nAnn Example", ("Ann Example",)),
        ("By Jean-Luc O’Neil Jr. and Mary-Ann St. Clair", ("Jean-Luc O’Neil Jr.", "Mary-Ann St. Clair")),
        ("By The Associated Press", ()),
        ("By Staff Writers", ()),
    ],
)
def test_a_byline_names_people_only(line: str, authors: tuple[str, ...]) -> None:
    article = read(PAGE.format(line, TAIL))
    assert article.title == "Some headline of five words"
    assert article.authors == authors


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: 4 March 2019", dt.date(2019, 3, 4)),
        ("Posted on Mar. 4, 2019, 3:15 p.m. ET", dt.date(2019, 3, 4)),
        ("Monday, March 4th, 2019", dt.date(2019, 3, 4)),
        ("2019-03-04T10:00:00Z", dt.date(2019, 3, 4)),
        ("By Ann Example | March 4, 2019", dt.date(2019, 3, 4)),
        ("03/04/2019", None),
        ("February 30, 2019", None),
        ("Updated March 5, 2019", None),
    ],
)
def test_only_a_clear_date_is_the_day_of_publication(line: str, date: dt.date | None) -> None:
    assert read(PAGE.format(line, TAIL)).published_on == date


def test_the_day_above_the_headline_is_not_the_day_of_publication() -> None:
    assert read("Monday, March 4, 2019\nMenu\n\n" + PAGE.format("By Ann Example", TAIL)).published_on is None


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("– Updated at 2:52 p.m.", "2:52 p.m."),
        ("Updated Feb. 3, 2017 at 3 p.m. ET", "Feb. 3, 2017 at 3 p.m. ET"),
        ("Last updated: 12:30 GMT", "12:30 GMT"),
        ("Updated figures for 2017 are expected in the first week of the coming month.", ""),
    ],
)
def test_the_moment_of_the_update_is_kept_as_written(line: str, updated: str) -> None:
    article = read(PAGE.format("", f"{line}\n\n{TAIL}"))
    assert article.updated == updated
    assert (line in article.body) is not bool(updated)


@pytest.mark.parametrize(
    ("notice", "holder"),
    [
        ("Copyright © 2019 The Example Times. All rights reserved.", "2019 The Example Times"),
        ("© 2016-2019 Sample Media, Inc. All Rights Reserved", "2016-2019 Sample Media, Inc."),
        (
            "Copyright (c) 2020 Example & Sons Co. Reprinted with permission.",
            "2020 Example & Sons Co. Reprinted with permission",
        ),
        ("© 2024 Example Radio | Privacy Policy", "2024 Example Radio"),
        ("(c) 2018, The Sample Post", "2018 The Sample Post"),
        ("Copyright 2019 was a year of change for the law.", ""),
    ],
)
def test_a_notice_gives_year_and_holder(notice: str, holder: str) -> None:
    assert read(PAGE.format("", notice)).copyright == holder


@pytest.mark.parametrize(
    ("picture", "caption", "credit"),
    [
        ("A ferry on the Lark on Monday.\nPhotograph: Jane Roe", "A ferry on the Lark on Monday.", "Jane Roe"),
        (
            "A ferry crosses the river Lark in the early fog of Monday.\n\n(AP Photo/Jane Roe)",
            "A ferry crosses the river Lark in the early fog of Monday.",
            "AP Photo/Jane Roe",
        ),
        (
            "A ferry crosses the river Lark in the early fog of Monday. (AP Photo/Jane Roe)",
            "A ferry crosses the river Lark in the early fog of Monday.",
            "AP Photo/Jane Roe",
        ),
        (
            "A ferry crosses the river Lark in the early fog of Monday.\nhide caption\nJane Roe",
            "A ferry crosses the river Lark in the early fog of Monday.",
            "Jane Roe",
        ),
        ("Jane Roe via Getty Images", "", "Jane Roe via Getty Images"),
        ("Photo by Jane Roe", "", "Jane Roe"),
    ],
)
def test_a_picture_has_its_caption_and_credit(picture: str, caption: str, credit: str) -> None:
    article = read(PAGE.format(f"\n{picture}\n", TAIL))
    assert (article.caption, article.credit) == (caption, credit)
    assert article.body.startswith("The first paragraph")


def test_a_biography_names_the_author_only_where_no_byline_does() -> None:
    biography = "Carol Test is a reporter on the science desk, where she writes about rivers."
    assert read(PAGE.format("", TAIL + biography)).authors == ("Carol Test",)
    assert read(PAGE.format("By Ann Example", TAIL + biography)).authors == ("Ann Example",)
    assert "Carol Test" not in read(PAGE.format("", f"{biography}\n\n{TAIL}")).body


def test_a_reporter_whom_the_story_is_about_is_not_its_author() -> None:
    story = "A judge freed Carol Test from prison on Monday after three long years of waiting.\n\n"
    last = "Carol Test is a reporter for a local paper who wrote about the ministry."
    article = read(PAGE.format("", f"{story}{last}\n\n{TAIL}"))
    assert article.authors == ()
    assert article.body.endswith(last)


def test_a_box_of_related_articles_in_the_body_is_dropped_and_the_body_goes_on() -> None:
    rest = (
        "Related Stories\nOld bridge to be painted\nFerry back in service\n\nThe second paragraph ends the story here."
    )
    assert paragraphs(read(PAGE.format("", f"{rest}\n\n{TAIL}")))[1:] == ["The second paragraph ends the story here."]


def test_a_last_paragraph_that_only_speaks_of_giving_is_kept() -> None:
    last = "Residents can donate blankets at the library until the end of the week."
    assert read(PAGE.format("", f"{last}\n\n{TAIL}")).body.endswith(last)


def test_marks_of_markdown_in_a_plain_text_show_as_they_are() -> None:
    article = read(PAGE.format("", f"# is a mark, 5 * 3 * 2 too, and <script> as well as _this_ here.\n\n{TAIL}"))
    assert article.body.endswith(r"\# is a mark, 5 \* 3 \* 2 too, and &lt;script> as well as \_this\_ here.")


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "empty", None),
        ("\n \n", "empty", None),
        ("milk\nbread\neggs", "no paragraph", None),
        ("One long first paragraph that has a full stop but no headline.", "headline", 1),
        ("a\x00b", "not text", None),
        ("A headline of some words\n\n\ud800", "not text", None),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(text: str, reason: str, line: int | None) -> None:
    with pytest.raises(DocumentError, match=reason) as error:
        read(text)
    assert error.value.line == line


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_articles_are_recognised(sample: str) -> None:
    assert looks_like(sample)
    assert looks_like(sample.replace("\n", "\r\n"))
    assert read(sample.replace("\n", "\r\n")) == read(sample)


README = """\
# Sample tool

Sample tool turns one thing into another thing with the least possible effort for everybody.

It needs nothing but a computer, and it was written in one afternoon in the spring of 2019.

It is used by three people, who are all satisfied with it as far as anybody knows today.

Copyright 2019 Ann Example. All rights reserved.
"""
LETTER = """\
Greetings to all of you from the seaside

The weather has been fine since we came here, and the children swim in the sea every day.

We went to the castle on Tuesday, which was closed, so that we ate ice cream at the harbour.

We shall be home on Sunday evening and hope that the cat has not eaten the goldfish by then.
"""
LICENCE = """\
The licence of the sample tool and everything in it

Copyright 2019 Ann Example. All rights reserved.

Permission is hereby granted to everybody to use this tool for all things that are good.

It is given to the world without warranty of any kind, as far as the law of the land allows it.

Nobody may take away this notice from any copy of the tool that is given to somebody else.

Copyright 2020 Bob Sample. All rights reserved.
"""
CODE = 'import os\n\n\ndef main():\n    """Do what has to be done, with care and in order."""\n    return os.name\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "milk\nbread\neggs",
        README,
        README.replace("# ", "").replace("Copyright", "(c)"),
        LETTER,
        LICENCE,
        CODE,
        "\x01\x02\x00" * 99,
    ],
    ids=["empty", "shopping list", "readme", "plain readme", "letter", "licence", "code", "noise"],
)
def test_other_texts_are_not_taken_for_articles(text: str) -> None:
    assert not looks_like(text)


def test_pages_of_a_news_wiki_are_not_taken_for_articles() -> None:
    page = (
        "### [2019-03-4](/news/2019/03/4/index.md)\n\n# Council votes to close the bridge\n\n" + LETTER + "Tags A, B\n"
    )
    assert not looks_like(page)


LINES = st.sampled_from([line for sample in SAMPLES.values() for line in sample.splitlines()])


@given(st.text() | st.lists(LINES | st.text(max_size=40), max_size=40).map("\n".join))
def test_any_text_is_an_article_or_refused(text: str) -> None:
    looks_like(text)
    try:
        article = read(text)
    except DocumentError:
        return
    assert article.title
    assert article.body
    assert not set(MARKERS) & set(paragraphs(article))


# --- The seeds --------------------------------------------------------------------------------------------


def seed(number: str) -> ArticleDocument:
    path = next(SEEDS.glob(f"{number}_*.txt"), None) if SEEDS.is_dir() else None
    if path is None:
        pytest.skip("the seed documents are not there")
    text = path.read_text(encoding="utf-8")
    assert looks_like(text) is (number != "000")
    return read(text)


def test_the_second_seed_is_read_in_full() -> None:
    article = seed("001")
    assert article.section == "National Security"
    assert article.title == "Treasury amends Russian sanctions to allow US tech exports"
    assert (article.caption, article.credit) == ("", "Getty Images")
    assert article.authors == ()
    assert article.contributors == ("Jordain Carney",)
    assert article.tags == ("John McCain", "Mitch McConnell")
    assert article.tags_line == ""
    assert article.copyright == "2023 Nexstar Media Inc."
    assert article.updated == "2:52 p.m."
    assert article.published_on is None
    assert "See all Hill.TV See all Video" in article.furniture
    body = paragraphs(article)
    assert len(body) == 37
    assert body[0].startswith("The Treasury Department on Thursday amended former President Obama’s")
    assert body[7].startswith("The move was widely interpreted")
    assert body[-1].endswith("thereby ensuring its influence in the region.")
    assert not any(
        mark in article.body for mark in ("mosads", "Tags", "Copyright", "Updated", "contributed", "See all")
    )


def test_the_third_seed_is_read_in_full() -> None:
    article = seed("002")
    assert article.section == ""
    assert article.title.startswith("Treasury Allows Limited Contact Between U.S. Companies")
    assert article.caption.startswith("The Moscow headquarters")
    assert article.caption.endswith("the agency.")
    assert article.credit == "Alexander Zemlianichenko"
    assert article.authors == ("Rebecca Hersher",)
    assert (article.contributors, article.tags, article.tags_line, article.updated) == ((), (), "", "")
    assert article.copyright == "2020 NPR"
    assert article.published_on is None
    assert "© 2024 Kansas City Public Radio" in article.furniture
    body = paragraphs(article)
    assert len(body) == 9
    assert body[0].startswith("The U.S. Treasury Department has modified sanctions")
    assert body[-1].endswith("which Russia took over in 2014.")
    assert not any(mark in article.body for mark in ("Copyright", "KCUR", "donation", "Hersher", "0:00", "Play Live"))


def test_two_paragraphs_are_an_article_if_both_a_byline_and_a_notice_say_so() -> None:
    text = (
        "Larkfield council closes the old bridge\n\nBy Ann Example\n\n"
        "The council of Larkfield voted on Monday to close the old bridge over the river for two years of repairs.\n\n"
        "A ferry will take people across, and the buses will go by way of the new bridge at the mill.\n\n"
        "Copyright 2019 The Larkfield Courier. All rights reserved.\n"
    )
    assert looks_like(text)
    assert not looks_like(text.replace("By Ann Example\n\n", ""))
