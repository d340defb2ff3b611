// A sweep's map. Polls the sweep's events and fills its cells in place; a click on a cell is told
// to the page. How a cell is worded and coloured is written in the figure's `meta`
// (core/charts/sweep.py).

const INTERVAL = 400; // ms between two polls
const LONGEST_WAIT = 8000; // ms between two polls while the server does not answer
const STATES = { warming: "starting TensorFlow", waiting: "waiting for its turn" };
const CONFIG = { displayModeBar: false, doubleClick: false };

const views = new WeakMap();
let library = null;

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
    this.root = element("div", "sweep-map", parent);
    this.state = element("p", "sweep-map-state", this.root);
    this.state.setAttribute("role", "status");
    this.div = element("div", "sweep-map-plot", this.root);
    this.div.setAttribute("role", "img");
    this.run = 0; // grows with every reset, so that late answers are told apart
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.onvisible = () => !document.hidden && !this.over && this.token && this.poll();
    document.addEventListener("visibilitychange", this.onvisible);
  }

  update(data, tell) {
    this.data = data;
    this.tell = tell;
    const drawn = JSON.stringify([data.token, data.figure]);
    if (drawn === this.drawn) return this.restyle();
    this.drawn = drawn;
    const run = ++this.run;
    clearTimeout(this.timer);
    this.token = data.token;
    this.cursor = this.done = 0;
    this.over = false;
    this.wait = INTERVAL;
    this.state.textContent = "";
    this.div.setAttribute("aria-label", data.shows);
    load(data.plotly).then(
      () => run === this.run && this.draw(),
      () => (this.state.textContent = "The chart did not load. Reload the page."),
    );
  }

  draw() {
    const { data, layout } = structuredClone(this.data.figure);
    this.figure = { data, layout };
    this.traces = (kind) => data.filter(({ meta }) => meta?.feeds === kind);
    this.cells = this.traces("cells")[0];
    for (const line of this.traces("line")) {
      line.x = layout.meta.values[0].map((_, i) => i);
      line.y = line.x.map(() => null);
      line.customdata = line.x.map(() => "");
    }
    this.show().then(() => {
      this.div.removeAllListeners("plotly_click"); // of a figure that this one has replaced
      this.div.on("plotly_click", ({ points }) => this.clicked(points));
      if (this.token) this.poll();
    });
  }

  show() {
    const { data, layout } = this.figure;
    this.theme(layout);
    layout.datarevision = (layout.datarevision ?? 0) + 1; // the arrays are filled in place
    return Plotly.react(this.div, data.map((trace) => ({ ...trace })), { ...layout }, CONFIG);
  }

  async poll() {
    const run = this.run;
    clearTimeout(this.timer);
    if (this.polling === run) return;
    this.polling = run;
    try {
      const url = `${this.data.runs}/${encodeURIComponent(this.token)}/events?since=${this.cursor}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(2 * LONGEST_WAIT) });
      if (run !== this.run) return;
      if (response.status === 404) {
        this.over = true;
        this.state.textContent = "This sweep was deleted.";
      } else if (!response.ok) throw new Error(String(response.status));
      else this.take(await response.json());
      this.wait = INTERVAL;
    } catch {
      if (run !== this.run) return;
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
      this.state.textContent = "Connection lost, trying again.";
    }
    this.polling = null;
    if (!this.over && !document.hidden) this.timer = setTimeout(() => this.poll(), this.wait);
  }

  take({ events, next, ended, state }) {
    this.cursor = next;
    this.over = ended;
    for (const event of events) {
      if (event.event === "sweep_started") this.total = event.runs;
      if (event.event === "border") {
        for (const line of this.traces("border")) [line.x, line.y] = [event.x, event.y];
      }
      if (event.event === "cells") for (const cell of event.cells) this.fill(cell);
      if (event.event === "run_ended") this.ended = event;
    }
    if (events.length) this.show();
    this.state.textContent = ended ? this.end() : this.progress(state);
    if (ended && this.data.notify && this.announced !== this.token) {
      this.announced = this.token;
      this.tell("ended", this.ended.outcome);
    }
  }

  progress(state) {
    if (!this.total) return STATES[state] ?? "running";
    const runs = `${this.done.toLocaleString("en")} of ${this.total.toLocaleString("en")} runs`;
    return this.done ? runs : `${runs}: compiling the program that trains them together`;
  }

  end() {
    const { outcome, reason, seconds } = this.ended;
    if (outcome === "failed") return reason;
    const runs = `${this.done.toLocaleString("en")} runs`;
    return outcome === "stopped" ? `${runs}, then stopped` : `${runs} in ${seconds.toPrecision(2)} s`;
  }

  fill(cell) {
    const { meta } = this.figure.layout;
    const [x, y = 0] = cell.at;
    const regime = meta.regimes[cell.regime];
    const soon = Math.log(Math.max(1, cell.epochs_to_optimum)) / Math.log(Math.max(2, meta.epochs));
    this.cells.z[y][x] = cell.regime === "converges" ? Math.min(0.99, soon) : regime.z;
    this.cells.text[y][x] = regime.sign;
    this.cells.customdata[y][x] = words(cell, meta);
    if (!cell.final) return;
    this.done += 1;
    for (const line of this.traces("line")) {
      const value = cell[line.meta.field];
      line.y[x] = typeof value === "number" ? value : null;
      line.customdata[x] = words(cell, meta);
    }
  }

  clicked(points) {
    const point = points.find(({ data }) => ["cells", "line"].includes(data.meta?.feeds));
    if (!point || !this.token) return;
    const [y, x] = Array.isArray(point.pointIndex) ? point.pointIndex : [0, point.pointIndex];
    this.tell("chosen", this.figure.layout.meta.names.length > 1 ? [x, y] : [x]);
  }

  theme(layout) {
    const style = getComputedStyle(this.root);
    const value = (name) => style.getPropertyValue(`--st-${name}`).trim() || undefined;
    layout.font = { color: value("text-color"), family: value("font"), size: 12 };
    layout.hoverlabel = {
      bgcolor: value("background-color"),
      bordercolor: value("border-color"),
      font: { color: value("text-color") },
    };
    for (const name of ["yaxis2", "yaxis3"]) {
      if (layout[name]) layout[name].gridcolor = value("border-color-light");
    }
  }

  restyle() {
    if (!this.figure || !this.div.data) return;
    const before = JSON.stringify(this.figure.layout.font);
    this.theme(this.figure.layout);
    if (JSON.stringify(this.figure.layout.font) !== before) this.show();
  }

  resize() {
    cancelAnimationFrame(this.resizer);
    this.resizer = requestAnimationFrame(() => this.div.data && Plotly.Plots.resize(this.div));
  }

  close() {
    this.run++;
    clearTimeout(this.timer);
    cancelAnimationFrame(this.resizer);
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.onvisible);
    if (this.div.data) Plotly.purge(this.div);
    this.root.remove();
  }
}

// What the hover says of a cell.
function words(cell, meta) {
  const lines = meta.names.map((name, i) => `${name} = ${meta.values[i][cell.at[i]]}`);
  const { regime, epochs_to_optimum: epochs, diverged_epoch: broken } = cell;
  if (!cell.final && regime === "running") return [...lines, "being trained"].join("<br>");
  let told = regime;
  if (epochs) told += `: near the optimum after ${epochs} epoch${epochs > 1 ? "s" : ""}`;
  if (broken != null) told += `: first non-finite value in epoch ${broken}`;
  lines.push(`<b>${told}</b>`);
  if (cell.final_loss != null) lines.push(`final loss ${short(cell.final_loss)}`);
  if (typeof cell.critical_learning_rate === "number") {
    lines.push(`critical learning rate ${short(cell.critical_learning_rate)}`);
  }
  if (cell.final) lines.push("click: open this run in the lab");
  return lines.join("<br>");
}

function load(url) {
  library ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve();
    const script = element("script", "", document.head);
    script.onload = resolve;
    script.onerror = reject;
    script.src = url;
  });
  library.catch(() => (library = null));
  return library;
}

function element(tag, name, parent) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent.append(made);
  return made;
}

function short(value) {
  if (typeof value !== "number") return { nan: "NaN", inf: "∞", "-inf": "−∞" }[value];
  const size = Math.abs(value);
  return size && (size >= 1e5 || size < 1e-3) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}
