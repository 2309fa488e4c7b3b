"""What readers are told was wrong."""

from django.utils import timezone

from events.models import Event
from sources.documents.folding import collapse


def correct(event: Event, text: str) -> None:
    """Tell readers of `event` from today on that `text` was set right; nothing if it is empty. Saves nothing."""
    if text := collapse(text):
        event.corrections = [*event.corrections, {"date": timezone.localdate().isoformat(), "text": text}]
