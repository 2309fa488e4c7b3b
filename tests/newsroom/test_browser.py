import re

import pytest
from playwright.sync_api import Page, expect

from events.models import Category
from newsroom.management.commands.prepare import EDITOR, Command


def test_an_editor_logs_in_with_the_printed_password(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    Command().create_editor()
    printed = re.search(r"password +(\S+)", capsys.readouterr().out)
    assert printed

    page.goto("/admin/")
    page.get_by_label("Username").fill(EDITOR)
    page.get_by_label("Password").fill(printed[1])
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("link", name="Log out").or_(page.get_by_role("button", name="Log out"))).to_be_visible()


@pytest.mark.django_db
def test_after_the_browser_the_categories_are_still_there() -> None:
    assert Category.objects.exists()
