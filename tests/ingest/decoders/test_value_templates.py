import pytest

from ingest.decoders.json_paths import steps_of
from ingest.decoders.value_templates import place_of, written


@pytest.mark.parametrize(
    ("template", "is_json", "path"),
    [
        ("{{ value }}", False, ""),
        ("{{value}}", False, ""),
        ("{{ value | float }}", False, ""),
        ("{{ float(value) | round(2) }}", False, ""),
        ("{{ value | float(0) | round(1, 'floor') }}", False, ""),
        ("{{ value_json }}", True, ""),
        ("{{ value_json.a.b }}", True, "a.b"),
        ("{{value_json['ENERGY']['Power']}}", True, "ENERGY.Power"),
        ('{{ value_json["a b"].c | int }}', True, "a b.c"),
        ("{{ value_json.l[2].x | is_defined }}", True, "l[2].x"),
        ("{{- value_json.a | default(0) -}}", True, "a"),
        ("{{ float(value_json.a, 0) }}", True, "a"),
    ],
)
def test_a_simple_template_is_a_path(template: str, is_json: bool, path: str) -> None:
    place = place_of(template)
    assert place is not None
    assert (place.is_json, place.steps) == (is_json, steps_of(path))


@pytest.mark.parametrize(
    "template",
    [
        "", "value", "{{ value * 2 }}", "{{ value_json.a + value_json.b }}", "{{ values }}",
        "{{ value.a }}", "{{ value_json.a | float * 1000 }}", "{{ value | multiply(10) }}",
        "{% if value %}1{% endif %}", "{{ value }} kWh", "{{ value_json[a] }}",
        "{{ value_json.a( }}",
        "{{ value_json" + ".a" * 500 + " }}", "{{ value " + "| float " * 60 + "| }}",
    ],
)  # fmt: skip
def test_a_template_that_does_more_is_not_followed(template: str) -> None:
    assert place_of(template) is None


@pytest.mark.parametrize("path", ["", "a", "a.b[0].c", '["a.b"]', 'x["y]"][3]'])
def test_a_path_is_written_as_mappings_have_it(path: str) -> None:
    assert steps_of(written(steps_of(path))) == steps_of(path)
