from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0003_fetching"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="publisher",
            options={"ordering": ["key"], "permissions": [("merge_publisher", "Can merge publishers, and undo it")]},
        ),
    ]
