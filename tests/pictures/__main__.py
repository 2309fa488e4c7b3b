"""python -m tests.pictures: takes the pictures of the documents, each line of `shots.SHOTS` one.

They show the seed and a morning at the desk that is made up (`situation.py`), in a database made for the run, at a
moment that is always the same. NAME… takes only these; --into writes them elsewhere than into docs/.
"""

import argparse
import datetime as dt
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django

os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_ENGINE": "sqlite", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
for name in ("TEST_FOLDER", "DATABASE_URL"):  # of a run of tests that started this one
    os.environ.pop(name, None)
django.setup()

import time_machine
from django.core.management import call_command
from django.test.utils import setup_test_environment
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.chromium import CHROMIUM_ARGS, find_chromium
from tests.events.desk import enter
from tests.pictures.shots import SHOTS, Shot
from tests.pictures.situation import Situation, make

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
MOMENT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)  # the day after the seed was recorded
COLOURS = 96  # of a picture: the palette, and what softens the edges of letters


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"only these: {', '.join(shot.name for shot in SHOTS)}")
    parser.add_argument("--into", type=Path, default=DOCS)
    options = parser.parse_args(arguments)
    if unknown := set(options.name) - {shot.name for shot in SHOTS}:
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    options.into.mkdir(parents=True, exist_ok=True)
    setup_test_environment()
    call_command("migrate", verbosity=0)
    with time_machine.travel(MOMENT, tick=False) as traveller, browser() as chromium:

        def clock(days: int, time: str) -> None:
            day = MOMENT.date() - dt.timedelta(days)
            traveller.move_to(dt.datetime.combine(day, dt.time.fromisoformat(time), dt.UTC))

        situation = make(clock)
        traveller.move_to(MOMENT)
        call_command("check_search", verbosity=0)
        server = LiveServer("localhost")
        for shot in SHOTS:
            if not options.name or shot.name in options.name:
                path = options.into / f"{shot.name}.png"
                path.write_bytes(pressed(take(shot, situation, chromium, server.url)))
                print(f"{path.stat().st_size / 1000:5.0f} kB  {path.name}")
        server.stop()


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


def take(shot: Shot, situation: Situation, chromium: Browser, url: str) -> bytes:
    """The picture as a browser of its own sees it."""
    width, height = shot.size
    context = chromium.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.clock.set_fixed_time(MOMENT)
    if shot.who:
        enter(page, situation.people[shot.who], url)
    page.goto(shot.address(situation))
    page.evaluate("document.fonts.load('1em Newsreader')")  # a page does not wait for it, but the next one has it
    page.reload(wait_until="networkidle")
    shot.first(page, situation)
    found = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return found


def pressed(picture: bytes) -> bytes:
    """The same picture with a palette, which takes a third of the room."""
    image = (
        Image.open(io.BytesIO(picture))
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
