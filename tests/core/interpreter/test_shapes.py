"""What is counted before it is made is never less than what is made."""

import itertools

import numpy as np
import pytest

from core.interpreter.functions import FUNCTIONS
from core.interpreter.shapes import ShapeError, picked

SHAPES = ((), (3,), (4, 3), (3, 4), (3, 3), (2, 4, 3), (2, 3, 4), (5, 1, 1))
ARRAYS = [np.ones(shape) for shape in SHAPES]
OTHERS = (2, 0, (3, 2), [2, 3], "float32", ARRAYS[2] > 0)
PICKS = (0, slice(None), slice(1, 3), None, Ellipsis)
PICKS += (np.zeros(3, int), np.zeros((2, 1), int), np.zeros((1, 3), int))


@pytest.mark.filterwarnings("ignore")  # of NumPy, on what no learner would compute
@pytest.mark.parametrize("path", FUNCTIONS)
def test_no_function_makes_more_than_it_counts(path):
    function, tried = FUNCTIONS[path], 0
    parameters = [*function.signature.parameters.values()]
    needed = sum(p.default is p.empty for p in parameters)
    most = min(len(parameters), max(2, needed)) if needed < 3 else 3
    for count in range(needed, most + 1):
        lists = [[array, array] for array in ARRAYS] if count < 3 else []
        for given in itertools.product([*ARRAYS, *lists, *OTHERS], repeat=count):
            try:
                made = function.numpy(*given)
                cells, work = function.cost(given)
            except (ShapeError, TypeError, ValueError, IndexError, OverflowError, MemoryError):
                continue  # refused by one of the two
            tried += 1
            assert work >= cells or cells == 0
            if not isinstance(made, tuple):
                assert np.size(made) <= max(cells, 1), given
                assert np.asarray(made).dtype.itemsize <= 8 or np.asarray(made).dtype.kind == "U"
    assert tried


def test_no_index_picks_more_than_it_counts():
    chance, tried = np.random.default_rng(0), 0
    for shape in ((5,), (5, 4), (3, 4, 5)):
        array = np.ones(shape)
        masks = [chance.random(shape[:k]) > 0.5 for k in range(1, len(shape) + 1)]
        for length in (1, 2, 3):
            for index in itertools.product((*PICKS, *masks), repeat=length):
                arrays = any(isinstance(part, np.ndarray) for part in index)
                if not arrays or sum(part is Ellipsis for part in index) > 1:
                    continue
                try:
                    found = array[index]
                except IndexError:
                    continue
                tried += 1
                assert found.size <= picked(shape, index), index
    assert tried > 500
