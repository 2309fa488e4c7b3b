"""What the groups of the desk may do to editorials: the same as to events, but nothing is proposed."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

CONTRIBUTOR = ["view_editorial", "add_editorial", "change_editorial"]
EDITOR = [*CONTRIBUTOR, "publish_editorial"]
CHIEF = [*EDITOR, "erase_editorial"]
GROUPS = {"Contributor": CONTRIBUTOR, "Editor": EDITOR, "Chief": CHIEF}


def grant(apps: Any, schema_editor: Any) -> None:
    """Django makes permissions only after all migrations, so the ones that are given here are made first."""
    config = apps.get_app_config("events")
    module = getattr(config, "models_module", None)
    config.models_module = module or True  # an app as migrations know it has none, and would be passed over
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = module
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    known = {row.codename: row for row in Permission.objects.filter(content_type__app_label="events")}
    for name, wanted in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[permission] for permission in wanted))


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_groups"),
        ("events", "0009_opinion"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
