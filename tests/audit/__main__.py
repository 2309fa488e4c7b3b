"""python -m tests.audit CORPUS: what Lighthouse says of the site's main pages, with a corpus loaded.

Loads the corpus into a database made for the run, serves it as `make run` does, and lets Lighthouse, in Debian's
Chromium, open each page as a phone on a slow line. Writes the scores into docs/audit.md; ends with 1 if one is below
its goal.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests.chromium import CHROMIUM_ARGS

ROOT = Path(__file__).resolve().parent.parent.parent
GOALS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
STARTS_WITHIN = 60  # seconds
# What a page stands for, and the code that finds its address in the database.
ADDRESSES = """
import json
from django.db.models import Count
from django.urls import reverse
from events.models import Event, Tag
events = Event.objects.public_in("en")
busiest = events.values("date").annotate(n=Count("pk")).order_by("-n", "date")[0]["date"]
linked = events.on(busiest).annotate(n=Count("citations")).order_by("-n", "slug")[0]
tag = Tag.objects.filter(language="en").annotate(n=Count("event_tags")).order_by("-n", "key")[0]
print(json.dumps({
    "front": reverse("events:front", args=["en"]),
    "busiest day": reverse("events:day", args=["en", busiest]),
    "event": linked.get_absolute_url(),
    "most frequent tag": tag.get_absolute_url(),
    "search": reverse("events:search", args=["en"]) + "?q=" + tag.key.replace(" ", "+"),
}))
"""


@dataclass(frozen=True)
class Page:
    """A page as Lighthouse saw it: scores of 100, transferred bytes of the page itself, moments in milliseconds."""

    name: str
    scores: dict[str, int]
    size: int
    largest_paint: float
    shift: float

    @property
    def is_good(self) -> bool:
        return all(self.scores[name] >= goal for name, goal in GOALS.items())


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("corpus", type=Path, help="a file, folder or archive that import_documents reads")
    parser.add_argument("--lighthouse", type=Path, required=True, help="its command")
    parser.add_argument("--into", type=Path, default=ROOT / "docs/audit.md")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium")
    if not options.corpus.exists() or not chromium:
        parser.error(f"there is no {options.corpus}" if chromium else "Debian's chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": f"sqlite:///{folder}/newsroom.sqlite3", "PORT": str(free_port()), "FETCH": "0"}
        environment = {**os.environ, **settings, "CHROME_PATH": chromium}
        run(environment, "migrate", "-v0")
        run(environment, "collectstatic", "--noinput", "-v0")
        run(environment, "import_documents", str(options.corpus.resolve()))
        addresses = json.loads(run(environment, "shell", "-v0", "-c", ADDRESSES).splitlines()[-1])
        with served(environment) as site:
            pages = [audit(options.lighthouse, name, site + path, environment) for name, path in addresses.items()]
    text = report(pages, options.corpus.name)
    options.into.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    sys.exit(not all(page.is_good for page in pages))


def run(environment: dict[str, str], *command: str) -> str:
    """What a command of manage.py prints. Raises CalledProcessError if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """The address at which the site is served meanwhile. Raises SystemExit if it does not answer."""
    site = f"http://127.0.0.1:{environment['PORT']}"
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(STARTS_WITHIN * 10):
            try:
                with urllib.request.urlopen(site):
                    break
            except URLError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"The site does not answer at {site}.")
        yield site
    finally:
        server.terminate()
        server.wait()


def audit(lighthouse: Path, name: str, address: str, environment: dict[str, str]) -> Page:
    """The page as Lighthouse's mobile profile sees it. Raises CalledProcessError if it cannot."""
    flags = f"--chrome-flags={' '.join(CHROMIUM_ARGS)}"
    command = [str(lighthouse), address, "--quiet", "--output=json", flags]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    audits = found["audits"]
    for one in audits.values():
        if one["score"] is not None and one["score"] < 0.9 and one["scoreDisplayMode"] == "binary":
            sys.stderr.write(f"{name}: {one['title']}\n")
    requests = audits["network-requests"]["details"]["items"]
    return Page(
        name=name,
        scores={key: round(100 * found["categories"][key]["score"]) for key in GOALS},
        size=next(request["transferSize"] for request in requests if request["resourceType"] == "Document"),
        largest_paint=audits["largest-contentful-paint"]["numericValue"],
        shift=audits["cumulative-layout-shift"]["numericValue"],
    )


def report(pages: Sequence[Page], corpus: str) -> str:
    heads = ["", *GOALS, "page, kB", "largest paint, s", "shift"]
    rows = []
    for page in pages:
        figures = (f"{page.size / 1000:.1f}", f"{page.largest_paint / 1000:.1f}", f"{page.shift:.3f}")
        rows.append([page.name, *map(str, page.scores.values()), *figures])
    rows.append(["goal", "≥ 98", "100", "100", "100", "< 30", "", ""])
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))
    return f"""\
# What Lighthouse says

Written by `make audit CORPUS={corpus}` on {dt.datetime.now(dt.UTC):%-d %B %Y}: each page as a phone on a slow line sees
it, of a wiki with the whole corpus. The size is that of the page itself as it is sent.

{lines}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
