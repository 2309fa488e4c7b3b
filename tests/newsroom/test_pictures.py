"""make pictures: what it takes is what the documents show."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from tests.chromium import find_chromium
from tests.pictures.shots import SHOTS, Shot

ROOT: Path = settings.BASE_DIR
LARGEST = 120_000  # bytes


def shown() -> dict[str, str]:
    """The pictures that the documents show, each with its words for those who do not see it."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
    pictures = re.findall(r"!\[([^]]+)\]\((?:docs/)?([\w-]+)\.png\)", text)
    pictures += [(words, name) for name, words in re.findall(r'<img src="([\w-]+)\.png"[^>]* alt="([^"]+)"', text)]
    return {name: words for words, name in pictures}


def test_the_documents_show_the_pictures_that_are_taken_and_no_others() -> None:
    taken = {shot.name for shot in SHOTS}
    assert taken == {path.stem for path in ROOT.glob("docs/*.png")} == shown().keys()
    assert all(len(words) > 20 for words in shown().values())


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_each_is_small_and_as_large_as_its_window(shot: Shot) -> None:
    path = ROOT / f"docs/{shot.name}.png"
    assert path.stat().st_size < LARGEST
    with Image.open(path) as picture:
        assert picture.size == shot.size


@pytest.mark.skipif(settings.IS_POSTGRESQL, reason="pictures are taken on SQLite, whatever else runs")
@pytest.mark.skipif(not find_chromium(), reason="Chromium is not installed: no browser to take pictures with")
def test_a_picture_is_the_same_each_time(tmp_path: Path) -> None:
    taken = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        command = [sys.executable, "-m", "tests.pictures", "desk", "--into", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        taken.append((folder / "desk.png").read_bytes())
    assert taken[0] == taken[1]


def test_a_picture_that_there_is_not_is_named() -> None:
    command = [sys.executable, "-m", "tests.pictures", "none"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode and "there is no picture none" in done.stderr
