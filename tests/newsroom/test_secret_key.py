import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsroom import secret_key


def test_the_key_is_long_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    assert len(secret_key.load_or_create(path)) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    assert secret_key.load_or_create(path) == secret_key.load_or_create(path)


def test_two_sites_have_two_keys(tmp_path: Path) -> None:
    assert secret_key.load_or_create(tmp_path / "one") != secret_key.load_or_create(tmp_path / "two")


def test_processes_that_start_together_agree_on_one_key_and_leave_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key.load_or_create, [path] * 8))
    assert len(keys) == 1
    assert list(tmp_path.iterdir()) == [path]
