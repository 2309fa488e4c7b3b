"""Let the rows of an event's tags say the event's date and whether it is public, and index a tag's newest by them."""

import datetime as dt
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

COPY = """
UPDATE events_eventtag SET
    date = (SELECT date FROM events_event WHERE events_event.id = event_id),
    is_public = (SELECT status = 'published' FROM events_event WHERE events_event.id = event_id)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("events", "0003_imports")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="eventtag",
            name="date",
            field=models.DateField(default=dt.date.min, editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="eventtag",
            name="is_public",
            field=models.BooleanField(default=False, editable=False),
            preserve_default=False,
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="eventtag",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="event_tags",
                to="events.event",
            ),
        ),
        migrations.AlterField(
            model_name="eventtag",
            name="tag",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="event_tags", to="events.tag"
            ),
        ),
        migrations.AddIndex(
            model_name="eventtag",
            index=models.Index(fields=["tag", "is_public", "date", "event"], name="event_tag_newest"),
        ),
    ]
