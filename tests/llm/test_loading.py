"""Nothing optional is loaded before a model is asked."""

import subprocess
import sys

CODE = (
    "import sys, limner.llm.asking, limner.llm.connecting, limner.llm.persona, limner.llm.plan\n"
    "print(*sorted({'openai', 'xllamacpp', 'jieba', 'duckdb', 'ibis'} & sys.modules.keys()))"
)


def test_the_room_loads_without_client_and_model():
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, encoding="utf-8", check=True)

    assert ran.stdout.strip() == ""
