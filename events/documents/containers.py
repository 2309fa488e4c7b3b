"""A file, an archive or standard input → the files inside, one after the other, without unpacking any of them to disk.

Archives are known by their bytes: tar, also packed by gzip, xz or bzip2, zip, and a single file packed by one of the
three. Nothing is held in memory but a buffer and a zip's list of names, and no member's size is believed.
"""

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import sys
import tarfile
import zipfile
import zlib
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from sources.documents import DocumentError

STDIN = Path("-")
BUFFER = 2**16
MAX_UNPACKED = 2**30  # what any archive may unpack to, and a larger one if it has at least …
MAX_RATIO = 200  # … one byte for this many
MAX_TAR_NAME = 2**20
MAX_XZ_MEMORY = 2**27
BAD_CHARACTERS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")  # in names: control characters, bytes not UTF-8

_BLOCK = 512
_GZIP, _XZ, _BZIP2 = b"\x1f\x8b", b"\xfd7zXZ\0", re.compile(rb"BZh[1-9]1AY&SY")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PACKED_NAME = re.compile(r"\.(?:gz|xz|bz2)$", re.IGNORECASE)
# What the libraries raise for bytes that are no archive, or no longer one.
_DAMAGE = (
    *(OSError, EOFError, RuntimeError, ValueError, OverflowError),
    *(struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file by itself or in an archive. `content` is to be read before the next member is asked for.

    `place` names it to people, `path` is what tells a page's slug and language, with "/" in front.
    """

    place: str
    path: str
    content: io.BufferedReader | DocumentError


def members(path: Path, advance: Callable[[int], object] = lambda size: None) -> Iterator[Member]:
    """The files in `path` (`STDIN` is standard input): itself, or what an archive holds, as stored or by name (zip).

    What cannot be read comes as a member with an error. `advance` is told the bytes read from the file.
    """
    place, at = ("standard input", "/") if path == STDIN else (str(path), path.absolute().as_posix())
    try:
        with nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb") as file:
            source = _Source(file, advance)
            yield from _open(_buffered(source), source, place, at)
    except DocumentError as error:
        yield Member(place, at, error)
    except OSError as error:
        yield Member(place, at, DocumentError(f"the file cannot be read: {error.strerror}"))


def is_archive(start: bytes) -> bool:
    """Whether a file that starts so is an archive or packed."""
    return _unpacker(start) is not None or start.startswith(_ZIP) or _is_tar(start)


def _open(file: io.BufferedReader, source: "_Source", place: str, path: str) -> Iterator[Member]:
    start = file.peek()
    if start.startswith(_ZIP):
        yield from _zip_members(file, source, place, path)
        return
    if unpack := _unpacker(start):
        file = _buffered(_Unpacked(unpack(file), source))
        path = _PACKED_NAME.sub("", path)
    if _is_tar(file.peek()):
        yield from _tar_members(file, place, path)
    else:
        yield Member(place, path, file)


def _unpacker(start: bytes) -> "Callable[[io.BufferedReader], gzip.GzipFile | _Packed] | None":
    if start.startswith(_GZIP):
        return lambda file: gzip.GzipFile(fileobj=file)
    if start.startswith(_XZ):
        return lambda file: _Packed(file, partial(lzma.LZMADecompressor, memlimit=MAX_XZ_MEMORY))
    if _BZIP2.match(start):
        return lambda file: _Packed(file, bz2.BZ2Decompressor)
    return None


def _fault(name: str) -> DocumentError | None:
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[/\\]", name) or ".." in re.split(r"[/\\]", name):
        return DocumentError("this name leads out of the archive")
    if BAD_CHARACTERS.search(name):
        return DocumentError("this name holds control characters, or is not UTF-8")
    return None


def _is_hidden(name: str) -> bool:
    return not _fault(name) and any(part.startswith(".") and part != "." for part in name.split("/"))


# --- Streams ------------------------------------------------------------------------------------------------------


class _Stream(io.RawIOBase):
    """Fills whole buffers from `_next`. What came before an error is given out first, then the error."""

    is_told = False  # whether the error was given out
    _error: DocumentError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # always called by a BufferedReader
        size = 0
        try:
            while not self._error and size < len(buffer) and (data := self._next(len(buffer) - size)):
                buffer[size : size + len(data)] = data
                size += len(data)
        except DocumentError as error:
            self._error = error
        if self._error and not size:
            self.is_told = True
            raise self._error
        return size

    @abstractmethod
    def _next(self, size: int) -> bytes:
        """At most `size` further bytes, none at the end. Raises DocumentError for what cannot be read."""


def _buffered(stream: _Stream) -> io.BufferedReader:
    return io.BufferedReader(stream, BUFFER)


class _Source(_Stream):
    """The file itself, as it lies on disk. Knows how much was read from it and how much that became."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], object]) -> None:
        self._file = file
        self._advance = advance
        self.packed = self.unpacked = 0

    def _next(self, size: int) -> bytes:
        try:
            data = self._file.read(size)
        except OSError as error:
            raise DocumentError(f"the file cannot be read: {error.strerror}") from None
        self.packed += len(data)
        self._advance(len(data))
        return data

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def is_bomb(self) -> bool:
        return self.unpacked > max(MAX_UNPACKED, MAX_RATIO * self.packed)


class _Unpacked(_Stream):
    """What a library unpacks, with its failures as DocumentErrors and an end to what it may become."""

    def __init__(self, file: "gzip.GzipFile | _Packed | zipfile.ZipExtFile", source: _Source) -> None:
        self._file = file
        self._source = source

    def _next(self, size: int) -> bytes:
        try:
            data = self._file.read1(size)
        except DocumentError:  # of the file on disk
            raise
        except EOFError:
            raise DocumentError("the archive is cut off here") from None
        except _DAMAGE as error:
            raise DocumentError(f"the archive is damaged here: {error}") from None
        self._source.unpacked += len(data)
        if self._source.is_bomb():
            raise DocumentError(
                f"the archive unpacks to more than {MAX_UNPACKED:,} bytes and {MAX_RATIO} times its size; refused"
            )
        return data


class _Packed:
    """Unpacks xz and bzip2 as gzip.GzipFile does gzip; the library's own LZMAFile cannot be held to a memory limit."""

    def __init__(
        self, file: io.BufferedReader, make: Callable[[], lzma.LZMADecompressor | bz2.BZ2Decompressor]
    ) -> None:
        self._file = file
        self._make = make
        self._unpacker = make()

    def read1(self, size: int) -> bytes:
        while True:
            if self._unpacker.eof:  # there may be another stream behind this one, with zeros between them
                packed = self._unpacker.unused_data.lstrip(b"\0")
                while not packed and (more := self._file.read1(BUFFER)):
                    packed = more.lstrip(b"\0")
                if not packed:
                    return b""
                self._unpacker = self._make()
            elif self._unpacker.needs_input:
                if not (packed := self._file.read1(BUFFER)):
                    raise EOFError
            else:
                packed = b""
            if data := self._unpacker.decompress(packed, size):
                return data


# --- zip ----------------------------------------------------------------------------------------------------------


def _zip_members(file: io.BufferedReader, source: _Source, place: str, path: str) -> Iterator[Member]:
    if not file.seekable():
        raise DocumentError("a zip archive cannot be read from standard input; name the file")
    try:
        archive = zipfile.ZipFile(file)
    except DocumentError:
        raise
    except _DAMAGE as error:
        raise DocumentError(f"the archive is damaged or cut off: {error}") from None
    for name, info in sorted(((_zip_name(info), info) for info in archive.infolist()), key=lambda one: one[0]):
        if not info.is_dir() and not _is_hidden(name):
            yield Member(f"{place}:{name}", f"{path}/{name}", _open_zipped(archive, name, info, source))
        if source.is_bomb():
            return


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The whole name, in UTF-8 if it can be: many archivers write it so without saying so."""
    if info.flag_bits & 0x800:  # it says so
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return info.orig_filename


def _open_zipped(
    archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, source: _Source
) -> io.BufferedReader | DocumentError:
    if fault := _fault(name):
        return fault
    if info.flag_bits & 1:
        return DocumentError("this file is encrypted; unpack the archive first")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return DocumentError("this file is packed in a way that is not read; use deflate or unpack the archive first")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return DocumentError("this is a link or no regular file")
    try:
        return _buffered(_Unpacked(cast(zipfile.ZipExtFile, archive.open(info)), source))
    except DocumentError as error:
        return error
    except _DAMAGE as error:
        return DocumentError(f"the archive is damaged here: {error}")


# --- tar ----------------------------------------------------------------------------------------------------------
#
# tarfile reads the headers' blocks. What stands around them is read here, because tarfile takes a damaged header for
# the end of the archive, reads a name of any size into memory and keeps a list of all members.

_WITHOUT_DATA = b"123456"  # types: links, devices, folders, pipes; their header may still state a size
_ABOUT_THE_NEXT = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_SPARSE = "the archive holds a sparse file, which is not read; pack it without --sparse"


def _is_tar(start: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(start[:_BLOCK], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _tar_members(file: io.BufferedReader, place: str, path: str) -> Iterator[Member]:
    said: dict[str, str] = {}  # what blocks before a file's own header say of it
    has_end = False
    while block := file.read(_BLOCK):
        if has_end := not block.strip(b"\0"):  # another archive may follow, as after `cat a.tar b.tar`
            continue
        info = _tar_header(block, said)
        data = _Part(file, info.size if info.type not in _WITHOUT_DATA else 0)
        if info.type in _ABOUT_THE_NEXT:
            said |= _read_about_the_next(info.type, data)
        elif info.type != tarfile.XGLTYPE:
            said = {}
            name = info.name.removeprefix("./")
            if not info.isdir() and not _is_hidden(name):
                yield Member(f"{place}:{name}", f"{path}/{name}", _tar_fault(info) or _buffered(data))
        if data.is_told:
            return
        data.skip()
    if not has_end:
        raise DocumentError("the archive is cut off: it has no end mark")


def _tar_header(block: bytes, said: dict[str, str]) -> tarfile.TarInfo:
    if len(block) < _BLOCK:
        raise DocumentError("the archive is cut off")
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if info.type not in (*_ABOUT_THE_NEXT, tarfile.XGLTYPE):
            info.name = said.get("path", info.name)
            info.size = int(said.get("size", info.size))
    except (tarfile.HeaderError, ValueError):
        raise DocumentError("the archive is damaged: a file's header cannot be read") from None
    if info.size < 0:
        raise DocumentError("the archive is damaged: a file's size is negative")
    if info.type == tarfile.GNUTYPE_SPARSE:
        raise DocumentError(_SPARSE)
    return info


def _tar_fault(info: tarfile.TarInfo) -> DocumentError | None:
    return _fault(info.name) or (None if info.isreg() else DocumentError("this is a link or no regular file"))


def _read_about_the_next(kind: bytes, part: "_Part") -> dict[str, str]:
    if part.left > MAX_TAR_NAME:
        raise DocumentError("the archive is damaged: a file's name is longer than any name")
    data = _buffered(part).read()
    if kind == tarfile.GNUTYPE_LONGLINK:
        return {}
    if kind == tarfile.GNUTYPE_LONGNAME:
        return {"path": data.partition(b"\0")[0].decode("utf-8", "surrogateescape")}
    records = dict(_pax_records(data.rstrip(b"\0")))
    if any(key.startswith("GNU.sparse.") for key in records):
        raise DocumentError(_SPARSE)
    return {key: records[key] for key in ("path", "size") if key in records}


def _pax_records(data: bytes) -> Iterator[tuple[str, str]]:
    """Records "length key=value\\n", the length being that of the whole record."""
    start = 0
    while start < len(data):
        length = data[start : start + 10].partition(b" ")[0]
        record = data[start : start + int(length)] if length.isdigit() else b""
        key, equals, value = record[len(length) + 1 :].partition(b"=")
        if not equals or not value.endswith(b"\n"):
            raise DocumentError("the archive is damaged: a file's attributes cannot be read")
        yield key.decode("utf-8", "surrogateescape"), value[:-1].decode("utf-8", "surrogateescape")
        start += len(record)


class _Part(_Stream):
    """The bytes of one file of a tar archive."""

    def __init__(self, file: io.BufferedReader, size: int) -> None:
        self._file = file
        self._padding = -size % _BLOCK
        self.left = size

    def _next(self, size: int) -> bytes:
        data = self._file.read1(min(size, self.left))
        if not data and self.left:
            raise DocumentError("the archive is cut off here")
        self.left -= len(data)
        return data

    def skip(self) -> None:
        """Pass over what nobody read, up to the next header."""
        self.left += self._padding
        while self._next(BUFFER):
            pass
