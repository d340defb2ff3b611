// The section of the loss through any weights, along one or two directions. For a quadratic loss
// L(θ + Σ αᵢ dᵢ) = L(θ) + gᵀα + ½ αᵀHα, as in core/theory/section.py.

import { ACTIVATIONS } from "./activations.js";
import { dot } from "./course.js";

const LOSSES = {
  mse: (r) => r * r,
  half_mse: (r) => 0.5 * r * r,
  mae: Math.abs,
  huber: (r, { delta }) => (Math.abs(r) <= delta ? 0.5 * r * r : delta * (Math.abs(r) - 0.5 * delta)),
  log_cosh: (r) => Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))) - Math.LN2,
};

export class Section {
  // `directions` and `gradientRows` are null where the events tell no weights; `axes` are then the
  // numbers of the coordinates that they tell, along directions of curvature.
  // `rows` are a sample of the table's, for a loss that is not quadratic.
  constructor({ directions, axes, hessian, gradientRows, bestWeights, best, rows }) {
    Object.assign(this, { directions, axes, hessian, gradientRows, bestWeights, best });
    if (rows && directions) this.rows = { ...rows, slopes: directions.map((d) => rows.design.map((row) => dot(row, d))) };
  }

  // Whether the loss is known at all.
  get known() {
    return !!(this.hessian || this.rows);
  }

  // What is to be known of the lines that are drawn.
  remarks({ of_bug: ofBug, loss }) {
    const told = ofBug ? ["loss without the bug"] : [];
    const [some, all] = [this.rows?.target.length, loss?.of_rows];
    return some < all ? [...told, `from ${some} of ${all} rows`] : told;
  }

  // Where an entry of the course lies; null where it is not told.
  place({ weights, coordinates }) {
    if (this.directions && weights?.length === this.directions[0].length) {
      return this.directions.map((direction) => dot(direction, weights));
    }
    return coordinates && this.axes ? this.axes.map((i) => coordinates[i]) : null;
  }

  // The gradient along the directions at an entry.
  slope({ weights, coordinates }) {
    if (this.gradientRows && this.bestWeights && weights) {
      const offset = weights.map((w, i) => w - this.bestWeights[i]);
      return this.gradientRows.map((row) => dot(row, offset));
    }
    const here = this.place({ weights, coordinates });
    return this.hessian.map((row) => row.reduce((sum, h, k) => sum + h * (here[k] - this.best[k]), 0));
  }

  // A function of a place: how much higher the loss is there than at the entry.
  through(entry) {
    if (this.rows) return this.throughRows(entry);
    const [here, slope] = [this.place(entry), this.slope(entry)];
    return (place) => {
      let rise = 0;
      here.forEach((from, i) => {
        const step = place[i] - from;
        rise += step * slope[i];
        here.forEach((c, k) => (rise += 0.5 * this.hessian[i][k] * step * (place[k] - c)));
      });
      return rise;
    };
  }

  throughRows(entry) {
    const [lossAt, here] = [this.lossThrough(entry), this.place(entry)];
    const level = lossAt(here);
    return (place) => lossAt(place) - level;
  }

  // The loss of the sampled rows at an entry.
  levelAt(entry) {
    return this.lossThrough(entry)(this.place(entry));
  }

  lossThrough({ weights }) {
    const { design, target, loss, activation, scale, slopes } = this.rows;
    const base = design.map((row) => dot(row, weights));
    const here = this.place({ weights });
    const [act, lossOf] = [ACTIVATIONS[activation], LOSSES[loss.key]];
    return (place) => {
      let sum = 0;
      for (let row = 0; row < base.length; row++) {
        let output = base[row];
        for (let i = 0; i < place.length; i++) output += (place[i] - here[i]) * slopes[i][row];
        sum += lossOf(act(output) - target[row], loss);
      }
      return scale * sum;
    };
  }

  // The part of an entry's weights that is outside of the plane.
  outside({ weights }) {
    const place = this.place({ weights });
    return weights.map((w, i) => w - this.directions.reduce((sum, d, k) => sum + place[k] * d[i], 0));
  }

  // The lowest place of the section through an entry.
  lowest(entry) {
    const [here, slope] = [this.place(entry), this.slope(entry)];
    const h = this.hessian;
    if (here.length === 1) return [here[0] - slope[0] / h[0][0]];
    const det = h[0][0] * h[1][1] - h[0][1] * h[1][0];
    if (!(det > 0)) return this.best ?? here;
    return [
      here[0] - (h[1][1] * slope[0] - h[0][1] * slope[1]) / det,
      here[1] - (h[0][0] * slope[1] - h[1][0] * slope[0]) / det,
    ];
  }
}

// A quadratic loss at some weights, of which the whole Hessian is told; null where it is not.
export function lossAtWeights({ hessian, optimal, best_weights: best } = {}, weights) {
  if (!hessian || !best || weights?.length !== best.length) return null;
  const offset = weights.map((w, i) => w - best[i]);
  let [sum, place] = [0, 0];
  for (let i = 0; i < offset.length; i++) {
    for (let k = i; k < offset.length; k++) sum += (i === k ? 0.5 : 1) * hessian[place++] * offset[i] * offset[k];
  }
  return optimal + sum;
}

// A range about its middle by a power of two: all of `places` is in it.
export function zoomFor([low, high], places) {
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  let most = 1;
  for (const c of places) most = Math.max(most, Math.abs(c - middle) / half);
  return Number.isFinite(most) ? 2 ** Math.ceil(Math.log2(most)) : 1;
}

export function widened([low, high], zoom) {
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  return [middle - half * zoom, middle + half * zoom];
}

export function spread([low, high], count) {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
