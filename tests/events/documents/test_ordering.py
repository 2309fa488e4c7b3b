from events.documents.ordering import alphabetical


def ordered(language: str, *names: str) -> list[str]:
    return sorted(names, key=lambda name: alphabetical(name, language))


def test_accents_and_capitals_do_not_move_a_name_to_the_end() -> None:
    assert ordered("en", "Zambia", "Østfold", "Élysée", "eagle", "Eve") == [
        "eagle",
        "Élysée",
        "Eve",
        "Zambia",
        "Østfold",
    ]


def test_names_that_accents_tell_apart_stand_beside_each_other() -> None:
    assert ordered("en", "Pele", "Pelé", "Peleus", "Pele") == ["Pele", "Pele", "Pelé", "Peleus"]


def test_chinese_names_stand_by_their_sound() -> None:
    # āi, běi, fǎ, zhōng
    assert ordered("zh", "中国", "法国", "埃及", "北京") == ["埃及", "北京", "法国", "中国"]


def test_latin_letters_come_before_chinese_characters() -> None:
    assert ordered("zh-hans", "中国", "NATO", "2018年") == ["2018年", "NATO", "中国"]
