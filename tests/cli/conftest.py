"""The command line run in this process: what it prints, and how it exits."""

import sys
from typing import NamedTuple

import pytest

from limner.cli.main import main


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def limner(monkeypatch, capsys, tmp_path):
    """Run one command in an empty folder, in English unless it says otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def run(*arguments) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["limner", *(str(argument) for argument in arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def refused(limner):
    """Run a command that must fail, and return the one line it leaves on stderr."""

    def run(*arguments) -> str:
        outcome = limner(*arguments)
        assert outcome.code == 2
        assert outcome.out == ""
        assert outcome.err.startswith("limner: ")
        assert outcome.err.count("\n") == 1
        return outcome.err

    return run


@pytest.fixture(scope="session")
def workspace(studio):
    """The folder of the built sample world; commands only read it."""
    return studio.folder
