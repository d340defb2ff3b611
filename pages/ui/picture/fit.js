// The data and what the model makes of them: a line over one feature, or predicted against actual.

import { ACTIVATIONS } from "./activations.js";
import { dot } from "./course.js";
import { formatNumber } from "../live_view.js";

const FEW = 60; // rows up to which residuals are drawn
const EDGE = 0.02; // of the frame's height: how far inside its edge a mark is

export class Fit {
  constructor(picture, { data }) {
    this.picture = picture;
    this.act = ACTIVATIONS[picture.activation] ?? ACTIVATIONS.linear;
    this.points = data[picture.traces.data];
  }

  // The model's values at `x`, in the target's unit; null where the run does not tell its weights.
  values({ weights, outputs }) {
    const { design, target } = this.picture;
    if (design && weights && weights.length === design[0].length) {
      return design.map((row) => target.factor * this.act(dot(row, weights)) + target.offset);
    }
    return outputs?.length ? outputs.map((output) => target.factor * output + target.offset) : null;
  }

  // What the traces hold after an entry of the course: by the trace's number.
  at(course, index) {
    const { traces, x } = this.picture;
    const drawn = new Map();
    const now = this.values(course.entries[index]);
    const inside = now?.map((y) => this.inside(y));
    drawn.set(traces.line, { x: now ? x : [], y: inside ?? [] });
    (traces.trail ?? []).forEach((trace, k) => {
      const before = index - 1 - k;
      const values = now && before >= 0 ? this.values(course.entries[before]) : null;
      drawn.set(trace, { x: values ? x : [], y: values?.map((y) => this.inside(y)) ?? [] });
    });
    if (traces.residuals != null) drawn.set(traces.residuals, this.residuals(now));
    if (traces.outside != null) drawn.set(traces.outside, this.outside(now));
    return { drawn, words: now ? this.words(course.entries[index], now) : "The weights are not known." };
  }

  // A line that has left the frame is drawn as far as it is near: browsers draw no line of 10^30.
  inside(y) {
    const [low, high] = this.picture.frame.y;
    const height = high - low;
    if (this.picture.view === "predicted") return y >= low && y <= high ? y : null;
    return Number.isNaN(y) ? null : Math.min(high + 9 * height, Math.max(low - 9 * height, y));
  }

  residuals(values) {
    const { x: xs, y: ys } = this.points;
    const columns = { x: [], y: [] };
    if (!values || this.picture.view !== "line" || xs.length > FEW) return columns;
    xs.forEach((x, i) => {
      columns.x.push(x, x, null);
      columns.y.push(ys[i], this.inside(this.valueAt(x, values)), null);
    });
    return columns;
  }

  // Between the places at which the line is known.
  valueAt(x, values) {
    const xs = this.picture.x;
    let i = xs.findIndex((place) => place >= x);
    i = Math.max(1, i < 0 ? xs.length - 1 : i);
    const share = (x - xs[i - 1]) / (xs[i] - xs[i - 1] || 1);
    return values[i - 1] + share * (values[i] - values[i - 1]);
  }

  // Marks at the frame's edge, where the line went through it and how far it goes.
  outside(values) {
    const { x, frame } = this.picture;
    const [low, high] = frame.y;
    const columns = { x: [], y: [], text: [] };
    if (!values) return columns;
    for (const [arrow, edge, is] of [
      ["↑", high - EDGE * (high - low), (y) => y > high],
      ["↓", low + EDGE * (high - low), (y) => y < low],
    ]) {
      const out = values.map((y, i) => [y, i]).filter(([y]) => is(y));
      if (!out.length) continue;
      const [farthest] = out.reduce((a, b) => (Math.abs(b[0]) > Math.abs(a[0]) ? b : a));
      const middle = (frame.x[0] + frame.x[1]) / 2; // the words stay in the frame: nearest to its middle
      const [, i] = out.reduce((a, b) => (Math.abs(x[b[1]] - middle) < Math.abs(x[a[1]] - middle) ? b : a));
      columns.x.push(x[i]);
      columns.y.push(edge);
      const many = this.picture.view === "predicted" ? ` · ${out.length} of ${values.length}` : "";
      columns.text.push(`${arrow} ${formatNumber(farthest, 2)}${many}`);
    }
    return columns;
  }

  words(entry, values) {
    const { view, x } = this.picture;
    if (values.some((y) => !Number.isFinite(y))) return "The line is no longer finite.";
    if (view === "line") {
      const [first, last] = [0, x.length - 1];
      const told = [first, last].map((i) => `${formatNumber(values[i], 3)} at ${formatNumber(x[i], 3)}`);
      return `From ${told.join(" to ")}`;
    }
    const [low, high] = this.picture.frame.y;
    const out = values.filter((y) => y < low || y > high).length;
    return out ? `${out} of ${values.length} predictions are outside the frame` : "On the diagonal, a prediction is right";
  }
}
