"""The ten categories of Wikipedia's Current Events portal, with the spellings that its older pages use."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sources.documents.folding import fold

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Armed conflicts and attacks": (
        "Armed conflict and attacks",
        "Armed conflicts and incidents",
        "Armed conflicts",
        "Armed attacks and conflicts",
        "Conflicts and attacks",
    ),
    "Arts and culture": ("Art and culture", "Arts", "Culture", "Arts, culture and entertainment"),
    "Business and economy": ("Business and economics", "Business", "Economy", "Business and finance"),
    "Disasters and accidents": ("Disasters", "Accidents and disasters", "Disaster and accidents"),
    "Health and environment": ("Health", "Health and medicine", "Environment", "Environment and health"),
    "International relations": ("International relation", "Foreign relations"),
    "Law and crime": ("Law", "Crime", "Crime and law"),
    "Politics and elections": ("Politics", "Politics and election", "Elections"),
    "Science and technology": ("Science", "Technology", "Science and tech"),
    "Sports": ("Sport",),
}


def add_categories(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    category_model = apps.get_model("events", "Category")
    category_model.objects.bulk_create(
        category_model(name=name, key=fold(name), aliases=list(aliases), position=position)
        for position, (name, aliases) in enumerate(CATEGORIES.items())
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("sources", "0002_known_publishers")]
    operations = [migrations.RunPython(add_categories, migrations.RunPython.noop)]
