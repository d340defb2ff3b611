// Curves of losses on one logarithmic scale, as small pictures and as one cloud.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 1e-12;
const DECADES_ABOVE = 4; // above the usual start, that the scale shows; what stays higher leaves it
export const [WIDTH, HEIGHT] = [100, 60]; // of a picture, in its own units

export function svg(tag, parent, attributes = {}) {
  const created = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  parent.append(created);
  return created;
}

// A loss as it travels: a number, null, or what JSON has no number for.
export function height(loss) {
  if (loss === "inf" || loss === "nan") return Infinity;
  return typeof loss === "number" ? Math.log10(Math.max(loss, SMALLEST)) : null;
}

// The scale that fits all runs: `low` and `high` in powers of ten, `epochs` to the right, 0 without any.
export function scaleOf(runs) {
  let [low, high, epochs] = [Infinity, -Infinity, 1];
  const starts = [];
  for (const { points } of runs) {
    if (!points.length) continue;
    starts.push(points[0][1]);
    epochs = Math.max(epochs, points.at(-1)[0]);
    for (const [, value] of points) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return { low: -1, high: 1, epochs: starts.length ? epochs : 0 };
  starts.sort((a, b) => a - b);
  high = Math.min(high, starts[Math.floor(starts.length / 2)] + DECADES_ABOVE);
  low = Math.min(low, high - 1);
  return { low: Math.floor(low * 2) / 2, high: Math.ceil(high * 2 + 0.1) / 2, epochs };
}

export function sameScale(one, other) {
  return one && other && one.low === other.low && one.high === other.high && one.epochs === other.epochs;
}

export function pathOf(points, { low, high, epochs }) {
  return withinScale(points.filter(([, value]) => value !== null), high)
    .map(([epoch, value]) => {
      const y = HEIGHT * (1 - (Math.min(value, high) - low) / (high - low));
      return `${((WIDTH * epoch) / epochs).toFixed(1)},${Math.max(1, y).toFixed(1)}`;
    })
    .join(" ");
}

// A curve up to where it leaves the scale for good: on along its edge it would look like one that
// has settled.
function withinScale(points, high) {
  const last = points.findLastIndex(([, value]) => value <= high);
  if (last < 0 || last === points.length - 1) return points;
  const [[before, inside], [after, outside]] = [points[last], points[last + 1]];
  const share = Number.isFinite(outside) ? (high - inside) / (outside - inside) : 1;
  return [...points.slice(0, last + 1), [before + share * (after - before), high]];
}

// The cloud: all curves over one another, with the powers of ten beside them.
export class Cloud {
  constructor(parent) {
    this.box = document.createElement("figure");
    this.box.className = "room-cloud";
    this.box.setAttribute("aria-label", "The losses of all learners over the epochs, on a logarithmic scale");
    parent.append(this.box);
    this.labels = document.createElement("div");
    this.labels.className = "room-cloud-labels";
    this.labels.setAttribute("aria-hidden", "true");
    this.svg = svg("svg", this.box, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.svg.setAttribute("aria-label", "All curves");
    this.box.append(this.labels);
    this.grid = svg("g", this.svg, { class: "room-grid" });
    this.lines = new Map(); // by the learner's number
  }

  rescale({ low, high, epochs }) {
    this.grid.replaceChildren();
    this.labels.replaceChildren();
    const step = Math.max(1, Math.ceil((high - low) / 5));
    for (let power = Math.ceil(low); power <= high; power += step) {
      const y = HEIGHT * (1 - (power - low) / (high - low));
      svg("line", this.grid, { x1: 0, x2: WIDTH, y1: y, y2: y });
      const label = document.createElement("span");
      label.textContent = powerText(power);
      label.style.top = `${(100 * y) / HEIGHT}%`;
      this.labels.append(label);
    }
    const end = document.createElement("span");
    end.className = "room-cloud-end";
    end.textContent = epochs ? `${epochs} epoch${epochs === 1 ? "" : "s"}` : "no curve yet";
    this.labels.append(end);
  }

  draw(number, run, scale) {
    if (!this.lines.has(number)) this.lines.set(number, svg("polyline", this.svg));
    const line = this.lines.get(number);
    line.setAttribute("points", pathOf(run.points, scale));
    line.setAttribute("data-look", run.look);
  }

  keep(numbers) {
    for (const [number, line] of this.lines) {
      if (numbers.has(number)) continue;
      line.remove();
      this.lines.delete(number);
    }
  }
}

function powerText(power) {
  if (power >= -3 && power <= 3) return String(Number((10 ** power).toPrecision(3)));
  return `10${[...String(power)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
}
