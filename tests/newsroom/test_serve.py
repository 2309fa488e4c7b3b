import socket

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from newsroom.management.commands.serve import require_free_port


@pytest.mark.django_db
def test_a_taken_port_is_named_and_another_one_proposed(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings.HOST, settings.PORT = other.getsockname()[:2]
        with pytest.raises(CommandError, match=rf"port {settings.PORT}: .*in use.* PORT={settings.PORT + 1}"):
            call_command("serve")


def test_a_free_port_is_left_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    require_free_port("127.0.0.1", port)
    require_free_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 8000), ("127.0.0.1", 70000), ("no.such.host.invalid", 1)])
def test_an_address_that_cannot_be_had_is_an_understandable_error(host: str, port: int) -> None:
    with pytest.raises(CommandError, match="Cannot listen on"):
        require_free_port(host, port)
