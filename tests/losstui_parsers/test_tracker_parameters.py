from __future__ import annotations

import pytest

from losstui_parsers.tracker_parameters import yaml_parameters


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lr: 0.1", 0.1),
        ("lr: 1e-3  # halved", 1e-3),
        ("layers: 12", 12),
        ("amp: true", True),
        ("amp: False", False),
        ("name: 'it''s: one'  # said twice", "it's: one"),
        ('name: "a\\tb"', "a\tb"),
        ('name: "C:\\dir"', "C:\\dir"),
        ("colour: '#fff'", "#fff"),
        ("run_1: 1_000", "1_000"),
        ("name: null", None),
        ("name: ~", None),
        ("name:", None),
        ("name: # none yet", None),
        ("model: !!python/object:os.system {}", None),
        ("base: &anchor 3", None),
        ("other: *anchor", None),
        ("text: |", None),
        ("sizes: [1, 2]", None),
        ("- 1", None),
        ("model:\n  width: 3", None),
    ],
)
def test_only_plain_scalars_of_the_top_level_are_settings(line: str, expected: object) -> None:
    assert list(yaml_parameters(line + "\n").values()) == ([] if expected is None else [expected])
