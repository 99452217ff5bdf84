import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.mojibake import repair_mojibake

MEANT = [
    "屏幕很好，就是有点贵",
    "I don’t like the café’s “brand new” menu",
    "手机真的太棒了！",
    "très bien, déjà vu",
]


@pytest.mark.parametrize("meant", MEANT)
@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_utf8_read_as_latin_is_put_right(meant, codec):
    seen = "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in meant.encode())

    assert repair_mojibake(seen) == meant


@pytest.mark.parametrize("meant", ["屏幕很好", "做工精致，味道好", "It’s good"])
def test_utf8_read_as_gbk_is_put_right(meant):
    assert repair_mojibake(meant.encode().decode("gb18030")) == meant


def test_what_was_lost_on_the_way_stays_lost():
    seen = "电池好，用了三年".encode().decode("gb18030", "replace") + "abc"

    assert repair_mojibake(seen) in ("电池好，用了三年abc", "电池好，用了三\ufffdabc")


@pytest.mark.parametrize(
    "text",
    [
        "CAFÉ”",
        "AMANHÃ de manhã",
        "插卡",
        "电话13265687172",
        "昏倒",
        "存储",
        "10€ – “gut”",
        "繁體中文也可以",
        "½ price",
        "日本語のレビュー",
        "한국어",
    ],
)
def test_what_may_be_meant_stays(text):
    assert repair_mojibake(text) == text


@given(st.text())
def test_any_text_is_taken(text):
    assert isinstance(repair_mojibake(text), str)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4))
def test_chinese_read_as_gbk_comes_back_but_for_what_was_lost(meant):
    seen = meant.encode().decode("gb18030", "replace")
    found = repair_mojibake(seen)

    assert found == seen or set(found) <= {*meant, "\ufffd"}
