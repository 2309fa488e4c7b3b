"""What text may hold."""


def is_text(value: str) -> bool:
    """Whether every database and format can hold `value`: without NUL and without half a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
