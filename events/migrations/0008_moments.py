"""Since when readers know of an event, that it is gone, and what was wrong in it."""

import datetime as dt
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, OuterRef
from django.utils import timezone


def tell_moments(apps: Any, schema_editor: Any) -> None:
    """What archives told counts from the beginning of its date, what people published from their save on."""
    Event, Revision = apps.get_model("events", "Event"), apps.get_model("events", "Revision")
    saved = Revision.objects.filter(kind="saved")
    public = saved.exclude(document__contains='"status":"')
    known = Event.objects.filter(Exists(public.filter(event=OuterRef("pk"))))
    for date in Event.objects.order_by("date").values_list("date", flat=True).distinct():
        began = dt.datetime.combine(max(date, dt.date(1, 1, 2)), dt.time(), timezone.get_default_timezone())
        known.filter(date=date).update(published_at=min(began, timezone.now()))
    earlier = public.filter(event=OuterRef("event"), number__lt=OuterRef("number"))
    for revision in public.filter(editor__isnull=False).exclude(Exists(earlier)).defer("document").iterator():
        Event.objects.filter(pk=revision.event_id).update(published_at=revision.recorded_at)
    for event in Event.objects.filter(status="withdrawn").iterator():
        states = saved.filter(event=event).order_by("-number").values_list("as_of", "document")
        event.withdrawn_at = event.updated_at
        for as_of, document in states:
            if '"status":"withdrawn"' not in document:
                break
            event.withdrawn_at = as_of
        event.save(update_fields=["withdrawn_at"])
    for event in Event.objects.exclude(corrections=[]).iterator():
        event.corrected_on = max(dt.date.fromisoformat(row["date"]) for row in event.corrections)
        event.save(update_fields=["corrected_on"])


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0007_desk_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="event",
            name="event_public",
        ),
        migrations.AddField(
            model_name="event",
            name="corrected_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="published_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="withdrawn_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="event",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="events.category",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["language", "status", "date", "updated_at"], name="event_public"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["language", "status", "published_at"], name="event_published"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["category", "language", "status", "published_at"], name="event_of_category"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("corrected_on__isnull", False)),
                fields=["language", "corrected_on"],
                name="event_corrected",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["language", "withdrawn_at"],
                name="event_withdrawn",
            ),
        ),
        migrations.RunPython(tell_moments, migrations.RunPython.noop),
    ]
