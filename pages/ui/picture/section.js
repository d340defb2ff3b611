// The loss over a plane, or along a line, through the weights: in closed form, or from rows.

import { ACTIVATIONS } from "./activations.js";
import { dot } from "./course.js";

const ROW_LOSSES = {
  mse: (r) => r * r,
  half_mse: (r) => 0.5 * r * r,
  mae: Math.abs,
  huber: (r, { delta }) => (Math.abs(r) <= delta ? 0.5 * r * r : delta * (Math.abs(r) - 0.5 * delta)),
  log_cosh: (r) => Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))) - Math.LN2,
};

export class Section {
  // `picture` is a surface's or a valley's: its `loss`, `directions` and `origin`.
  constructor({ loss, directions, origin }) {
    Object.assign(this, { loss, directions, origin });
    if (loss.form === "rows") this.slopes = directions.map((direction) => loss.design.map((row) => dot(row, direction)));
  }

  // Where weights lie along the directions; null where they are not known.
  place({ weights, coordinates }) {
    if (coordinates) return coordinates.slice(0, this.directions.length);
    if (!weights) return null;
    return this.directions.map((direction) => direction.reduce((sum, u, i) => sum + (u && u * (weights[i] - this.origin[i])), 0));
  }

  // The loss at places of the plane through an entry of the course.
  through(entry) {
    return this.loss.form === "rows" ? this.fromRows(entry) : this.quadratic(entry);
  }

  quadratic(entry) {
    const { hessian, gradient_rows: rows, best_weights: best, optimal } = this.loss;
    const here = this.place(entry);
    const offset = entry.weights?.map((w, i) => w - best[i]);
    const slope = rows && offset ? rows.map((row) => dot(row, offset)) : this.slopeAt(here);
    const spanned = best && best.length === this.directions.length; // the plane is all there is
    const level = spanned || !Number.isFinite(entry.loss) ? optimal + this.lift(here) : entry.loss;
    return (place) => {
      let value = level;
      place.forEach((c, i) => {
        const step = c - here[i];
        value += step * slope[i];
        place.forEach((d, k) => (value += 0.5 * hessian[i][k] * step * (d - here[k])));
      });
      return value;
    };
  }

  // The gradient along the directions where they are the loss' own axes, at a place of the plane.
  slopeAt(place) {
    const { hessian, best } = this.loss;
    return hessian.map((row) => row.reduce((sum, h, k) => sum + h * (place[k] - best[k]), 0));
  }

  // How far the loss at a place of the plane is above its lowest there.
  lift(place) {
    return 0.5 * this.slopeAt(place).reduce((sum, slope, i) => sum + slope * (place[i] - this.loss.best[i]), 0);
  }

  fromRows({ weights, coordinates }) {
    const { design, target, loss, activation, scale } = this.loss;
    const from = weights ?? this.origin;
    const here = this.place({ weights, coordinates }) ?? this.directions.map(() => 0);
    const base = design.map((row) => dot(row, from));
    const [act, lossOf] = [ACTIVATIONS[activation], ROW_LOSSES[loss.key]];
    return (place) => {
      let sum = 0;
      for (let row = 0; row < base.length; row++) {
        let output = base[row];
        for (let i = 0; i < place.length; i++) output += (place[i] - here[i]) * this.slopes[i][row];
        sum += lossOf(act(output) - target[row], loss);
      }
      return (sum / base.length) * scale;
    };
  }
}
