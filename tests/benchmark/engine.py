"""Measures one engine, in a process of its own: a process of Django's knows one database.

`python -m tests.benchmark.engine CORPUS SAMPLE TIMES`, with TEST_ENGINE and DJANGO_SETTINGS_MODULE=tests.settings in
the environment; writes what it found as JSON to the standard output.
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

from events import search
from events.models import Event, Tag
from events.related import related
from newsroom import wsgi
from tests.benchmark.limit import close_connection, make_limit
from tests.benchmark.multiply import analyze, multiply
from tests.benchmark.saving import editors_client, save_times
from tests.benchmark.searching import mixed_queries, search_times

PAGES, SAVES = 50, 55  # at the most: of each kind of page, and counted
SEED = 20  # of everything random, so that every run asks for the same
ROUNDS = 3  # over the same events
LIMITS = 3
# A process counts the memory of the one that started it as its own; hence one in between that holds next to nothing.
LAUNCHER = """\
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("peak memory:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, flush=True)
sys.exit(code)
"""


def measure(corpus: Path, sample: int, times: int) -> dict[str, Any]:
    """All figures of one engine. Raises SystemExit if the corpus does not come in."""
    assert wsgi.application  # loaded, this process is as a server's
    found: dict[str, Any] = {"version": version()}
    with tempfile.TemporaryDirectory(dir=os.environ["TEST_FOLDER"]) as folder:
        call_command("migrate", verbosity=0)
        limit = make_limit(Path(folder))
        say("first import")
        found["first"] = run_import(corpus, Path(folder))
        found["events"] = Event.objects.count()
        if not found["events"]:
            raise SystemExit(f"No event came in from {corpus}:\n{found['first']['said']}")
        limit.take()
        say("physical limit, and the second import between its rounds")
        limits = [limit.seconds()]
        found["second"] = run_import(corpus, Path(folder))
        limits += [limit.seconds() for _ in range(LIMITS - 1)]
        found["limit"] = statistics.median(limits)
        del limit  # half a million rows, through which the collector would go as no server's does
    analyze()
    found["size"] = database_size()
    say("pages")
    found["pages"] = pages(min(PAGES, sample))
    say("saves")
    found["save"] = percentiles(save_times(SEED, min(SAVES, sample)))
    say("related events")
    found["related"] = related_times(sample)
    say("searches")
    found["search"] = percentiles(search_times(SEED, sample))
    say(f"related events and searches, in a wiki {times} times as large")
    multiply(times)
    search.catch_up()
    analyze()
    found["times"] = times
    found["related_multiplied"] = related_times(sample)
    found["search_multiplied"] = percentiles(search_times(SEED, sample))
    return found


def run_import(corpus: Path, folder: Path) -> dict[str, Any]:
    """Import with the command as anybody would: the seconds of the whole process, its memory, and what it said."""
    close_connection()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_documents", str(corpus)]
    launch = [sys.executable, "-c", LAUNCHER, *command]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    with (folder / "said").open("w+b") as said:
        start = time.perf_counter()
        subprocess.run(launch, env=environment, stdout=said, stderr=subprocess.STDOUT)
        seconds = time.perf_counter() - start
        said.seek(0)
        text = said.read().decode()
    parts = {name: float(part) for part, name in re.findall(r"([\d.]+) s (\w+)", text)}
    memory = int(text.rsplit("peak memory: ")[-1]) * 1024
    return {"seconds": seconds, "memory": memory, "parts": parts, "said": text[-2000:]}


def related_times(sample: int) -> dict[str, float]:
    """What `related` takes for random public events, as an event's page calls it; the median of the rounds."""
    chance = random.Random(SEED)
    ids = list(Event.objects.published().order_by("pk").values_list("pk", flat=True))
    chosen = chance.sample(ids, min(sample, len(ids)))
    rounds = []
    for _ in range(ROUNDS):
        chance.shuffle(chosen)
        events = [Event.objects.with_relations().get(pk=pk) for pk in chosen]
        rounds.append(percentiles([seconds_of(partial(related, event)) for event in events]))
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def pages(count: int) -> dict[str, dict[str, float]]:
    """What `count` random pages of each kind take in this process, without any cache: the whole way to their HTML."""
    setup_test_environment()
    chance = random.Random(SEED)
    public = Event.objects.published().order_by("pk")
    tags = Tag.objects.filter(event_tags__event__in=public.order_by()).distinct().order_by("pk")
    events = chance.choices(list(public), k=count)
    addresses = {
        "front page": [reverse("events:front", args=[event.language]) for event in events],
        "day page": [reverse("events:day", args=[event.language, event.date]) for event in events],
        "event page": [event.get_absolute_url() for event in events],
        "tag page": [tag.get_absolute_url() for tag in chance.choices(list(tags) or [None], k=count) if tag],
        "search page": [
            f"{reverse('events:search', args=[asked.language])}?{urlencode({'q': asked.text})}"
            for asked in mixed_queries(chance, count)
        ],
        "month page": [reverse("events:month", args=[event.language, *event.date.timetuple()[:2]]) for event in events],
    }
    desk = {
        "dashboard": [reverse("admin:index")] * count,
        "the desk's list of events": [reverse("admin:events_event_changelist")] * count,
        "the desk's form of an event": [reverse("admin:events_event_change", args=[event.pk]) for event in events],
    }
    return page_times(Client(), addresses) | page_times(editors_client(), desk)


def page_times(client: Client, addresses: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """The seconds of each kind of page; the first of each is opened once before, for its templates."""
    found = {}
    for kind, those in addresses.items():
        if those:
            open_page(client, those[0])
            found[kind] = percentiles([seconds_of(partial(open_page, client, address)) for address in those])
    return found


def open_page(client: Client, address: str) -> None:
    """Raises SystemExit for anything but a page."""
    status = client.get(address).status_code
    if status != 200:
        raise SystemExit(f"{address} answers {status}")


def seconds_of(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {f"p{part}": ordered[min(len(ordered) * part // 100, len(ordered) - 1)] for part in (50, 95, 99)}


def database_size() -> int:
    """Bytes on disk, with the log of SQLite written back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(connection.settings_dict["NAME"]).stat().st_size


def version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        return f"{connection.display_name} {cursor.fetchone()[0]}"


def say(what: str) -> None:
    print(f"{connection.display_name}: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
