// What a table of drawn points says in closed form, while one of them is dragged: how curved the loss
// is, and the curve of least squares. Loaded with the points.

const ROUNDS = 100; // of the power iteration

// `rows` are the numbers of the training rows; features are the powers of x up to `degree`, each scaled
// as core/data/scaling.py does it.
export class Drawn {
  constructor({ rows, degree, scaling, use_bias: useBias }) {
    Object.assign(this, { rows, degree, scaling, useBias });
  }

  // The training rows among points [[x, y], …].
  training(points) {
    return this.rows.map((i) => points[i]);
  }

  // The largest eigenvalue of AᵀA / n: the loss' largest curvature is so many times as large for any points.
  curvature(points) {
    const xs = this.training(points).map(([x]) => x);
    const columns = powers(this.degree).map((power) => scaled(xs.map((x) => x ** power), this.scaling));
    if (this.useBias) columns.push(xs.map(() => 1));
    const matrix = columns.map((a) => columns.map((b) => dot(a, b) / xs.length));
    let vector = matrix.map((row, i) => 1 + i / 7); // at right angles to no likely direction
    for (let k = 0; k < ROUNDS; k++) {
      const next = matrix.map((row) => dot(row, vector));
      const length = Math.hypot(...next);
      if (!(length > 0)) return 0;
      vector = next.map((value) => value / length);
    }
    return dot(vector, matrix.map((row) => dot(row, vector)));
  }

  // The values of least squares at some places; null without a bias, where they hang on the scaling.
  best(points, places) {
    if (!this.useBias) return null;
    const shown = this.training(points);
    const xs = shown.map(([x]) => x);
    const [low, high] = [Math.min(...xs), Math.max(...xs)];
    const unit = (x) => (high > low ? (2 * x - low - high) / (high - low) : 0);
    const row = (x) => [1, ...powers(this.degree).map((power) => unit(x) ** power)];
    const design = xs.map(row);
    const size = design[0].length;
    const normal = Array.from({ length: size }, (_, i) => [
      ...Array.from({ length: size }, (_, k) => design.reduce((sum, a) => sum + a[i] * a[k], 0)),
      design.reduce((sum, a, n) => sum + a[i] * shown[n][1], 0),
    ]);
    const weights = solved(normal);
    return weights && places.map((x) => dot(row(x), weights));
  }
}

const powers = (degree) => Array.from({ length: degree }, (_, i) => i + 1);
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

function scaled(values, kind) {
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (q) => {
    const [at, whole] = [q * (n - 1), Math.floor(q * (n - 1))];
    return sorted[whole] + (at - whole) * ((sorted[whole + 1] ?? sorted[whole]) - sorted[whole]);
  };
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const [centre, scale] = {
    none: () => [0, 1],
    standard: () => [mean, Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n)],
    minmax: () => [sorted[0], sorted[n - 1] - sorted[0]],
    robust: () => [quantile(0.5), quantile(0.75) - quantile(0.25)],
  }[kind]();
  return values.map((x) => (x - centre) / (scale || 1));
}

// By Gauss' elimination with pivots; rows hold the right side last. Null where it has no one solution.
function solved(rows) {
  const size = rows.length;
  for (let i = 0; i < size; i++) {
    const pivot = rows.slice(i).reduce((best, row, k) => (Math.abs(row[i]) > Math.abs(rows[best][i]) ? i + k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) return null;
    for (let k = i + 1; k < size; k++) {
      const factor = rows[k][i] / rows[i][i];
      for (let c = i; c <= size; c++) rows[k][c] -= factor * rows[i][c];
    }
  }
  const solution = Array(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    solution[i] = (rows[i][size] - dot(rows[i].slice(i + 1, size), solution.slice(i + 1))) / rows[i][i];
  }
  return solution;
}
