"""What a reader's browser loads beside the pages is little, and all of it is ours."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings

KB = 1000


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    """The static files as they are served."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "newsroom.static_files.OneStyleSheetStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "static"


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_the_style_of_a_page_is_one_small_file(collected: Path) -> None:
    [sheet] = collected.glob("newsroom.????????????.css")

    assert "@import" not in sheet.read_text()
    assert "--paper" in sheet.read_text()
    assert packed(sheet) < 15 * KB


def test_all_that_a_style_sheet_names_is_there(collected: Path) -> None:
    for sheet in collected.glob("*.????????????.css"):
        for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text()):
            assert (sheet.parent / name).exists(), name


def test_a_typeface_is_small_and_has_its_licence_beside_it() -> None:
    fonts = Path(settings.BASE_DIR) / "static" / "fonts"

    assert (fonts / "OFL.txt").exists()
    for font in fonts.glob("*.woff2"):
        assert font.stat().st_size <= 60 * KB


def test_the_scripts_of_public_pages_are_below_ten_kilobytes() -> None:
    scripts = Path(settings.BASE_DIR) / "static"

    assert sum(path.stat().st_size for path in scripts.glob("*.js") if path.name != "newsroom-admin.js") < 10 * KB
