"""What would break, exhaust or escape a reader ends in a sentence, or is not understood."""

import json

import pytest

from core.errors import InputError
from core.script import budget
from core.script.machine import Machine
from core.script.read import read_script
from core.script.reader_subprocess import read_in_subprocess
from core.script.spec_of import reading_of
from core.script.text import MAX_BYTES, decoded, parse
from tests.core.script.scoring import LABELS, text_of

PLAIN = (int, float, str, bool, list, tuple, dict, range, type(None))
REFUSED = {
    "10 MB": "x = 1\n" * 2_000_000,
    "brackets": "(" * 100_000,
    "closed brackets": "x = " + "[" * 90 + "]" * 90,
    "a tower of powers": "x = 9" + "**9" * 400,
    "a chain of minus": "x = " + "-" * 5000 + "1",
    "a chain of not": "x = " + "not " * 4000 + "1",
    "a chain of dots": "x = a" + ".b" * 5000,
    "a chain of calls": "x = f" + "()" * 5000,
    "blocks in blocks": "\n".join(" " * k + "if x:" for k in range(90)) + "\n" + " " * 91 + "y",
    "lambdas in lambdas": "x = " + "lambda: " * 900 + "1",
    "a long line": "x = '" + "a" * 100_000 + "'",
    "no Python": "model.fit(x, y, epochs=5",
    "a null byte": "x = 1\0",
    "a notebook of brackets": '{"cells": ' + "[" * 100_000,
    "a notebook without cells": '{"cells": 5}',
    "a notebook that names no cells": '{"nbformat": 4, "metadata": {}}',
    "a notebook of words": '{"cells": [{"cell_type": "markdown", "source": ["# hi"]}]}',
    "nothing": "",
    "a comment": "# model.fit(x, y)\n",
    "comparisons": "x = 1" + " < 1" * 2000,
    "elif": "if a:\n  x\n" + "elif a:\n  x\n" * 3000,
}
NOT_UNDERSTOOD = {
    "dunders": "x = ().__class__.__bases__[0].__subclasses__()",
    "builtins": "x = __builtins__['eval']('1')",
    "import": "x = __import__('os').system('id')",
    "eval": "x = eval('1+1')",
    "exec": "exec('x = 1')",
    "getattr": "x = getattr([], '__class__')",
    "globals": "x = globals()",
    "format": "x = '{0.__class__.__mro__}'.format(1)",
    "f-string": "x = f'{().__class__!r:>{10**9}}'",
    "percent": "x = '%1000000000d' % 1",
    "walrus": "x = (y := [].__class__)",
    "generator frame": "g = (g.gi_frame.f_back for _ in [1])\nx = g.gi_frame",
    "traceback": "try:\n    1/0\nexcept Exception as e:\n    x = e.__traceback__",
    "decorator": "@print\n@eval\nclass X: pass\nx = X",
    "metaclass": "class M(type):\n def __call__(c): return 1\nclass X(metaclass=M): pass\nx = X()",
    "numpy os": "import numpy as np\nx = np.os.system('id')",
    "numpy load": "import numpy as np\nx = np.load('/etc/passwd', allow_pickle=True)",
    "numpy fromfile": "import numpy as np\nx = np.fromfile('/etc/passwd')",
    "ctypes": "import numpy as np\nx = np.zeros(3).ctypes.data",
    "tofile": "import numpy as np\nnp.zeros(3).tofile('/tmp/never')\nx = 1",
    "object array": "import numpy as np\nx = np.array([print], dtype=object)",
    "pickle": "import pickle\nx = pickle.loads(b'')",
    "unicode name": "ᵉval = 1\nx = ᵉval('1')",
    "big array": "import numpy as np\nx = np.ones((10**9, 10**9))",
    "big range": "x = list(range(10**12))",
    "big list": "x = [0] * 10**12",
    "big text": "x = 'a' * 10**12",
    "big power": "x = 10 ** 10 ** 10",
    "big shift": "x = 1 << 10**10",
    "big repeat": "import numpy as np\nx = np.repeat(np.arange(1000), 10**9)",
    "big tile": "import numpy as np\nx = np.tile(np.arange(1000), (10**9,))",
    "big broadcast": "import numpy as np\nx = np.ones((100000, 1)) + np.ones(100000)",
    "big outer": "import numpy as np\nx = np.outer(np.ones(100000), np.ones(100000))",
    "big random": "import numpy as np\nx = np.random.rand(10**6, 10**6)",
    "big choice": "import numpy as np\nx = np.random.choice(10**12, 5)",
    "big linspace": "import numpy as np\nx = np.linspace(0, 1, 10**12)",
    "big arange": "import numpy as np\nx = np.arange(0, 1, 1e-300)",
    "recursion": "def f(n): return f(n + 1)\nx = f(0)",
    "mutual recursion": "def f(): return g()\ndef g(): return f()\nx = f()",
    "endless while": "x = 0\nwhile True:\n    x += 1",
    "nested loops": "x = 0\nfor i in range(100000):\n    for j in range(100000):\n        x += 1",
    "growing list": "x = [1]\nfor i in range(60):\n    x = x + x",
    "growing number": "x = 3\nfor i in range(60):\n    x = x * x",
    "growing text": "x = 'ab'\nfor i in range(60):\n    x = x + x",
    "comprehensions": "x = [a for a in range(9**5) for b in range(9**5)]",
    "copies of copies": (
        "import copy\na = [1, 2]\nfor i in range(40):\n    a = [a, a]\nx = copy.deepcopy(a)"
    ),
    "one list again and again": (
        "import numpy as np\na = [1, 2]\nfor i in range(9):\n    a = [a] * 150\n"
        "print(len(a), sum(a), a == a)\nx = np.array(a) * 2\ny = a + a\nmodel.fit(a, a)"
    ),
    "a copy of itself": "import copy\na = []\na.append(a)\nx = copy.deepcopy(a)",
    "lists in lists": "a = [1]\nfor i in range(9000):\n    a = [a]\nfor i in range(9):\n    i += 1",
    "a list of itself": "x = []\nx.append(x)\nimport numpy as np\ny = np.array(x)",
    "a dict of itself": "x = {}\nx['x'] = x\nprint(x)",
    "keras layer": "from keras.layers import Dense\nx = Dense(10**9)(5)",
    "many units": (
        "import keras, numpy as np\nm = keras.Sequential([keras.layers.Dense(10**9)])\n"
        "x = m(np.ones((5, 5)))"
    ),
    "functions of functions": "".join(
        f"def f{k}():\n    " + f"f{k + 1}();" * 900 + "\n" for k in range(5)
    ) + "def f5(): pass\n",
    "a condition of functions": "".join(
        f"def f{k}():\n    " + f"f{k + 1}();" * 900 + "\n" for k in range(5)
    ) + "def f5(): pass\nu = input()\nfor i in range(9999):\n    if u:\n        f0()\n",
    "big gather": (
        "import tensorflow as tf, numpy as np\n"
        "x = tf.gather(np.ones((2, 1000)), np.zeros(10**6, dtype=int))"
    ),
    "big draw": "import tensorflow as tf\nx = tf.random.normal((2**32, 2**32))",
    "deep chain": (
        "import tensorflow as tf\nx = tf.Variable(1.0)\nfor i in range(5000):\n    x = x + 1.0\n"
        "print(float(x))"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_text_that_cannot_be_parsed_is_refused_in_one_sentence(name):
    with pytest.raises(InputError) as error:
        read_script(REFUSED[name])
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


def test_a_file_is_read_in_the_encoding_it_was_written_in():
    text = "é = 0.5  # découpe\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_what_is_on_no_list_is_not_understood_and_costs_little(name):
    machine = Machine(parse(NOT_UNDERSTOOD[name]))
    machine.run()
    assert machine.budget.steps <= budget.MAX_STEPS + 1
    assert machine.budget.work <= budget.MAX_WORK + budget.MAX_CELLS
    reading = reading_of(machine)
    assert reading.table is None
    assert not any(said.line for said in reading.said)
    for value in machine.module.values():  # the reader's own, or plain numbers and text
        kind = type(value)
        own = kind.__module__.startswith("core.script")
        assert own or kind in PLAIN or kind.__module__ == "numpy"
        assert own or not callable(value)


def test_a_script_cut_off_anywhere_or_with_a_line_less_never_raises_another_error():
    for name in list(LABELS)[2::9]:
        lines = text_of(name).split("\n")
        for number in range(0, len(lines), 4):
            for text in (
                "\n".join(lines[:number]),
                "\n".join(lines[:number] + lines[number + 1 :]),
            ):
                try:
                    read_script(text)
                except InputError as error:
                    assert "\n" not in str(error)


CODE = "import numpy as np\nx = np.arange(9.0)\ny = 2 * x + 1\n"
FIT = (
    "from keras import Sequential\nfrom keras.layers import Dense\nm = Sequential([Dense(1)])\n"
    "m.compile('sgd', 'mse')\nm.fit(x, y, epochs=7)"
)


def notebook(*sources, outputs=()) -> str:
    cells = [{"cell_type": "code", "source": source, "outputs": outputs} for source in sources]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# **x**"}, *cells]})


OLD = {"cells": [{"cell_type": "code", "input": text} for text in (CODE, FIT)]}
NOTEBOOKS = {
    "with pictures": notebook(CODE, FIT, outputs=[{"data": {"image/png": "iVB((([[[" * 99_999}}]),
    "with magics": notebook(
        "%matplotlib inline\n!pip install keras\n" + CODE, "files = !ls\nx?\nx.mean??", "%%time",
        "%%bash\nrm -rf /", "%%time\n" + FIT,
    ),
    "by lines": notebook(CODE.splitlines(keepends=True), FIT.splitlines(keepends=True)),
    "of version 3": json.dumps({"worksheets": [OLD]}),
    "with a byte order mark": "\ufeff" + notebook(CODE, FIT),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_its_code_cells_whatever_else_is_in_it(name):
    reading = read_script(NOTEBOOKS[name])
    assert reading.spec.training.epochs == 7
    assert not reading.marked


@pytest.mark.parametrize(
    "text",
    [
        notebook(CODE, FIT)[:-30],
        notebook("x = 1\n" * 40_000),
        notebook("x", outputs=["a" * 10_000_000]),
        notebook("print('open"),
        '{"cells": {"a": 1}}',
        '{"cells": [null, 5]}',
        '{"cells": [{"cell_type": "code", "source": [["x"], 5]}]}',
        '{"cells": [{"cell_type": "code", "source": "x", "n": NaN}]}',
        '{"worksheets": [], "cells": []}',
    ],
    ids=range(9),
)
def test_a_broken_notebook_is_refused_in_one_sentence(text):
    with pytest.raises(InputError) as error:
        read_script(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


def test_a_subprocess_reads_and_refuses_as_well():
    assert read_in_subprocess(text_of("keras_01")) == read_script(text_of("keras_01"))
    with pytest.raises(InputError, match="is not Python"):
        read_in_subprocess("x = (")
    with pytest.raises(InputError, match="at most"):
        read_in_subprocess("x" * (MAX_BYTES + 1))
