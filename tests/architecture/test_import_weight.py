"""What loading costs: `import limner` loads nothing heavy, and neither does reading a profile."""

import subprocess
import sys

import pytest

HEAVY = {"ibis", "duckdb", "scipy", "pandas", "polars", "jieba", "sqlglot", "faststream"}
MOST_IMPORT_S = 0.4


def run(code: str) -> str:
    """Return what a fresh interpreter prints."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    return ran.stdout.strip()


def list_loaded(code: str) -> set[str]:
    """Return the top-level packages a fresh interpreter has loaded after some code."""
    report = "import sys; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    return set(run(f"{code}\n{report}").splitlines()[-1].split())


def test_importing_limner_loads_nothing_heavy():
    assert list_loaded("import limner") & (HEAVY | {"typer", "rich", "numpy", "pyarrow"}) == set()


def test_importing_limner_is_quick():
    timed = "import time; begun = time.process_time(); import limner; print(time.process_time() - begun)"

    assert min(float(run(timed)) for _ in range(3)) < MOST_IMPORT_S


@pytest.fixture(scope="module")
def folder(studio):
    return str(studio.folder)


def test_reading_a_profile_loads_no_engine(folder):
    code = f"import limner; assert limner.open({folder!r}).profile('u0001').facts"

    assert list_loaded(code) & (HEAVY | {"typer", "rich"}) == set()


def test_showing_a_portrait_loads_no_engine(folder):
    code = (
        "import sys\nfrom limner.cli.main import main\n"
        f"sys.argv = ['limner', 'show', 'u0001', '-w', {folder!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code"
    )

    assert list_loaded(code) & HEAVY == set()


def test_showing_a_portrait_takes_less_than_a_second(folder):
    timed = (
        "import sys, time; begun = time.process_time()\nfrom limner.cli.main import main\n"
        f"sys.argv = ['limner', 'show', 'u0001', '-w', {folder!r}, '--json']\n"
        "try:\n    main()\nexcept SystemExit:\n    print()\n    print(time.process_time() - begun)"
    )

    assert min(float(run(timed).splitlines()[-1]) for _ in range(2)) < 1.0
