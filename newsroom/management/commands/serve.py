"""Serve the site on settings.HOST and settings.PORT."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from sources.database import require_set_up


class Command(BaseCommand):
    help = "Serve the site; HOST and PORT in the environment say where (127.0.0.1 and 8000)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--work", action="store_true", help="Run `manage.py work` beside it.")

    def handle(self, **options: Any) -> None:
        host, port = settings.HOST, settings.PORT
        require_set_up()
        require_free_port(host, port)
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.stdout.write(f"\n  The news wiki  {address}/\n  The admin      {address}/admin/\n  Ctrl-C ends it.\n")
        server = Server(
            settings.WSGI_APPLICATION.replace(".application", ":application"),
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=settings.THREADS,
            # It warns of more threads than cores; but threads mostly wait for the database.
            log_level=LogLevels.error,
        )
        with worker() if options["work"] else nullcontext():
            server.serve()


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker beside the server, which ends with it; also, by itself, where the server is killed."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--parent", str(os.getpid())]
    process = subprocess.Popen(command)  # noqa: S603 – our own command
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def require_free_port(host: str, port: int) -> None:
    """Raise CommandError if nothing can listen there; the server itself would only say so in a traceback."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address[0], port, *address[2:]))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(
            f"Cannot listen on {host}, port {port}: {reason}. Choose another: make run PORT={port + 1}"
        ) from error
