"""A setting that is one of a few words."""

import pytest

from limner.errors import SettingsError
from limner.settings.declared import Settings
from limner.settings.reading import parse_settings, settings_from_json, settings_to_json


def test_a_way_to_fuse_is_read_from_toml_and_kept_by_a_workspace() -> None:
    settings = parse_settings('[vector.recipe]\nfusion = "concat"')

    assert settings.vector.recipe.fusion == "concat"
    assert settings_from_json(settings_to_json(settings)) == settings
    assert settings_from_json(settings_to_json(Settings())) == Settings()


@pytest.mark.parametrize("given", ['"concatt"', "3", '["sum"]'])
def test_another_word_is_refused_with_the_choices(given: str) -> None:
    with pytest.raises(SettingsError, match=r"fusion: .* is none of gate, sum, concat"):
        parse_settings(f"[vector.recipe]\nfusion = {given}")
