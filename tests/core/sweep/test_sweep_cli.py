"""`python -m core sweep`: one cell a line, one sentence for bad input."""

from pathlib import Path

import orjson
import pytest

from core.__main__ import main

SPEC = {
    "data": {"source": "two-features", "target": "y", "validation_fraction": 0.0},
    "training": {"epochs": 3, "batch_size": None},
}


@pytest.fixture
def spec(tmp_path: Path) -> str:
    file = tmp_path / "spec.json"
    file.write_bytes(orjson.dumps(SPEC))
    return str(file)


def test_it_prints_one_cell_a_line(spec, capsys):
    words = ["--over", "optimizer.learning_rate=0.001..10/3", "--over", "optimizer.momentum=0,0.5"]
    assert main(["sweep", spec, *words]) == 0
    out, err = capsys.readouterr()
    cells = [orjson.loads(line) for line in out.splitlines()]
    assert err == ""
    assert sorted(tuple(cell["at"]) for cell in cells) == [(i, j) for i in range(3) for j in (0, 1)]
    assert cells[0]["knobs"] == {"optimizer.learning_rate": 0.001, "optimizer.momentum": 0}
    assert {"regime", "final_loss", "epochs_to_optimum", "critical_learning_rate"} <= set(cells[0])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "A sweep must have one or two axes. Received: 0."),
        (["optimizer.momentum"], "`--over` must be like optimizer.momentum=0,0.9."),
        (["optimizer.momentum=a..b/3"], "must be a number"),
        (["optimizer.momentum=0..1/3"], "A linear one may begin there."),
        (["optimizer.momentum=0..1/x/linear"], "must be a whole number. Received: 'x'."),
    ],
    ids=str,
)
def test_bad_input_is_one_line(spec, capsys, words, sentence):
    given = [word for text in words for word in ("--over", text)]
    assert main(["sweep", spec, *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_a_linear_range_may_begin_at_zero(spec, capsys):
    assert main(["sweep", spec, "--over", "optimizer.momentum=0..0.9/2/linear"]) == 0
    cells = [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [cell["knobs"]["optimizer.momentum"] for cell in cells] == [0.0, 0.9]
