"""The worker: what it does again and again, that nothing stops it, and that it ends with its server."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from events import services
from newsroom.management.commands import work

pytestmark = pytest.mark.django_db


def test_a_job_that_fails_is_in_the_log_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    work.run(work.Job("count to three", lambda: 1 / 0, 60))
    assert "Could not count to three" in caplog.text


def test_publishing_what_is_due_is_done_every_minute() -> None:
    assert [job.seconds for job in work.JOBS if job.run == services.publish_due] == [60]
    assert [job.seconds for job in work.JOBS if job.run == services.forget_old_forms] == [3600]


def is_running(pid: int) -> bool:
    """Whether there is such a process, other than one that nobody has waited for."""
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_the_worker_ends_with_the_server_that_started_it(tmp_path: Path, ending: signal.Signals) -> None:
    """Also where the server is killed. A process with the server's way of starting it stands for the server."""
    program = (
        "import django, signal, sys, time; django.setup()\n"
        "from newsroom.management.commands.serve import worker\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit())\n"
        "with worker() as process:\n"
        "    print(process.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "newsroom.settings", "FETCH": "0"}
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    server = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    with server.stdout:
        pid = int(server.stdout.readline())
        time.sleep(0.5)
        assert is_running(pid)
        server.send_signal(ending)
        server.wait(20)
    deadline = time.monotonic() + 20
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)
