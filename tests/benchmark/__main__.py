"""python -m tests.benchmark CORPUS: how fast this machine loads a corpus, finds related events and shows pages.

Prints a table and writes it, with the machine and the date, into docs/benchmarks.md. Databases are made for the run,
as the tests make theirs, and cleared away.
"""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ENGINES = ("sqlite", "postgresql")
Figures = dict[str, Any]
SAVE = "save of an event with ten citations, twenty tags, ten links"
Row = tuple[str, Callable[[Figures], str], str]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("corpus", type=Path, help="a file, folder or archive that import_documents reads")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one")
    parser.add_argument("--sample", type=int, default=1000, help="how many events to ask for their related ones")
    parser.add_argument("--times", type=int, default=10, help="how many times as large the wiki is made at last")
    parser.add_argument("--into", type=Path, default=ROOT / "docs/benchmarks.md")
    options = parser.parse_args(arguments)
    if not options.corpus.exists():
        parser.error(f"there is no {options.corpus}")
    machine = describe_machine()
    figures = [measure(engine, options) for engine in options.engine or ENGINES]
    text = report(figures, machine, options)
    options.into.write_text(text, encoding="utf-8")
    print(text)


def measure(engine: str, options: argparse.Namespace) -> Figures:
    """The figures of one engine, from a process of its own. Raises SystemExit if that fails."""
    ours = {"TEST_ENGINE": engine, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment = {
        name: value for name, value in os.environ.items() if name not in ("TEST_FOLDER", "DATABASE_URL")
    } | ours
    command = [sys.executable, "-m", "tests.benchmark.engine", str(options.corpus.resolve())]
    done = subprocess.run(
        [*command, str(options.sample), str(options.times)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"The measurement on {engine} failed.")
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


# --- The table ----------------------------------------------------------------------------------------------------


def report(figures: Sequence[Figures], machine: str, options: argparse.Namespace) -> str:
    heads = ["", *(one["version"] for one in figures), "goal"]
    rows = [[name, *(show(one) for one in figures), goal] for name, show, goal in table(figures[0])]
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]
    return f"""\
# Benchmarks

Written by `make bench CORPUS={options.corpus.name}` on {dt.datetime.now(dt.UTC):%-d %B %Y}.

{machine}

The corpus has {figures[0]["events"]:,} events. An import is the whole process of `manage.py import_documents`, from
its start to its end; the second one reads the same file again. The physical limit is the time to write the rows that
the first import left, all of them, into empty tables with the same indexes and constraints: by COPY into PostgreSQL,
by executemany in one transaction into SQLite (the median of three rounds, before and after the second import). Related
events are those of {options.sample:,} random events, as an event's page asks for them. {options.sample:,} searches of
every kind (frequent and rare words, phrases, exclusions, tags, mistyped, Chinese, narrowed, in vain) ask for all that
their page shows but the rows of the events. Pages are opened, and events saved by the view of their form, within the
process, without a cache; all of it after ANALYZE. The larger wiki repeats
the events and their tags with later dates.

{chr(10).join(lines)}
"""


def table(one: Figures) -> list[Row]:
    """The rows: a name, how to show one engine's figure, the goal."""
    times = one["times"]
    rows: list[Row] = [
        ("first import, events/s", lambda f: f"{rate(f, 'first'):,.0f}", ""),
        ("second import, events/s", lambda f: f"{rate(f, 'second'):,.0f}", ""),
        ("physical limit, events/s", lambda f: f"{f['events'] / f['limit']:,.0f}", ""),
        ("first import, of the limit", lambda f: f"{f['limit'] / f['first']['seconds']:.2f}", "0.20"),
        ("second import, of the limit", lambda f: f"{f['limit'] / f['second']['seconds']:.2f}", "0.33"),
    ]
    for load in ("first", "second"):
        rows += [
            (f"{load} import, {part}", lambda f, load=load, part=part: f"{f[load]['parts'][part]:.1f} s", "")  # type: ignore[misc]
            for part in one[load]["parts"]
        ]
        rows.append((f"{load} import, peak memory", lambda f, load=load: megabytes(f[load]["memory"]), "400 MB"))  # type: ignore[misc]
    for key, name, goals in (
        ("related", "related events", "8 ms, 15 ms"),
        ("related_multiplied", f"related events, {times} times as many", "30 ms"),
        ("search", "search", "50 ms"),
        ("search_multiplied", f"search, {times} times as many", "200 ms"),
    ):
        rows.append((f"{name}, median", lambda f, key=key: milliseconds(f[key]["p50"]), ""))  # type: ignore[misc]
        rows.append((f"{name}, 99th percentile", lambda f, key=key: milliseconds(f[key]["p99"]), goals))  # type: ignore[misc]
    for kind in one["pages"]:
        rows.append(
            (
                f"{kind}, median and 95th percentile",
                lambda f, kind=kind: (
                    f"{milliseconds(f['pages'][kind]['p50'])}, {milliseconds(f['pages'][kind]['p95'])}"
                ),  # type: ignore[misc]
                "100 ms" if kind == "dashboard" else "",
            )
        )
    for part, name, goal in (("p50", "median", ""), ("p95", "95th percentile", "150 ms")):
        rows.append((f"{SAVE}, {name}", lambda f, part=part: milliseconds(f["save"][part]), goal))  # type: ignore[misc]
    return [*rows, ("database on disk", lambda f: megabytes(f["size"]), "")]


def rate(figures: Figures, load: str) -> float:
    return float(figures["events"] / figures[load]["seconds"])


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def megabytes(size: int) -> str:
    return f"{size / 10**6:,.0f} MB"


def describe_machine() -> str:
    """One sentence: processor, memory, Python, and how busy it is with other things."""
    models = [
        line.split(":")[1].strip() for line in read("/proc/cpuinfo").splitlines() if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Machine: {models[0] if models else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}. "
        f"Before the run {os.getloadavg()[0]:.1f} processes were waiting or at work on it."
    )


def read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
