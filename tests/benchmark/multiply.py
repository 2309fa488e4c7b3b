"""The wiki many times: its events and their tags, repeated with later dates."""

from collections.abc import Mapping

from django.apps import apps
from django.db import connection
from django.db.models import Max, Min


def multiply(times: int) -> None:
    """Make the wiki `times` as large: each copy of the events begins on the day after the last one's end."""
    event, event_tag = apps.get_model("events.Event"), apps.get_model("events.EventTag")
    span = event.objects.aggregate(first=Min("date"), last=Max("date"), rows=Max("pk"))
    rows, tag_rows = span["rows"], event_tag.objects.aggregate(rows=Max("pk"))["rows"] or 0
    days = (span["last"] - span["first"]).days + 1
    with connection.cursor() as cursor:
        for number in range(1, times):
            shifted = {"id": f"id + {number * rows}", "date": _later(number * days)}
            cursor.execute(_repeat(event, shifted, rows))
            shifted |= {"id": f"id + {number * tag_rows}", "event_id": f"event_id + {number * rows}"}
            cursor.execute(_repeat(event_tag, shifted, tag_rows))


def analyze() -> None:
    """Let the planner know how many rows there are, as a running site's database does by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _later(days: int) -> str:
    return f"date + {days}" if connection.vendor == "postgresql" else f"date(date, '+{days} days')"


def _repeat(model: type, shifted: Mapping[str, str], rows: int) -> str:
    meta = model._meta  # type: ignore[attr-defined]  # a model
    columns = [field.column for field in meta.concrete_fields]
    values = ", ".join(shifted.get(column, column) for column in columns)
    return f"INSERT INTO {meta.db_table} ({', '.join(columns)}) SELECT {values} FROM {meta.db_table} WHERE id <= {rows}"
