"""The choices of the models and documents, as types with behaviour. They know nothing of Django, as documents must."""

from enum import StrEnum


class Status(StrEnum):
    """The state of an event; only PUBLISHED is public.

    A draft waits for its author, one in REVIEW for an editor, a SCHEDULED one for its moment.
    """

    DRAFT = "draft"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return "In review" if self is Status.REVIEW else self.value.capitalize()

    @property
    def is_public(self) -> bool:
        return self is Status.PUBLISHED


class Move(StrEnum):
    """What a person does to the state of an event when saving it; the buttons of its form."""

    SAVE = "save"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    WITHDRAW = "withdraw"
    PROPOSE = "propose"

    @property
    def target(self) -> Status | None:
        """The state that the event has afterwards; None if it keeps its own."""
        return {
            Move.SAVE: None,
            Move.SUBMIT: Status.REVIEW,
            Move.SEND_BACK: Status.DRAFT,
            Move.PUBLISH: Status.PUBLISHED,
            Move.SCHEDULE: Status.SCHEDULED,
            Move.UNSCHEDULE: Status.REVIEW,
            Move.WITHDRAW: Status.WITHDRAWN,
            Move.PROPOSE: None,
        }[self]


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


class RevisionKind(StrEnum):
    """What a revision records: a state of its event, or only what somebody wanted the event to say.

    The event says what its newest SAVED revision says.
    """

    SAVED = "saved"
    PROPOSED = "proposed"  # a change of what is public by somebody who may not publish
    REFUSED = "refused"  # what a save held that came after another, before its editor decided between the two

    @property
    def label(self) -> str:
        return self.value.capitalize()
