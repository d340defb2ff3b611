// Live charts of one run. Polls the run's events and appends their points to Plotly figures in
// place. Which event feeds which trace is written in the trace's `meta` (core/charts/feed.py).

import { LiveView, STATES, axes, element, formatNumber, purge, setText } from "./live_view.js";

const INTERVAL = 330; // ms from one poll to the next
const BACKLOG = 1000; // events of one answer above which nothing is animated
const SLICES = 8; // pieces that one answer is drawn in, at most
const EARLY = 0.9; // a run that ended before this share of its epochs gets the whole width
const EVENT_FILTERS = {
  first: (event) => event.epoch === 0,
  stepped: (event) => event.why === "stepped",
  broken: (event) => typeof event.loss !== "number",
};
const SAVED_WIDTH = 1000; // of a figure as a file

export default class LiveChart extends LiveView {
  constructor(parent) {
    super(parent, "live-chart", INTERVAL);
    const bar = element("div", "live-chart-bar", this.root);
    const status = element("p", "live-chart-status", bar);
    this.numbers = element("span", "live-chart-numbers", status);
    this.state = element("span", "live-chart-state", status);
    this.state.setAttribute("role", "status"); // for screen readers; the numbers change too fast
    this.scale = element("button", "live-chart-scale", bar);
    this.scale.type = "button";
    this.scale.textContent = "Log scale";
    this.scale.onclick = () => this.toggleScale();
    this.notice = element("p", "live-chart-notice", this.root);
    this.notice.setAttribute("role", "alert");
    this.message = element("p", "live-chart-message", this.root);
    this.grid = element("div", "live-chart-grid", this.root);
    this.scale.setAttribute("aria-pressed", "true");
    this.log = true;
    this.charts = [];
  }

  prepare(sameRun) {
    this.filled = false; // whether the figures have the first answer's events
    if (!sameRun || !this.token) {
      setText(this.notice, "");
      setText(this.message, "");
      this.numbers.textContent = "";
      this.state.textContent = "";
    }
    this.place();
    if (this.data.focus && this.data.focus !== this.focus) this.scrollHere();
    this.focus = this.data.focus;
  }

  scrollHere() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }

  // One node per chart, made once: zoom and drags live in it.
  place() {
    const existing = new Map(this.charts.map((chart) => [chart.key, chart]));
    this.charts = this.data.charts.map((description, i) => {
      const chart = existing.get(description.key) ?? this.createChart(description);
      existing.delete(description.key);
      chart.figure = structuredClone(description.figure);
      chart.box.classList.toggle("live-chart-main", i === 0);
      return chart;
    });
    for (const chart of existing.values()) {
      purge(chart.div);
      chart.box.remove();
    }
    this.plots = this.charts.map(({ div }) => div);
  }

  createChart({ key, title, shows }) {
    const box = element("figure", "live-chart-box", this.grid);
    element("figcaption", "live-chart-title", box).textContent = title;
    const div = element("div", "live-chart-plot", box);
    div.setAttribute("role", "figure");
    div.setAttribute("aria-label", `${title}. ${shows}`);
    div.dataset.chart = key;
    return { key, box, div };
  }

  draw(sameRun) {
    if (sameRun && this.token) return; // the points on the page stay until the events are here
    this.drawFigures();
    if (!this.token && isEmpty(this.charts[0].figure)) setText(this.message, this.data.empty);
  }

  drawFigures() {
    this.charts[0].figure.layout.yaxis.type = this.log ? "log" : "linear";
    for (const { div, figure } of this.charts) {
      figure.layout.uirevision = this.token ?? "none"; // a new run is seen whole
      if (!this.token && isEmpty(figure)) {
        for (const name of axes(figure.layout, "y")) {
          Object.assign(figure.layout[name], { showticklabels: false, showgrid: false });
        }
      }
      this.applyTheme(figure.layout);
      Plotly.react(div, figure.data, figure.layout, config());
    }
  }

  showGone() {
    if (!this.filled) this.drawFigures();
    this.state.textContent = "";
    setText(this.notice, "This run is no longer kept.");
  }

  // Draws the main chart in slices, one after the other until the next answer, the others at once.
  append({ events, ended, state, queue }) {
    setText(this.notice, "");
    this.flush();
    const waiting = queue ? `waiting for a place: number ${queue} in the queue` : STATES[state];
    if (!ended) this.state.textContent = waiting ?? state ?? "running";
    const [main, ...others] = this.charts;
    if (!this.filled) {
      this.filled = true;
      for (const { figure } of this.charts) fill(figure, events);
      this.drawFigures();
      return this.showStatus(events);
    }
    for (const chart of others) extend(chart, events);
    const still = events.length > BACKLOG || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const affordable = Math.floor((0.5 * INTERVAL) / (this.sliceCost ?? 1));
    const count = still ? 1 : Math.max(1, Math.min(SLICES, events.length, affordable));
    this.slices = [];
    for (let i = 0; i < count; i++) {
      const [from, to] = [i, i + 1].map((k) => Math.round((k * events.length) / count));
      this.slices.push(events.slice(from, to));
    }
    const next = () => {
      const begin = performance.now();
      this.drawSlice(main, this.slices.shift());
      this.sliceCost = performance.now() - begin;
      if (this.slices.length) this.slicing = setTimeout(next, INTERVAL / count);
    };
    next();
  }

  drawSlice(main, events) {
    extend(main, events);
    this.showStatus(events);
  }

  // Draws what is left of the last answer.
  flush() {
    clearTimeout(this.slicing);
    const rest = (this.slices ?? []).flat();
    this.slices = [];
    if (rest.length) this.drawSlice(this.charts[0], rest);
  }

  // The text that goes with the events just drawn.
  showStatus(events) {
    const started = events.find((event) => event.event === "run_started");
    const epoch = events.findLast((event) => event.event === "epoch_ended");
    const ended = events.find((event) => event.event === "run_ended");
    if (started) this.epochs = started.epochs;
    if (epoch) {
      const words = [`epoch ${epoch.epoch + 1} of ${this.epochs}`, `step ${epoch.step + 1}`];
      this.numbers.textContent = [...words, `loss ${formatNumber(epoch.loss)}`, ""].join(" · ");
    }
    if (!ended) return;
    this.state.textContent = ended.outcome;
    if (ended.outcome === "failed") setText(this.message, ended.reason);
    this.notifyEnd(ended.outcome);
  }

  toggleScale() {
    this.log = !this.log;
    this.scale.setAttribute("aria-pressed", String(this.log));
    const { div } = this.charts[0];
    const type = this.log ? "log" : "linear";
    if (div.data) Plotly.relayout(div, { "yaxis.type": type, "yaxis.autorange": true });
  }

  suspend() {
    super.suspend();
    this.flush();
  }

  stop() {
    super.stop();
    clearTimeout(this.slicing);
    this.slices = [];
  }
}

function config() {
  const save = (format) => ({
    name: `save-${format}`,
    title: `Save as ${format.toUpperCase()}`,
    icon: format === "png" ? Plotly.Icons.camera : Plotly.Icons.disk,
    click: (div) => download(div, format),
  });
  return {
    displaylogo: false,
    modeBarButtons: [[save("png"), save("svg"), "zoomIn2d", "zoomOut2d", "resetScale2d"]],
  };
}

// A chart as a file. On the page it is transparent; alone, it needs the page's background.
function download(div, format) {
  const background = getComputedStyle(div).getPropertyValue("--st-background-color").trim();
  const layout = { ...div.layout, paper_bgcolor: background, margin: { l: 16, r: 24, t: 16, b: 16 } };
  const size = { width: SAVED_WIDTH, height: div.layout.height, scale: format === "png" ? 2 : 1 };
  Plotly.downloadImage({ data: div.data, layout }, { format, ...size, filename: `uphill-${div.dataset.chart}` });
}

// The columns that events add to each live trace, by the trace's number: `filled` in feed.py.
function additions({ data, layout }, events) {
  const perEpoch = layout.meta.steps_per_epoch;
  const added = new Map();
  data.forEach(({ meta }, i) => {
    if (meta) added.set(i, { x: [], y: [], ...(meta.mark && { text: [] }), ...(meta.customdata && { customdata: [] }) });
  });
  for (const event of events) {
    const fed = [...added].filter(([i]) => data[i].meta.events.includes(event.event));
    for (const [i, columns] of fed) if (!data[i].meta.mark) addPoints(data[i].meta, event, perEpoch, columns);
    for (const [i, columns] of fed) if (data[i].meta.mark) addCross(i, data, added, event, perEpoch, columns);
  }
  return added;
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

function epochsTrained(event, perEpoch) {
  if (event.event === "epoch_ended") return (event.step + 1) / perEpoch;
  return event.event === "probe" ? event.step / perEpoch : 0;
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

// Into a figure that is not drawn yet.
function fill(figure, events) {
  for (const [i, columns] of additions(figure, events)) {
    for (const key of Object.keys(columns)) figure.data[i][key] = figure.data[i][key].concat(columns[key]);
  }
  const range = fittedRange(figure, events);
  if (range) figure.layout.xaxis.range = range;
}

// Into a figure on the page.
function extend({ div }, events) {
  const groups = {}; // by their columns: Plotly extends traces of the same columns together
  for (const [i, columns] of additions(div, events)) {
    if (columns.x.length) (groups[Object.keys(columns)] ??= []).push([i, columns]);
  }
  for (const group of Object.values(groups)) {
    const update = {};
    for (const key of Object.keys(group[0][1])) update[key] = group.map(([, columns]) => columns[key]);
    Plotly.extendTraces(div, update, group.map(([i]) => i));
  }
  const range = fittedRange(div, events);
  if (range) Plotly.relayout(div, { "xaxis.range": range });
}

// The x range of a run that ended early, unless the learner has chosen one.
function fittedRange({ data, layout }, events) {
  const { epochs } = layout.meta;
  const ended = events.some((event) => event.event === "run_ended");
  const whole = layout.xaxis.range[0] === 0 && layout.xaxis.range[1] === epochs;
  if (!ended || !whole) return null;
  const last = Math.max(0, ...data.map(({ meta, x }) => (meta && x.at(-1)) || 0));
  return last > 0 && last < EARLY * epochs ? [0, last * 1.04] : null;
}

function isEmpty({ data }) {
  return data.every(({ x, hoverinfo }) => !x.length || hoverinfo === "skip");
}
