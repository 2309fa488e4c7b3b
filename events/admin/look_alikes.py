"""Events that look alike: side by side, and whether they are one or two with one press."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from events import exporter, permissions, revisions, services, waiting
from events.admin.pages import DeskPages, back_to_page, page_of
from events.forms import posted_number
from events.models import Event, LookAlike
from events.revisions import FieldDiff
from sources.documents import DocumentError

PAGE_SIZE = 20
# What tells whether two events are one, in the words of `revisions.texts`.
SHOWN = ("Headline", "Category", "Topics", "Tags", "Citations", "Summary", "Status", "Unsourced", "Stub")


class LookAlikeViews(DeskPages):
    """The list of undecided pairs, and the three buttons of each."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("look-alikes/", wrap(require_GET(self.look_alikes_view)), name="events_event_look_alikes"),
            path("look-alikes/decide/", wrap(require_POST(self.one_or_two_view)), name="events_event_one_or_two"),
            *super().get_urls(),
        ]

    def look_alikes_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        both = [Prefetch(name, Event.objects.with_everything()) for name in ("one", "other")]
        page = page_of(request, waiting.look_alikes().prefetch_related(*both), PAGE_SIZE)
        return self.show(
            request,
            "events/event/look_alikes",
            "Look-alikes",
            page=page,
            rows=[(pair, [("First", pair.one), ("Second", pair.other)], side_by_side(pair)) for pair in page],
            may_decide=permissions.may_publish(request.user),
        )

    def one_or_two_view(self, request: HttpRequest) -> HttpResponse:
        """Decide a pair: `kept` is the event that stays if both are one, and empty if they are two."""
        editor = permissions.at_work(request, permissions.may_publish)
        pairs = LookAlike.objects.select_related("one", "other")
        pair = get_object_or_404(pairs, pk=posted_number(request.POST.get("pair")))
        kept = posted_number(request.POST.get("kept"))
        if pair.decided_at:
            self.message_user(request, "This was decided meanwhile.", messages.WARNING)
        elif not kept:
            services.tell_apart(pair, editor=editor)
            self.message_user(request, "They stay two events.")
        elif kept in (pair.one_id, pair.other_id):
            self._join(request, pair, pair.one if kept == pair.one_id else pair.other, editor)
        return back_to_page(request, "admin:events_event_look_alikes")

    def _join(self, request: HttpRequest, pair: LookAlike, kept: Event, editor: User) -> None:
        seen = {
            pair.one_id: posted_number(request.POST.get("one_version"), -1),
            pair.other_id: posted_number(request.POST.get("other_version"), -1),
        }
        try:
            services.join(pair, kept, seen, editor=editor)
        except services.StaleVersion:
            text = "Nothing was joined: somebody else saved one of the two meanwhile. Look again."
            self.message_user(request, text, messages.ERROR)
        except DocumentError as error:
            self.message_user(request, f"Nothing was joined: {error}", messages.ERROR)
        else:
            self.message_user(request, "They are one event now; the other is withdrawn. The history undoes it.")


def side_by_side(pair: LookAlike) -> list[FieldDiff]:
    """What both events say, also where they say the same."""
    one, other = (revisions.texts(exporter.event_document(event)) for event in (pair.one, pair.other))
    nothing = {"", revisions.yes_or_no(False)}
    return [
        FieldDiff(name=name, pieces=revisions.compare_words(one[name], other[name]))
        for name in SHOWN
        if not {one[name], other[name]} <= nothing
    ]
