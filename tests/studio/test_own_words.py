"""A portrait is never evidence: whatever Limner wrote is refused when it comes back as input."""

import time

import pytest

from limner.dimensions.own_words import REASON, OwnWords
from limner.phrases import CATALOGUE, say
from limner.studio.kept.echoes import keep_sentences
from limner.studio.making import build

WHEN = "2026-03-01T12:00:00Z"
ORDINARY = (
    *(
        "我不喜欢这个质量。",
        "不喜欢这个颜色",
        "最喜欢红烧肉",
        "满意",
        "我对物流满意，提到就开心",
        "近期很多人都买了",
    ),
    *(
        "I praise the tent.",
        "Because of the size",
        "because of the size.",
        "rates: 3 of 5",
        "popular of late 80s",
    ),
    *(
        "主要是便宜",
        "资料齐全",
        "自述报告",
        "It makes up for the price.",
        "said so many times",
        "Likes it best",
    ),
)
TRICKS = (
    lambda said: f"Really great. {said}. Bye!",
    lambda said: f"<p><b>{said}</b></p>",
    lambda said: "\u200b".join(said),
    lambda said: said.replace("(", "（").replace(")", "）").replace("&", "&amp;"),
    lambda said: f'{{"statement": "{said}"}}',
)


def list_statements(studio, lang):
    """Return everything that is said of some users, the personas among it."""
    found = []
    for user_id in studio.user_ids()[:40]:
        facts = studio.profile(user_id, lang=lang).facts
        found += [fact.statement for fact in facts]
    return list(dict.fromkeys(found))


def list_reasons(studio, lang):
    found = [one for user_id in studio.user_ids()[:40] for one in studio.recommend_one(user_id, 5, lang=lang)]
    return list(dict.fromkeys(reason for one in found for reason in one.reasons))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_statements_personas_and_reasons_are_recognised(studio, lang):
    own = OwnWords()

    statements, reasons = list_statements(studio, lang), list_reasons(studio, lang)

    assert len(statements) > 300
    assert len(reasons) > 20
    assert [said for said in statements + reasons if not own.wrote(said)] == []


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_they_are_recognised_among_other_words_in_markup_and_with_unseen_characters(studio, lang, trick):
    profile = studio.profile(studio.user_ids()[0], lang=lang)
    statements = [fact.statement for fact in profile.facts if fact.dimension != "persona"]

    assert [said for said in statements if not OwnWords().wrote(trick(said))] == []


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_are_not(text):
    assert not OwnWords().wrote(text)


def test_long_texts_that_begin_it_over_and_over_take_no_long():
    began = time.process_time()

    OwnWords().wrote("often goes from a to b to c to " * 30_000)
    OwnWords().wrote("praises the a (" * 60_000 + "(2×")

    assert time.process_time() - began < 5.0


def test_a_title_that_is_searched_for_is_not():
    assert OwnWords().wrote("because of Winn Dixie")
    assert not OwnWords().wrote("because of Winn Dixie", prose=False)


@pytest.mark.parametrize("name", [name for name in CATALOGUE if name.startswith(("claim.", "dispute."))])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_said_of_claims_is_recognised(name, lang):
    said = say(name, lang, said="A", n=2, value="B", name="C")
    statement = say("claim.said", lang, said=said, n=3)

    assert OwnWords().wrote(statement)


def test_no_text_of_the_real_data_is_taken_for_limners_own(real_data):
    own = OwnWords()
    folder = real_data / "chinese_reviews"
    lines = [line for path in folder.glob("*.csv") for line in path.read_text("utf-8").splitlines()]
    reviews = (real_data / "amazon_musical_instruments").glob("*.json")
    lines += [line for path in reviews for line in path.read_text("utf-8").splitlines()]

    assert len(lines) > 80_000
    assert [line for line in lines if own.wrote(line)] == []


def test_a_build_and_new_rows_refuse_them_with_a_count_and_the_reason(tmp_path, shop):
    first = build(**shop, workspace=tmp_path / "first", lang="en")
    said = list_statements(first, "en") + list_statements(first, "zh")
    fed = [
        {"user_id": "eve", "item_id": "mug", "timestamp": WHEN, "text": text, "text_id": f"own{n}"}
        for n, text in enumerate(said)
    ]
    honest = {"user_id": "eve", "item_id": "mug", "timestamp": WHEN, "text": "The mug is sturdy."}

    studio = build(**(shop | {"texts": [*fed, honest]}), workspace=tmp_path / "second", lang="en")
    (intake,) = [one for one in studio.built.collected.intakes if one.table == "texts"]
    report = first.ingest(texts=[*fed, honest])
    commented = first.ingest(
        events=[{"user_id": "eve", "item_id": "mug", "timestamp": WHEN, "event": "view", "text": said[0]}]
    )

    assert intake.rejected == {REASON: len(said)}
    assert report.rejected == {REASON: len(said)}
    assert (report.accepted["texts"], commented.accepted["texts"]) == (1, 0)
    assert commented.accepted["events"] == 1
    quarantined = (tmp_path / "second" / "quarantine" / "texts.csv").read_text("utf-8")
    assert quarantined.count(REASON) == len(said)
    first.close()
    studio.close()


def test_what_a_model_wrote_is_refused_by_ingest_and_by_the_next_build(tmp_path, shop):
    persona = "A quiet collector of mugs who prizes sturdy things. Comes by at night."
    studio = build(**shop, workspace=tmp_path / "ws", lang="en")
    with studio.store.transaction():
        keep_sentences(studio.store, [persona])
    text = {"user_id": "eve", "item_id": "mug", "timestamp": WHEN}
    said = (
        persona,
        "Well. A quiet collector of mugs, who prizes sturdy things! OK.",
        "Comes by at night.",
    )

    report = studio.ingest(texts=[text | {"text": one} for one in said])
    studio.close()
    again = build(**(shop | {"texts": [text | {"text": persona}]}), workspace=tmp_path / "ws", lang="en")
    more = again.ingest(texts=[text | {"text": persona}])

    assert report.rejected == {REASON: 3}
    assert [one.rejected for one in again.built.collected.intakes if one.table == "texts"] == [{REASON: 1}]
    assert more.rejected == {REASON: 1}
    again.close()
