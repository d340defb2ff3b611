// A figure that is read from the last row of a room.

const LINE = 4; // px, at least
const WORDS = 20; // px
const PREDICTED = "predicted"; // name of the trace that waits until the room has guessed

// Lines of at most `hair` px stand for many, as residuals do, and stay thin.
export function enlarge({ data, layout }, hair = 0) {
  for (const trace of data) {
    if (trace.name === PREDICTED) trace.visible = isRevealed();
    if (trace.line?.width <= hair) trace.line.width *= 2;
    else if (trace.line) trace.line.width = Math.max(LINE, 2 * (trace.line.width ?? 2));
    if (trace.marker && typeof trace.marker.size === "number") trace.marker.size *= 1.7;
    trace.textfont = { ...trace.textfont, size: WORDS };
  }
  for (const [name, part] of Object.entries(layout)) {
    if (/^[xy]axis/.test(name) && part.title?.font) part.title.font.size = WORDS;
    if (part.minorloglabels) part.minorloglabels = "none"; // they are smaller
    if (/^[xy]axis/.test(name)) part.nticks = Math.min(part.nticks ?? 6, 6);
  }
  if (layout.legend) layout.legend.font = { ...layout.legend.font, size: WORDS };
  for (const shape of layout.shapes ?? []) if (shape.label?.font) shape.label.font.size = WORDS;
}

// Shows or hides what tells the end, in a figure on the page.
export function reveal(div) {
  const told = (div.data ?? []).flatMap(({ name }, i) => (name === PREDICTED ? [i] : []));
  if (told.length) Plotly.restyle(div, { visible: isRevealed() }, told);
}

function isRevealed() {
  return document.documentElement.dataset.revealed !== "false";
}

export { PREDICTED, WORDS };
