"""The groups of the desk. What they may do already stays; running it again adds nothing."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

CONTRIBUTOR = [
    "events.view_event",
    "events.add_event",
    "events.change_event",
    "events.view_tag",
    "events.view_category",
    "sources.view_source",
    "sources.add_source",
    "sources.view_publisher",
]
EDITOR = [
    *CONTRIBUTOR,
    "events.publish_event",
    "events.change_tag",
    "sources.change_source",
    "sources.add_publisher",
    "sources.change_publisher",
]
CHIEF = [
    *EDITOR,
    "events.merge_tag",
    "events.erase_event",
    "sources.merge_publisher",
    "events.delete_tag",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
    "auth.view_group",
    "auth.add_group",
    "auth.change_group",
    "auth.delete_group",
]
GROUPS = {"Contributor": CONTRIBUTOR, "Editor": EDITOR, "Chief": CHIEF}


def make_groups(apps: Any, schema_editor: Any) -> None:
    """Make the groups and give each what is missing to it.

    Django makes permissions only after all migrations, so the ones that are given here are made first.
    """
    for label in ("events", "sources", "auth"):
        config = apps.get_app_config(label)
        module = getattr(config, "models_module", None)
        config.models_module = module or True  # an app as migrations know it has none, and would be passed over
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = module
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    rows = Permission.objects.select_related("content_type")
    known = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
    for name, wanted in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[permission] for permission in wanted))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("events", "0006_desk"),
        ("sources", "0004_merge_publisher"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
