"""Two headlines of one day: one event told twice, or two events? Pairs judged by reading, and traps made up."""

import datetime as dt
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from django.db import transaction
from msgspec.structs import replace

from events.documents.cleaning import clean_document
from events.documents.files import Found, list_files, read_file, survey
from events.documents.records import CitationDocument, DayDocument, EventDocument, PageDocument
from events.importer import Report, import_batch
from events.models import Event, LookAlike
from sources.documents import DocumentError
from sources.documents.folding import digest, fold
from tests.events.conftest import SHARED

pytestmark = pytest.mark.django_db

CORPORA = SHARED / "corpora"
JUDGED = Path(__file__).parent / "judged_pairs.tsv"
FIRST_DAY = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class Judged:
    """A pair of the archives: its day, the digest of each headline, and the verdict, "same" or "different"."""

    date: dt.date
    one: str
    other: str
    verdict: str


def judged_pairs() -> list[Judged]:
    lines = [line for line in JUDGED.read_text().splitlines() if not line.startswith("#")]
    rows = (line.split("\t") for line in lines[1:])
    return [Judged(dt.date.fromisoformat(date), one, other, verdict) for date, one, other, verdict in rows]


def events_in(folder: Path, days: set[dt.date]) -> Iterator[EventDocument]:
    """The events that the archives of a folder tell of these days, cleaned as imports clean them."""
    for archive in sorted(folder.iterdir()):
        files = [entry for entry in list_files(archive) if isinstance(entry, Path)]
        language = survey(files).language
        found = (found.document for file in files for found in read_file(file, "", language))
        for document in found:
            assert not isinstance(document, DocumentError)
            if getattr(document, "date", None) in days:
                yield from (clean_document(event) for event in events_of(document))


def events_of(document: object) -> list[EventDocument]:
    """The events of a document, each as it tells it last."""
    match document:
        case EventDocument():
            return [document]
        case PageDocument():
            events = [replace(states[-1].document, language=document.language or "en") for states in document.events]
        case DayDocument():
            events = list(document.events)
        case _:
            return []
    return [replace(event, language=event.language or getattr(document, "language", "") or "en") for event in events]


def short_digest(event: EventDocument) -> str:
    return digest(fold(event.headline))[:12]


Pair = tuple[EventDocument, EventDocument]


def find_pairs(judged: Sequence[Judged]) -> list[Pair]:
    """The documents of each pair, which cite most of those that tell it so.

    Where both headlines are the same, two places tell them.
    """
    told: dict[tuple[dt.date, str], list[EventDocument]] = defaultdict(list)
    for event in events_in(CORPORA, {pair.date for pair in judged}):
        told[event.date, short_digest(event)].append(event)
    for events in told.values():
        events.sort(key=lambda event: -len(event.citations))
    pairs = [(told[pair.date, pair.one][0], told[pair.date, pair.other][pair.one == pair.other]) for pair in judged]
    assert all(one is not other for one, other in pairs)
    return pairs


def on_its_own_day(event: EventDocument, number: int) -> EventDocument:
    """The event as if it had happened on another day, so that pairs can be imported together; it leads nowhere."""
    return replace(event, date=FIRST_DAY + dt.timedelta(days=number), related=())


def judge(pairs: Sequence[Pair], *, backwards: bool, at_once: bool) -> list[str]:
    """What imports make of each pair: "merged" into one event, "listed" for editors, or "apart".

    Both documents of a pair are imported in one batch or in two.
    """
    sides = list(zip(*pairs, strict=True))
    tellings = [
        [Found("", on_its_own_day(event, number), sha256=f"{side}/{number}") for number, event in enumerate(events)]
        for side, events in enumerate(sides[::-1] if backwards else sides)
    ]
    report = Report()
    with transaction.atomic():
        for batch in [list(chain(*tellings))] if at_once else tellings:
            import_batch(batch, report)
        assert not report.rejected
        events = Counter((date - FIRST_DAY).days for date in Event.objects.values_list("date", flat=True))
        listed = {(date - FIRST_DAY).days for date in LookAlike.objects.values_list("one__date", flat=True)}
        transaction.set_rollback(True)
    assert set(events.values()) <= {1, 2}
    return ["merged" if events[n] == 1 else "listed" if n in listed else "apart" for n in range(len(pairs))]


WAYS = [(backwards, at_once) for backwards in (False, True) for at_once in (False, True)]


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the archives are not here")
def test_no_two_events_of_the_archives_become_one_and_none_told_twice_is_overlooked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    judged = judged_pairs()
    assert len(judged) >= 200
    pairs = find_pairs(judged)
    for backwards, at_once in WAYS:
        found = judge(pairs, backwards=backwards, at_once=at_once)
        counts = Counter((pair.verdict, outcome) for pair, outcome in zip(judged, found, strict=True))
        with capsys.disabled():
            said = ", ".join(f"{count} {verdict} {outcome}" for (verdict, outcome), count in sorted(counts.items()))
            sys.stdout.write(f"\n{len(pairs)} judged pairs: {said}\n")
        assert wrong(judged, found, "different", "merged") == []
        assert wrong(judged, found, "same", "apart") == []


def wrong(judged: Sequence[Judged], found: Sequence[str], verdict: str, outcome: str) -> list[Judged]:
    return [pair for pair, got in zip(judged, found, strict=True) if (pair.verdict, got) == (verdict, outcome)]


# --- Traps ------------------------------------------------------------------------------------------------------------

PAGE = "https://press.example/numbers"


def told(headline: str, *tags: str, url: str = "", language: str = "en", topic: str = "") -> EventDocument:
    return EventDocument(
        date=FIRST_DAY,
        language=language,
        headline=headline,
        topics=(topic,) if topic else (),
        tags=tags,
        citations=(CitationDocument(label="Press", url=url),) if url else (),
    )


DIFFERENT = {
    "two countries with the same first": (
        told("Malawi reports its first case of the fever.", "Fever"),
        told("Fiji reports its first case of the fever.", "Fever"),
    ),
    "the same, on one page and with the same tags": (
        told("Malawi reports its first cases of the new fever in travellers.", "Fever", url=PAGE),
        told("Malta reports its first cases of the new fever in travellers.", "Fever", url=PAGE),
    ),
    "records of two countries": (
        told("Laos reports a record 380 new cases in the past 24 hours.", "Fever", "Laos", url=PAGE),
        told("Togo reports a record 617 new cases in the past 24 hours.", "Fever", "Togo", url=PAGE),
    ),
    "other numbers in figures": (
        told("Floods in Kendal leave 12 people dead and 300 without a home.", "Kendal", url=PAGE),
        told("Floods in Kendal leave 13 people dead and 300 without a home.", "Kendal", url=PAGE),
    ),
    "other numbers in words": (
        told("Floods in Kendal leave two people dead and three without a home.", "Kendal", url=PAGE),
        told("Floods in Kendal leave ten people dead and three without a home.", "Kendal", url=PAGE),
    ),
    "other numbers in Chinese": (
        told("肯德尔昨夜遭遇严重洪水,镇内旧桥被冲毁,造成三人死亡。", "肯德尔", url=PAGE, language="zh"),
        told("肯德尔昨夜遭遇严重洪水,镇内旧桥被冲毁,造成五人死亡。", "肯德尔", url=PAGE, language="zh"),
    ),
    "a topic that stands before each, and is another": (
        told("France: Voters go to the polls.", "France"),
        told("Spain: Voters go to the polls.", "Spain"),
    ),
    "a topic that stands before each, in Chinese": (
        told("法国:选民投票。", "法国", language="zh"),
        told("西班牙:选民投票。", "西班牙", language="zh"),
    ),
    "a topic before each, while both are about both": (
        told("France: Voters go to the polls.", "France", "Spain"),
        told("Spain: Voters go to the polls.", "France", "Spain"),
    ),
    "a topic before one, while the other is about another": (
        told("France: Voters go to the polls.", "France"),
        told("Voters go to the polls.", "Spain"),
    ),
    "a head that is no topic": (
        told("Mayor: the bridge of Kendal is closed.", "Kendal"),
        told("The bridge of Kendal is closed.", "Kendal"),
    ),
    "one step of a list and the next": (
        told("The upper house passes the bill on canals by 61 to 39.", "Canals"),
        told("The lower house passes the bill on canals by 310 to 290.", "Canals"),
    ),
    "the same in two languages": (
        told("Kendal 2 : 1 Lancaster", "Kendal"),
        told("Kendal 2 : 1 Lancaster", "Kendal", language="zh"),
    ),
}

SAME = {
    "quotes, dashes, capitals and blanks": (
        told("The “Kent–Lune” canal is  opened by the mayor's wife.", "Kendal"),
        told('The "Kent-Lune" Canal is opened by the mayor’s wife.', "Lancaster"),
    ),
    "a topic before one of them": (
        told("Lake District flood: The river Kent rises.", "Lake District flood"),
        told("The river Kent rises.", topic="Lake District flood"),
    ),
    "a topic before one, while the other does not say what it is about": (
        told("Kendal: The river rises.", "Kendal"),
        told("The river rises."),
    ),
    "two topics before one, one of them before the other": (
        told("Floods: Kendal: The river rises.", "Floods", "Kendal"),
        told("Kendal: The river rises.", "Kendal", "Floods"),
    ),
    "a slip mended, with the same source": (
        told("The river Kent rises by 3 metres and floods the mills of Kendal.", "Kendal", url=PAGE),
        told("The river Kent rises by 3 metres and flooded the mill of Kendal.", "Kendal", url=PAGE),
    ),
}

LISTED = {
    "who reported it left at the end": (
        told("肯德尔发生洪水", "肯德尔", language="zh"),
        told("肯德尔发生洪水 (湖区报)", "肯德尔", language="zh"),
    ),
    "the same page told in short": (
        told("Mills close as the river Kent rises.", "Kendal", url=PAGE),
        told(
            "Most mills of Kendal close at noon as the river Kent rises by another three metres, and the mayor asks "
            "all who live at the banks to leave their homes until the evening.",
            "Kendal",
            url=PAGE,
        ),
    ),
    "another verb": (
        told("The police of Kendal evicts the campers from the old market square.", "Kendal"),
        told("The police of Kendal removes the campers from the old market square.", "Kendal"),
    ),
}


def outcomes(pair: Pair) -> set[str]:
    return {judge([pair], backwards=backwards, at_once=at_once)[0] for backwards, at_once in WAYS}


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_two_events_stay_two(pair: Pair) -> None:
    assert "merged" not in outcomes(pair)


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_one_event_told_twice_is_one(pair: Pair) -> None:
    assert outcomes(pair) == {"merged"}


@pytest.mark.parametrize("pair", LISTED.values(), ids=LISTED)
def test_what_may_be_one_event_or_two_is_left_to_editors(pair: Pair) -> None:
    assert outcomes(pair) == {"listed"}
