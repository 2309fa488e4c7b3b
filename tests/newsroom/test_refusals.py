"""Who is refused, or sees the site fail, is told so in the language of the edition that the address says."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from newsroom.urls import handler403, handler404, handler500
from newsroom.urls import urlpatterns as of_site

__all__ = ["handler403", "handler404", "handler500"]


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [
    *(path(f"{edition}{view.__name__}/", view) for edition in ("", "zh/") for view in (refuse, fail)),
    *of_site,
]


@pytest.fixture
def client(settings: pytest.FixtureRequest) -> Iterator[Client]:
    """A reader of a site that also has pages that refuse and fail. It asks no database."""
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "language", "words", "home"),
    [
        ("/refuse/", 403, "en", "Your account may not do this", "/"),
        ("/zh/refuse/", 403, "zh", "您的账号无权进行此操作", "/zh/"),
        ("/fail/", 500, "en", "Something went wrong here", "/"),
        ("/zh/fail/", 500, "zh", "本站出了问题", "/zh/"),
    ],
)
def test_a_refusal_speaks_the_language_of_its_edition(
    client: Client, address: str, status: int, language: str, words: str, home: str
) -> None:
    response = client.get(address)

    html = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{language}">' in html
    assert words in html
    assert f'<a href="{home}">' in html
