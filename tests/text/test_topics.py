import numpy as np
import pytest

from limner.text.topic_heads import TopicHeads
from limner.text.topics import MANY, know_topic, load_topics, score_topics

HOTEL, PHONE = "前台很热情，房间干净，早餐丰富", "信号不好，电池不耐用，拍照模糊"


def test_words_that_go_with_a_topic_speak_for_it():
    shares = score_topics([HOTEL, PHONE], ["酒店", "手机"])

    assert shares.argmax(axis=1).tolist() == [0, 1]
    assert shares.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_a_name_may_be_in_another_language_than_the_text():
    assert score_topics([HOTEL], ["phone", "hotel"]).argmax() == 1


def test_an_unknown_name_is_found_where_it_stands():
    assert score_topics(["三代的斗拱都在", "屏幕很大"], ["斗拱", "手机"]).argmax(axis=1).tolist() == [0, 1]


@pytest.mark.parametrize("text", ["", "!!!", "👍", "\ud800"], ids=["empty", "marks", "emoji", "a surrogate"])
def test_a_text_that_says_nothing_is_of_no_topic_more_than_of_another(text):
    assert score_topics([text], ["书", "酒店"]).tolist() == [[0.5, 0.5]]


def test_texts_in_great_number_teach_each_other_what_no_list_knows():
    known = [f"前台热情{number}号楼" for number in range(MANY)] + [
        f"拍照清楚{number}号机" for number in range(MANY)
    ]
    unknown = ["号楼", "号机"]

    together = score_topics([*known, *unknown], ["酒店", "手机"])
    apart = score_topics(unknown, ["酒店", "手机"])

    assert together[-2:].argmax(axis=1).tolist() == [0, 1]
    assert apart.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_read_apart_a_text_has_the_same_topics_whatever_it_is_read_with():
    texts = [HOTEL, PHONE] * MANY

    many = score_topics(texts, ["酒店", "手机"], together=False)

    assert many[:2].tolist() == score_topics(texts[:2], ["酒店", "手机"]).tolist()


def test_nothing_is_asked_without_texts_or_names():
    assert score_topics([], ["书"]).shape == (0, 1)
    assert score_topics(["书"], []).shape == (1, 0)


def test_the_known_topics_have_words_in_both_languages():
    for name, words in load_topics().items():
        assert name == name.lower() and "_" not in name
        assert any(word.isascii() for word in words) and any(not word.isascii() for word in words)
    assert know_topic("  Hotel ").words[0] == "hotel"


def test_labels_teach_what_names_do_not_say():
    rng = np.random.default_rng(3)
    texts = [f"{'甲乙' if number % 2 else '丙丁'}{rng.integers(10**6)}" for number in range(120)]
    labels = ["A" if number % 2 else "B" for number in range(120)]

    heads = TopicHeads.fit(texts[:80], labels[:80], ["A", "B"])
    found = [["A", "B"][place] for place in heads.score(texts[80:]).argmax(axis=1)]

    assert found == labels[80:]
