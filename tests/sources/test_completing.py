"""What pages say of their articles comes into the sources, in the background."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from sources import completing
from sources.completing import ask, complete, fetch_due
from sources.fetching import FetchError, Page, fetch
from sources.models import Fetch, Publisher, Source
from tests.sources.test_fetching import here, say, serving

pytestmark = pytest.mark.django_db

URL = "https://example.org/harbour"
ARTICLE = """\
<!doctype html><meta property="og:type" content="article"><meta property="og:title" content="The harbour opens">
<meta property="og:site_name" content="Harbour Post"><meta name="author" content="Ada Quay">
<meta property="article:published_time" content="2031-05-04T10:00:00Z">
<meta property="og:description" content="Theirs.">
<article><p>Ships came in.</p></article>"""


def give(text: str = ARTICLE, charset: str = "") -> completing.Get:
    return lambda url: Page(url=url, data=text.encode(charset or "utf-8"), charset=charset)


def fail(**kinds: bool) -> completing.Get:
    def get(url: str) -> Page:
        raise FetchError("No.", **kinds)

    return get


def test_a_source_is_filled_from_its_page_served_by_a_real_server() -> None:
    def answer(request: object) -> None:
        say(ARTICLE.encode(), Content_Type="text/html; charset=utf-8")(request)  # type: ignore[arg-type]

    with serving(answer) as url:
        source = Source.objects.create(url=f"{url}/harbour")
        complete(source)
        assert fetch_due(partial(fetch, allows=here)) == 1
    source.refresh_from_db()
    assert (source.title, str(source.publisher), source.authors) == ("The harbour opens", "Harbour Post", ["Ada Quay"])
    assert source.published_on == dt.date(2031, 5, 4)
    assert (source.abstract, source.body) == ("", "")  # their words are not ours
    assert Fetch.objects.get().outcome == Fetch.Outcome.FOUND


def test_only_what_an_editor_left_empty_is_filled() -> None:
    wire = Publisher.objects.create(name="Some Wire")
    source = Source.objects.create(url=URL, title="Our title", publisher=wire)
    complete(source)
    fetch_due(give())
    source.refresh_from_db()
    assert (source.title, source.publisher, source.authors) == ("Our title", wire, ["Ada Quay"])


def test_a_page_may_be_known_before_its_source_is_made() -> None:
    ask(URL)
    fetch_due(give())
    source = Source.objects.create(url=f"{URL}/?utm_source=x")
    complete(source)
    source.refresh_from_db()
    assert source.title == "The harbour opens"


def test_an_address_is_asked_for_once() -> None:
    ask(URL)
    ask(f"{URL}/amp")
    assert fetch_due(give()) == 1
    assert fetch_due(give()) == 0


def test_a_charset_named_by_the_server_alone_is_followed() -> None:
    ask(URL)
    fetch_due(give(ARTICLE.replace("harbour opens", "café opens"), "windows-1252"))
    assert Fetch.objects.get().found["title"] == "The café opens"


def test_an_article_that_is_gone_marks_its_source_dead() -> None:
    source = Source.objects.create(url=URL)
    complete(source)
    assert not Source.objects.dead()
    fetch_due(fail(is_gone=True))
    assert list(Source.objects.dead()) == [source]
    assert fetch_due(give()) == 0


def test_a_page_without_an_article_says_so() -> None:
    source = Source.objects.create(url=URL)
    complete(source)
    fetch_due(give("<!doctype html><p>Hello"))
    assert Fetch.objects.get().outcome == Fetch.Outcome.NOTHING


def test_a_server_that_fails_is_asked_later_and_later_and_then_no_more() -> None:
    ask(URL)
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for wait in completing.LATER:
            assert fetch_due(fail()) == 1
            assert fetch_due(fail()) == 0
            clock.shift(wait)
        assert fetch_due(fail()) == 1
        clock.shift(dt.timedelta(days=30))
        assert fetch_due(fail()) == 0
    fetch_now = Fetch.objects.get()
    assert (fetch_now.outcome, fetch_now.tries, fetch_now.reason) == (Fetch.Outcome.FAILED, 5, "No.")


def test_an_address_that_may_not_be_asked_is_given_up_at_once() -> None:
    ask("http://127.0.0.1/admin")
    assert fetch_due() == 1
    assert Fetch.objects.get().outcome == Fetch.Outcome.FAILED


def test_what_one_worker_has_begun_no_other_takes() -> None:
    ask(URL)
    tried: list[int] = []

    def get(url: str) -> Page:
        tried.append(fetch_due(give()))
        return give()(url)

    assert fetch_due(get) == 1
    assert tried == [0]


def test_a_worker_that_dies_each_time_does_not_try_for_ever() -> None:
    ask(URL)

    def die(url: str) -> Page:
        raise KeyboardInterrupt

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(len(completing.LATER) + 1):
            with pytest.raises(KeyboardInterrupt):
                fetch_due(die)
            clock.shift(completing.LEASE)
        assert fetch_due(die) == 1
    assert Fetch.objects.get().outcome == Fetch.Outcome.FAILED


def test_fetching_can_be_switched_off(settings: Any) -> None:
    settings.FETCH = False
    complete(Source.objects.create(url=URL))
    assert not Fetch.objects.exists()
    assert fetch_due(give()) == 0


def test_the_command_says_how_many_it_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    ask("http://127.0.0.1/x")
    call_command("fetch_sources")
    assert capsys.readouterr().out == "1 page asked for.\n"
