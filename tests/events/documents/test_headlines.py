import pytest

from events.documents.headlines import cut_prefixes


@pytest.mark.parametrize(
    ("headline", "heads", "rest"),
    [
        ("Kendal: Floods: the river rises", ("Kendal", "Floods"), "the river rises"),
        ("Kendal. The river rises", ("Kendal",), "The river rises"),
        ("肯德尔：河水上涨", ("肯德尔",), "河水上涨"),
        ("肯德尔:河水上涨", ("肯德尔",), "河水上涨"),
        ("肯德尔:洪水: 河水上涨", ("肯德尔", "洪水"), "河水上涨"),
        ("晚间23:50河水上涨", (), "晚间23:50河水上涨"),
        ("市长:河水上涨", (), "市长:河水上涨"),
        ("肯德尔:", (), "肯德尔:"),
        ("https://kendal.example", (), "https://kendal.example"),
    ],
)
def test_topics_before_a_headline_are_cut_off_if_they_are_known(
    headline: str, heads: tuple[str, ...], rest: str
) -> None:
    assert cut_prefixes(headline, {"kendal", "floods", "肯德尔", "洪水"}) == (heads, rest)
