"""A spec as a Jupyter notebook in plain Keras, which gives the recorded losses again."""

import pandas as pd

from ..errors import InputError
from ..spec import Spec
from .program import Section, sections

TITLE = """# Why does this loss go the way it does?

A linear regression in plain Keras, as it was set up in Uphill. Run all cells: the losses are those
of the run, to float32's precision. Then change one thing at a time and run them again.

Needs `tensorflow`, `pandas`, `scikit-learn` and `plotly`."""
PICTURE = Section(
    "Its curve",
    """import plotly.graph_objects as go

figure = go.Figure()
for name in ("loss", "val_loss"):
    figure.add_scatter(y=history.get(name), name=name)
figure.update_layout(xaxis_title="epoch", yaxis_title="loss", yaxis_type="log")""",
)


def notebook(spec: Spec, table: pd.DataFrame) -> str:
    """The notebook's JSON: the cells of the script, each under its heading, and a picture.

    Args:
        spec: What to run, its bug included.
        table: The table that the spec's columns are taken from. A small one stands in the
            notebook, a large one is read from `core.export.public.table_file`, as
            `core.export.table.table_csv` gives it.

    Raises:
        InputError: If nbformat is not installed; nothing else here needs it.
    """
    try:
        import nbformat
        from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    except ModuleNotFoundError as error:
        raise InputError(
            "A notebook needs the package nbformat, which is not installed: pip install nbformat. "
            "A script needs nothing more."
        ) from error
    cells = [new_markdown_cell(TITLE, id="title")]
    for number, section in enumerate([*sections(spec, table), PICTURE], start=1):
        cells.append(new_markdown_cell(f"## {section.title}", id=f"heading-{number}"))
        cells.append(new_code_cell(section.code.strip("\n"), id=f"code-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(made)
    return nbformat.writes(made) + "\n"
