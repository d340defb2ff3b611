// The plane over two weights that a learner has chosen, as core/charts/plane.py makes one.

const ROOM = 1.6; // times the way from the start to the best weights: a step that overshoots is seen
const LONGEST = 10; // times as long as wide an ellipse may look, before an axis is stretched

// `weights` are those of core/charts/scene.py, `start` their values at first, `pair` two of their numbers.
export function planeOf({ names, titles, best, update, hessian }, start, pair) {
  const at = (values) => values && pair.map((i) => values[i]);
  const rows = hessian && pair.map((i) => names.map((_, k) => entry(hessian, names.length, i, k)));
  const plane = {
    name: pair.map((i) => names[i]).join(" and "),
    axes: pair.map((i) => ({ name: names[i], title: titles[i] })),
    directions: pair.map((i) => names.map((_, k) => Number(i === k))),
    start: at(start),
    best: at(best),
    update_per_rate: at(update),
    hessian: rows && pair.map((_, k) => at(rows[k])),
    gradient_rows: rows,
  };
  return { ...plane, frame: frameOf(plane) };
}

// Of a symmetric matrix of which the triangle above is told, row by row.
function entry(triangle, size, i, k) {
  const [row, column] = i < k ? [i, k] : [k, i];
  return triangle[row * size - (row * (row - 1)) / 2 + column - row];
}

// Of one scale, unless an ellipse would be too thin to be seen.
function frameOf({ start, best, hessian }) {
  const centre = best ?? start;
  const far = centre.map((c, i) => Math.abs(start[i] - c));
  let half = far.map(() => ROOM * (Math.max(...far) || 1));
  const det = hessian ? hessian[0][0] * hessian[1][1] - hessian[0][1] * hessian[1][0] : 0;
  if (det > 0) {
    const extent = [hessian[1][1], hessian[0][0]].map((h) => Math.sqrt(h / det));
    const longest = Math.max(...extent);
    half = half.map((h, i) => Math.max(ROOM * far[i], h * Math.min((LONGEST * extent[i]) / longest, 1)));
  }
  const [x, y] = centre.map((c, i) => [c - half[i], c + half[i]]);
  return { x, y };
}
