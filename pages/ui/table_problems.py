"""What is wrong with the knobs once the table is looked at, in the words of their fields."""

from collections.abc import Mapping
from typing import Any

from core.data.datasets import DATASETS
from core.errors import InputError
from core.spec import Spec
from pages.ui.cached import numbering, prepared, profiled
from pages.ui.field_problems import at_field
from pages.ui.knob_values import ENCODINGS, spec_values
from pages.ui.reading import default_target

# Others are put right by the form, with a word on the link.
LOOKED_AT = ("exclude_rows", "degree", "validation", "start_weights")


def problems_with_table(knobs: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each knob whose value does not fit the table, by its key.

    Args:
        knobs: Values of the widgets, by their keys; each can run by itself.
    """
    try:
        prepared(Spec.of(spec_values({**knobs, **_columns(knobs)})))
    except InputError as error:
        key, text = at_field(str(error), knobs)
        return {key: text} if key in LOOKED_AT else {}
    return {}


def _columns(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The target and the features that the form will show: without what the table does not have."""
    source = spec_values({**knobs, "target": "x"})["data"]["source"]
    profile = profiled(source)
    there = [column.name for column in profile.columns]
    target = knobs.get("target", "")
    if target not in there:
        target = next((d.target for d in DATASETS if d.key == source), "")
        target = target or default_target(profile, numbering(source))
    lists = {knob: [n for n in knobs.get(knob, ()) if n in there] for knob in ENCODINGS}
    features = knobs.get("features", [])
    known = all(name in there for name in features)
    return {"target": target, "features": features if known else [], **lists}
