"""The publishers that news wikis cite most, with the names they also sign with. Data: editors add to it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sources.documents.folding import fold

PUBLISHERS: dict[str, tuple[str, ...]] = {
    "ABC News": (),
    "AFP": ("Agence France-Presse",),
    "Al Arabiya": (),
    "Al Jazeera": ("Aljazeera", "Al Jazeera English"),
    "AP": ("Associated Press", "The Associated Press", "AP News"),
    "Axios": (),
    "BBC": ("BBC News", "BBC Sport", "BBC World Service"),
    "Bloomberg": ("Bloomberg News", "Bloomberg L.P."),
    "CBC": ("CBC News", "CBC/Radio-Canada"),
    "CBS News": (),
    "CNA": ("Channel NewsAsia",),
    "CNBC": (),
    "CNN": ("CNN International", "Cable News Network"),
    "Deutsche Welle": ("DW",),
    "ESPN": (),
    "Euronews": (),
    "Fox News": ("FOX News Network",),
    "France 24": ("France24",),
    "Haaretz": (),
    "KCUR": ("Kansas City Public Radio", "NPR in Kansas City", "KCUR 89.3"),
    "Los Angeles Times": ("LA Times",),
    "NBC News": (),
    "NPR": ("National Public Radio",),
    "Politico": (),
    "Reuters": ("Thomson Reuters",),
    "RFI": ("Radio France Internationale",),
    "RIA Novosti": (),
    "RTÉ": ("RTÉ News",),
    "Sky News": (),
    "TASS": (),
    "The Daily Telegraph": ("The Telegraph", "Daily Telegraph"),
    "The Guardian": ("Guardian News & Media",),
    "The Hill": ("Hill.TV", "TheHill"),
    "The Hindu": (),
    "The Independent": (),
    "The Jerusalem Post": ("Jerusalem Post",),
    "The New York Times": ("New York Times", "NYT", "The New York Times Company"),
    "The Straits Times": (),
    "The Sydney Morning Herald": ("Sydney Morning Herald",),
    "The Times of Israel": ("Times of Israel",),
    "The Times of India": ("Times of India",),
    "The Wall Street Journal": ("Wall Street Journal", "WSJ"),
    "The Washington Post": ("Washington Post",),
    "UPI": ("United Press International",),
    "USA Today": (),
    "Voice of America": ("VOA", "VOA News"),
    "Xinhua": ("Xinhua News Agency", "新华社", "新華社"),
}


def add_publishers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    publisher_model = apps.get_model("sources", "Publisher")
    alias_model = apps.get_model("sources", "PublisherAlias")
    for name, aliases in PUBLISHERS.items():
        publisher = publisher_model.objects.create(name=name, key=fold(name))
        alias_model.objects.bulk_create(
            alias_model(publisher=publisher, name=alias, key=fold(alias)) for alias in aliases
        )


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]
    operations = [migrations.RunPython(add_publishers, migrations.RunPython.noop)]
