import csv
import errno
import json

import pytest

from limner.collect import collect_frames
from limner.collect.quarantine import write
from limner.errors import InputError, WorkspaceError
from limner.settings import Settings

EVENTS = [
    {"user_id": "u1", "item_id": "i1"},
    {"user_id": "", "item_id": '书,"一"\n本'},
    {"user_id": "", "item_id": "i3"},
    {"user_id": "u1", "item_id": ""},
]


def test_rows_go_to_one_file_per_table_with_place_and_reason(wash, tmp_path):
    assert write(wash(EVENTS).rejected, tmp_path / "quarantine") == {"events": 3}
    with (tmp_path / "quarantine" / "events.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["source", "line", "reason", "row"],
            ["frame events", "2", "no user_id", 'user_id=, item_id=书,"一"\n本'],
            ["frame events", "3", "no user_id", "user_id=, item_id=i3"],
            ["frame events", "4", "no item_id", "user_id=u1, item_id="],
        ]


def test_counts_are_by_table_and_rule(wash, tmp_path):
    write(wash(EVENTS).rejected, tmp_path)
    counts = json.loads((tmp_path / "counts.json").read_text(encoding="utf-8"))
    assert counts == {"events": {"no user_id": 2, "no item_id": 1}}


def test_rows_of_an_earlier_run_go(wash, tmp_path):
    write(wash(EVENTS).rejected, tmp_path)
    assert write(wash(EVENTS[:1]).rejected, tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["counts.json"]


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(wash, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        WorkspaceError,
        match=r"file.*: the quarantine cannot be written: .*name a workspace elsewhere with -w",
    ):
        write(wash(EVENTS).rejected, tmp_path / "file" / "quarantine")


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EROFS, "no permission; make the folder writable"),
        (errno.EIO, "Input/output error; name a workspace elsewhere"),
    ],
)
def test_what_the_disk_refuses_comes_with_a_remedy(wash, tmp_path, monkeypatch, number, remedy):
    import os
    from pathlib import Path

    def refuse(path, *_args, **_options):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(WorkspaceError, match=rf"events.csv: the quarantine cannot be written: {remedy}"):
        write(wash(EVENTS).rejected, tmp_path)


def test_rows_are_kept_before_the_error_that_all_of_them_fell(now_us, tmp_path):
    with pytest.raises(InputError, match=rf"every row and its reason: {tmp_path}"):
        collect_frames({"events": EVENTS[1:]}, Settings(), now_us=now_us, quarantine=tmp_path)
    assert (tmp_path / "events.csv").exists()
