"""An engine is checked before a row is read: its name, its library, Java, its properties."""

import sys

import pytest

from limner.engines import choose_engine
from limner.engines.local import LocalEngine
from limner.errors import EngineError, MissingExtraError
from limner.settings import EngineSettings


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
