"""Several people and an archive write one event at once, by every way there is: no word of theirs is lost."""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from msgspec.structs import replace

from events import exporter, revisions, services, verifying
from events.choices import RevisionKind
from events.documents.records import CitationDocument, EventDocument
from events.importer import Report, TagNames, import_document
from events.models import Event, Proposal, Revision
from tests.events.desk import add, form_data, new_citation, person
from tests.events.making import make_tag
from tests.events.test_admin_conflicts import conflict_form

SECONDS = 8  # for a walk, however slow the machine
STEPS = 14  # of each writer, at most
KENT = EventDocument(
    date=dt.date(2021, 3, 4),
    slug="the-kent-rises",
    language="en",
    headline="The Kent rises.",
    tags=("Kent", "River Kent"),
    citations=(CitationDocument(label="BBC"),),
)


class Writer:
    """Somebody who does one thing after the other to the event, and remembers every word that was submitted.

    Each word is written once. What the form shows again because something is wrong with it counts as not submitted,
    as long as the word stands in the form.
    """

    def __init__(self, event: Event, seed: str, number: int, until: float) -> None:
        self.pk = event.pk
        self.chance = random.Random(f"{seed}{number}")  # noqa: S311
        self.name = f"{seed}{number}"
        self.number = number
        self.until = until
        self.written: list[str] = []
        self.done: list[str] = []
        self.editor, self.contributor = person("Editor"), person("Contributor")
        self._count = 0

    def run(self) -> None:
        try:
            ways = self.ways()
            for step in range(2 * self.number, 2 * self.number + STEPS):  # together they go all of them at once
                if time.monotonic() > self.until:
                    return
                way = ways[step % len(ways)]
                self.done.append(way.__name__)
                way()
        finally:
            connection.close()

    def ways(self) -> list[Callable[[], None]]:
        return [self.save, self.propose, self.save, self.rewrite, self.save, self.restore, self.accept, self.archive]

    def word(self) -> str:
        self._count += 1
        return f"w{self.name}x{self._count}x"

    def event(self) -> Event:
        return Event.objects.with_everything().get(pk=self.pk)

    def address(self, name: str, *args: int) -> str:
        return reverse(f"admin:events_event_{name}", args=args or [self.pk])

    def think(self) -> None:
        time.sleep(self.chance.random() / 8)

    # --- The ways ---

    def save(self) -> None:
        data = self.typed(self.event())
        self.think()
        self.post(self.editor, data | {"_move": "save"})

    def propose(self) -> None:
        event = self.event()
        row = new_citation(event.citations.count(), label=self.say("{}"))
        self.post(self.contributor, form_data(event) | row | {"_move": "propose"})

    def accept(self) -> None:
        proposal = Proposal.objects.filter(event=self.pk, decided_at=None).first()
        if proposal:
            version = self.event().version
            self.think()
            choice = {"choice": "accept", "version": version}
            assert self.editor.post(self.address("decide_proposal", proposal.pk), choice).status_code in (200, 302)

    def restore(self) -> None:
        numbers = Revision.objects.filter(event=self.pk, kind=RevisionKind.SAVED).values_list("number", flat=True)
        data = {"number": self.chance.choice(list(numbers)), "version": self.event().version}
        self.think()
        assert self.editor.post(self.address("restore"), data).status_code == 302

    def rewrite(self) -> None:
        event, word = self.event(), self.word()
        document = replace(exporter.event_document(event), headline=f"The Kent {word} falls.")
        self.think()
        try:
            services.rewrite(event, event.version, document, editor=User.objects.get(username="editor"), comment="")
        except services.StaleVersion:
            return  # told so, with the document still in hand
        self.written.append(word)

    def archive(self) -> None:
        word, document = self.word(), exporter.event_document(self.event())
        told = {"summary": f"{word} {document.summary}"} if self.chance.random() < 0.5 else {"tags": ("Kent", word)}
        import_document(replace(KENT, citations=(CitationDocument(label=word),), **told), Report())
        self.written.append(word)

    # --- The form ---

    def typed(self, event: Event) -> dict[str, Any]:
        """The form of the event with some words in it: in texts and names, in new, changed and deleted rows."""
        data = form_data(event)
        for field in self.chance.sample(("headline", "summary", "tag_names"), self.chance.randint(0, 2)):
            data[field] = self.say(f"{data[field]}{',' if field == 'tag_names' else ''} {{}}")
        rows = data["citations-TOTAL_FORMS"]
        if rows > 1 and self.chance.random() < 0.3:
            data[f"citations-{self.chance.randrange(rows)}-DELETE"] = "on"
        if rows and self.chance.random() < 0.3:
            data[f"citations-{self.chance.randrange(rows)}-label"] = self.say("{}")
        if self.chance.random() < 0.4:
            data |= new_citation(rows, label=self.say("{}"))
        return data

    def say(self, text: str) -> str:
        return text.format(self.word())

    def post(self, client: Client, data: dict[str, Any]) -> None:
        """Press the button, and choose where somebody else was quicker."""
        for _ in range(4):
            words = self.words_in(data)
            response = client.post(self.address("change"), data)
            if response.status_code == 302:
                self.written += words
                return
            if response.status_code == 403:  # what a contributor had proposed became a draft, or the like
                return
            conflict = response.context.get("conflict")
            if response.status_code != 409 or not conflict:
                # What was saved before stands in a revision; where another has replaced it since, the form says so.
                html, new = response.content.decode(), [word for word in words if word not in self.written]
                assert [word for word in new if word not in html] == []
                return
            self.written += words  # refused, and kept
            choices = {choice.name: self.chance.choice(["mine", "theirs"]) for choice in conflict["choices"]}
            data = conflict_form(response) | choices | {"_move": data["_move"]}
            if self.chance.random() < 0.5:
                data["headline"] = self.say("The Kent {} rises.")

    def words_in(self, data: dict[str, Any]) -> list[str]:
        deleted = {key.removesuffix("-DELETE") for key in data if key.endswith("-DELETE")}
        said = " ".join(str(value) for key, value in data.items() if key.rpartition("-")[0] not in deleted)
        return [f"w{self.name}x{n}x" for n in range(1, self._count + 1) if f"w{self.name}x{n}x" in said]


@pytest.mark.parametrize("seed", ["a", "b"])
@pytest.mark.django_db(transaction=True)
def test_every_word_stands_in_some_revision_and_the_event_is_its_last_saved_one(seed: str) -> None:
    add(
        person("Editor"),
        _move="publish",
        headline="The Kent rises.",
        tag_names="Kent, River Kent",
        **new_citation(0, label="BBC"),
    )
    event = Event.objects.get()
    until = time.monotonic() + SECONDS
    writers = [Writer(event, seed, number, until) for number in range(4)]
    renaming = threading.Timer(1, rename)
    renaming.start()
    with ThreadPoolExecutor(len(writers)) as pool:
        for result in [pool.submit(writer.run) for writer in writers]:
            result.result()
    renaming.join()

    event = Event.objects.with_everything().get()
    history = "\n".join(event.revisions.values_list("document", flat=True))
    written = [word for writer in writers for word in writer.written]
    assert [word for word in written if word not in history] == []
    assert len(written) > len(writers)
    assert list(event.revisions.order_by("number").values_list("number", flat=True)) == list(
        range(1, event.version + 1)
    )
    newest = event.revisions.newest()
    assert newest
    assert read(exporter.event_document(event)) == read(revisions.read(newest))
    assert [findings for _, findings in verifying.verify(event.pk) if findings] == []
    assert {"save", "restore", "rewrite", "archive"} <= {way for writer in writers for way in writer.done}


def rename() -> None:
    """Let one tag of the event be merged into another while it is written."""
    try:
        services.merge_tags(make_tag("River Kent"), make_tag("Kent"), editor=User.objects.get(username="editor"))
    finally:
        connection.close()


def read(document: EventDocument) -> EventDocument:
    """The document with its names as they are known today, and each once."""
    names = TagNames()
    names.ask("en", document.tags)
    keys = tuple(dict.fromkeys(names.key("en", name) for name in document.tags))
    return replace(document, tags=keys, topics=(), old_slugs=tuple(sorted(document.old_slugs)))
