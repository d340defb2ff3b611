// A cut through the valley: the loss along one direction, and the steps across it.

import { formatNumber } from "../live_view.js";
import { Section } from "./section.js";
import { after } from "./surface.js";

const PLACES = 81; // at which the curve is drawn
const MOST = 60; // last places of the path that are drawn

export class Valley {
  constructor(picture) {
    this.section = new Section(picture);
    this.picture = picture;
  }

  at(course, index, rate) {
    const { traces, frame } = this.picture;
    const path = this.path(course, index);
    const entry = course.entries[index];
    const step = this.stepFrom(rate);
    const reached = [...path.places, ...(index === 0 ? step.slice(1) : [])];
    const x = widened(frame.x, reached);
    const lossAt = path.left ? null : this.section.through(entry);
    const drawn = new Map();
    drawn.set(traces.path, { x: path.places, y: path.losses });
    let y = frame.y;
    if (lossAt) {
      const xs = Array.from({ length: PLACES }, (_, i) => x[0] + ((x[1] - x[0]) * i) / (PLACES - 1));
      const ys = xs.map((c) => lossAt([c]));
      drawn.set(traces.parabola, { x: xs, y: ys });
      y = this.heights(frame, path, step, ys, x);
    }
    if (traces.now != null) drawn.set(traces.now, { x: path.places.slice(-1), y: path.losses.slice(-1) });
    if (step.length) {
      const start = this.section.through(course.entries[0]);
      drawn.set(traces.step, { x: step, y: step.map((c) => start([c])) });
    }
    return { drawn, ranges: { x, y }, words: this.words(path, step, course) };
  }

  path(course, index) {
    const [places, losses] = [[], []];
    for (let i = Math.max(0, index - MOST); i <= index; i++) {
      const entry = course.entries[i];
      const place = this.section.place(entry);
      if (!place) continue;
      if (!Number.isFinite(place[0])) return { places, losses, left: entry };
      places.push(place[0]);
      losses.push(Number.isFinite(entry.loss) ? entry.loss : this.section.through(entry)(place));
    }
    return { places, losses };
  }

  // From the start to where the first step leads.
  stepFrom(rate) {
    const { start, update_per_rate: update } = this.picture;
    if (rate == null || start == null || update == null) return [];
    const [[from], [per]] = [[start].flat(), [update].flat()];
    return [from, from + rate * per];
  }

  heights(frame, path, step, ys, x) {
    if (x[0] === frame.x[0] && x[1] === frame.x[1]) return frame.y;
    const most = Math.max(...ys, ...path.losses);
    const least = Math.min(...ys, ...path.losses);
    return [least - 0.05 * (most - least), most + 0.05 * (most - least)];
  }

  words({ left }, step, course) {
    if (left) return `Not finite ${after(left)}`;
    if (step.length < 2) return "";
    const start = this.section.through(course.entries[0]);
    const [before, next] = step.map((c) => start([c]));
    const way = next > before ? "higher, on the other side" : "lower";
    return Number.isFinite(next) ? `The next step lands ${way}: ${formatNumber(next)}` : "";
  }
}

// The frame, by powers of two about its middle, until all places are in it.
function widened([low, high], places) {
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const most = Math.max(1, ...places.map((c) => Math.abs(c - middle) / half));
  const zoom = Number.isFinite(most) ? 2 ** Math.ceil(Math.log2(most)) : 1;
  return [middle - half * zoom, middle + half * zoom];
}
