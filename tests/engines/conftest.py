"""One Spark session for all tests: starting one takes as long as the tests do."""

import importlib.util
import os
import shutil
import sys

import pytest

SMALL = {
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",  # much is compiled, and run once
}


def missing() -> list[str]:
    java = shutil.which("java", path=os.environ["JAVA_HOME"] + "/bin" if "JAVA_HOME" in os.environ else None)
    there = {"pyspark": importlib.util.find_spec("pyspark"), "Java": java}
    return [name for name, found in there.items() if not found]


@pytest.fixture(scope="session")
def needs_spark():
    """Skip where Spark cannot run; in CI it must."""
    if missing() and "CI" not in os.environ:
        pytest.skip(f"Spark cannot run here without {' and '.join(missing())}")


@pytest.fixture(scope="session")
def spark(needs_spark, tmp_path_factory):
    """Spark on this machine, which every build with engine="spark" then uses."""
    from limner.engines.session import open_session
    from limner.settings import EngineSettings

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = EngineSettings("spark", master="local[2]", conf=SMALL)
    with open_session(settings, tmp_path_factory.mktemp("spark") / "spark.log") as session:
        yield session
