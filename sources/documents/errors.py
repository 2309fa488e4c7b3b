"""The one error every reader raises."""


class DocumentError(ValueError):
    """A document that cannot be read.

    `reason` says what is wrong and what to do; `line` is the line of the document, counted from 1,
    or None where the document as a whole is meant.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}" if line else reason)
