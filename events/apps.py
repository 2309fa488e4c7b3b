from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        # The search has tables of its own, which no migration makes; it needs the models, which are there only now.
        from events import search  # noqa: PLC0415

        pre_migrate.connect(search.uninstall, sender=self)
        post_migrate.connect(search.install, sender=self)
