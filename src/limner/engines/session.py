"""One Spark session: checked before it is needed, started quietly, ended with its Java process."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from limner.errors import EngineError, SettingsError
from limner.extras import need
from limner.settings import EngineSettings

_OWN = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""What the ledger's SQL relies on."""
_QUIET = {
    "spark.app.name": "limner",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_VAGUE = ("Error occurred during initialization", "Error occurred during boot", "WARNING: Using incubator")
"""Lines of Java's that say nothing; what it means stands beside them."""
_LONGEST_REASON = 300
_ENDING_S = 30


def check_spark(settings: EngineSettings) -> None:
    """Refuse settings that no session can be started with.

    Raises:
        MissingExtraError: pyspark is not installed.
        EngineError: there is no Java.
        SettingsError: a property is not one of Spark's, or is one that Limner sets itself.
    """
    for library in ("pyspark", "pandas"):  # Ibis writes SQL of Spark only where it finds both
        need(library, "spark")
    for name in settings.conf:
        if not name.startswith("spark."):
            raise SettingsError(f"engine.conf: {name!r} is no property of Spark; they begin with 'spark.'")
        if name in _OWN:
            raise SettingsError(f"engine.conf: {name} is set to {_OWN[name]} by Limner; leave it out")
    if _find_session() is None and not _has_java():
        raise EngineError("Spark needs Java, and there is none: install Java 17 or newer and set JAVA_HOME")


@contextmanager
def open_session(settings: EngineSettings, log: Path) -> Iterator[Any]:
    """Yield a Spark session: a new one, or one beside the session that runs in this process already.

    What a new one has to say while it starts and works goes into the file ``log``.

    Raises:
        EngineError: Spark cannot be started.
        SettingsError: the session that runs has another master.
    """
    running = _find_session()
    if running is not None:
        _check_master(settings.master, running.sparkContext.master)
        yield _configured(running.newSession(), settings.conf)
        return
    context = _start(settings, log)
    try:
        from pyspark.sql import SparkSession

        yield _configured(SparkSession(context), {})
    finally:
        _end(context)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what Spark says into an `EngineError` of one line."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as exc:
        raise EngineError(f"Spark stopped: {_say_reason(exc)}") from exc


def _find_session() -> Any:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate() if SparkContext._active_spark_context else None


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None) is not None


def _check_master(wanted: str, master: str) -> None:
    if wanted and wanted != master:
        raise SettingsError(
            f"a Spark session is running here with master {master}, not {wanted}; stop it or name no master"
        )


def _configured(session: Any, conf: Mapping[str, str]) -> Any:
    for name, value in {**conf, **_OWN}.items():
        if session.conf.get(name, None) == value:
            continue
        if not session.conf.isModifiable(name):
            raise SettingsError(
                f"engine.conf: a Spark session is running here already, and {name} is set when one starts"
            )
        session.conf.set(name, value)
    return session


def _start(settings: EngineSettings, log: Path) -> Any:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    master = {"spark.master": settings.master} if settings.master else {}
    conf = SparkConf(loadDefaults=False).setAll([*{**_QUIET, **master, **settings.conf}.items()])
    with log.open("wb") as sink:
        try:
            gateway = launch_gateway(conf, {"stdout": sink, "stderr": sink})
        except (PySparkException, OSError) as exc:
            raise EngineError(f"Spark cannot be started: {_last_words(log)}") from exc
    try:
        context = SparkContext(conf=conf, gateway=gateway)
    except (PySparkException, Py4JError, ValueError) as exc:
        _end_process(gateway)
        raise EngineError(f"Spark cannot be started: {_say_reason(exc)}") from exc
    if context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable  # else the first python3 of the path, which may lack Limner
    return context


def _end(context: Any) -> None:
    gateway = context._gateway
    with suppress(Exception):  # it may have died already; why is told by what failed
        context.stop()
    _end_process(gateway)


def _end_process(gateway: Any) -> None:
    """End the Java process of a gateway, and wait for it, so that none is left behind."""
    from pyspark import SparkContext

    if gateway.proc is None:  # started by spark-submit, which ends it
        return
    SparkContext._gateway = SparkContext._jvm = None  # the next session starts a process of its own
    with suppress(Exception):
        gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(_ENDING_S)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()


def _say_reason(exc: BaseException) -> str:
    """Return the line of an error that says most: of a worker's traceback the last one."""
    java = getattr(exc, "java_exception", None)
    lines = [line.strip() for line in str(java.toString() if java else exc).splitlines() if line.strip()]
    worker = [place for place, line in enumerate(lines) if line.startswith("Traceback")]
    told = [line for line in lines[worker[-1] :] if not line.startswith("at ")][-1:] if worker else lines[:1]
    return (told[0] if told else type(exc).__name__)[:_LONGEST_REASON]


def _last_words(log: Path) -> str:
    """Return what Java said before it ended: an error, else the last line."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith(("at ", *_VAGUE))]
    errors = [line for line in told if re.search("[Ee]rror|[Ee]xception|[Ii]nvalid", line)]
    said = [*errors, *reversed(told), "Java said nothing"][0]
    if "UnsupportedClassVersion" in said or "jdk.incubator" in said:
        return "it needs Java 17 or newer with all its modules; look at JAVA_HOME"
    return re.sub(r"^.*?(?:Exception|Error): ", "", said)[:_LONGEST_REASON]
