"""`limner llm plan`, `run` and `report`: what they print, and what they refuse."""

import json

import pytest

from limner.llm.chat import Reply
from limner.studio.making import build

TEXTS = [
    {
        "user_id": "ann",
        "item_id": "tent",
        "timestamp": "2026-02-05T10:00:00Z",
        "text": "My cat sleeps on the box, and I am not going to move her from there.",
        "text_id": "t1",
    }
]
CHOSEN = ("--model", "tiny")
PLAN_KEYS = {"users", "texts", "calls", "prompt_tokens", "answer_tokens", "cost", "cached", "stopped"}
RUN_KEYS = [
    "model", "users", "texts", "unanswered", "claims", "personas", "rejected", "failures", "stopped", "usage",
]  # fmt: skip
REPORT_KEYS = {"accepted", "rejected", "tokens_by_user", "tokens_by_fact", "tokens_by_day", "cached_share"}


class Tiny:
    """A model that finds a cat everywhere."""

    model = "tiny"
    closed = False

    def ask(self, prompt):
        said = {"items": ["1 pet cat"]} if "items" in prompt.schema["properties"] else {"sentences": []}
        return Reply(json.dumps(said), 100, 10, 60, self.model)

    def close(self):
        self.closed = True


@pytest.fixture
def chat(monkeypatch):
    chat = Tiny()
    monkeypatch.setattr("limner.llm.connecting.open_chat", lambda *_, **__: chat)
    return chat


@pytest.fixture
def written(tmp_path):
    """A workspace whose one user wrote one text."""
    build(texts=TEXTS, workspace=tmp_path / "written", lang="en").close()
    return tmp_path / "written"


def read(outcome):
    assert (outcome.code, outcome.err) == (0, "")
    return json.loads(outcome.out)


def test_a_plan_as_json(limner, written):
    plan = read(limner("llm", "plan", "-w", written, *CHOSEN, "--json"))

    assert PLAN_KEYS <= plan.keys()
    assert (plan["users"], plan["texts"], plan["calls"]) == (1, 1, 1)


def test_a_plan_for_the_eye_names_money_by_the_prices_of_the_settings(limner, written, tmp_path):
    (tmp_path / "limner.toml").write_text("[llm]\nmodel = 'tiny'\nprice_prompt = 1000.0\n", encoding="utf-8")

    outcome = limner("llm", "plan", "-w", written)

    assert outcome.out.startswith("1 users, 1 texts, 1 calls: about ")
    assert ", cost 0." in outcome.out


def test_a_run_and_its_report_as_json(limner, written, chat):
    asked = read(limner("llm", "run", "-w", written, *CHOSEN, "--json"))
    report = read(limner("llm", "report", "-w", written, "--json"))
    profile = read(limner("show", "ann", "-w", written, "--json"))

    assert list(asked) == RUN_KEYS
    assert (asked["claims"], asked["usage"]["calls"] >= 1, chat.closed) == (1, True, True)
    assert REPORT_KEYS <= report.keys()
    assert (report["accepted"], report["cached_share"]) == (1, 0.6)
    pets = [fact for fact in profile["facts"] if fact["key"] == "pet"]
    assert [fact["sources"] for fact in pets] == [["observed", "model:tiny"]]


def test_a_run_and_its_report_for_the_eye(limner, written, chat):
    ran = limner("llm", "run", "-w", written, *CHOSEN, "--max-tokens", "5000").out
    report = limner("llm", "report", "-w", written).out

    assert ran.startswith("tiny: 1 claims from 1 texts of 1 users, 0 personas\n")
    assert " calls, " in ran
    assert "accepted" in report
    assert "demographic/pet: " in report


def test_a_budget_that_is_too_small_is_said(limner, written, chat):
    ran = limner("llm", "run", "-w", written, *CHOSEN, "--max-tokens", "1").out

    assert "1 texts without an answer" in ran
    assert "stopped: max_tokens; run it again to go on" in ran


@pytest.mark.parametrize("command", ["plan", "run"])
def test_without_a_model_it_says_how_to_name_one(refused, written, command):
    assert "no model: pass --model NAME" in refused("llm", command, "-w", written)


def test_without_a_workspace_it_says_so(refused, tmp_path):
    assert "no workspace here" in refused("llm", "report", "-w", tmp_path / "none")


def test_a_build_says_what_the_model_came_to(limner, tmp_path, chat):
    (tmp_path / "limner.toml").write_text("[llm]\nmodel = 'tiny'\n", encoding="utf-8")
    (tmp_path / "texts.jsonl").write_text(json.dumps(TEXTS[0]) + "\n", encoding="utf-8")

    outcome = limner("build", "texts.jsonl", "-w", "ws")

    assert outcome.code == 0
    assert "tiny: 1 claims from 1 texts of 1 users" in outcome.out
