"""How the site's own files are collected to be served."""

import re
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)


class OneStyleSheetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the library has no types
    """Writes the text of an imported style sheet in place of its `@import`, so that a page asks for one file.

    The sheets stand in one folder, so the addresses in them stay right. An import of a sheet that is not there fails
    `collectstatic`.
    """

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        texts = {name: self._text(paths, name) for name in paths if name.endswith(".css") and "/" not in name}
        joined = InMemoryStorage()
        for name, text in texts.items():
            if _IMPORT.search(text):
                whole = _IMPORT.sub(lambda match: texts[match[1]], text)
                joined.save(name, ContentFile(whole.encode()))
                paths = {**paths, name: (joined, name)}
        return super().post_process(paths, dry_run, **options)

    @staticmethod
    def _text(paths: dict[str, Any], name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())
