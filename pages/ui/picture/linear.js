// A linear axis that shows what a run begins with, and says where a curve leaves it: what explodes
// would make all else a flat line.

import { formatNumber } from "../live_view.js";

const CLIPPED = "clipped"; // name of the words at the axis' end

// What Plotly is to change of a chart whose axis is linear: nothing while all curves fit.
export function clipped({ data, layout }, now = layout.yaxis) {
  const top = layout.meta.linear_top;
  const highest = top == null ? null : climber(data, top);
  const others = (layout.annotations ?? []).filter(({ name }) => name !== CLIPPED);
  const was = (layout.annotations ?? []).length !== others.length;
  if (!highest) return was ? { annotations: others } : {};
  const said = (layout.annotations ?? []).find(({ name }) => name === CLIPPED);
  const words = `▲ up to ${formatNumber(highest.most, 3)}`;
  const annotation = {
    name: CLIPPED, text: words, x: highest.x, xref: "x", y: 1, yref: "paper", yanchor: "top", xanchor: "left",
    showarrow: false, font: { color: "#D55E00", size: 12 }, bgcolor: "rgba(128,128,128,.12)",
  };
  if (said?.text === words && said.x === highest.x && now.autorange === false) return {};
  const change = { annotations: [...others, annotation] };
  return now.autorange === false ? change : { ...change, "yaxis.range": [0, top] };
}

// Of a logarithmic axis, which shows everything.
export function unclipped({ layout }) {
  const others = (layout.annotations ?? []).filter(({ name }) => name !== CLIPPED);
  return { annotations: others };
}

// Where the first curve leaves the axis, and how far the farthest goes.
function climber(data, top) {
  let [x, most] = [Infinity, top];
  for (const line of data) {
    if (line.visible === "legendonly" || line.hoverinfo === "skip") continue;
    (line.y ?? []).forEach((y, i) => {
      if (y > top) x = Math.min(x, line.x[i]);
      if (y > most) most = y;
    });
  }
  return most > top ? { x, most } : null;
}
