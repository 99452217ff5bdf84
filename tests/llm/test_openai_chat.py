"""The protocol, against real servers: llama.cpp with a small model, and one that misbehaves on purpose."""

import json
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("openai", reason="the extra llm is not installed")
pytest.importorskip("xllamacpp", reason="the extra llm is not installed")

from limner.errors import (
    ChatRefusedError,
    ChatServerError,
    ChatTimeoutError,
    ChatUnauthorisedError,
    ChatUnreachableError,
    SettingsError,
)
from limner.llm.answers import read_answer
from limner.llm.asking import ask_about
from limner.llm.book import Book
from limner.llm.budget import Budget
from limner.llm.chat import Chat
from limner.llm.connecting import name_model, open_chat
from limner.llm.gguf_chat import GgufChat, GgufServer
from limner.llm.openai_chat import OpenAIChat
from limner.llm.prompts import write_prompt
from limner.llm.report import make_report
from limner.settings import LlmSettings

PROMPT = write_prompt([["the screen is dim", "my cat hides"]], [("good", "bad"), ("pet",)], "en")


@pytest.fixture(scope="module")
def server(smollm):
    with GgufServer(smollm, context_tokens=2048) as server:
        yield server


@pytest.fixture
def chat(server):
    chat = OpenAIChat("small", server.base_url, server.key, timeout_s=120.0)
    yield chat
    chat.close()


def test_an_answer_has_the_form_of_the_schema_and_the_usage_of_the_server(chat):
    reply = chat.ask(PROMPT)

    answer = read_answer(reply.text)
    assert isinstance(chat, Chat)
    assert chat.form == "json_schema"
    assert reply.prompt_tokens > 100
    assert 0 < reply.answer_tokens <= PROMPT.max_tokens
    assert answer is None or all(item.number in (1, 2) or item.kind == "unreadable" for item in answer.items)


def test_the_constant_part_of_a_prompt_is_kept_by_the_server(chat):
    chat.ask(PROMPT)
    other = write_prompt([["the strap is short"]], [("good", "bad")], "en")

    reply = chat.ask(other)

    assert 100 < reply.cached_tokens < reply.prompt_tokens


def test_a_wrong_key_is_not_accepted(server):
    with closing(OpenAIChat("small", server.base_url, "wrong")) as chat:
        with pytest.raises(ChatUnauthorisedError, match="key_variable"):
            chat.ask(PROMPT)


def test_a_slow_answer_is_given_up(server):
    with closing(OpenAIChat("small", server.base_url, server.key, timeout_s=0.01)) as chat:
        with pytest.raises(ChatTimeoutError, match=r"no answer within 0\.01 s"):
            chat.ask(PROMPT)


def test_a_prompt_too_long_for_the_model_says_which_setting_to_lower(chat):
    long = write_prompt([["word " * 3000]], [("good", "bad")], "en")

    with pytest.raises(ChatServerError, match=r"lower \[llm\] context_tokens") as raised:
        chat.ask(long)
    assert (raised.value.lasting, chat.form) == (True, "json_schema")


def test_a_server_that_stops_is_unreachable_and_the_run_goes_on_with_the_next_one(smollm, tmp_path, review):
    texts = [review(f"My cat sleeps on lid {n}.", f"t{n}", f"u{n}") for n in range(2)]
    given = {"budget": Budget(), "now": lambda: 10**15, "retries": 0, "pause": lambda s: None}

    with Book(tmp_path / "llm.sqlite") as book:
        first = GgufServer(smollm, context_tokens=1024)
        chat = OpenAIChat("small", first.base_url, first.key, timeout_s=120.0)
        begun = ask_about(texts, chat=chat, book=book, **given)
        heard = next(iter(begun))
        first.close()
        with pytest.raises(ChatUnreachableError, match=r"check \[llm\] base_url"):
            chat.ask(PROMPT)
        chat.close()
        with GgufServer(smollm, context_tokens=1024) as second:
            chat = OpenAIChat("small", second.base_url, second.key, timeout_s=120.0)
            again = ask_about(texts, chat=chat, book=book, **given)
            told = {one.text_id: one for one in again}
            chat.close()
        report = make_report(book)

    spent = begun.usage.tokens + again.usage.tokens
    assert heard.text_id in told
    assert len(told) == 2
    assert report.prompt_tokens + report.answer_tokens == spent == sum(report.tokens_by_user.values())
    quotes = [one.text[claim.start : claim.stop] for one in texts for claim in told[one.text_id].claims]
    assert set(quotes) <= {one.text.rstrip(".") for one in texts}


def test_a_file_is_a_chat_named_after_it(smollm):
    settings = LlmSettings(model=smollm.name, context_tokens=1024)

    chat = open_chat(settings, {}, smollm.parent)
    reply = chat.ask(PROMPT)
    chat.close()

    assert isinstance(chat, GgufChat)
    assert chat.model == name_model(settings) == smollm.stem
    assert reply.answer_tokens > 0


def test_a_file_that_is_no_model_or_not_there_says_so(tmp_path):
    (tmp_path / "bad.gguf").write_bytes(b"nothing" * 99)

    with pytest.raises(SettingsError, match=r"bad\.gguf: .*is it a GGUF file"):
        open_chat(LlmSettings(model="bad.gguf"), {}, tmp_path)
    with pytest.raises(SettingsError, match="no such file"):
        open_chat(LlmSettings(model="gone.gguf"), {}, tmp_path)
    with pytest.raises(SettingsError, match="no model is named"):
        open_chat(LlmSettings(), {})


def test_the_key_comes_from_the_environment_and_is_shown_nowhere():
    settings = LlmSettings(model="m", base_url="http://127.0.0.1:9/v1", key_variable="MY_KEY")

    chat = open_chat(settings, {"MY_KEY": "secret"})

    assert chat.key == "secret"
    assert "secret" not in repr(chat)
    with pytest.raises(ChatUnauthorisedError, match="OPENAI_API_KEY holds no key"):
        open_chat(LlmSettings(model="m"), {})


ANSWER = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "odd",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "{}"}}],
}


@pytest.fixture
def odd():
    """A server that does what a list says, (status, body, headers) a call, and keeps what it was asked."""
    script: list[tuple[int, object, dict[str, str]]] = []
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            status, body, headers = script.pop(0)
            sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chat = OpenAIChat("odd", f"http://127.0.0.1:{server.server_port}/v1", timeout_s=10.0)
    yield chat, script, asked
    chat.close()
    server.shutdown()
    server.server_close()


def refuse(what, status=400):
    return status, {"error": {"message": f"{what} is not supported"}}, {}


def test_what_an_endpoint_refuses_is_not_asked_of_it_again(odd):
    chat, script, asked = odd
    script += [refuse("response_format json_schema"), refuse("response_format"), (200, ANSWER, {})]
    script += [(200, ANSWER, {})]

    chat.ask(PROMPT)
    chat.ask(PROMPT)

    forms = [one.get("response_format", {}).get("type") for one in asked]
    assert forms == ["json_schema", "json_object", None, None]


def test_an_endpoint_of_another_generation_is_met_half_way(odd):
    chat, script, asked = odd
    script += [refuse("max_tokens; use max_completion_tokens"), refuse("temperature"), (200, ANSWER, {})]

    reply = chat.ask(PROMPT)

    assert asked[-1]["max_completion_tokens"] == PROMPT.max_tokens
    assert not {"temperature", "max_tokens"} & set(asked[-1])
    assert (reply.text, reply.answer_tokens > 0, reply.prompt_tokens > 100) == ("{}", True, True)


FAILURES = {
    "429": ((429, {"error": {"message": "slow down"}}, {"retry-after": "3"}), ChatRefusedError, False),
    "500": ((500, {"error": {"message": "oops"}}, {}), ChatServerError, False),
    "503 html": ((503, "<html>busy</html>", {"content-type": "text/html"}), ChatServerError, False),
    "401": ((401, {"error": {"message": "who?"}}, {}), ChatUnauthorisedError, True),
    "404": ((404, {"error": {"message": "no such model"}}, {}), ChatServerError, True),
    "not json": ((200, "<html>hello</html>", {"content-type": "text/html"}), ChatServerError, False),
    "half": ((200, '{"choices": [', {}), ChatServerError, False),
    "empty": ((200, {}, {}), ChatServerError, False),
}


@pytest.mark.parametrize(("said", "kind", "lasting"), FAILURES.values(), ids=FAILURES)
def test_a_failure_has_its_kind(odd, said, kind, lasting):
    chat, script, _ = odd
    script.append(said)

    with pytest.raises(kind) as raised:
        chat.ask(PROMPT)

    assert (type(raised.value), raised.value.lasting) == (kind, lasting)
    assert raised.value.wait_s == (3.0 if kind is ChatRefusedError else 0.0)
