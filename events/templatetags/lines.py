"""What fits on a line or two."""

from django import template

register = template.Library()
WORD = 24  # characters in which a word is looked for that ends


@register.filter
def cut(text: str, length: int) -> str:
    """The beginning of a text, of no more characters than that, to the end of a word where the language has blanks."""
    if len(text) <= length:
        return text
    beginning = text[: length - 1]
    end = beginning.rfind(" ", length - WORD)
    return f"{beginning[:end] if end > 0 else beginning}…"
