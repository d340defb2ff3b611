// A run's points into Plotly figures, exactly as core/charts/feed.py does it: which event feeds which
// trace is written in the trace's `meta`.

const EARLY = 0.9; // a run that ended before this share of its epochs gets the whole width
const EVENT_FILTERS = {
  first: (event) => event.epoch === 0,
  stepped: (event) => event.why === "stepped",
  broken: (event) => typeof event.loss !== "number",
};

// Into a figure that is not drawn yet.
export function fill(figure, events) {
  for (const [i, columns] of additions(figure, events)) {
    for (const key of Object.keys(columns)) figure.data[i][key] = figure.data[i][key].concat(columns[key]);
  }
  for (const i of marksAtStart(figure)) figure.data[i].textposition = "top right";
  const range = fittedRange(figure, events);
  if (range) figure.layout.xaxis.range = range;
}

// Into a figure on the page.
export function extend(div, events) {
  const groups = {}; // by their columns: Plotly extends traces of the same columns together
  for (const [i, columns] of additions(div, events)) {
    if (columns.x.length) (groups[Object.keys(columns)] ??= []).push([i, columns]);
  }
  for (const group of Object.values(groups)) {
    const update = {};
    for (const key of Object.keys(group[0][1])) update[key] = group.map(([, columns]) => columns[key]);
    Plotly.extendTraces(div, update, group.map(([i]) => i));
  }
  const marks = marksAtStart(div);
  if (marks.length) Plotly.restyle(div, { textposition: "top right" }, marks);
  const range = fittedRange(div, events);
  if (range) Plotly.relayout(div, { "xaxis.range": range });
}

// Marks whose words would leave the chart at its left.
function marksAtStart({ data }) {
  const atStart = ({ meta, x, textposition }) => meta?.mark && x.at(-1) === 0 && textposition !== "top right";
  return data.flatMap((trace, i) => (atStart(trace) ? [i] : []));
}

export function isEmpty({ data }) {
  return data.every(({ x, hoverinfo }) => !x.length || hoverinfo === "skip");
}

// On the axis of a chart over epochs: how many were trained when the event was measured.
export function epochsTrained(event, perEpoch) {
  if (event.event === "epoch_ended") return (event.step + 1) / perEpoch;
  return event.event === "probe" ? event.step / perEpoch : 0;
}

// The columns that events add to each live trace, by the trace's number: `filled` in feed.py.
function additions({ data, layout }, events) {
  const perEpoch = layout.meta.steps_per_epoch;
  const added = new Map();
  data.forEach(({ meta }, i) => {
    if (meta?.events) added.set(i, columnsOf(meta));
  });
  for (const event of events) {
    const fed = [...added].filter(([i]) => data[i].meta.events.includes(event.event));
    for (const [i, columns] of fed) if (!data[i].meta.mark) addPoints(data[i].meta, event, perEpoch, columns);
    for (const [i, columns] of fed) if (data[i].meta.mark) addCross(i, data, added, event, perEpoch, columns);
  }
  return added;
}

function columnsOf(meta) {
  return { x: [], y: [], ...(meta.mark && { text: [] }), ...(meta.customdata && { customdata: [] }) };
}

function addPoints(meta, event, perEpoch, columns) {
  if (meta.only && !meta.only.some((name) => EVENT_FILTERS[name](event))) return;
  for (const path of meta.y) {
    const values = valueAt(event, path);
    if (values == null) continue;
    const series = path.startsWith("steps.");
    const xs = series ? event.steps.step.map((step) => step / perEpoch) : [epochsTrained(event, perEpoch)];
    (series ? values : [values]).forEach((y, k) => {
      if (typeof y !== "number") return; // NaN and infinity travel as text
      columns.x.push(xs[k]);
      columns.y.push(y);
      columns.customdata?.push(meta.customdata.map((name) => valueAt(event, name)));
    });
    return;
  }
}

function addCross(i, data, added, event, perEpoch, columns) {
  const { mark, since, words } = data[i].meta;
  const value = valueAt(event, mark);
  if (!value || (since != null && (data[i].x.length || columns.x.length || value < since))) return;
  const at = value.stage ? value.step / perEpoch : epochsTrained(event, perEpoch);
  let last = null; // point of the line that the cross is for
  for (const [k, fresh] of added) {
    const trace = data[k];
    const sameLine = !data[i].legendgroup || data[i].legendgroup === trace.legendgroup;
    if (trace.meta.mark || !sameLine || trace.yaxis !== data[i].yaxis) continue;
    for (const { x, y } of [trace, fresh]) {
      x.forEach((here, n) => {
        if (here <= at && (!last || here > last.x)) last = { x: here, y: y[n] };
      });
    }
  }
  columns.x.push(last ? last.x : at);
  columns.y.push(last ? last.y : 1);
  columns.text.push(
    words ?? (value.stage
      ? `non-finite at step ${value.step}, in the ${value.stage}`
      : `${Number((100 * value).toPrecision(3))} % not finite`),
  );
}

function valueAt(event, path) {
  let value = event;
  for (const name of path.split(".")) {
    if (value == null) return null;
    if (name !== "largest") value = value[name];
    else value = value.min == null ? null : Math.max(Math.abs(value.min), Math.abs(value.max));
  }
  return value;
}

// The x range of a run that ended early, unless the learner has chosen one.
function fittedRange({ data, layout }, events) {
  const { epochs } = layout.meta;
  const ended = events.some((event) => event.event === "run_ended");
  const whole = layout.xaxis.range[0] === 0 && layout.xaxis.range[1] === epochs;
  if (!ended || !whole) return null;
  const last = Math.max(0, ...data.map(({ meta, x }) => (meta?.events && x.at(-1)) || 0));
  return last > 0 && last < EARLY * epochs ? [0, last * 1.04] : null;
}
