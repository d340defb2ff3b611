"""The command line: JSON on standard output, one clear line on standard error."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

import core.__main__ as cli
from core.__main__ import main
from core.data import reader_subprocess
from core.spec import Spec
from tests.core.data.corpus import GRID, workbook
from tests.core.json_keys import PREDICTION

ROOT = Path(__file__).parents[2]
CSV = "hours,score\n" + "\n".join(f"{i},{2 * i + 1}" for i in range(1, 31))


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """A file with a small spec."""
    patch = {"data": {"source": "two-features", "target": "y"}, "training": {"epochs": 3}}
    file = tmp_path / "spec.json"
    file.write_bytes(orjson.dumps(patch))
    return str(file)


@pytest.fixture
def table(tmp_path: Path) -> str:
    file = tmp_path / "hours.csv"
    file.write_text(CSV, encoding="utf-8")
    return str(file)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that ran printed."""
    assert main(list(words)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line of a command that could not run."""
    try:
        code = main(list(words))
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err.strip()


def test_train_prints_an_event_a_line(spec, capsys):
    events = [orjson.loads(line) for line in answer(capsys, "train", spec).splitlines()]
    assert events[0]["event"] == "run_started"
    assert (events[-1]["event"], events[-1]["outcome"]) == ("run_ended", "completed")
    assert sum(event["event"] == "epoch_ended" for event in events) == 3


def test_a_run_that_diverges_has_run(spec, capsys):
    out = answer(capsys, "train", spec, "--set", "optimizer.learning_rate=1e9")
    events = [orjson.loads(line) for line in out.splitlines()]
    assert events[-1]["outcome"] == "diverged"
    assert events[0]["spec"]["optimizer"]["learning_rate"] == 1e9


def test_predict_prints_one_object_with_the_promised_keys(spec, capsys):
    (line,) = answer(capsys, "predict", spec).splitlines()
    told = orjson.loads(line)
    assert list(told) == PREDICTION
    assert told["regime"] == "slow"
    assert len(told["full_loss"]) == 3


def test_as_a_process_of_its_own_it_prints_utf8_whatever_the_system_prefers(spec, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("λ,hours,score\n" + "".join(f"{i},{i % 7},{i}\n" for i in range(30)), "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    words = ("export", spec, "--data", str(file), "--set", "data.target=score")
    done = command(*words, stdout=subprocess.PIPE, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "λ".encode() in done.stdout


def test_export_prints_a_program(spec, capsys):
    out = answer(capsys, "export", spec, "--format", "script", "--set", "optimizer.key=adam")
    compile(out, "exported.py", "exec")
    assert "keras.optimizers.Adam(" in out
    assert "EPOCHS = 3" in out


def test_export_prints_a_notebook(spec, capsys):
    told = orjson.loads(answer(capsys, "export", spec, "--format", "notebook"))
    assert told["nbformat"] == 4
    code = ["".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code"]
    assert any("EPOCHS = 3" in text for text in code)


def test_a_file_is_named_from_the_working_directory(spec, table, monkeypatch, capsys):
    monkeypatch.chdir(Path(table).parent)
    told = answer(capsys, "predict", spec, "--data", "hours.csv", "--set", "data.target=score")
    assert orjson.loads(told)["regime"]


def test_a_file_takes_the_place_of_the_table(spec, table, capsys):
    told = answer(capsys, "predict", spec, "--data", table, "--set", "data.target=score")
    assert orjson.loads(told)["optimal_loss"] == pytest.approx(0, abs=1e-9)
    out = answer(capsys, "export", spec, "--data", table, "--set", "data.target=score")
    assert "hours,score" in out


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("training.epochs=7", ("training", "epochs"), 7),
        ("data.target=x2", ("data", "target"), "x2"),
        ('data.features=["x1"]', ("data", "features"), ("x1",)),
        ("training.batch_size=null", ("training", "batch_size"), None),
        ("scaling.features=standard", ("scaling", "features"), "standard"),
        ("bug.key=gradient-ascent", ("bug", "key"), "gradient-ascent"),
        ('bug={"key": "large-init", "stddev": 3}', ("bug", "stddev"), 3.0),
        ("bug=null", ("bug",), None),
        ("model.use_bias=false", ("model", "use_bias"), False),
    ],
)
def test_set_changes_a_setting(spec, change, path, value):
    from core.__main__ import _spec

    changed = _spec(spec, [change, "optimizer.learning_rate=0.5"])
    assert isinstance(changed, Spec)
    assert changed.optimizer.learning_rate == 0.5
    found = changed
    for name in path:
        found = getattr(found, name)
    assert found == value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("optimizer.rate=1", "`optimizer.rate` is not a setting that exists here."),
        ("nonsense.x=1", "`nonsense` is not a setting that exists here."),
        ("training.epochs=0", "`training.epochs` must be >= 1. Received: 0."),
        ("training.epochs=many", "`training.epochs` must be a whole number."),
        ("optimizer.learning_rate=NaN", "`optimizer.learning_rate` must be a finite number."),
        ("optimizer.learning_rate=inf", "`optimizer.learning_rate` must be a finite number."),
        ("optimizer.key=sgdd", "`optimizer.key` must be one of"),
        ("optimizer.key={}", "`optimizer.key` must be one of"),
        ("bug.key=nonsense", "`bug.key` must be one of"),
        ("bug=5", "`bug`"),
        ("model.initializer=glorot", "`model.initializer` must be one of"),
        (
            'model.initial_weights={"kernel":[1,2,3]}',
            "`model.initial_weights.kernel` must have one number for each feature, 2. Received: 3.",
        ),
        ("data.target=z", "`data.target` must name a column."),
        ("data.source=../spec.json", "`data.source` must name a table."),
        ("data.validation_fraction=0.999", "Too few rows are left"),
        ("optimizer", "`--set` must be like"),
        ("optimizer=5", "`--set` must be like"),
        ("=", "`--set` must be like"),
        ("", "`--set` must be like"),
    ],
)
@pytest.mark.parametrize("command", ["train", "predict", "export"])
def test_a_bad_setting_is_one_line(spec, capsys, command, change, words):
    assert words in refusal(capsys, command, spec, "--set", change)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "valid JSON"),
        ("{", "valid JSON"),
        ("[]", "must be a JSON object"),
        ('{"epochs": 3}', "`epochs` is not a setting"),
        ('{"optimizer": {"learning_rate": NaN}}', "valid JSON"),
        ('{"training": 5}', "`training` must be an object"),
        ('{"training": {"epochs": null}}', "`training.epochs` must be a whole number"),
        ("\0", "valid JSON"),
    ],
)
def test_a_bad_spec_is_one_line(tmp_path, capsys, text, words):
    file = tmp_path / "spec.json"
    file.write_text(text, encoding="utf-8")
    assert words in refusal(capsys, "train", str(file))


@pytest.mark.parametrize(
    "words", ["train", "predict", "diagnose", "export", "sweep --over training.seed=0,1"]
)
def test_a_mystery_runs_nowhere_but_at_its_server(spec, capsys, words):
    command, *more = words.split()
    hidden = '--set=bug={"key":"mystery","id":"x"}'
    assert "A mystery is known to the server" in refusal(capsys, command, spec, hidden, *more)


@pytest.mark.parametrize("file", ["nothing.json", ".", ""])
def test_a_missing_spec_is_one_line(tmp_path, monkeypatch, capsys, file):
    monkeypatch.chdir(tmp_path)
    assert f"Received: {file!r}" in refusal(capsys, "predict", file)


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Received: an empty file."),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a PNG image"),
        (b"a,b\nx,y\nz,w\n", "at least one column of numbers"),
        (b"a,b\n1,2\n", "at least 2 rows"),
        (b"a,b\n1,2\n3,4\n5,6\n", "`data.target` must name a column."),
    ],
    ids=["empty", "picture", "words", "short", "other-columns"],
)
def test_a_bad_table_is_one_line(spec, tmp_path, capsys, content, words):
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    assert words in refusal(capsys, "train", spec, "--data", str(file))


def test_a_missing_table_is_one_line(spec, capsys):
    assert "`--data` must be a file." in refusal(capsys, "train", spec, "--data", "nothing.csv")


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("content", "options", "columns"),
    [
        ("1;2\n3;4\n5;7\n", ["--header", "yes"], "1,2"),
        ("x;y\n3;4\n5;7\n6;8\n", ["--no-header"], "column 1,column 2"),
        ("x;y\n3;4\n5;7\n6;8\n", ["--header=no"], "column 1,column 2"),
        ("x;y,z\n3;4,5\n5;7,6\n", ["--delimiter", "semicolon"], '"x","y,z"'),
        ("x,y\n3;4\n5;7\n", ["--delimiter", ";", "--skip", "1", "--header", "no"], "column 1"),
        ("x\ty\n1.234\t2\n2.345\t3\n", ["--decimal", "comma", "--delimiter", "tab"], "x,y\n1234"),
        ("x,y\n1,2\n-999,4\n3,5\n4,7\n5,8\n", ["--codes", "yes"], "x,y\n1.0,2\n,4\n"),
    ],
    ids=["header", "no header", "header no", "delimiter", "skip", "decimal", "codes"],
)
def test_how_a_file_is_read_can_be_told(spec, tmp_path, capsys, content, options, columns):
    file = tmp_path / "table.csv"
    file.write_text(content, encoding="utf-8")
    target = columns.partition("\n")[0].replace('"', "").partition(",")[2] or "column 2"
    words = ["--data", str(file), "--set", f"data.target={target}", *options]
    assert columns.replace('"', "") in answer(capsys, "export", spec, *words).replace('"', "")


@pytest.mark.usefixtures("read_here")
def test_a_sheet_can_be_told(spec, tmp_path, capsys):
    file = tmp_path / "book.xlsx"
    file.write_bytes(workbook(GRID, second=[["c", "d"], [7, 8], [9, 10], [3, 5]]))
    words = ["--data", str(file), "--sheet", "second", "--set", "data.target=d"]
    assert "c,d" in answer(capsys, "export", spec, *words)
    words = ["--data", str(file), "--sheet", "third"]
    assert "`sheet` must be one of 'first', 'second'." in refusal(capsys, "export", spec, *words)


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--header", "maybe"], "`--header` must be yes or no. Received: 'maybe'."),
        (["--delimiter", "x"], "`--delimiter` must be one of , ; tab | space :. Received: 'x'."),
        (["--decimal", ";"], "`--decimal` must be point or comma. Received: ';'."),
        (["--skip", "-1"], "--skip"),
        (["--skip", "two"], "`--skip` must be a number of lines. Received: 'two'."),
        (["--skip", "99"], "`skip` must leave rows of a table. Received: 99"),
        (["--sheet", "x"], "`sheet` must not be given for delimited text. Received: 'x'"),
    ],
    ids=" ".join,
)
def test_a_wrong_way_to_read_a_file_is_one_line(spec, table, capsys, options, said):
    assert said in refusal(capsys, "predict", spec, "--data", table, *options)


def test_a_way_to_read_needs_a_file(spec, capsys):
    said = "`--skip` must come with `--data`. Received: '1' without a file."
    assert said in refusal(capsys, "predict", spec, "--skip", "1")


@pytest.mark.parametrize(
    "words",
    [[], ["nonsense"], ["train"], ["predict", "a", "b"], ["export", "a", "--format", "poem"]],
    ids=" ".join,
)
def test_words_that_make_no_command_are_one_line(capsys, words):
    refusal(capsys, *words)


def command(*words: str, **streams) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "core", *words]
    return subprocess.run(line, cwd=ROOT, check=False, stderr=subprocess.PIPE, **streams)


def one_line(done: subprocess.CompletedProcess[bytes], words: str) -> None:
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert words in done.stderr.decode()


def test_tensorflow_does_not_greet_on_standard_error(spec):
    done = command("diagnose", spec, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "words", [["train"], ["diagnose"], ["sweep", "--over", "training.seed=0,1"]], ids=lambda w: w[0]
)
def test_each_command_that_trains_loads_tensorflow_in_silence(spec, monkeypatch, words):
    class SilentError(Exception):
        pass

    def silent() -> None:
        raise SilentError

    monkeypatch.setattr(cli, "silent_stderr", silent)
    name, *others = words
    with pytest.raises(SilentError):
        main([name, spec, *others])


@pytest.mark.parametrize("words", [("predict",), ("predict", "spec", "--data")])
def test_a_name_that_no_file_can_have_is_one_line(spec, capsys, words):
    words = [spec if word == "spec" else word for word in words]
    assert "File name too long" in refusal(capsys, *words, "a" * 300)


def test_an_output_that_is_full_is_one_line(spec):
    with Path("/dev/full").open("wb") as full:
        one_line(command("predict", spec, stdout=full), "Standard output: No space left on device.")


def test_a_reader_that_has_seen_enough_is_one_line(spec):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        one_line(command("predict", spec, stdout=writer), "Standard output: Broken pipe.")
    finally:
        os.close(writer)


def test_a_file_is_read_in_a_subprocess_with_limits(spec, table, monkeypatch, capsys):
    monkeypatch.setattr(reader_subprocess, "BASE_MEMORY", 100_000_000)
    assert "hours.csv must fit into memory." in refusal(capsys, "predict", spec, "--data", table)


SCRIPT = """import numpy as np
from keras import Sequential
from keras.layers import Dense
x = np.arange(12.0)
y = 3 * x
model = Sequential([Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, epochs=7, callbacks=unknown())
"""


def test_script_prints_what_a_program_says_and_writes_what_the_other_commands_take(
    tmp_path, capsys
):
    program, spec, table = tmp_path / "mine.py", tmp_path / "spec.json", tmp_path / "mine.csv"
    program.write_text(SCRIPT, encoding="utf-8")
    words = ("script", str(program), "--spec", str(spec), "--table", str(table))
    (line,) = answer(capsys, *words).splitlines()
    told = orjson.loads(line)
    assert told["spec"]["optimizer"]["learning_rate"] == 0.01
    assert told["table"]["x"] == list(range(12))
    assert told["marked"] == ["schedule.key"]
    assert {gap["line"] for gap in told["not_understood"]} == {8}
    (predicted,) = answer(capsys, "predict", str(spec), "--data", str(table)).splitlines()
    assert len(orjson.loads(predicted)["full_loss"]) == 7


def test_script_refuses_what_is_no_program_in_one_line(tmp_path, capsys):
    program = tmp_path / "mine.py"
    program.write_text("model.fit(", encoding="utf-8")
    assert "Line 1 is not Python" in refusal(capsys, "script", str(program))
    assert "must be a file" in refusal(capsys, "script", str(tmp_path / "none.py"))
