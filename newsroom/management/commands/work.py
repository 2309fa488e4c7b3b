"""Do what is to be done beside answering readers and editors, again and again."""

import logging
import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from events import search, services
from sources.completing import fetch_due
from sources.database import require_set_up

logger = logging.getLogger(__name__)


class Job(NamedTuple):
    """What is done, and how many seconds after it was done last it is done again."""

    name: str
    run: Callable[[], object]
    seconds: int


# Each may run in several processes at once, and may be killed at any moment.
JOBS = (
    Job("publish what is due", services.publish_due, 60),
    Job("fetch what is cited", fetch_due, 5),
    Job("let the search follow", search.catch_up, 5),
    Job("forget old forms", services.forget_old_forms, 3600),
)


class Command(BaseCommand):
    help = "Publish what is due, fetch the pages of new sources and let the search follow, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parent", type=int, help="End with the process of this number, which started it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"] is None:  # which has asked already
            require_set_up()
        next_at = dict.fromkeys(JOBS, 0.0)
        try:
            while options["parent"] in (None, os.getppid()):
                for job in [job for job, at in next_at.items() if at <= time.monotonic()]:
                    run(job)
                    next_at[job] = time.monotonic() + job.seconds
                time.sleep(1)
        except KeyboardInterrupt:
            pass


def run(job: Job) -> None:
    """Do the job; whatever goes wrong is in the log, and the next time may do better."""
    try:
        job.run()
    except Exception:
        logger.exception("Could not %s", job.name)
    finally:
        connections.close_all()
