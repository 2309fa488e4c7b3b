"""What imports leave to editors."""

from django.db.models import QuerySet

from events.choices import Status
from events.models import LookAlike


def look_alikes() -> QuerySet[LookAlike]:
    """The pairs that nobody has decided, the most alike first. A withdrawn event is nothing to decide about."""
    pairs = LookAlike.objects.filter(decided_at=None)
    return pairs.exclude(one__status=Status.WITHDRAWN).exclude(other__status=Status.WITHDRAWN)
