"""What axe finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[dict[str, Any]]:
    """The rules that the page breaks; none is the aim.

    Without `preload`: with it axe copies imported style sheets into the page, which the page's own policy forbids.
    """
    found: list[dict[str, Any]] = Axe().run(page, options={"preload": False}).response["violations"]
    return found
