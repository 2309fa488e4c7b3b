"""What shuts people out of a page, as axe-core finds it."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Without the preload axe adds no styles of its own to a page that forbids them.
_OPTIONS: dict[str, Any] = {"preload": False, "resultTypes": ["violations"]}
COLOURS = "color-contrast"  # the rule that a page can break in the dark alone


def violations(page: Page, *only: str) -> list[str]:
    """What is wrong with the page as it is shown now: the rule, and where; of all rules, or `only` of those named."""
    options = _OPTIONS | ({"runOnly": only} if only else {})
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
