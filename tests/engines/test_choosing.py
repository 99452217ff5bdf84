"""An engine is checked before a row is read: its name, its library, Java, its properties."""

import sys

import pytest

from limner.engines import choose_engine
from limner.engines.local import LocalEngine
from limner.engines.session import _last_words
from limner.errors import EngineError, MissingExtraError
from limner.settings import EngineSettings

OLD = "it needs Java 17 or newer with all its modules; look at JAVA_HOME"


@pytest.fixture
def no_session(monkeypatch):
    """As if no other test had started Spark."""
    monkeypatch.setattr("limner.engines.session._find_session", lambda: None)


def test_nothing_said_is_the_engine_of_this_process(tmp_path):
    assert isinstance(choose_engine(EngineSettings(), tmp_path), LocalEngine)


def test_spark_without_pyspark_names_the_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyspark", None)

    with pytest.raises(MissingExtraError) as raised:
        choose_engine(EngineSettings("spark"), tmp_path)

    assert str(raised.value) == "pyspark is not installed; run: pip install 'limner[spark]'"


def test_spark_without_java_says_what_to_install(needs_spark, no_session, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with pytest.raises(EngineError, match="install Java 17 or newer and set JAVA_HOME"):
        choose_engine(EngineSettings("spark"), tmp_path)


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (
            'Exception in thread "main" a.b.SparkException: Master must be local\n\tat a.b.C',
            "Master must be local",
        ),
        ("Invalid maximum heap size: -Xmxabc\nError: Could not go on", "Invalid maximum heap size: -Xmxabc"),
        ("Error occurred during initialization of VM\nToo small maximum heap", "Too small maximum heap"),
        ("java.lang.UnsupportedClassVersionError: x", OLD),
        ("", "Java said nothing"),
    ],
    ids=["master", "heap", "small heap", "old Java", "silence"],
)
def test_why_java_ended_is_read_from_what_it_said(tmp_path, log, told):
    (tmp_path / "spark.log").write_text(log, encoding="utf-8")

    assert _last_words(tmp_path / "spark.log") == told
