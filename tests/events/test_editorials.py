"""Editorials are written, guarded, carried and proved as events are."""

import datetime as dt
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from msgspec.structs import replace

from events import exporter, revisions, services
from events.choices import Move, RevisionKind, Status
from events.documents import jsonl
from events.documents.erasing import ERASED
from events.documents.records import EditorialDocument
from events.importer import Report, holder_of
from events.models import Editorial, Erasure, OpenForm, Revision
from sources.importer import Outcome
from tests.events.documents.test_editorial_pages import KENT
from tests.events.making import make_editorial
from tests.events.test_erasing import NAME, everywhere
from tests.events.test_export_command import empty_the_wiki, export, rows

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("ed")


def said(editorial: Editorial) -> EditorialDocument:
    return exporter.editorial_document(Editorial.objects.get(pk=editorial.pk))


def change(editorial: Editorial, editor: User, version: int | None = None, **changes: Any) -> Editorial:
    document = replace(said(editorial), **changes)
    return services.rewrite(editorial, version, document, editor=editor, comment="Changed")


def verified() -> str:
    out = StringIO()
    call_command("verify_history", stdout=out, stderr=out)
    return out.getvalue()


# --- Saves --------------------------------------------------------------------------------------------------------


def test_every_save_is_a_numbered_revision_in_a_chain(editor: User) -> None:
    editorial = make_editorial("Let the river be")
    editorial = change(editorial, editor, title="Let the Kent be")

    first, second = editorial.revisions.order_by("number")
    assert [first.number, second.number] == [1, 2]
    assert revisions.chain("", first) == first.link
    assert revisions.chain(first.link, second) == second.link == editorial.last_link
    assert [field.name for field in revisions.compare(*map(revisions.read_any, (first, second)))] == ["Title"]
    assert "1 history is whole" in verified()


def test_a_stale_save_writes_nothing(editor: User) -> None:
    editorial = make_editorial("Let the river be")
    change(editorial, editor, 1, body="It floods.")
    with pytest.raises(services.StaleVersion):
        change(editorial, editor, 1, body="It does not.")
    assert Editorial.objects.get().body == "It floods."


def test_two_changes_of_other_fields_are_merged_and_of_the_same_field_overlap() -> None:
    editorial = make_editorial("Let the river be", body="It floods.")
    base = said(editorial)
    mine = replace(base, title="Mine", body="Mine.")
    Editorial.objects.update(author="Their Author", body="Theirs.")
    document, overlaps = services.merge_any(Editorial.objects.get(), base, mine)
    assert isinstance(document, EditorialDocument)
    assert (document.title, document.author, document.body) == ("Mine", "Their Author", "Mine.")
    assert [(overlap.field, overlap.base, overlap.theirs, overlap.mine) for overlap in overlaps] == [
        ("body", "It floods.", "Theirs.", "Mine.")
    ]


def test_what_was_refused_is_kept_in_the_chain_and_is_never_what_the_editorial_says(editor: User) -> None:
    editorial = make_editorial("Let the river be")
    refused = replace(said(editorial), body="Refused.")
    services.keep_refused(editorial, refused, editor=editor)
    services.keep_refused(editorial, refused, editor=editor)
    assert [row.kind for row in editorial.revisions.all()] == [RevisionKind.REFUSED, RevisionKind.SAVED]
    assert "Refused." not in Editorial.objects.get().body
    assert "whole" in verified()


def test_an_old_state_is_restored_as_a_new_revision_and_told_corrections_stay(editor: User) -> None:
    editorial = change(make_editorial("Let the river be"), editor, title="Dam it", corrections=KENT.corrections)
    services.restore(editorial.revisions.get(number=1), 2, editor=editor)
    editorial.refresh_from_db()
    assert (editorial.title, editorial.version) == ("Let the river be", 3)
    assert said(editorial).corrections == KENT.corrections


def test_a_changed_date_or_slug_leaves_a_redirect(editor: User) -> None:
    editorial = make_editorial("Let the river be")
    change(editorial, editor, date=dt.date(2017, 2, 3), slug="the-kent")
    assert said(editorial).old_slugs == ("2017-02-02/let-the-river-be",)
    assert holder_of(Editorial, "en", dt.date(2017, 2, 2), "let-the-river-be") == editorial


def test_an_old_address_is_restored_and_left_again(editor: User) -> None:
    editorial = change(make_editorial("Floods", slug="a"), editor, slug="b")
    services.restore(editorial.revisions.get(number=1), 2, editor=editor)
    services.restore(editorial.revisions.get(number=2), 3, editor=editor)
    assert (said(editorial).slug, said(editorial).old_slugs) == ("b", ("a",))
    assert "whole" in verified()


# --- States -------------------------------------------------------------------------------------------------------


def test_an_editorial_goes_from_draft_through_review_to_readers_and_back() -> None:
    editorial = make_editorial("Let the river be", status=Status.DRAFT)
    for move, status in [
        (Move.SUBMIT, Status.REVIEW),
        (Move.SEND_BACK, Status.DRAFT),
        (Move.PUBLISH, Status.PUBLISHED),
        (Move.WITHDRAW, Status.WITHDRAWN),
    ]:
        editorial = services.change_state(editorial, None, move, editor=None, comment="Why", reason="It was wrong.")
        assert editorial.status == status
    assert editorial.withdrawn_reason == "It was wrong."
    assert editorial.withdrawn_at
    assert editorial.published_at


@pytest.mark.parametrize(
    ("fields", "move", "field"),
    [
        ({"body": ""}, Move.PUBLISH, "body"),
        ({"date": dt.date(2999, 1, 1)}, Move.PUBLISH, "date"),
        ({}, Move.WITHDRAW, "withdrawn_reason"),
        ({}, Move.SCHEDULE, "publish_at"),
    ],
)
def test_what_readers_may_not_see_so_is_refused(fields: dict[str, Any], move: Move, field: str) -> None:
    editorial = make_editorial("Let the river be", status=Status.DRAFT, **fields)
    with pytest.raises(services.NotReady) as caught:
        services.change_state(editorial, None, move, editor=None)
    assert list(caught.value.faults) == [field]
    assert editorial.revisions.count() == 1


def test_the_worker_publishes_what_is_due_under_the_name_of_who_set_the_moment(editor: User) -> None:
    editorial = make_editorial("Let the river be", timezone.localdate(), status=Status.DRAFT)
    later = timezone.now() + dt.timedelta(minutes=5)
    services.change_state(editorial, None, Move.SCHEDULE, editor=editor, publish_at=later)
    assert services.publish_due() == 0
    with time_machine.travel(later + dt.timedelta(minutes=1)):
        assert services.publish_due() == 1
        assert services.publish_due() == 0
    newest = editorial.revisions.newest()
    assert newest
    assert (newest.editor, newest.comment) == (editor, "Published as scheduled")
    assert Editorial.objects.get().is_public


# --- The proof ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda: Revision.objects.filter(number=1).update(document=jsonl.write(KENT)), "not the one that was recorded"),
        (lambda: Revision.objects.filter(number=1).delete(), "the chain has a gap"),
        (lambda: Revision.objects.filter(number=2).delete(), "a tail was cut off"),
        (lambda: Revision.objects.filter(number=2).update(comment="Never said"), "does not follow"),
        (lambda: Editorial.objects.update(body="Behind the history's back."), "say something else in: body"),
        (lambda: Editorial.objects.update(version=F("version") + 1), "is at version 3"),
    ],
)
def test_verify_history_finds_what_was_changed_behind_its_back(
    editor: User, tamper: Callable[[], object], told: str
) -> None:
    change(make_editorial("Let the river be"), editor, title="Let the Kent be")
    assert "whole" in verified()
    tamper()
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1 histories are not whole"):
        call_command("verify_history", stdout=StringIO(), stderr=out)
    assert f"editorial {Editorial.objects.get().pk} " in out.getvalue()
    assert told in out.getvalue()


def test_a_revision_is_of_one_thing_only() -> None:
    editorial = make_editorial("Let the river be")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(editorial=editorial).update(editorial=None)


def test_an_erased_passage_stands_nowhere_and_the_history_still_proves_the_rest(editor: User) -> None:
    editorial = make_editorial(f"What {NAME} did", body=f"{NAME} did it. [[{NAME}]]!", standfirst=f"Of {NAME}.")
    editorial = change(editorial, editor, author=NAME, corrections=KENT.corrections)
    services.correct(editorial, f"{NAME} is 13.")
    editorial.save()
    services.keep_refused(editorial, replace(said(editorial), body=f"It was {NAME}."), editor=editor, comment=NAME)
    token = "8b1b2a6e-5a0e-4d0f-9f4d-0d5c9d0f7a11"
    row = {"token": token, "editor": editor, "kind": "editorial", "editorial": editorial, "seen_at": timezone.now()}
    OpenForm.objects.create(**row, data="title=Zebedee+Quux&slug=zebedee-quux&body=x")
    assert len(everywhere()) > 8

    editorial.refresh_from_db()
    words: dict[str, Any] = {"editor": editor, "with_sources": False}
    assert services.preview_erasure(editorial, NAME, **words).open_to == ["ed"]
    services.erase(editorial, editorial.version, NAME, reason="Ordered.", **words)

    assert everywhere() == []
    editorial.refresh_from_db()
    assert editorial.title == f"What {ERASED} did"
    assert editorial.slug == "what-erased-did"
    assert Erasure.objects.get().editorial == editorial
    assert "whole" in verified()


# --- In and out ---------------------------------------------------------------------------------------------------


@pytest.fixture
def wiki(tmp_path: Path, load: Load) -> Path:
    """A wiki of two editorials in which every field of theirs has a value."""
    lines = tmp_path / "in.jsonl"
    kent = replace(KENT, old_slugs=("let-it-be", "2031-05-03/older"))
    gone = replace(KENT, slug="gone", title="Gone", status=Status.WITHDRAWN, withdrawn_reason="Wrong", language="zh")
    soon = replace(KENT, slug="soon", title="Soon", status=Status.SCHEDULED, publish_at=dt.datetime.now(dt.UTC))
    draft = replace(KENT, slug="draft", title="Draft", status=Status.DRAFT)
    lines.write_text("".join(jsonl.write(one) + "\n" for one in (kent, gone, soon, draft)))
    report = load(lines)
    assert not report.rejected
    assert report.count("editorials", Outcome.CREATED) == 4
    return lines


def test_editorials_go_out_as_json_lines_and_come_in_again_as_the_same(wiki: Path, tmp_path: Path, load: Load) -> None:
    folder = export(tmp_path / "out")
    before = rows()
    empty_the_wiki()
    assert not load(folder).rejected
    assert rows() == before
    assert (export(tmp_path / "again") / "newsroom.jsonl").read_bytes() == (folder / "newsroom.jsonl").read_bytes()
    assert "whole" in verified()


@pytest.mark.parametrize("format", ["markdown", "xml"])
def test_public_editorials_have_pages_in_a_tree_that_come_in_again_as_the_same(
    wiki: Path, tmp_path: Path, load: Load, format: str
) -> None:
    folder = export(tmp_path / "out", "--format", format)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert names == [f"opinion/2031/05/4/let-the-river-be.{'md' if format == 'markdown' else 'xml'}"]
    empty_the_wiki()
    assert not load(folder).rejected
    assert said(Editorial.objects.get()) == KENT


def test_a_public_export_holds_public_editorials_alone(wiki: Path, tmp_path: Path) -> None:
    text = (export(tmp_path / "out", "--public") / "newsroom.jsonl").read_text()
    assert [jsonl.read(line) for line in text.splitlines()] == [KENT]


def test_an_old_editorial_of_an_archive_was_published_on_its_day(tmp_path: Path, load: Load) -> None:
    (tmp_path / "old.jsonl").write_text(jsonl.write(replace(KENT, date=dt.date(2017, 2, 2))))
    load(tmp_path)
    assert Editorial.objects.get().published_at == dt.datetime(2017, 2, 2, tzinfo=dt.UTC)


def test_an_import_renews_what_nobody_edited_and_never_undoes_an_edit(tmp_path: Path, load: Load, editor: User) -> None:
    def tell(**changes: Any) -> Report:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        path.write_text(jsonl.write(replace(KENT, **changes)))
        return load(path)

    tell()
    assert tell(title="Let the Kent be").count("editorials", Outcome.UPDATED) == 1
    editorial = change(Editorial.objects.get(), editor, body="The editor's.", author="B. Rook")

    assert tell(title="Let it be", body="The archive's.").count("editorials", Outcome.UPDATED) == 1
    now = said(editorial)
    assert (now.title, now.body, now.author) == ("Let it be", "The editor's.", "B. Rook")
    assert [row.kind for row in editorial.revisions.order_by("number")] == ["saved"] * 3 + ["refused", "saved"]

    again = tell(title="Let it be", body="The archive's.", date=KENT.date)
    assert again.count("editorials", Outcome.UPDATED) == 0
    assert "whole" in verified()


def test_what_an_archive_tells_of_an_editorial_made_here_is_taken_or_kept_as_not_taken(
    tmp_path: Path, load: Load
) -> None:
    def tell(**changes: Any) -> None:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        path.write_text(jsonl.write(replace(said(made), **changes)))
        load(path)

    made = make_editorial("Let the river be", body="Ours.")
    tell(body="Theirs.")
    assert said(made).body == "Ours."
    assert [row.kind for row in made.revisions.order_by("number")] == ["saved", "refused"]

    made = make_editorial("Floods", body="One.")
    tell()
    tell(body="Two.")
    assert said(made).body == "Two."
    tell(body="Two.")
    assert [row.kind for row in made.revisions.order_by("number")] == ["saved"] * 3
    assert "whole" in verified()


def test_an_old_export_does_not_undo_what_was_written_here(tmp_path: Path, load: Load, editor: User) -> None:
    editorial = make_editorial("Let the river be")
    folder = export(tmp_path / "out")
    change(editorial, editor, body="Better.")
    load(folder)
    assert said(editorial).body == "Better."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": "x" * 301}, "at most 300 fit"),
        ({"slug": "a/b"}, "cannot stand in an address"),
        ({"language": "xx"}, "no edition"),
        ({"status": Status.SCHEDULED}, "needs “publish_at”"),
    ],
)
def test_what_cannot_be_stored_is_reported(tmp_path: Path, load: Load, changes: dict[str, Any], reason: str) -> None:
    (tmp_path / "in.jsonl").write_text(jsonl.write(replace(KENT, **changes)))
    [(_, error)] = load(tmp_path).rejected
    assert reason in str(error)
    assert not Editorial.objects.exists()
