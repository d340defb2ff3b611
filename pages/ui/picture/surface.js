// The loss over two directions, and the path over it.

import { after, columnsOf, pathTo, stepFrom } from "./path.js";
import { Section, spread, widened, zoomFor } from "./section.js";
import { formatNumber } from "../live_view.js";

const MOST = 200; // places of the path that are drawn
const MOVED = 5e-3; // of the frame: contours that have moved by more are drawn anew
const MOVED_ROWS = 0.02; // of those that take long

export class Surface {
  constructor(picture) {
    const { directions, hessian, gradient_rows: gradientRows, best, loss } = picture;
    this.picture = picture;
    this.section = new Section({
      ...{ directions, axes: [0, 1], hessian, gradientRows, best },
      bestWeights: loss.best_weights,
      rows: loss.form === "rows" ? loss : null,
    });
    this.drawn = { zoom: 1, mark: null }; // of the contours
  }

  // Of another plane than the one that the figure was drawn for.
  style({ data, layout }, isFirst) {
    if (isFirst) return;
    const { traces, axes, start, best } = this.picture;
    this.drawn.zoom = null;
    Object.assign(data[traces.start], columnsOf([start]));
    Object.assign(data[traces.best], columnsOf(best ? [best] : []));
    const hover = `${axes[0].name} %{x:.4g}, ${axes[1].name} %{y:.4g}<extra></extra>`;
    for (const name of ["start", "best"]) data[traces[name]].hovertemplate = `${name}: ${hover}`;
    layout.xaxis.title.text = axes[0].title;
    layout.yaxis.title.text = axes[1].title;
  }

  // What the traces hold at a moment, the frame, and words.
  at(moment) {
    const { traces, frame } = this.picture;
    const { course, index } = moment;
    const path = pathTo(course, index, (entry) => this.section.place(entry), MOST);
    const step = stepFrom(moment, this.picture, this.section);
    const now = path.places.at(-1);
    const drawn = new Map([
      [traces.path, { ...columnsOf(path.places), customdata: path.told }],
      [traces.now, columnsOf(now ? [now] : [])],
      [traces.arrow, columnsOf(step)],
    ]);
    const seen = index === 0 ? [...path.places, ...step] : path.places;
    const zoom = Math.max(...["x", "y"].map((axis, i) => zoomFor(frame[axis], seen.map((place) => place[i]))));
    const ranges = { x: widened(frame.x, zoom), y: widened(frame.y, zoom) };
    const entry = course.entries[index - (path.left ? 1 : 0)] ?? course.entries[0];
    if (this.section.known && this.isStale(entry, zoom, ranges)) drawn.set(traces.contours, this.contours(entry, ranges));
    return { drawn, ranges, words: this.words(path, zoom, course.epochsTold) };
  }

  isStale(entry, zoom, { x, y }) {
    if (!this.section.place(entry)?.every(Number.isFinite)) return false;
    const { rows } = this.section;
    if (rows && !entry.weights?.every(Number.isFinite)) return false;
    const mark = rows ? this.section.outside(entry) : this.section.lowest(entry); // moves as contours do
    const from = this.drawn.mark ?? mark;
    this.drawn = { ...this.drawn, mark: from };
    const least = (rows ? MOVED_ROWS : MOVED) * Math.min(x[1] - x[0], y[1] - y[0]);
    if (zoom === this.drawn.zoom && !mark.some((c, i) => Math.abs(c - from[i]) > least)) return false;
    this.drawn = { zoom, mark };
    return true;
  }

  // As core/charts/surface.py draws them: levels are even in the root of what is above the lowest.
  contours(entry, ranges) {
    const { grid } = this.picture.levels;
    const rise = this.section.through(entry);
    const [x, y] = [spread(ranges.x, grid), spread(ranges.y, grid)];
    const rises = y.map((b) => x.map((a) => rise([a, b])));
    const fine = rises.flat().filter(Number.isFinite);
    const floor = this.section.rows ? Math.min(...fine) : rise(this.section.lowest(entry));
    const most = Math.max(...fine);
    return { x, y, z: rises.map((row) => row.map((r) => Math.sqrt(Math.max(0, (Number.isFinite(r) ? r : most) - floor)))) };
  }

  // The weights at a place of the section through an entry.
  weightsAt(place, entry) {
    const { directions, start_weights: start } = this.picture;
    const from = entry.weights?.every(Number.isFinite) ? entry.weights : start;
    const here = this.section.place({ weights: from });
    return from.map((w, i) => w + directions.reduce((sum, d, k) => sum + (place[k] - here[k]) * d[i], 0));
  }

  words({ places, left }, zoom, epochsTold) {
    const told = zoom > 1 ? [`Zoomed out ${formatNumber(zoom, 3)} ×`] : [];
    if (left) return [`Not finite ${after(left)}: the path ends there`, ...told].join(" · ");
    const here = places.at(-1);
    if (!here) return epochsTold ? "This run does not tell its path" : "";
    const names = this.picture.axes.map(({ name }) => name.replace(" direction", ""));
    told.push(here.map((c, i) => `${names[i]} ${formatNumber(c, 3).replace("-", "−")}`).join(", "));
    return [...told, ...this.section.remarks(this.picture)].join(" · ");
  }
}
