"""Serve the site on settings.HOST and settings.PORT."""

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


class Command(BaseCommand):
    help = "Serve the site; HOST and PORT in the environment say where (127.0.0.1 and 8000)."

    def handle(self, **options: Any) -> None:
        host, port = settings.HOST, settings.PORT
        require_free_port(host, port)
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.stdout.write(f"\n  The news wiki  {address}/\n  The admin      {address}/admin/\n  Ctrl-C ends it.\n")
        Server(
            settings.WSGI_APPLICATION.replace(".application", ":application"),
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=settings.THREADS,
            # It warns of more threads than cores; but threads mostly wait for the database.
            log_level=LogLevels.error,
        ).serve()


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
