"""An outlook says what theory says, and loses nothing on its way."""

import orjson
import pytest

from core.spec import Spec
from core.theory.outlook import Outlook, outlook_of
from core.theory.predict import predict
from core.theory.range_test import range_test
from core.theory.spectrum import spectrum_of
from tests.conftest import data_of

SPECS = {
    "converges": {"scaling": {"features": "standard"}},
    "diverges": {"optimizer": {"learning_rate": 1e6}, "training": {"batch_size": None}},
    "adaptive": {"optimizer": {"key": "adam"}},
    "activation": {"model": {"activation": "relu"}},
    "not finite": {
        "data": {"source": "cars", "target": "Miles_per_Gallon", "missing": "keep"},
    },
}


@pytest.mark.parametrize("patch", SPECS.values(), ids=SPECS)
def test_it_travels_without_loss(patch):
    spec = Spec().patched(patch)
    data = data_of(spec)
    told = outlook_of(spec, data)
    assert repr(told.prediction) == repr(predict(spec, data))
    there = Outlook.from_json(orjson.loads(orjson.dumps(told.to_json())))
    for name in ("full_loss", "learning_rates"):
        assert repr(getattr(there.prediction, name)) == repr(getattr(told.prediction, name))
    assert repr(there.prediction) == repr(told.prediction)
    assert there.directions == told.directions
    assert (there.range_test is None) == (told.range_test is None)
    assert repr(there.section) == repr(told.section)
    assert (told.section is not None) == (told.prediction.quadratic and bool(told.directions))
    if told.range_test and there.range_test:
        assert there.range_test.losses.tolist() == told.range_test.losses.tolist()
        assert there.range_test.suggested == told.range_test.suggested


def test_it_holds_what_a_page_computes_by_itself():
    spec = Spec().patched(SPECS["converges"])
    data = data_of(spec)
    told, spectrum, test = outlook_of(spec, data), spectrum_of(data), range_test(spec, data)
    assert spectrum and test and told.range_test
    assert [name for name, _ in told.directions] == list(spectrum.directions)
    assert told.range_test.suggested == test.suggested


def test_it_stops_between_two_parts():
    def pause():
        raise InterruptedError

    spec = Spec().patched(SPECS["converges"])
    with pytest.raises(InterruptedError):
        outlook_of(spec, data_of(spec), pause)
