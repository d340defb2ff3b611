// A cut through the valley: the loss along one direction, and the steps across it.

import { after, pathTo, stepFrom } from "./path.js";
import { Section, lossAtWeights, spread, widened, zoomFor } from "./section.js";
import { formatNumber } from "../live_view.js";

const PLACES = 81; // at which the curve is drawn
const LAST = 12; // places of the path that are drawn: more would hide the curve
const ROOM = [0.08, 1.1]; // of the curve's height below and above
const THIRDS = 20; // of the search for the lowest place
const NEAR = 1e-3; // of the frame: what is not farther from the lowest place is there
const STEEP = 3; // times as high as what is seen of the path a curve is drawn, at most

// The lowest place of a curve: between the neighbours of its lowest drawn one, by thirds.
function lowestOf(lossAt, xs, ys) {
  const i = ys.indexOf(Math.min(...ys.filter(Number.isFinite)));
  let [left, right] = [xs[Math.max(0, i - 1)], xs[Math.min(xs.length - 1, i + 1)]];
  for (let k = 0; k < THIRDS; k++) {
    const [a, b] = [left + (right - left) / 3, right - (right - left) / 3];
    if (lossAt(a) <= lossAt(b)) right = b;
    else left = a;
  }
  return (left + right) / 2;
}

export class Valley {
  constructor(picture) {
    const { direction, axis, curvature, best, loss } = picture;
    this.picture = picture;
    this.section = new Section({
      ...{ directions: direction && [direction], axes: [axis], best: [best] },
      hessian: curvature && [[curvature]],
      rows: !curvature && loss?.form === "rows" ? loss : null,
    });
  }

  // What depends on the direction: what the figure holds was drawn for the first one.
  style({ data, layout }, isFirst) {
    if (isFirst) return;
    const { traces, title, best, floor } = this.picture;
    layout.xaxis.title.text = title;
    Object.assign(data[traces.best], { x: [best], y: [floor] });
  }

  at(moment) {
    const { traces, frame, start } = this.picture;
    const { course, index } = moment;
    const path = pathTo(course, index, (entry) => this.section.place(entry), Infinity);
    const here = path.places.at(-1)?.[0] ?? [start].flat()[0];
    const step = stepFrom(moment, this.picture, this.section).flat();
    const [places, told] = [path.places, path.told].map((all) => all.slice(-LAST));
    const zoom = zoomFor(frame.x, index === 0 ? [...places.flat(), ...step] : places.flat());
    const x = widened(frame.x, zoom);
    const xs = spread(x, PLACES);
    const entry = course.entries[index - (path.left ? 1 : 0)];
    const lossAt = this.through(entry, here, path.told.at(-1)?.[1]);
    const ys = xs.map(lossAt);
    const on = (cs) => ({ x: cs, y: cs.map(lossAt) });
    const apart = this.section.rows || this.picture.of_bug; // the run's own loss need not lie on the curve
    const walked = places.map(([c], i) => (apart && Number.isFinite(told[i][1]) ? told[i][1] : lossAt(c)));
    const low = this.section.rows ? lowestOf(lossAt, xs, ys) : this.picture.best;
    const drawn = new Map([
      [traces.parabola, { x: xs, y: ys }],
      [traces.best, on([low])],
      [traces.path, { x: places.flat(), y: walked, customdata: told }],
      [traces.step, on(step)],
      [traces.now, walked.length ? { x: [here], y: walked.slice(-1) } : on([here])],
    ]);
    const y = this.heights(ys, lossAt(low), [...step.map(lossAt), walked.at(-1) ?? lossAt(here)]);
    return { drawn, ranges: { x, y }, words: this.words(path, step, zoom, lossAt, low) };
  }

  // The loss at a place of the cut through an entry, which lies `here` and has that loss.
  through(entry, here, loss) {
    const { best, curvature, floor } = this.picture;
    if (!this.section.rows) {
      const rise = (c) => 0.5 * curvature * (c - best) ** 2;
      loss = (this.picture.of_bug && lossAtWeights(this.picture.loss, entry?.weights)) || loss;
      const lowest = Number.isFinite(loss) ? loss - rise(here) : floor; // others move: the cut is lower
      return (c) => lowest + rise(c);
    }
    const known = entry?.weights?.every(Number.isFinite) ? entry : { weights: this.picture.start_weights };
    const rise = this.section.through(known);
    const level = Number.isFinite(loss) ? loss : this.section.levelAt(known);
    return (c) => level + rise([c]);
  }

  // All of the curve, unless it is very steep somewhere; and the point.
  heights(ys, low, seen) {
    const sorted = ys.filter(Number.isFinite).sort((a, b) => a - b);
    const most = Math.max(...seen.filter(Number.isFinite), sorted[Math.floor(0.75 * (sorted.length - 1))]);
    const high = Math.max(Math.min(sorted.at(-1), low + STEEP * (most - low)), ...seen.filter(Number.isFinite));
    return [low - ROOM[0] * (high - low), low + ROOM[1] * (high - low)];
  }

  words({ left, places }, step, zoom, lossAt, low) {
    const told = [];
    if (left) told.push(`Not finite ${after(left)}`);
    else if (step.length === 2) {
      const higher = lossAt(step[1]) > lossAt(step[0]) ? "higher" : "lower";
      const across = (step[1] - low) * (step[0] - low) < 0 ? "across, " : "";
      told.push(`The next step lands ${across}${higher}`);
    } else if (places.length) {
      const here = places.at(-1)[0];
      const away = Math.abs(here - low);
      const [left, right] = this.picture.frame.x;
      const there = away < NEAR * (right - left) || lossAt(here) <= lossAt(low);
      told.push(there ? "At the lowest place" : `${formatNumber(away, 3)} from the lowest place`);
    }
    told.push(...this.section.remarks(this.picture));
    if (zoom > 1) told.push(`zoomed out ${formatNumber(zoom, 3)} ×`);
    return told.join(" · ");
  }
}
