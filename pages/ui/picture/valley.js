// A cut through the valley: the loss along one direction, and the steps across it.

import { after, pathTo, stepFrom } from "./path.js";
import { Section, spread, widened, zoomFor } from "./section.js";
import { formatNumber } from "../live_view.js";

const PLACES = 81; // at which the curve is drawn
const LAST = 12; // places of the path that are drawn: more would hide the curve
const ROOM = [0.08, 1.1]; // of the curve's height below and above

export class Valley {
  constructor(picture) {
    const { direction, axis, curvature, best } = picture;
    this.picture = picture;
    this.section = new Section({
      ...{ directions: direction && [direction], axes: [axis], hessian: [[curvature]], best: [best] },
    });
  }

  at(moment) {
    const { traces, frame, best, curvature, floor: first } = this.picture;
    const { course, index } = moment;
    const path = pathTo(course, index, (entry) => this.section.place(entry), Infinity);
    const rise = (c) => 0.5 * curvature * (c - best) ** 2;
    const here = path.places.at(-1)?.[0] ?? [this.picture.start].flat()[0];
    const loss = path.told.at(-1)?.[1];
    const floor = Number.isFinite(loss) ? loss - rise(here) : first; // others move: the cut is lower
    const step = stepFrom(moment, this.picture, this.section).flat();
    const places = path.places.slice(-LAST).flat();
    const zoom = zoomFor(frame.x, index === 0 ? [...places, ...step] : places);
    const x = widened(frame.x, zoom);
    const xs = spread(x, PLACES);
    const highest = rise(x[1]);
    const y = [floor - ROOM[0] * highest, floor + ROOM[1] * highest];
    const on = (cs) => ({ x: cs, y: cs.map((c) => floor + rise(c)) });
    const drawn = new Map([
      [traces.parabola, on(xs)],
      [traces.best, on([best])],
      [traces.path, { ...on(places), customdata: path.told.slice(-LAST) }],
      [traces.step, on(step)],
      [traces.now, on(places.slice(-1))],
    ]);
    return { drawn, ranges: { x, y }, words: this.words(path, step, zoom, rise) };
  }

  words({ left }, step, zoom, rise) {
    if (left) return `Not finite ${after(left)}`;
    const wide = zoom > 1 ? `zoomed out ${formatNumber(zoom, 3)} ×` : "";
    if (step.length < 2) return wide;
    const { best } = this.picture;
    const higher = rise(step[1]) > rise(step[0]) ? "higher" : "lower";
    const across = (step[1] - best) * (step[0] - best) < 0 ? "across, " : "";
    return [`The next step lands ${across}${higher}`, wide].filter(Boolean).join(" · ");
  }
}
