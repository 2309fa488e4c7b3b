import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/operating.md", ".ci/run"])
def test_every_make_command_in_the_documents_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    commands = re.findall(r"^ *make ([a-z]+)|`make ([a-z]+)", text, re.MULTILINE)
    named = {first or second for first, second in commands}
    assert named
    assert named <= targets()


def test_every_direct_dependency_has_its_line_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.")[0]
    names = re.findall(r'^    "([A-Za-z0-9-]+)', project, re.MULTILINE)
    assert len(names) > 20
    assert [name for name in names if f"| {name} |" not in text] == []


def test_make_knows_how_to_do_everything() -> None:
    for target in ("run", "install", "test", "check"):
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)
