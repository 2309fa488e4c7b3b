import pytest

from events.templatetags.lines import cut


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("The river rises.", 16, "The river rises."),
        ("The river Kent rises.", 16, "The river Kent…"),
        ("The river rises again.", 12, "The river…"),
        ("Theriverrisesagain.", 12, "Theriverris…"),
        ("肯特河在肯德尔上涨。", 6, "肯特河在肯…"),
    ],
)
def test_what_is_cut_ends_with_a_word_where_words_end(text: str, length: int, shown: str) -> None:
    assert cut(text, length) == shown
