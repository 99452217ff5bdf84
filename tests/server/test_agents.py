"""A real client of the Model Context Protocol over stdin and stdout: `limner mcp` as an agent starts it."""

import os
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

SOURCE = Path(__file__).resolve().parents[2] / "src"
CALLS = {
    "context": ("context", {"user_id": "u0007", "query": "价格", "max_tokens": 200, "lang": "zh"}),
    "profile": ("profile", {"user_id": "u0007", "dimension": "interest", "lang": "en"}),
    "recommend": ("recommend", {"user_id": "u0007", "k": 3}),
    "explain": ("explain", {"user_id": "u0007", "item_id": "i0001"}),
    "similar": ("similar", {"user_id": "u0007", "k": 2}),
    "size": ("audience_size", {"expression": "demographic/age>=30"}),
    "unknown user": ("profile", {"user_id": "nobody"}),
    "unknown dimension": ("profile", {"user_id": "u0007", "dimension": "intrest"}),
    "bad expression": ("audience_size", {"expression": "demographic/age >"}),
    "no budget": ("context", {"user_id": "u0007", "max_tokens": 0}),
}


@pytest.fixture(scope="module")
def session(studio):
    """Everything that one session says: the tools, and the answer to each call."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "LIMNER_ENCODER": "hashing"}
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "limner.cli", "mcp", "-w", str(studio.folder), "--lang", "en"],
        env=environment,
    )

    async def speak():
        async with Client(stdio_client(started), mode="legacy") as client:
            listed = (await client.list_tools()).tools
            return listed, {name: await client.call_tool(*call) for name, call in CALLS.items()}

    return anyio.run(speak)


def test_the_tools_are_the_reads_and_say_so(session):
    tools = {tool.name: tool for tool in session[0]}

    assert list(tools) == ["context", "profile", "recommend", "explain", "similar", "audience_size"]
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools.values())
    assert tools["context"].input_schema["properties"]["max_tokens"]["minimum"] == 1
    assert "facts" in tools["context"].output_schema["required"]


def test_answers_are_those_of_the_studio(session, studio):
    said = {name: answer.structured_content for name, answer in session[1].items()}

    assert said["context"] == studio.context("u0007", "价格", max_tokens=200, lang="zh").to_dict()
    assert said["profile"] == studio.profile("u0007", lang="en").only("interest").to_dict()
    assert [item["rank"] for item in said["recommend"]["items"]] == [1, 2, 3]
    assert said["explain"]["sum_of_parts"] == pytest.approx(said["explain"]["score"], abs=1e-6)
    assert len(said["similar"]["users"]) == 2
    assert said["size"]["size"] == studio.audience("demographic/age>=30").size


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unknown user", "no user 'nobody'"),
        ("unknown dimension", "did you mean: interest"),
        ("bad expression", "character 18 of the expression: expected a value"),
        ("no budget", "max_tokens"),
    ],
)
def test_a_mistake_is_a_tools_error_in_the_words_of_the_house(session, name, text):
    answer = session[1][name]

    assert answer.is_error
    assert text in answer.content[0].text
    assert "Traceback" not in answer.content[0].text
