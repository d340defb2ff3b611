// The loss surface as a landscape. Loaded where somebody asks for it.

import { pathTo } from "./path.js";
import { spread } from "./section.js";

const GRID = 41; // places along an axis

// The loss at an entry that does not tell it.
function levelAt({ section, picture }, entry, rise) {
  return section.rows ? section.levelAt(entry) : picture.loss.optimal - rise(section.lowest(entry));
}

// Figure of a surface (surface.js) at a moment.
export function relief(surface, { course, index }, layout) {
  const { section, picture } = surface;
  const { drawn } = surface; // the contours are not
  const { ranges } = surface.at({ course, index, rate: 0 });
  surface.drawn = drawn;
  const path = pathTo(course, index, (entry) => section.place(entry), 400);
  const entry = course.entries[Math.max(0, index - (path.left ? 1 : 0))];
  const rise = section.through(entry);
  const level = Number.isFinite(entry.loss) ? entry.loss : levelAt(surface, entry, rise);
  const lossAt = (place) => level + rise(place);
  const [x, y] = [spread(ranges.x, GRID), spread(ranges.y, GRID)];
  const at = path.places.map((place, i) => (Number.isFinite(path.told[i][1]) ? path.told[i][1] : lossAt(place)));
  const line = { x: path.places.map(([a]) => a), y: path.places.map(([, b]) => b), z: at, type: "scatter3d", hoverinfo: "skip", showlegend: false };
  const axis = (title) => ({ title: { text: title }, nticks: 5, exponentformat: "power", backgroundcolor: "rgba(0,0,0,0)", gridcolor: "#8c8c8c" });
  const [first, second] = picture.axes;
  return {
    data: [
      {
        ...{ x, y, z: y.map((b) => x.map((a) => lossAt([a, b]))), type: "surface", opacity: 0.85, showscale: false },
        ...{ colorscale: "Viridis", contours: { z: { show: true, color: "rgba(255,255,255,.5)" } } },
        hovertemplate: "loss %{z:.4~g}<extra></extra>",
      },
      { ...line, mode: "lines+markers", line: { color: "#D55E00", width: 6 }, marker: { size: 3, color: "#D55E00" } },
    ],
    layout: {
      margin: { l: 0, r: 0, t: 0, b: 0 },
      paper_bgcolor: "rgba(0,0,0,0)",
      font: layout.font,
      uirevision: "kept",
      scene: { xaxis: axis(first.name), yaxis: axis(second.name), zaxis: axis("loss"), camera: { eye: { x: 1.7, y: -1.7, z: 1 } } },
    },
  };
}
