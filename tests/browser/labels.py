"""Which words of a chart lie over each other, in a browser."""

from pathlib import Path
from typing import Any

import plotly
from playwright.sync_api import Page

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# Corners of each text, turned as it is; two of them overlap unless a line parts them.
OVERLAPS = """div => {
    const corners = text => {
        const {x, y, width, height} = text.getBBox(), at = text.getScreenCTM();
        const trim = 0.15 * height;  // a line's box is higher than its letters
        return [[x, y + trim], [x + width, y + trim], [x + width, y + height - trim],
            [x, y + height - trim]].map(([a, b]) => [at.a * a + at.c * b + at.e,
            at.b * a + at.d * b + at.f]);
    };
    const parted = (one, two) => [one, two].some(box => [0, 1].some(k => {
        const along = [box[k + 1][0] - box[k][0], box[k + 1][1] - box[k][1]];
        const ends = points => points.map(([x, y]) => x * along[0] + y * along[1]);
        const [a, b] = [ends(one), ends(two)];
        return Math.max(...a) <= Math.min(...b) || Math.max(...b) <= Math.min(...a);
    }));
    const shown = [...div.querySelectorAll("svg text")].filter(text => text.textContent.trim()
        && !text.closest(".hoverlayer, .modebar") && text.getBBox().width
        && text.checkVisibility({opacityProperty: true, visibilityProperty: true}));
    const boxes = shown.map(corners), found = [];
    boxes.forEach((one, i) => boxes.slice(0, i).forEach((two, j) => {
        if (!parted(one, two)) found.push(`${shown[j].textContent} | ${shown[i].textContent}`);
    }));
    const {left, right} = div.getBoundingClientRect();
    boxes.forEach((box, i) => {
        const xs = box.map(([x]) => x);
        if (Math.min(...xs) < left - 1 || Math.max(...xs) > right + 1)
            found.push(`outside: ${shown[i].textContent}`);
    });
    return found; }"""
DRAW = """async ([figure, width]) => {
    const div = document.getElementById("mount");
    div.style.width = `${width}px`;
    div.style.fontFamily = "sans-serif";
    figure.layout.font = {family: "sans-serif", size: 12, ...figure.layout.font};
    await Plotly.newPlot(div, figure.data, figure.layout, {displayModeBar: false});
    delete div.ticksAreFew;
    window.keepTicksFew(div);
    await Plotly.redraw(div);
    return div; }"""


def prepare(page: Page, modules: str) -> None:
    """Loads Plotly, and what live charts do for their ticks, into a page that has a `mount`."""
    page.add_script_tag(path=PLOTLY)
    page.evaluate(
        "async url => { window.keepTicksFew = (await import(url)).keepTicksFew; }", modules
    )


def overlaps(page: Page, figure: dict[str, Any], width: int) -> list[str]:
    """Words of a figure that lie over each other or outside of it, at some width in pixels."""
    return page.evaluate_handle(DRAW, [figure, width]).evaluate(OVERLAPS)
