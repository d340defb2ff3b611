// The data and what the model makes of them: a line over one feature, or predicted against actual.

import { ACTIVATIONS } from "./activations.js";
import { dot } from "./course.js";
import { formatNumber } from "../live_view.js";

const ASIDE = 0.15; // of the frame's width: how far from its sides a mark is
const TRAIL = 300; // places of the last steps that are drawn, at most: among more they are not seen
const EDGE = 0.05; // of the frame's height: how far inside its edge a mark is
const NEAR = 1; // times the frame's height: a residual that leaves it is drawn no farther
const DATA = { color: "#56B4E9", size: 6, opacity: 0.8 };
const LINE = { color: "#0072B2", width: 3 };
const MARK = { color: "#D55E00", size: 13 };

export class Fit {
  constructor(picture) {
    this.picture = picture;
    this.act = ACTIVATIONS[picture.activation] ?? ACTIVATIONS.linear;
  }

  // What depends on the way of looking at it: what the figure holds was drawn for the first one.
  style({ data, layout }, isFirst) {
    const { traces, view, titles, best, data: points } = this.picture;
    Object.assign(data[traces.outside], { mode: "text", textposition: "middle center", textfont: MARK });
    if (isFirst) return;
    const line = view === "line";
    Object.assign(data[traces.data], { ...points, mode: "markers", marker: DATA });
    Object.assign(data[traces.best], best, { name: line ? "least squares" : "exact" });
    for (const i of [traces.line, ...traces.trail]) data[i].mode = line ? "lines" : "markers";
    if (line) data[traces.line].line = LINE;
    for (const axis of ["x", "y"]) layout[`${axis}axis`].title.text = titles[axis];
  }

  // The model's values at `x`, in the target's unit; null where the run does not tell them.
  values({ weights, outputs }) {
    const { design, order, x } = this.picture;
    if (design) return weights?.length === design[0].length ? this.valuesOf(design, weights) : null;
    if (!(outputs?.length >= x.length)) return null;
    return (order ? order.map((i) => outputs[i]) : outputs).map((output) => this.unscaled(output));
  }

  valuesOf(design, weights) {
    return design.map((row) => this.unscaled(this.act(dot(row, weights))));
  }

  unscaled(output) {
    const { factor, offset } = this.picture.target;
    return factor * output + offset;
  }

  // What the traces hold after an entry of the course: by the trace's number.
  at({ course, index }) {
    const { traces, x } = this.picture;
    const drawn = new Map();
    const now = this.values(course.entries[index]);
    drawn.set(traces.line, this.columns(now));
    const steps = Math.floor(TRAIL / x.length);
    [...traces.trail].reverse().forEach((trace, k) => {
      const before = index - 1 - k;
      const values = now && before >= 0 && k < steps ? this.values(course.entries[before]) : null;
      drawn.set(trace, this.columns(values));
    });
    if (traces.residuals != null) drawn.set(traces.residuals, this.residuals(course.entries[index]));
    if (traces.outside != null) drawn.set(traces.outside, this.outside(now));
    return { drawn, ranges: this.picture.frame, words: now ? this.words(now) : this.unknown(course) };
  }

  unknown({ epochsTold }) {
    if (!this.picture.of_bug) return "The weights are not known.";
    return epochsTold ? "This run does not tell what its layer gave." : "What the layer with the bug gives is seen once it runs.";
  }

  // Only what is in the frame or near it: browsers draw no line of 10^30.
  columns(values) {
    const { x, view, frame } = this.picture;
    if (!values) return { x: [], y: [] };
    const [low, high] = frame.y;
    if (view === "predicted") return { x, y: values.map((y) => (y >= low && y <= high ? y : null)) };
    return cut(x, values, low - NEAR * (high - low), high + NEAR * (high - low));
  }

  residuals({ weights, outputs }) {
    const { data_design: design, data, order } = this.picture;
    const columns = { x: [], y: [] };
    let values = null; // at the data
    if (design && weights?.length === design[0].length) values = this.valuesOf(design, weights);
    else if (order && data && outputs?.length === data.x.length) values = outputs.map((output) => this.unscaled(output));
    if (!values) return columns;
    const [low, high] = this.picture.frame.y;
    const far = NEAR * (high - low);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      columns.x.push(data.x[i], data.x[i], null);
      columns.y.push(data.y[i], Math.min(high + far, Math.max(low - far, value)), null);
    });
    return columns;
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
      const room = ASIDE * (frame.x[1] - frame.x[0]); // the words stay in the frame
      columns.x.push(Math.min(frame.x[1] - room, Math.max(frame.x[0] + room, this.exit(out, values, edge))));
      columns.y.push(edge);
      const many = this.picture.view === "predicted" ? ` · ${out.length} of ${values.length}` : "";
      columns.text.push(`${arrow} ${formatNumber(farthest, 2).replace("-", "−")}${many}`);
    }
    return columns;
  }

  // Where a line left the frame: of the values out of it, the one beside which it came nearest to the
  // edge. Of single predictions, the middle one.
  exit(out, values, edge) {
    const { x, view } = this.picture;
    if (view !== "line") return x[out[out.length >> 1][1]];
    const [, i] = out.reduce((a, b) => (Math.abs(b[0] - edge) < Math.abs(a[0] - edge) ? b : a));
    return x[i];
  }

  words(values) {
    const { view, x } = this.picture;
    if (values.some((y) => !Number.isFinite(y))) return "The line is no longer finite.";
    if (view === "line") return this.equation(x, values);
    const [low, high] = this.picture.frame.y;
    const out = values.filter((y) => y < low || y > high).length;
    return out ? `${out} of ${values.length} predictions are outside the frame` : "On the diagonal, a prediction is right";
  }

  // Of a straight line; of a curve, where it begins and ends.
  equation(x, values) {
    const [last, middle] = [x.length - 1, x.length >> 1];
    const slope = (values[last] - values[0]) / (x[last] - x[0]);
    const bent = Math.abs(values[middle] - values[0] - slope * (x[middle] - x[0]));
    if (bent > 1e-6 * (Math.abs(values[last]) + Math.abs(values[0]))) {
      const told = [0, last].map((i) => `${formatNumber(values[i], 3)} at ${formatNumber(x[i], 3)}`);
      return `From ${told.join(" to ").replaceAll("-", "−")}`;
    }
    const constant = values[0] - slope * x[0];
    const sign = constant < 0 ? "−" : "+";
    const told = [slope, Math.abs(constant)].map((value) => formatNumber(value, 3).replace("-", "−"));
    return `y = ${told[0]} x ${sign} ${told[1]}`;
  }
}

// The parts of a line between two heights, with a gap where it is out of them.
function cut(x, y, low, high) {
  const parts = { x: [], y: [] };
  const add = (px, py) => {
    parts.x.push(px);
    parts.y.push(py);
  };
  for (let i = 1; i < x.length; i++) {
    const [from, to] = [y[i - 1], y[i]];
    if (!Number.isFinite(from) || !Number.isFinite(to) || Math.max(from, to) < low || Math.min(from, to) > high) continue;
    const end = (k, other) => {
      if (y[k] >= low && y[k] <= high) return [x[k], y[k]];
      const bound = y[k] > high ? high : low;
      return [x[k] + ((bound - y[k]) / (y[other] - y[k])) * (x[other] - x[k]), bound];
    };
    const [begin, stop] = [end(i - 1, i), end(i, i - 1)];
    if (parts.x.at(-1) !== begin[0] || parts.y.at(-1) !== begin[1]) {
      if (parts.x.length) add(null, null);
      add(...begin);
    }
    add(...stop);
  }
  return parts;
}
