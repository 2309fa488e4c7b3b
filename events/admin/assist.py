"""What the form of an event asks for while somebody types in it. Without it the form says the same, only later."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from events import markup
from events.choices import Status
from events.converters import tag_address
from events.documents.names import split_names
from events.forms import posted_number
from events.models import Event, Tag
from events.nearby import nearby
from events.related import related_by
from sources import completing
from sources.documents.folding import collapse, fold
from sources.documents.records import ArticleDocument
from sources.documents.urls import is_web_address
from sources.models import Fetch, Publisher, Source, url_key

MAX_NAMES = 8  # offered to complete a name
MAX_CITING = 5  # events named that cite a source already
MAX_TYPED = 2000  # characters of what is looked for
MAX_TAGS = 60  # whose related events are computed while one types

Found = dict[str, Any]


class AssistViews(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("names/", wrap(require_GET(self.names_view)), name="events_event_names"),
            path("sources/", wrap(require_GET(self.sources_view)), name="events_event_sources"),
            path("fetch/", wrap(require_POST(self.fetch_view)), name="events_event_fetch"),
            path("nearby/", wrap(require_GET(self.nearby_view)), name="events_event_nearby"),
            path("related/", wrap(require_GET(self.related_view)), name="events_event_related"),
            path("preview/", wrap(require_POST(self.preview_view)), name="markdownx_markdownify"),
            path("upload/", wrap(require_POST(self.upload_view)), name="markdownx_upload"),
            *super().get_urls(),
        ]

    def names_view(self, request: HttpRequest) -> HttpResponse:
        """Names of tags that begin as `q` does, the most used first."""
        self._check_may_write(request)
        key, language = fold(_typed(request, "q")), request.GET.get("language", "")
        if not key or language not in settings.EDITIONS:
            return JsonResponse({"names": []})
        return JsonResponse({"names": [tag.name for tag in Tag.objects.beginning(language, key)[:MAX_NAMES]]})

    def sources_view(self, request: HttpRequest) -> HttpResponse:
        """What `q` may cite: the source at an address, or sources and publishers that are called so."""
        self._check_may_write(request)
        words = collapse(_typed(request, "q"))
        if not words:
            return JsonResponse({"sources": [], "labels": []})
        sources = Source.objects.select_related("publisher").defer("body")
        if is_web_address(words):
            found = [_source(source) for source in sources.filter(key=url_key(words))]
            home = Publisher.objects.at_home(words) if not found else None
            return JsonResponse({"sources": found, "labels": [home.name] if home else [], "is_address": True})
        known = Publisher.objects.filter(key__startswith=fold(words)).order_by("key")[:3]
        found = [_source(source) for source in sources.filter(title__icontains=words).order_by("-pk")[:MAX_NAMES]]
        return JsonResponse({"sources": found, "labels": [publisher.name for publisher in known]})

    def fetch_view(self, request: HttpRequest) -> HttpResponse:
        """What the page of the posted address says, as far as that is known; the first time it is asked for."""
        self._check_may_write(request)
        url = request.POST.get("url", "").strip()
        if not is_web_address(url) or len(url) > MAX_TYPED or "\x00" in url:
            return JsonResponse({"outcome": "off"})
        fetch = completing.ask(url)
        if not fetch:
            return JsonResponse({"outcome": "off"})
        article = completing.found_at(fetch) if fetch.outcome == Fetch.Outcome.FOUND else ArticleDocument()
        return JsonResponse({"outcome": fetch.outcome, "reason": fetch.reason, **_article(article)})

    def nearby_view(self, request: HttpRequest) -> HttpResponse:
        """Events of these days that tell almost the same, or cite the same."""
        self._check_may_write(request)
        language, date = request.GET.get("language", ""), _date(request.GET.get("date", ""))
        if language not in settings.EDITIONS or not date:
            return JsonResponse({"events": []})
        urls = [url for url in request.GET.getlist("url")[:50] if is_web_address(url)]
        without = posted_number(request.GET.get("event"))
        found = nearby(language, date, _typed(request, "headline"), urls, without=without)
        return JsonResponse({"events": [{**_event(one.event), "cites_the_same": one.cites_the_same} for one in found]})

    def related_view(self, request: HttpRequest) -> HttpResponse:
        """The events that readers will be led to from one with these tags, beside those that the form pins or hides."""
        self._check_may_write(request)
        language = request.GET.get("language", "")
        names = split_names(_typed(request, "tags", 20_000))[:MAX_TAGS]
        if not names or language not in settings.EDITIONS:
            return JsonResponse({"events": []})
        known = Tag.objects.by_any_name(language, names)
        tags = list({tag.pk: tag for name in names if (tag := known.get(fold(name)))}.values())
        without = [number for text in request.GET.getlist("without")[:100] if (number := posted_number(text))]
        found = related_by(language, tags, without)
        return JsonResponse(
            {"events": [{**_event(one.event), "context": [name.name for name in one.context]} for one in found]}
        )

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The summary as readers will see it."""
        self._check_may_write(request)
        language = request.GET.get("language", "")
        if language not in settings.EDITIONS:
            raise Http404("No such edition.")
        return HttpResponse(markup.render(request.POST.get("content", ""), tag_address(language)))

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Summaries hold no pictures, so what is dropped on the editor is not taken."""
        self._check_may_write(request)
        return JsonResponse({"image": ["A summary holds no pictures."]}, status=400)

    def _check_may_write(self, request: HttpRequest) -> None:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied


def _typed(request: HttpRequest, name: str, limit: int = MAX_TYPED) -> str:
    """What was typed; nothing of what no text holds."""
    return request.GET.get(name, "")[:limit].replace("\x00", "")


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _event(event: Event) -> Found:
    return {
        "id": event.pk,
        "date": event.date.isoformat(),
        "headline": event.headline,
        "state": Status(event.status).label,
        "url": reverse("admin:events_event_change", args=[event.pk]),
    }


def _source(source: Source) -> Found:
    """A source to choose, and the events that cite it already."""
    citing = Event.objects.citing(source.pk).newest_first().only("date", "headline", "status", "language", "slug")
    return {
        "id": source.pk,
        "label": source.publisher.name if source.publisher else "",
        "title": source.title or source.url,
        "date": source.published_on.isoformat() if source.published_on else "",
        "source_url": source.url,
        "url": reverse("admin:sources_source_change", args=[source.pk]),
        "events": [_event(event) for event in citing[:MAX_CITING]],
    }


def _article(article: ArticleDocument) -> Found:
    known = (
        Publisher.objects.by_any_name([article.publisher]).get(fold(article.publisher)) if article.publisher else None
    )
    return {
        "label": known.name if known else article.publisher,
        "title": article.title,
        "authors": list(article.authors),
        "date": article.published_on.isoformat() if article.published_on else "",
    }
