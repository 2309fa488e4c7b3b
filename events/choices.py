"""The choices of the models and documents, as types with behaviour. They know nothing of Django, as documents must."""

from enum import StrEnum


class Status(StrEnum):
    """The state of an event; only PUBLISHED is public."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def is_public(self) -> bool:
        return self is Status.PUBLISHED


class LinkKind(StrEnum):
    """Why one event leads to another. Links that nobody stored are computed from the tags that both share."""

    PINNED = "pinned"
    IMPORTED = "imported"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        return {
            LinkKind.PINNED: "Pinned by an editor",
            LinkKind.IMPORTED: "From the archive",
            LinkKind.HIDDEN: "Hidden for good",
        }[self]
