"""More spellings by which archives name the ten categories: all that were counted in twenty years of the portal.

Not taken in are names that could mean two ("Science and health").
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sources.documents.folding import fold

ALIASES: dict[str, tuple[str, ...]] = {
    "Armed conflicts and attacks": (
        "Attacks and armed conflicts",
        "Attacks and conflicts",
        "Armed conflict and incidents",
        "Armed conflict and attack",
        "Armed conflicts and attack",
        "Armed conflict",
        "Armed attacks",
    ),
    "Arts and culture": (
        "Arts & culture",
        "Arts, culture",
        "Arts and cultures",
        "Arts and cuture",
        "Arts and entertainment",
    ),
    "Business and economy": (
        "Businesses and economy",
        "Business and economies",
        "Business and economic",
        "Business and the economy",
        "Busines and economy",
        "Economics and business",
        "Economy and finance",
        "Economics",
        "Finance",
    ),
    "Disasters and accidents": (
        "Disasters and accident",
        "Disasters and incidents",
        "Disasters and impacts",
        "Disaster",
        "Accidents",
    ),
    "Law and crime": (
        "Law and crimes",
        "Laws and crime",
        "Laws and crimes",
        "Law & crime",
        "Legal and crime",
        "Law and order",
        "Law and justice",
    ),
    "Politics and elections": ("Politics & elections", "Political elections", "Elections and politics"),
    "Science and technology": ("Science & technology", "Technology and science"),
}


def add_aliases(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What an editor already made the name of a category, or an alias, stays with it."""
    categories = {category.name: category for category in apps.get_model("events", "Category").objects.all()}
    taken = {fold(name) for category in categories.values() for name in (category.name, *category.aliases)}
    for name, aliases in ALIASES.items():
        if category := categories.get(name):
            category.aliases += [alias for alias in aliases if fold(alias) not in taken]
            category.save(update_fields=["aliases"])


class Migration(migrations.Migration):
    dependencies = [("events", "0004_related_at_scale")]
    operations = [migrations.RunPython(add_aliases, migrations.RunPython.noop)]
