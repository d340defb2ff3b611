// The loss over two directions, and the path over it.

import { formatNumber } from "../live_view.js";
import { Section } from "./section.js";

const GRID = 41; // places along an axis of contours
const MOST = 400; // places of the path that are drawn
const MOVED = 1e-3; // of the loss: a section that has moved by more is drawn anew

export class Surface {
  constructor(picture, { data }) {
    this.picture = picture;
    this.section = new Section(picture);
    this.contours = data[picture.traces.contours];
    this.arrow = data[picture.traces.arrow];
    this.step = picture.update_per_rate;
  }

  // What the traces hold after an entry of the course, the frame, and words.
  at(course, index, rate) {
    const { traces, frame } = this.picture;
    const path = this.path(course, index);
    const drawn = new Map();
    const now = path.places.at(-1);
    drawn.set(traces.path, columnsOf(path.places, path.losses));
    drawn.set(traces.now, columnsOf(now ? [now] : [], now ? path.losses.slice(-1) : []));
    if (traces.arrow != null && rate != null) drawn.set(traces.arrow, this.arrowAt(rate));
    const zoom = this.zoomFor([...path.places, ...(rate != null && index === 0 ? this.tip(rate) : [])]);
    const ranges = widened(frame, zoom);
    const entry = course.entries[index];
    if (this.isStale(entry, zoom)) drawn.set(traces.contours, this.grid(entry, ranges));
    return { drawn, ranges, words: this.words(entry, path, zoom) };
  }

  // Places of the path up to an entry, thinned, and their losses; it ends where it is not finite.
  path(course, index) {
    const every = Math.max(1, Math.ceil(index / MOST));
    const [places, losses] = [[], []];
    for (let i = 0; i <= index; i += i + every > index && i < index ? index - i : every) {
      const place = this.section.place(course.entries[i]);
      if (!place) continue;
      if (!place.every(Number.isFinite)) return { places, losses, left: course.entries[i] };
      places.push(place);
      losses.push(course.entries[i].loss);
    }
    return { places, losses };
  }

  arrowAt(rate) {
    const [tip] = this.tip(rate);
    return tip ? columnsOf([this.picture.start, tip]) : columnsOf([]);
  }

  // Where the first step leads to at a rate, as a list.
  tip(rate) {
    const { start } = this.picture;
    return start && this.step ? [start.map((c, i) => c + rate * this.step[i])] : [];
  }

  // The frame's zoom out, a power of two: all of the path is seen.
  zoomFor(places) {
    const { x, y } = this.picture.frame;
    const [middleX, middleY] = [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2];
    let most = 1;
    for (const [a, b] of places) {
      most = Math.max(most, (2 * Math.abs(a - middleX)) / (x[1] - x[0]), (2 * Math.abs(b - middleY)) / (y[1] - y[0]));
    }
    return Number.isFinite(most) ? 2 ** Math.ceil(Math.log2(most)) : 1;
  }

  isStale(entry, zoom) {
    const level = this.level(entry);
    const moved = Math.abs(level - this.drawnLevel) > MOVED * Math.abs(level);
    if (zoom === (this.drawnZoom ?? 1) && !(this.drawnLevel !== undefined && moved)) {
      this.drawnLevel ??= level;
      return false;
    }
    [this.drawnZoom, this.drawnLevel] = [zoom, level];
    return true;
  }

  // The lowest loss of the section through an entry: what tells one section from another.
  level(entry) {
    return this.section.through(entry)(this.picture.best);
  }

  grid(entry, { x, y }) {
    const lossAt = this.section.through(entry);
    const [xs, ys] = [spread(x), spread(y)];
    const losses = ys.map((b) => xs.map((a) => lossAt([a, b])));
    return { x: xs, y: ys, z: losses.map((row) => row.map(height)), customdata: losses };
  }

  // The weights at a place of the section through an entry.
  weightsAt(place, entry) {
    const from = entry.weights?.every(Number.isFinite) ? entry.weights : this.picture.start_weights;
    const here = this.section.place({ weights: from });
    const { directions } = this.picture;
    return from.map((w, i) => w + directions.reduce((sum, u, k) => sum + (place[k] - here[k]) * u[i], 0));
  }

  words(entry, { places, left }, zoom) {
    if (left) return `Not finite ${after(left)}: the path ends there`;
    const scale = zoom > 1 ? `The frame is ${formatNumber(zoom, 3)} × wider than at first` : "";
    if (!places.length) return scale || "The path is not known.";
    return scale;
  }
}

export function after(entry) {
  return entry.epoch == null ? "at the start" : `after ${entry.epoch + 1} epoch${entry.epoch ? "s" : ""}`;
}

export function height(loss) {
  return Math.log10(Math.max(loss, Number.MIN_VALUE));
}

function columnsOf(places, losses) {
  const columns = { x: places.map(([a]) => a), y: places.map(([, b]) => b) };
  return losses ? { ...columns, customdata: losses } : columns;
}

function widened({ x, y }, zoom) {
  const wide = ([low, high]) => {
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * zoom];
    return [middle - half, middle + half];
  };
  return { x: wide(x), y: wide(y) };
}

function spread([low, high]) {
  return Array.from({ length: GRID }, (_, i) => low + ((high - low) * i) / (GRID - 1));
}
