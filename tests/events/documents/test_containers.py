"""Archives: what is read from them, and what is refused."""

import bz2
import gzip
import io
import lzma
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.documents import containers, files
from events.documents.files import Found
from events.documents.records import DayDocument, EventDocument
from sources.documents import DocumentError
from tests.events.documents.samples import CHINESE_PAGE, DAY_PAGE, EVENT_PAGE

RECORD = b'{"date": "2031-05-04", "headline": "Rain %d"}\n'
PAGES = {
    "news/2031/05/4/the-river-kent.md": EVENT_PAGE.encode(),
    "news/2031/05/4/index.md": DAY_PAGE.encode(),
    "more/lines.jsonl": RECORD % 1 + RECORD % 2,
    "zh/news/2031/05/4/河水.md": CHINESE_PAGE.encode(),
}


def tar(pages: dict[str, bytes], format: int = tarfile.PAX_FORMAT, **attributes: object) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format) as archive:
        for name, data in pages.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def zipped(pages: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, mode: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in pages.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, data, method)
    return file.getvalue()


PACKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "tar": tar,
    "old.tar": lambda pages: tar(pages, tarfile.GNU_FORMAT),
    "tar.gz": lambda pages: gzip.compress(tar(pages)),
    "tgz": lambda pages: gzip.compress(tar(pages)),
    "tar.xz": lambda pages: lzma.compress(tar(pages)),
    "tar.bz2": lambda pages: bz2.compress(tar(pages)),
    "zip": zipped,
    "any-name": lambda pages: gzip.compress(tar(pages)),
}


def read(path: Path, language: str = "") -> list[Found]:
    return list(files.read_file(path, language))


def errors(path: Path) -> list[tuple[str, str]]:
    return [(found.place, str(found.document)) for found in read(path) if isinstance(found.document, DocumentError)]


def headlines(path: Path) -> list[str]:
    return [found.document.headline for found in read(path) if isinstance(found.document, EventDocument)]


@pytest.fixture
def place(tmp_path: Path) -> Callable[[bytes], Path]:
    def place(data: bytes) -> Path:
        (tmp_path / "archive").write_bytes(data)
        return tmp_path / "archive"

    return place


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_UNPACKED", 2**20)


@pytest.mark.parametrize("name", PACKERS)
def test_an_archive_gives_the_same_documents_as_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    for page, data in PAGES.items():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_bytes(data)
    archive = tmp_path / name
    archive.write_bytes(PACKERS[name](PAGES))
    in_folder = [found for page in PAGES for found in read(folder / page)]
    in_archive = read(archive)
    assert {found.place for found in in_archive} == {f"{archive}:{page}" for page in PAGES}
    assert {(found.sha256, found.line, found.language) for found in in_archive} == {
        (found.sha256, found.line, found.language) for found in in_folder
    }
    assert files.survey([archive]) == files.survey([folder / page for page in PAGES])


def test_the_path_in_an_archive_gives_slug_and_language(tmp_path: Path) -> None:
    page = EVENT_PAGE.partition("### Source")[0].encode()
    (tmp_path / "x.tar").write_bytes(tar({"./zh/news/2031/05/4/kent.md": page}))
    (found,) = read(tmp_path / "x.tar")
    assert isinstance(found.document, EventDocument)
    assert (found.document.slug, found.document.language, found.language) == ("kent", "zh", "its path")


def test_a_tar_is_read_as_stored_and_a_zip_by_name(place: Callable[[bytes], Path]) -> None:
    pages = {name: RECORD % number for number, name in enumerate(["b.jsonl", "a.jsonl"])}
    assert headlines(place(tar(pages))) == ["Rain 0", "Rain 1"]
    assert headlines(place(zipped(pages))) == ["Rain 1", "Rain 0"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
def test_one_packed_file_is_read_under_its_name_without_the_ending(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    folder = tmp_path / "news/2031/05/4"
    folder.mkdir(parents=True)
    (folder / "kent.md.gz").write_bytes(pack(EVENT_PAGE.encode()))
    (found,) = read(folder / "kent.md.gz")
    assert isinstance(found.document, EventDocument) and found.document.slug == "kent"
    (folder / "lines").write_bytes(pack(RECORD % 1) + pack(RECORD % 2))
    assert headlines(folder / "lines") == ["Rain 1", "Rain 2"]


def test_xz_streams_may_have_zeros_between_them(place: Callable[[bytes], Path]) -> None:
    packed = lzma.compress(RECORD % 1) + bytes(100_000) + lzma.compress(RECORD % 2) + bytes(4)
    assert headlines(place(packed)) == ["Rain 1", "Rain 2"]


@pytest.mark.parametrize(
    "data",
    [RECORD % 1, EVENT_PAGE.encode(), PACKERS["tar.gz"](PAGES), PACKERS["tar.xz"](PAGES)],
    ids=["a record", "a page", "tar.gz", "tar.xz"],
)
def test_standard_input_is_read_once(data: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    expected = {found.sha256 for found in read(tmp_path / "x")}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(data)))
    (path,) = files.list_files(Path("-"))
    assert isinstance(path, Path)
    assert files.survey([path]) == files.Survey()
    found = read(path)
    assert {one.sha256 for one in found} == expected
    assert all(one.place.startswith("standard input") for one in found)


def test_a_zip_from_a_pipe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(zipped(PAGES))))
    assert errors(Path("-")) == [
        ("standard input", "a zip archive cannot be read from standard input; name the file"),
    ]


class Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


def test_folders_and_hidden_files_are_passed_over(place: Callable[[bytes], Path]) -> None:
    hidden = {".git/x": b"x", "./a/._b.md": b"x", "folder/": b""}
    assert read(place(zipped(hidden))) == []
    assert read(place(tar({".git/x": b"x", "./a/._b.md": b"x"}))) == []
    assert read(place(tar({"folder": b""}, type=tarfile.DIRTYPE))) == []


# --- What is refused ----------------------------------------------------------------------------------------------

BAD_NAMES = ["../up.md", "a/../../up.md", "/etc/x.md", "..\\up.md", "C:\\x.md", "a\nb.md", "\x1b[2J.md"]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("pack", [tar, zipped])
def test_a_name_that_leads_out_or_is_no_name_is_refused_and_the_rest_read(
    place: Callable[[bytes], Path], pack: Callable[[dict[str, bytes]], bytes], name: str
) -> None:
    archive = place(pack({name: RECORD % 1, "good.jsonl": RECORD % 2}))
    ((where, reason),) = errors(archive)
    assert where == f"{archive}:{name}"
    assert "leads out of the archive" in reason or "control characters" in reason
    assert headlines(archive) == ["Rain 2"]
    assert list(archive.parent.rglob("*")) == [archive]


def test_names_with_nul_or_other_bytes_than_utf_8_are_refused(place: Callable[[bytes], Path]) -> None:
    archive = place(zipped({"aXb.jsonl": RECORD % 1}).replace(b"aXb", b"a\0b"))
    assert errors(archive) == [(f"{archive}:a\0b.jsonl", "this name holds control characters, or is not UTF-8")]
    archive = place(tar({"caf\udce9.jsonl": RECORD % 1}))
    assert errors(archive) == [(f"{archive}:caf\udce9.jsonl", "this name holds control characters, or is not UTF-8")]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, b"V"])
def test_links_and_devices_in_a_tar_are_refused(place: Callable[[bytes], Path], kind: bytes) -> None:
    archive = place(tar({"x.md": b""}, type=kind, linkname="/etc/passwd"))
    assert errors(archive) == [(f"{archive}:x.md", "this is a link or no regular file")]


def test_a_link_in_a_zip_is_refused(place: Callable[[bytes], Path]) -> None:
    archive = place(zipped({"x.md": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    assert errors(archive) == [(f"{archive}:x.md", "this is a link or no regular file")]


def test_encrypted_and_oddly_packed_members_of_a_zip_are_refused(place: Callable[[bytes], Path]) -> None:
    data = bytearray(zipped({"x.md": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in errors(place(bytes(data)))[0][1]
    assert "use deflate" in errors(place(zipped({"x.md": b"x"}, zipfile.ZIP_LZMA)))[0][1]


# Packed bytes hold the time of packing, so they are no names for tests that two processes have to agree on.
@pytest.mark.parametrize(
    "inner",
    [tar(PAGES), zipped(PAGES), gzip.compress(b"x"), lzma.compress(b"x")],
    ids=["tar", "zip", "gzip", "xz"],
)
def test_an_archive_in_an_archive_is_refused(place: Callable[[bytes], Path], inner: bytes) -> None:
    reason = "this is an archive inside an archive; unpack it first"
    for archive in (tar({"in.md": inner, "good.jsonl": RECORD}), zipped({"in.md": inner, "good.jsonl": RECORD})):
        assert [one for _, one in errors(place(archive))] == [reason]
    archive_path = place(gzip.compress(gzip.compress(inner)))
    assert errors(archive_path) == [(str(archive_path), reason)]


def test_one_bad_page_among_thousands_is_named_and_the_others_read(place: Callable[[bytes], Path]) -> None:
    pages = {f"{number:04}.jsonl": RECORD % number for number in range(3000)}
    pages["1234.jsonl"] = b"milk\n"
    for archive in (gzip.compress(tar(pages)), zipped(pages)):
        path = place(archive)
        ((where, reason),) = errors(path)
        assert where == f"{path}:1234.jsonl" and "no known kind" in reason
        assert len(headlines(path)) == 2999


@pytest.mark.parametrize("name", ["tar", "tar.gz", "tar.xz", "tar.bz2"])
def test_of_an_archive_that_is_cut_off_all_before_the_cut_is_read(tmp_path: Path, name: str) -> None:
    pages = {f"{number}.jsonl": RECORD % number * 50 for number in range(100)}
    packed = PACKERS[name](pages)
    previous = -1
    for share in (0.5, 0.75, 0.9):
        (tmp_path / name).write_bytes(packed[: int(len(packed) * share)])
        assert [reason for _, reason in errors(tmp_path / name) if "cut off" in reason], share
        assert len(errors(tmp_path / name)) == 1
        assert len(headlines(tmp_path / name)) >= previous
        previous = len(headlines(tmp_path / name))
    assert previous > 1000 or name == "tar.bz2"  # which has a single block here


def test_of_a_packed_file_that_is_cut_off_all_whole_lines_before_the_cut_are_read(
    place: Callable[[bytes], Path],
) -> None:
    lines = b"".join(RECORD % number for number in range(20_000))
    packed = gzip.compress(lines)
    archive = place(packed[: len(packed) // 2])
    assert errors(archive) == [(str(archive), "the archive is cut off here")]
    assert headlines(archive) == [f"Rain {number}" for number in range(len(headlines(archive)))]
    assert len(headlines(archive)) > 8_000


def test_a_tar_without_an_end_mark_is_read_and_said_to_be_cut_off(place: Callable[[bytes], Path]) -> None:
    archive = place(tar({"x.jsonl": RECORD})[:1024])
    assert len(headlines(archive)) == 1
    assert errors(archive) == [(str(archive), "the archive is cut off: it has no end mark")]


def test_a_damaged_header_in_the_middle_of_a_tar_is_no_silent_end(place: Callable[[bytes], Path]) -> None:
    data = tar({"a.jsonl": RECORD % 1, "b.jsonl": RECORD % 2})
    archive = place(data.replace(b"b.jsonl", b"x.jsonl"))
    assert headlines(archive) == ["Rain 1"]
    assert errors(archive) == [(str(archive), "the archive is damaged: a file's header cannot be read")]


def test_tar_archives_one_behind_the_other_are_all_read(place: Callable[[bytes], Path]) -> None:
    archive = place(tar({"a.jsonl": RECORD % 1}) + tar({"b.jsonl": RECORD % 2}))
    assert headlines(archive) == ["Rain 1", "Rain 2"]


def test_a_damaged_member_of_a_zip_is_named_and_the_others_read(place: Callable[[bytes], Path]) -> None:
    data = zipped({"a.md": EVENT_PAGE.encode(), "b.md": DAY_PAGE.encode()}, zipfile.ZIP_STORED)
    archive = place(data.replace(b"Rain fell", b"Snow fell", 1))
    ((where, reason),) = errors(archive)
    assert where == f"{archive}:a.md" and "Bad CRC-32" in reason
    assert [type(found.document) for found in read(archive)][1:] == [DayDocument]


def test_a_zip_that_is_cut_off_is_refused(place: Callable[[bytes], Path]) -> None:
    archive = place(zipped(PAGES)[:-30])
    ((where, reason),) = errors(archive)
    assert where == str(archive) and "damaged or cut off" in reason


def test_sizes_and_names_that_a_tar_only_claims_take_no_memory(place: Callable[[bytes], Path]) -> None:
    name = tarfile.TarInfo("x")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 2**40
    assert "longer than any name" in errors(place(name.tobuf(tarfile.GNU_FORMAT) + b"x" * 1024))[0][1]
    page = tarfile.TarInfo("x.md")
    page.size = 2**50
    archive = place(page.tobuf(tarfile.GNU_FORMAT) + EVENT_PAGE.encode())
    assert errors(archive) == [(f"{archive}:x.md", "the archive is cut off here")]
    page.size = files.MAX_PAGE + 10**5  # longer than a page, and less than that is there
    archive = place(page.tobuf(tarfile.GNU_FORMAT) + b"x" * (files.MAX_PAGE + 10))
    assert [where for where, _ in errors(archive)] == [f"{archive}:x.md", str(archive)]
    page.size = -512
    assert "negative" in errors(place(page.tobuf(tarfile.GNU_FORMAT)))[0][1]
    page.size, page.type = 0, tarfile.GNUTYPE_SPARSE
    assert "sparse" in errors(place(page.tobuf(tarfile.GNU_FORMAT)))[0][1]
    assert "sparse" in errors(place(tar({"x": b""}, pax_headers={"GNU.sparse.major": "1"})))[0][1]
    bad = tar({"x": b""}, pax_headers={"key": "value"}).replace(b"key=value", b"key:value")
    assert "attributes cannot be read" in errors(place(bad))[0][1]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "bomb",
    [
        lzma.compress(b" " * 2**24),
        bz2.compress(b"{" + b" " * 2**24),
        gzip.compress(tar({"a.jsonl": RECORD, "bomb.md": bytes(2**24)})),
        gzip.compress(tar({"a.jsonl": RECORD, "bomb.jsonl": b"{" + b" " * 2**24})),
        zipped({"a.jsonl": RECORD, "b.jsonl": b"{" + b" " * 2**24, "c.jsonl": b"{" + b" " * 2**24}),
    ],
    ids=["xz", "bzip2", "tar.gz with a page", "tar.gz with lines", "zip"],
)
def test_an_archive_that_unpacks_to_far_more_than_its_size_is_given_up(
    place: Callable[[bytes], Path], bomb: bytes
) -> None:
    found = errors(place(bomb))
    assert "and 200 times its size; refused" in found[-1][1]
    assert len(found) <= 2


@pytest.mark.usefixtures("small")
def test_much_text_that_packs_well_is_no_bomb(place: Callable[[bytes], Path]) -> None:
    lines = b"".join(RECORD % number for number in range(30_000))
    assert len(lines) > 2**20
    assert errors(place(gzip.compress(lines))) == []


def test_a_page_longer_than_any_page_is_refused_and_a_line_of_50_mb_passed_over(place: Callable[[bytes], Path]) -> None:
    pages = {"a.md": b"x" * 2**24, "b.jsonl": b"{" + b"x" * 50_000_000 + b"\n" + RECORD % 1}
    for archive in (gzip.compress(tar(pages), 1), zipped(pages)):
        path = place(archive)
        assert [where for where, _ in errors(path)] == [f"{path}:a.md", f"{path}:b.jsonl"]
        assert "line 1: the line has 50,000,002 bytes" in errors(path)[1][1]
        assert headlines(path) == ["Rain 1"]


# --- Anything at all ----------------------------------------------------------------------------------------------

SAMPLES = [pack(PAGES) for pack in PACKERS.values()] + list(PAGES.values())


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file with some bytes changed, left out or put in."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 30))] = draw(st.binary(max_size=30))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary() | damaged(), suffix=st.sampled_from(["", ".md", ".json", ".jsonl", ".tar.gz", ".zip"]))
def test_whatever_the_bytes_reading_gives_documents_or_errors(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    files.survey([path])
    for found in read(path):
        assert found.place.startswith(str(path))
