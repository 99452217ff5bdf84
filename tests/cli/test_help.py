"""Every command explains itself."""

import subprocess
import sys

import pytest

COMMANDS = (
    *("demo", "init", "build", "show", "recommend", "similar", "vectors", "features", "evaluate", "tune"),
    *("ingest", "verify", "signals", "compact", "merge", "unmerge", "absorb", "read"),
    *("infer", "probe", "lookalike", "segments"),
)
GROUPED = ("llm plan", "llm run", "llm report")


@pytest.mark.parametrize("command", [*COMMANDS, "llm", *GROUPED])
def test_every_command_has_a_help_with_an_example(limner, command):
    outcome = limner(*command.split(), "--help")

    assert outcome.code == 0
    assert f"Usage: limner {command}" in outcome.out
    assert f"Example: limner {command}" in outcome.out


@pytest.mark.parametrize("arguments", [(), ("--help",)], ids=["nothing typed", "--help"])
def test_the_door_lists_every_command(limner, arguments):
    outcome = limner(*arguments)

    assert outcome.code == 0
    assert [command for command in (*COMMANDS, "llm") if f"\n  {command} " not in outcome.out] == []


@pytest.mark.parametrize("command", [*(command for command in COMMANDS if command != "init"), *GROUPED])
def test_every_command_with_results_offers_json(limner, command):
    assert "--json" in limner(*command.split(), "--help").out


def test_the_installed_module_runs_as_a_program():
    ran = subprocess.run(
        [sys.executable, "-m", "limner.cli", "--help"], capture_output=True, encoding="utf-8", check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "用户画像" in ran.stdout


def test_a_mistake_ends_a_program_with_exit_code_two_and_one_line(workspace):
    ran = subprocess.run(
        [sys.executable, "-m", "limner.cli", "show", "nobody", "-w", str(workspace)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "no user 'nobody'" in ran.stderr


def test_a_reader_that_closes_the_pipe_early_gets_no_traceback(workspace):
    shown = f"{sys.executable} -m limner.cli show u0001 -w {workspace} | head -n 1"

    ran = subprocess.run(["sh", "-c", shown], capture_output=True, encoding="utf-8", check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_chinese_prints_in_a_c_locale(workspace):
    ran = subprocess.run(
        [sys.executable, "-m", "limner.cli", "show", "u0001", "-w", str(workspace), "--lang", "zh"],
        capture_output=True,
        encoding="utf-8",
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "行为" in ran.stdout
