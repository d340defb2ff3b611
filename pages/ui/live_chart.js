// Live charts of one run. Polls the run's events and appends their points to Plotly figures in
// place. Which event feeds which trace is written in the trace's `meta` (core/charts/feed.py).

const INTERVAL = 330; // ms from one poll to the next
const REST = 100; // of them, at least, between an answer and the next poll
const LONGEST_WAIT = 8000; // ms between two polls while the server does not answer
const SHARE = 0.25; // of the time that drawing may take
const BACKLOG = 1000; // events of one answer above which nothing is drawn bit by bit
const SLICES = 8; // pieces that one answer is drawn in, at most
const FITTED = 0.9; // a run that ended before this share of its epochs gets the whole width
const STATES = { warming: "starting TensorFlow", waiting: "waiting for its turn" };
const OCCASIONS = {
  first: (event) => event.epoch === 0,
  stepped: (event) => event.why === "stepped",
  broken: (event) => typeof event.loss !== "number",
};
const SAVED_WIDTH = 1000; // of a figure as a file

const views = new WeakMap();
const libraries = new Map();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement));
  const view = views.get(parentElement);
  view.update(data, setTriggerValue);
  return () => {
    view.close();
    views.delete(parentElement);
  };
}

class View {
  constructor(parent) {
    this.root = element("div", "live-chart", parent);
    const bar = element("div", "live-chart-bar", this.root);
    const status = element("p", "live-chart-status", bar);
    this.numbers = element("span", "live-chart-numbers", status);
    this.state = element("span", "live-chart-state", status);
    this.state.setAttribute("role", "status"); // told by screen readers; the numbers are too fast
    this.scale = element("button", "live-chart-scale", bar);
    this.scale.type = "button";
    this.scale.textContent = "Log scale";
    this.scale.onclick = () => this.rescale();
    this.notice = element("p", "live-chart-notice", this.root);
    this.notice.setAttribute("role", "alert");
    this.message = element("p", "live-chart-message", this.root);
    this.grid = element("div", "live-chart-grid", this.root);
    this.scale.setAttribute("aria-pressed", "true");
    this.log = true;
    this.charts = [];
    this.run = 0; // grows with every reset, so that late answers are told apart
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.onvisible = () => this.seen();
    document.addEventListener("visibilitychange", this.onvisible);
  }

  update(data, tell) {
    this.data = data;
    this.tell = tell;
    const drawn = JSON.stringify([data.token, data.charts]);
    if (drawn === this.drawn) return this.restyle();
    this.drawn = drawn;
    this.reset();
  }

  // Another run, or the same one in another frame. The events are read again from the first.
  reset() {
    const run = ++this.run;
    const same = this.token === this.data.token;
    this.stop();
    this.token = this.data.token;
    this.cursor = 0;
    this.fresh = true;
    this.over = false;
    this.wait = INTERVAL;
    if (!same || !this.token) {
      this.say(this.notice, "");
      this.say(this.message, "");
      this.numbers.textContent = "";
      this.state.textContent = "";
    }
    this.place();
    load(this.data.plotly).then(
      () => {
        if (run !== this.run) return;
        if (!same || !this.token) this.draw();
        if (this.token) this.poll();
        else if (isEmpty(this.charts[0].figure)) this.say(this.message, this.data.empty);
      },
      () => run === this.run && this.say(this.notice, "The charts did not load. Reload the page."),
    );
  }

  // One node per chart, made once: zoom and drags live in it.
  place() {
    const known = new Map(this.charts.map((chart) => [chart.key, chart]));
    this.charts = this.data.charts.map((told, i) => {
      const chart = known.get(told.key) ?? this.node(told);
      known.delete(told.key);
      chart.frame = told.figure;
      chart.figure = structuredClone(told.figure);
      chart.box.classList.toggle("live-chart-main", i === 0);
      return chart;
    });
    for (const chart of known.values()) {
      if (chart.div.data) Plotly.purge(chart.div);
      chart.box.remove();
    }
  }

  node(told) {
    const box = element("figure", "live-chart-box", this.grid);
    element("figcaption", "live-chart-title", box).textContent = told.title;
    const div = element("div", "live-chart-plot", box);
    div.setAttribute("role", "img");
    div.setAttribute("aria-label", `${told.title}. ${told.shows}`);
    div.dataset.chart = told.key;
    return { key: told.key, box, div };
  }

  draw() {
    this.charts[0].figure.layout.yaxis.type = this.log ? "log" : "linear";
    for (const { div, figure } of this.charts) {
      figure.layout.uirevision = this.token ?? "none"; // a new run is seen whole
      if (!this.token && isEmpty(figure)) {
        for (const name of axes(figure.layout, "y")) {
          Object.assign(figure.layout[name], { showticklabels: false, showgrid: false });
        }
      }
      for (const [path, value] of Object.entries(this.theme(figure.layout))) {
        put(figure.layout, path, value);
      }
      Plotly.react(div, figure.data, figure.layout, config());
    }
  }

  async poll() {
    const run = this.run;
    clearTimeout(this.timer);
    if (this.polling === run) return;
    this.polling = run;
    let asked = performance.now();
    try {
      const answer = await this.ask();
      if (run !== this.run) return;
      this.wait = INTERVAL;
      this.polling = null;
      if (!answer) return this.gone();
      this.say(this.notice, "");
      this.cursor = answer.next;
      const begin = performance.now();
      this.take(answer);
      this.wait = Math.max(INTERVAL, (performance.now() - begin) / SHARE);
    } catch {
      if (run !== this.run) return;
      this.polling = null;
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
      asked = performance.now();
      this.say(this.notice, "Connection lost, trying again.");
    }
    if (this.over || document.hidden) return;
    const rest = Math.max(REST, this.wait - (performance.now() - asked));
    this.timer = setTimeout(() => this.poll(), rest);
  }

  async ask() {
    const url = `${this.data.runs}/${encodeURIComponent(this.token)}/events`;
    const signal = AbortSignal.timeout(2 * LONGEST_WAIT);
    const response = await fetch(`${url}?since=${this.cursor}&brief=1`, { signal });
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  gone() {
    this.over = true;
    if (this.fresh) this.draw();
    this.state.textContent = "";
    this.say(this.notice, "This run is no longer kept.");
  }

  // Draws an answer's events: the main chart bit by bit until the next answer, the others at once.
  take({ events, ended, state, queue }) {
    this.flush();
    this.over = ended;
    const words = queue ? `waiting for a place: number ${queue} in the queue` : STATES[state];
    if (!ended) this.state.textContent = words ?? state ?? "running";
    const [main, ...others] = this.charts;
    if (this.fresh) {
      this.fresh = false;
      for (const { figure } of this.charts) fill(figure, events);
      this.draw();
      return this.told(events);
    }
    for (const chart of others) grow(chart, events);
    const calm = events.length > BACKLOG || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const affordable = Math.floor((0.5 * INTERVAL) / (this.cost ?? 1));
    const count = calm ? 1 : Math.max(1, Math.min(SLICES, events.length, affordable));
    this.slices = [];
    for (let i = 0; i < count; i++) {
      const [from, to] = [i, i + 1].map((k) => Math.round((k * events.length) / count));
      this.slices.push(events.slice(from, to));
    }
    const next = () => {
      const begin = performance.now();
      this.slice(main);
      this.cost = performance.now() - begin;
      if (this.slices.length) this.slicer = setTimeout(next, INTERVAL / count);
    };
    next();
  }

  slice(main) {
    const events = this.slices.shift();
    grow(main, events);
    this.told(events);
  }

  flush() {
    clearTimeout(this.slicer);
    const rest = (this.slices ?? []).flat();
    this.slices = [];
    if (!rest.length) return;
    grow(this.charts[0], rest);
    this.told(rest);
  }

  // The words that go with what was just drawn.
  told(events) {
    const started = events.find((event) => event.event === "run_started");
    const last = events.findLast((event) => event.event === "epoch_ended");
    const ended = events.find((event) => event.event === "run_ended");
    if (started) this.epochs = started.epochs;
    if (last) {
      const words = [`epoch ${last.epoch + 1} of ${this.epochs}`, `step ${last.step + 1}`];
      this.numbers.textContent = [...words, `loss ${short(last.loss)}`, ""].join(" · ");
    }
    if (!ended) return;
    this.state.textContent = ended.outcome;
    if (ended.outcome === "failed") this.say(this.message, ended.reason);
    if (this.data.notify && this.announced !== this.token) {
      this.announced = this.token;
      this.tell("ended", ended.outcome);
    }
  }

  rescale() {
    this.log = !this.log;
    this.scale.setAttribute("aria-pressed", String(this.log));
    const { div } = this.charts[0];
    const type = this.log ? "log" : "linear";
    if (div.data) Plotly.relayout(div, { "yaxis.type": type, "yaxis.autorange": true });
  }

  theme(layout) {
    const style = getComputedStyle(this.root);
    const value = (name) => style.getPropertyValue(`--st-${name}`).trim() || undefined;
    const patch = {
      "font.color": value("text-color"),
      "font.family": value("font"),
      "font.size": 12,
      "hoverlabel.bgcolor": value("background-color"),
      "hoverlabel.bordercolor": value("border-color"),
      "hoverlabel.font.color": value("text-color"),
      "modebar.bgcolor": "rgba(0,0,0,0)",
      "modebar.color": value("text-color"),
      "modebar.activecolor": value("primary-color"),
    };
    for (const name of [...axes(layout, "x"), ...axes(layout, "y")]) {
      patch[`${name}.gridcolor`] = value("border-color-light");
    }
    return patch;
  }

  restyle() {
    for (const { div } of this.charts) {
      if (div.data && div.layout.font.color !== this.theme(div.layout)["font.color"]) {
        Plotly.relayout(div, this.theme(div.layout));
      }
    }
  }

  resize() {
    cancelAnimationFrame(this.resizer);
    this.resizer = requestAnimationFrame(() => {
      for (const { div } of this.charts) if (div.data) Plotly.Plots.resize(div);
    });
  }

  seen() {
    if (document.hidden) {
      clearTimeout(this.timer);
      this.flush();
    } else if (this.token && !this.over && window.Plotly) this.poll();
  }

  say(line, text) {
    if (line.textContent !== (text ?? "")) line.textContent = text ?? "";
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.slicer);
    this.slices = [];
  }

  close() {
    this.run++;
    this.stop();
    this.observer.disconnect();
    cancelAnimationFrame(this.resizer);
    document.removeEventListener("visibilitychange", this.onvisible);
    for (const { div } of this.charts) if (div.data) Plotly.purge(div);
    this.root.remove();
  }
}

function config() {
  const save = (format) => ({
    name: `save-${format}`,
    title: `Save as ${format.toUpperCase()}`,
    icon: format === "png" ? Plotly.Icons.camera : Plotly.Icons.disk,
    click: (div) => saved(div, format),
  });
  return {
    displaylogo: false,
    modeBarButtons: [[save("png"), save("svg"), "zoomIn2d", "zoomOut2d", "resetScale2d"]],
  };
}

// A chart as a file. On the page it is transparent; alone, it needs the page's background.
function saved(div, format) {
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
  if (meta.only && !meta.only.some((name) => OCCASIONS[name](event))) return;
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
  const told = valueAt(event, mark);
  if (!told || (since != null && (data[i].x.length || columns.x.length || told < since))) return;
  const at = told.stage ? told.step / perEpoch : epochsTrained(event, perEpoch);
  let place = null;
  for (const [k, fresh] of added) {
    const trace = data[k];
    const same = !data[i].legendgroup || data[i].legendgroup === trace.legendgroup;
    if (trace.meta.mark || !same || trace.yaxis !== data[i].yaxis) continue;
    for (const { x, y } of [trace, fresh]) {
      x.forEach((here, n) => {
        if (here <= at && (!place || here > place.x)) place = { x: here, y: y[n] };
      });
    }
  }
  columns.x.push(place ? place.x : at);
  columns.y.push(place ? place.y : 1);
  columns.text.push(
    words ?? (told.stage
      ? `non-finite at step ${told.step}, in the ${told.stage}`
      : `${Number((100 * told).toPrecision(3))} % not finite`),
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
  const range = fitted(figure, events);
  if (range) figure.layout.xaxis.range = range;
}

// Into a figure on the page.
function grow({ div }, events) {
  const groups = {}; // by their columns: Plotly extends traces of the same columns together
  for (const [i, columns] of additions(div, events)) {
    if (columns.x.length) (groups[Object.keys(columns)] ??= []).push([i, columns]);
  }
  for (const group of Object.values(groups)) {
    const update = {};
    for (const key of Object.keys(group[0][1])) update[key] = group.map(([, columns]) => columns[key]);
    Plotly.extendTraces(div, update, group.map(([i]) => i));
  }
  const range = fitted(div, events);
  if (range) Plotly.relayout(div, { "xaxis.range": range });
}

// The x range of a run that ended early, unless the learner has chosen one.
function fitted({ data, layout }, events) {
  const { epochs } = layout.meta;
  const ended = events.some((event) => event.event === "run_ended");
  const whole = layout.xaxis.range[0] === 0 && layout.xaxis.range[1] === epochs;
  if (!ended || !whole) return null;
  const last = Math.max(0, ...data.map(({ meta, x }) => (meta && x.at(-1)) || 0));
  return last > 0 && last < FITTED * epochs ? [0, last * 1.04] : null;
}

function load(url) {
  if (!libraries.has(url)) {
    const loading = new Promise((resolve, reject) => {
      if (window.Plotly) return resolve();
      const script = element("script", "", document.head);
      script.onload = resolve;
      script.onerror = reject;
      script.src = url;
    });
    loading.catch(() => libraries.delete(url));
    libraries.set(url, loading);
  }
  return libraries.get(url);
}

function element(tag, name, parent) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent.append(made);
  return made;
}

function axes(layout, letter) {
  return Object.keys(layout).filter((name) => name.startsWith(`${letter}axis`));
}

function isEmpty({ data }) {
  return data.every(({ x, hoverinfo }) => !x.length || hoverinfo === "skip");
}

function put(target, path, value) {
  const names = path.split(".");
  const last = names.pop();
  for (const name of names) target = target[name] ??= {};
  target[last] = value;
}

function short(value) {
  if (typeof value !== "number") return { nan: "NaN", inf: "∞", "-inf": "−∞" }[value];
  const size = Math.abs(value);
  return size && (size >= 1e5 || size < 1e-3) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}
