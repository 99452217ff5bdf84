"""Lines of files and pipes: every line once, in bounded memory, until someone says stop."""

import io
import os
import threading
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from limner.streams.lines import BATCH_LINES, MAX_LINE_CHARS, Line, gather, read_lines

GO_ON = threading.Event()


def list_lines(data):
    return [(line.number, line.text) for line in read_lines(io.BytesIO(data), "f", GO_ON)]


@given(st.lists(st.text(st.characters(exclude_characters="\n\ufeff", exclude_categories=["Cs"]), max_size=9)))
def test_every_line_comes_once_with_its_number(texts):
    assert list_lines("".join(text + "\n" for text in texts).encode()) == list(enumerate(texts, start=1))


def test_a_last_line_without_an_end_and_a_byte_order_mark_are_read():
    assert list_lines("\ufeffa\nb".encode()) == [(1, "a"), (2, "b")]


class Endless:
    """A file of one line that never seems to end."""

    def __init__(self, n_pieces):
        self._left = n_pieces

    def fileno(self):
        raise OSError

    def read1(self, size):
        self._left -= 1
        return b"x" * size if self._left > 0 else b"\nnext\n" if self._left == 0 else b""


def test_a_line_of_a_hundred_megabytes_takes_little_memory_and_the_next_is_read():
    tracemalloc.start()
    lines = list(read_lines(Endless(1600), "f", GO_ON))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [(line.number, len(line.text)) for line in lines] == [(1, MAX_LINE_CHARS + 1), (2, 4)]
    assert peak_bytes < 30_000_000


def test_a_quiet_pipe_says_so_and_a_stop_leaves_the_unfinished_line():
    into, stop = os.pipe(), threading.Event()
    os.write(into[1], b"a\nb\nunfinished")
    with open(into[0], "rb") as file:
        lines = read_lines(file, "-", stop)
        seen = [next(lines), next(lines), next(lines)]
        stop.set()
        rest = list(lines)
    os.close(into[1])

    assert seen == [Line("-", 1, "a"), Line("-", 2, "b"), None]
    assert rest == []


def test_a_batch_ends_when_it_is_full_or_when_it_is_quiet():
    one = Line("f", 1, "{}")
    sizes = [len(batch) for batch in gather([None, *[one] * (BATCH_LINES + 5), None, None, one])]

    assert sizes == [BATCH_LINES, 5, 1]
