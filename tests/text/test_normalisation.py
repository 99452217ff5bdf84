from hypothesis import given
from hypothesis import strategies as st

from limner.text.normalisation import FILLER, normalise


@given(st.text())
def test_every_index_of_the_result_is_an_index_of_the_original(text: str) -> None:
    assert len(normalise(text)) == len(text)


@given(st.text(alphabet="<>&;#/abp1 好！http:www.x'’", max_size=60))
def test_markup_of_any_shape_keeps_the_length(text: str) -> None:
    assert len(normalise(text)) == len(text)


def test_full_width_forms_and_capitals_are_folded() -> None:
    assert normalise("ＡＢＣ，好！") == "abc,好!"


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    assert normalise("很不錯，價錢實惠") == "很不错,价钱实惠"
    assert normalise("著名的乾坤袋，鑰匙掉了") == "著名的乾坤袋,钥匙掉了"


def test_traditional_characters_stay_where_they_are_wanted() -> None:
    assert normalise("很不錯，價錢實惠", simplify=False) == "很不錯,價錢實惠"


def test_characters_that_nobody_sees_are_fillers() -> None:
    assert normalise("很\u200b好\u200d用\ufeff") == f"很{FILLER}好{FILLER}用{FILLER}"
    assert normalise("👩\u200d🔧") == "👩\u200d🔧"


def test_inline_tags_leave_spaces_and_block_tags_a_line_break() -> None:
    assert normalise("a<b>x</b><br/>y") == "a   x    \n    y"


def test_an_entity_becomes_its_character_and_fillers() -> None:
    assert normalise("don&#39;t") == "don'" + 4 * FILLER + "t"


def test_an_address_is_blanked_but_the_chinese_text_after_it_stays() -> None:
    assert normalise("看http://a.cn/b?c=1好") == "看" + " " * len("http://a.cn/b?c=1") + "好"


def test_emoji_and_repeated_marks_stay() -> None:
    assert normalise("好好好!!!😍") == "好好好!!!😍"


def test_a_comparison_is_not_a_tag() -> None:
    assert normalise("3 < 4 and 5 > 2") == "3 < 4 and 5 > 2"
