"""What readers are told was wrong."""

from django.utils import timezone

from events.models import Subject
from sources.documents.folding import collapse


def correct(subject: Subject, text: str) -> None:
    """Tell readers from today on that `text` was set right in what they read; nothing if it is empty. Saves nothing."""
    if text := collapse(text):
        subject.corrections = [*subject.corrections, {"date": timezone.localdate().isoformat(), "text": text}]
