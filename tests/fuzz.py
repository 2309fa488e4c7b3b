"""Coverage-guided fuzzing of the readers: `python -m tests.fuzz READER SECONDS`; without both it names the readers.

On any bytes a reader returns documents or raises DocumentError, in a time that grows no faster than the bytes do: every
eighth input is read repeated many times over. What is found is kept in var/fuzz/READER and becomes a test.
"""

import gzip
import re
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import islice
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["events.documents", "sources.documents"]):
    from events.documents import cleaning, files, jsonl, markdown, mediawiki, page_history, resolving, wikitext, xml
    from events.documents.records import EventDocument
    from sources.documents import DocumentError, article_html, article_text

from tests.events.documents import samples
from tests.sources.test_article_html import FACTS, OPEN_GRAPH, PROSE, page, paragraphs

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT.parent / "shared/corpora"
MAX_INPUT = 4_000
REPEATED = 50_000  # bytes
MAX_SECONDS = 3  # of processor time for that; the instrumented code is about three times slower


def text_of(data: bytes) -> str:
    return files.decode(data.decode("utf-8", "replace").encode())


def read_event(data: bytes) -> None:
    event = markdown.read_event(text_of(data))
    check(resolving.resolve(event, lambda names: names))


def read_day(data: bytes) -> None:
    for event in markdown.read_day(text_of(data)).events:
        check(event)


def read_wikitext(data: bytes) -> None:
    text = text_of(data)
    for event in wikitext.read_day(text, wikitext.date_of(text, "2031 May 4")).events:
        check(event)


def read_export(data: bytes) -> None:
    for _ in mediawiki.read_export(BytesIO(data)):
        pass


def read_history(data: bytes) -> None:
    for _ in page_history.read_pages(BytesIO(data), "en"):
        pass


def read_file(data: bytes) -> None:
    """The first byte chooses the file's name."""
    names = (
        "news/2031/05/4/the-river-kent.md",
        "news/2031/05/4/index.md",
        "a.json",
        "a.html",
        "2031 May 4.txt",
        "a.tar",
    )
    path = ROOT / "var/fuzz/read_file" / f"{time.process_time_ns()}"
    path.mkdir(parents=True)
    file = path / Path(names[data[0] % len(names)]).name if data else path / "empty"
    try:
        file.write_bytes(data[1:])
        files.survey([file])
        for _ in files.read_file(file):
            pass
    finally:
        file.unlink(missing_ok=True)
        path.rmdir()


def clean(data: bytes) -> None:
    for cleaner in (cleaning.clean, cleaning.clean_summary):
        once = cleaner(text_of(data), "zh")
        if cleaner(once, "zh") != once:
            raise AssertionError("cleaning twice is not the same as once")


def check(event: EventDocument) -> None:
    """Whatever was read can be written, and read again."""
    jsonl.read(jsonl.write(cleaning.clean_document(event)))


READERS: dict[str, Callable[[bytes], object]] = {
    "markdown_event": read_event,
    "markdown_day": read_day,
    "wikitext": read_wikitext,
    "mediawiki": read_export,
    "page_history": read_history,
    "jsonl": lambda data: jsonl.read(text_of(data)),
    "xml": lambda data: xml.read(text_of(data)),
    "article_text": lambda data: article_text.looks_like(text_of(data)) and article_text.read(text_of(data)),
    "article_html": article_html.read,
    "cleaning": clean,
    "read_file": read_file,
}
TOKENS = """
### [2031-05-4](/news/2031/05/4/index.md) ~ ## [ ~ # ~ ##### ~ ### Source: ~ ### Related: ~ 1. [ ~ _Context: ~ _ ~ ](
](/news/2031/05/4/a.md) ~ ''' ~ {{ ~ | ~ }} ~ [[ ~ ]] ~ [https:// ~ * ~ ; ~ == ~ <ref> ~ </ref> ~ <!-- ~ -->
-{zh-cn: ~ }- ~ [http:-- ~ &#x20; ~ &nbsp; ~ date= ~ {{Current events|year=2031|month=05|day=04|content=
<mediawiki> ~ <page> ~ </page> ~ <title>Portal:Current events/2031 May 4</title> ~ <revision> ~ </revision>
<timestamp>2031-05-04T00:00:00Z</timestamp>
<text> ~ </text> ~ <script type="application/ld+json"> ~ </script> ~ {"@type":"NewsArticle","headline": ~ "author":
"@id" ~ "date": "2031-05-04" ~ "headline": ~ <event> ~ <date>2031-05-04</date> ~ <headline>
<!doctype html> ~ <article> ~ <p> ~ <meta property="og:type" content="article">
By Ann Example ~ © 2031 The Courier ~ Tags: ~ – Ann Example contributed.
"""


def seeds(reader: str) -> Iterator[bytes]:
    yield from (page.encode() for page in (samples.EVENT_PAGE, samples.CHINESE_PAGE, samples.DAY_PAGE))
    yield page(FACTS)
    yield page(head=OPEN_GRAPH, body=f"<article><h1>Kent</h1>{paragraphs(*PROSE)}</article>")
    for folder in (ROOT / "tests/events/documents", ROOT / "tests/sources"):
        for path in folder.glob("test_*.py"):  # the samples stand between triple quotes
            yield from (text.encode() for text in path.read_text(encoding="utf-8").split('"""')[1::2])
    if CORPORA.is_dir():
        with gzip.open(CORPORA / "current-events-2002-2024.jsonl.gz") as lines:
            yield from islice(lines, 0, 2000, 50)
        with tarfile.open(CORPORA / "news-wiki-zh-2018.tar.gz") as pages:
            members = (member for member in islice(pages, 0, 900, 15) if member.isfile())
            yield from (content.read() for member in members if (content := pages.extractfile(member)))
        with gzip.open(CORPORA / "mediawiki-export-2025-q1.xml.gz") as export:
            yield from (export.read(size) for size in (3000, 3500, 3900))


def dictionary_line(token: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in token.encode()) + '"\n'


def fuzz(reader: str, seconds: str) -> None:
    folder = ROOT / "var/fuzz" / reader
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(reader)):
        (corpus / f"seed-{number}").write_bytes((b"\0" if reader == "read_file" else b"") + seed[: MAX_INPUT - 1])
    tokens = folder / "tokens"
    tokens.write_text("".join(map(dictionary_line, re.split(r" ~ |\n", TOKENS.strip()))), encoding="ascii")
    options = (
        f"-max_total_time={seconds}",
        f"-max_len={MAX_INPUT}",
        "-timeout=30",
        f"-dict={tokens}",
        "-print_final_stats=1",
    )
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={folder}/", str(corpus)], lambda data: one(READERS[reader], data)
    )
    atheris.Fuzz()


def one(read: Callable[[bytes], object], data: bytes) -> None:
    repeated = data[:-1] * (REPEATED // len(data)) if data[-1:] > b"\xdf" and len(data) > 1 else data
    started = time.process_time()
    with suppress(DocumentError):
        read(repeated)
    if (spent := time.process_time() - started) > MAX_SECONDS:
        raise TimeoutError(f"{spent:.1f} s for {len(repeated):,} bytes")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        fuzz(sys.argv[1], sys.argv[2])
    else:
        sys.stdout.write("\n".join(READERS) + "\n")
