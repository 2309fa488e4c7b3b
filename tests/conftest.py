"""What every test can use: data that survives a flush, and Debian's Chromium for `page`."""

import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.db import connections
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests import fresh
from tests.chromium import CHROMIUM_ARGS, find_chromium
from tests.events.desk import enter

# Playwright keeps an event loop running in the thread of the tests, where Django refuses the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# A database makes the first example slow and the next ones fast, which hypothesis would call flaky.
# In CI the examples are the same in every run, so that a change fails by what it changed; elsewhere they wander.
hypothesis.settings.register_profile("newsroom", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("newsroom")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Under CI a missing browser is installed, or the run fails: there nothing may be skipped unseen."""
    is_worker = hasattr(session.config, "workerinput")
    if os.environ.get("CI") == "true" and not is_worker and not find_chromium():
        install_chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that opens a page `browser`, and skip it where there is no browser."""
    has_chromium = bool(find_chromium())
    for item in items:
        if "browser_type_launch_args" not in getattr(item, "fixturenames", ()):
            continue
        item.add_marker("browser")
        if not has_chromium:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed: no browser to test with"))


def install_chromium() -> None:
    """Install Debian's Chromium, or end the run."""
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    try:
        subprocess.run([*sudo, "apt-get", "update"], check=True)
        subprocess.run([*sudo, "apt-get", "install", "-y", "--no-install-recommends", "chromium"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.exit(f"apt-get could not install Chromium for the browser tests: {error}", returncode=1)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def playwright(playwright: Playwright) -> Iterator[Playwright]:
    """While Playwright's event loop runs, Django gives this thread connections of their own: close them with it.

    Otherwise PostgreSQL would not let go of the test database in the end.
    """
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """`page.goto("/news/")` opens the page of the live server; `page` alone starts it."""
    return live_server.url


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page whose test fails if anything on it went against the Content-Security-Policy."""
    violations: list[str] = []
    note_violations(page, violations)
    yield page
    assert violations == []


@pytest.fixture
def window(browser: Browser, base_url: str) -> Iterator[Callable[..., Page]]:
    """Opens a window of a browser of its own, in which a client's person is logged in, or nobody. Strict as `page`."""
    contexts: list[BrowserContext] = []
    violations: list[str] = []

    def open_window(client: Client | None = None, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=base_url, **options))
        page = contexts[-1].new_page()
        note_violations(page, violations)
        if client:
            enter(page, client, base_url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert violations == []


def note_violations(page: Page, violations: list[str]) -> None:
    """Let `violations` gain what goes against the Content-Security-Policy on the page."""

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            violations.append(message.text)

    page.on("console", note)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test with `live_server` or `transactional_db` leave the rows that migrations made, and no others."""
    with django_db_blocker.unblock():
        fresh.note()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: fresh.start_over())
        yield
