"""make bench: on a small corpus, so that it runs when somebody wants to know."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
NAMES = ["Harbour", "Union", "Strike"]


def test_a_small_corpus_gives_every_figure_of_the_table(tmp_path: Path) -> None:
    corpus, table = tmp_path / "ships.jsonl", tmp_path / "table.md"
    records = (
        {
            "date": f"2031-05-0{number % 9 + 1}",
            "headline": f"Ship {number} leaves.",
            "tags": [NAMES[number % 3], "Ships"],
        }
        for number in range(30)
    )
    corpus.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    engine = os.environ.get("TEST_ENGINE", "sqlite")
    options = ["--engine", engine, "--sample", "10", "--times", "3", "--into", str(table)]
    command = [sys.executable, "-m", "tests.benchmark", str(corpus), *options]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    text = table.read_text(encoding="utf-8")
    assert done.stdout == text + "\n"
    assert "The corpus has 30 events." in text
    assert "make bench CORPUS=ships.jsonl" in text and str(tmp_path) not in text
    figures = dict(re.findall(r"^\| (\w.*?) \| (.*?) \|", text, re.MULTILINE))
    of_imports = [f"{load} import, {what}" for load in ("first", "second") for what in ("events/s", "peak memory")]
    of_related = [f"related events{size}, 99th percentile" for size in ("", ", 3 times as many")]
    pages = [*(f"{kind} page" for kind in ("front", "day", "event", "tag", "search", "month")), "dashboard"]
    pages += ["the desk's list of events", "the desk's form of an event"]
    of_pages = [f"{page}, median and 95th percentile" for page in pages]
    of_searches = [f"search{size}, 99th percentile" for size in ("", ", 3 times as many")]
    wanted = [
        *of_searches,
        *of_imports,
        *of_related,
        *of_pages,
        "physical limit, events/s",
        "first import, writing",
        "save of an event with ten citations, twenty tags, ten links, 95th percentile",
        "database on disk",
    ]
    assert [name for name in wanted if not re.search(r"\d", figures.get(name, ""))] == []


def test_a_corpus_that_is_not_given_is_asked_for() -> None:
    done = subprocess.run(["make", "bench"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode
    assert "make bench CORPUS=path" in done.stderr


def test_a_corpus_that_is_not_there_is_named() -> None:
    command = [sys.executable, "-m", "tests.benchmark", "no/such/file"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode
    assert "there is no no/such/file" in done.stderr
