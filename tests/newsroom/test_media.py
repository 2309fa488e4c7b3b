"""Pictures under MEDIA_ROOT, which the site serves itself."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "news").mkdir()
    (tmp_path / "news/a.webp").write_bytes(b"picture")
    return tmp_path


def test_a_picture_is_served(client: Client, folder: Path) -> None:
    response = client.get("/media/news/a.webp")
    assert b"".join(response.streaming_content) == b"picture"  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["b.webp", "news/", f"{'a' * 300}", f"news/{'a' * 5000}.webp"])
def test_what_is_no_picture_is_not_there(client: Client, folder: Path, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


def test_nothing_else_is_served(client: Client, folder: Path) -> None:
    (folder.parent / "secret_key").write_text("secret")
    assert client.get("/media/../secret_key").status_code == 400
