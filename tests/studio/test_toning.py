import numpy as np
import pytest

import limner
from limner.settings import Settings, TextSettings
from limner.studio.texts.report import describe_texts

DAY_US = 86_400_000_000


def make_texts(n):
    """Return reviews whose stars two words decide that no list knows."""
    rng = np.random.default_rng(5)
    good = rng.random(n) < 0.5
    return [
        {
            "user_id": f"u{number % 40}",
            "timestamp": 1_600_000_000_000_000 + number * DAY_US,
            "text_id": f"t{number}",
            "text": f"{'甲乙甲乙' if liked else '丙丁丙丁'}，第{number}次，酒店的前台",
            "rating": 5.0 if liked else 1.0,
        }
        for number, liked in enumerate(good)
    ]


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    settings = Settings(text=TextSettings(encoder="hashing", topics=("酒店", "手机")))
    return limner.build(texts=make_texts(400), workspace=tmp_path_factory.mktemp("ws"), settings=settings)


def test_the_accuracies_of_both_readings_are_kept(studio):
    report = describe_texts(studio.store).to_dict()

    assert report["texts"] == report["rated"] == 400
    assert report["accuracy"]["taught"] > 0.95 > report["accuracy"]["untaught_on_unseen"]
    assert report["encoder"] is None


def test_new_texts_are_read_by_what_the_build_was_taught(studio):
    written = [("new-good", "又是甲乙甲乙"), ("new-bad", "又是丙丁丙丁")]
    studio.ingest(
        texts=[
            {"user_id": "new", "timestamp": 1_700_000_000_000_000, "text_id": text_id, "text": text}
            for text_id, text in written
        ]
    )

    rows = dict(studio.store.rows("SELECT text_id, polarity FROM texts WHERE text_id LIKE 'new-%'"))

    assert rows["new-good"] > 0.2 and rows["new-bad"] < -0.2
    assert studio.verify().cells_differing == 0


def test_a_text_is_about_a_topic_of_the_settings_and_the_portrait_cites_it(studio):
    facts = [fact for fact in studio.profile("u1").of("interest") if fact.key == "topic"]

    assert [fact.value for fact in facts] == ["酒店"]
    assert all("前台" in (cited.quote or "") for fact in facts for cited in fact.evidence)


def test_a_query_alone_is_about_its_topic_too(studio):
    query = {"user_id": "asks", "timestamp": 1_700_000_000_000_000, "event": "search", "text": "酒店前台"}

    studio.ingest(events=[query])

    found = "SELECT topic FROM topics JOIN users USING (user_no) WHERE user_id = 'asks'"
    assert studio.store.rows(found) == [("酒店",)]
