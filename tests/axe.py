"""What shuts people out of a page, as axe-core finds it."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Without the preload axe adds no styles of its own to a page that forbids them.
_OPTIONS = {"preload": False, "resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now: the rule, and where."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", _OPTIONS)
    return [
        f"{violation['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
