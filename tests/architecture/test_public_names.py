"""The small API: twelve names or fewer, each where the documentation says."""

import pytest

import limner

PUBLIC = [
    "Evidence", "Fact", "LimnerError", "Profile", "Settings", "Studio", "build", "build_files",
    "load_settings", "open",
]  # fmt: skip


def test_the_public_names_are_pinned():
    assert sorted(limner.__all__) == sorted(PUBLIC)
    assert len(PUBLIC) <= 12


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(limner, name).__doc__
    assert name in dir(limner)


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'limner' has no attribute 'paint'"):
        limner.paint  # noqa: B018
