"""A process that writes rows for a service: who answers and who paints have the interpreter to themselves.

Rows go in and answers come out by its standard input and output. It ends when they do: with whoever began it,
however that ended, and after what it was writing by then.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from limner.errors import LimnerError, WorkspaceError

if TYPE_CHECKING:
    from limner.studio.intake.submission import Submission
    from limner.studio.studio import Studio

Submitted = Sequence[tuple[str, Sequence[Any]]]
"""What several programs hand in, each a table and rows."""
_TRIES = 2
_ENDS_S = 30.0
"""How long it may take to write what it has in hand, before it is stopped."""

logger = logging.getLogger("limner.serving")


class Scribe:
    """Writes by a process of its own, which is begun at once, and anew where it was killed."""

    def __init__(self, workspace: Path) -> None:
        """Begin it; it has opened the workspace when the first rows are written."""
        self._workspace = workspace
        self._process: subprocess.Popen[bytes] | None = self._begin()

    def submit_together(self, submitted: Submitted) -> "list[Submission | LimnerError]":
        """Do what `Studio.submit_together` does, for one caller at a time.

        Where it is killed meanwhile the rows are handed in once more: those that were on disk by then count
        as duplicates.

        Raises:
            WorkspaceError: the workspace cannot be written, or the process ends over these rows.
        """
        for _ in range(_TRIES):
            self._process = self._process or self._begin()
            try:
                answer = _ask(self._process, submitted)
            except (OSError, EOFError, pickle.UnpicklingError):
                logger.warning("the process that writes rows ended; another is begun")
                self.close()
                continue
            if isinstance(answer, BaseException):
                raise answer
            return cast("list[Submission | LimnerError]", answer)
        raise WorkspaceError(
            f"{self._workspace}: the process that writes rows ended before it had; its log "
            "says why, and rows may be sent again: repeats are harmless"
        )

    def close(self) -> None:
        """End it, once it has written what it has in hand."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # it is gone, with what was still to be sent
                continue
        try:
            process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _begin(self) -> "subprocess.Popen[bytes]":
        path = os.pathsep.join(dict.fromkeys(filter(None, sys.path)))
        return subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, str(self._workspace)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )


def _ask(process: "subprocess.Popen[bytes]", submitted: Submitted) -> Any:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    pickle.dump(submitted, process.stdin, pickle.HIGHEST_PROTOCOL)
    process.stdin.flush()
    return pickle.load(process.stdout)


def write_for(workspace: Path, asked: IO[bytes], told: IO[bytes]) -> None:
    """Write what is asked for until nobody asks any more."""
    from limner.studio.studio import Studio

    studio = None
    with suppress(LimnerError):  # whoever asks first is told
        studio = Studio(workspace)
    while (submitted := _read(asked)) is not None:
        try:
            studio = studio or Studio(workspace)
            answer: Any = _write(studio, submitted)
        except Exception as exc:
            exc.add_note(traceback.format_exc())
            answer = exc
        told.write(_pack(answer))
        told.flush()
    if studio is not None:
        studio.close()


def _read(asked: IO[bytes]) -> Any:
    try:
        return pickle.load(asked)
    except EOFError:
        return None


def _write(studio: "Studio", submitted: Submitted) -> "list[Submission | LimnerError]":
    studio.store.leave_folding()  # of the store that is current now
    return studio.submit_together(submitted)


def _pack(answer: Any) -> bytes:
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except Exception:  # an error of somebody's library that cannot leave its process
        return pickle.dumps(RuntimeError(repr(answer)), pickle.HIGHEST_PROTOCOL)


def _main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the service, which then ends this
        signal.signal(number, signal.SIG_IGN)
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    write_for(Path(sys.argv[1]), sys.stdin.buffer, told)


if __name__ == "__main__":
    _main()
