"""The reference: the same framework, served the same way, returns a constant JSON of so many bytes.

`python benchmarks/constant.py PORT BYTES`
"""

import json
import sys

import uvicorn
from fastapi import FastAPI
from starlette.responses import Response

app = FastAPI()
BODY = json.dumps({"constant": "x" * max(0, int(sys.argv[2]) - 16)}).encode() if len(sys.argv) > 2 else b"{}"


@app.get("/users/{user_id}")
async def read_constant(user_id: str) -> Response:
    """Return what was made beforehand."""
    return Response(BODY, media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), http="httptools", access_log=False, log_level="warning")
