// A sweep's map. Polls the sweep's events and fills its cells in place; reports a click on a cell to
// Python. How a cell is described and coloured is written in the figure's `meta`
// (core/charts/sweep.py).

import { LiveView, STATES, element, formatNumber, setText } from "../live_view.js";

const INTERVAL = 400; // ms from one poll to the next
const CONFIG = { displayModeBar: false, doubleClick: false };

export default class SweepMap extends LiveView {
  constructor(parent) {
    super(parent, "sweep-map", INTERVAL);
    this.state = element("p", "sweep-map-state", this.root);
    this.state.setAttribute("role", "status");
    this.notice = this.state;
    this.div = element("div", "sweep-map-plot", this.root);
    this.div.setAttribute("role", "figure");
  }

  get plots() {
    return [this.div];
  }

  prepare() {
    this.done = 0;
    setText(this.state, "");
    this.div.setAttribute("aria-label", this.data.shows);
  }

  async draw() {
    const { data, layout } = structuredClone(this.data.figure);
    delete layout.height; // the page gives it
    this.figure = { data, layout };
    this.cells = this.traces("cells")[0];
    for (const line of this.traces("line")) {
      line.x = layout.meta.values[0].map((_, i) => i);
      line.y = line.x.map(() => null);
      line.customdata = line.x.map(() => "");
    }
    await this.drawFigure();
    this.div.removeAllListeners("plotly_click"); // of a figure that this one has replaced
    this.div.on("plotly_click", ({ points }) => this.choose(points));
  }

  traces(kind) {
    return this.figure.data.filter(({ meta }) => meta?.feeds === kind);
  }

  drawFigure() {
    const { data, layout } = this.figure;
    this.applyTheme(layout);
    layout.datarevision = (layout.datarevision ?? 0) + 1; // the arrays are filled in place
    return Plotly.react(this.div, data.map((trace) => ({ ...trace })), { ...layout }, CONFIG);
  }

  showGone() {
    setText(this.state, "This sweep was deleted.");
  }

  append({ events, ended, state }) {
    for (const event of events) {
      if (event.event === "sweep_started") this.total = event.runs;
      if (event.event === "border") {
        for (const line of this.traces("border")) [line.x, line.y] = [event.x, event.y];
      }
      if (event.event === "cells") for (const cell of event.cells) this.fill(cell);
      if (event.event === "run_ended") this.end = event;
    }
    if (events.length) this.drawFigure();
    setText(this.state, ended ? this.summary() : this.progress(state));
    if (ended) this.notifyEnd(this.end.outcome);
  }

  progress(state) {
    if (!this.total) return STATES[state] ?? "running";
    const runs = `${this.done.toLocaleString("en")} of ${this.total.toLocaleString("en")} runs`;
    return this.done ? runs : `${runs}: compiling the program that trains them together`;
  }

  summary() {
    const { outcome, reason, seconds } = this.end;
    if (outcome === "failed") return reason;
    const runs = `${this.done.toLocaleString("en")} runs`;
    return outcome === "stopped" ? `${runs}, then stopped` : `${runs} in ${seconds.toPrecision(2)} s`;
  }

  fill(cell) {
    const { meta } = this.figure.layout;
    const [x, y = 0] = cell.at;
    const regime = meta.regimes[cell.regime];
    const shade = Math.log(Math.max(1, cell.epochs_to_optimum)) / Math.log(Math.max(2, meta.epochs));
    this.cells.z[y][x] = cell.regime === "converges" ? Math.min(0.99, shade) : regime.z;
    this.cells.text[y][x] = regime.sign;
    this.cells.customdata[y][x] = describe(cell, meta);
    if (!cell.final) return;
    this.done += 1;
    for (const line of this.traces("line")) {
      const value = cell[line.meta.field];
      line.y[x] = typeof value === "number" ? value : null;
      line.customdata[x] = describe(cell, meta);
    }
  }

  choose(points) {
    const point = points.find(({ data }) => ["cells", "line"].includes(data.meta?.feeds));
    if (!point || !this.token) return;
    const [y, x] = Array.isArray(point.pointIndex) ? point.pointIndex : [0, point.pointIndex];
    this.setTriggerValue("chosen", this.figure.layout.meta.names.length > 1 ? [x, y] : [x]);
  }
}

// The hover text of a cell.
function describe(cell, meta) {
  const lines = meta.names.map((name, i) => `${name} = ${meta.values[i][cell.at[i]]}`);
  const { regime, epochs_to_optimum: epochs, diverged_epoch: broken } = cell;
  if (!cell.final && regime === "running") return [...lines, "being trained"].join("<br>");
  let outcome = regime;
  if (epochs) outcome += `: near the optimum after ${epochs} epoch${epochs > 1 ? "s" : ""}`;
  if (broken != null) outcome += `: first non-finite value in epoch ${broken + 1}`;
  lines.push(`<b>${outcome}</b>`);
  if (cell.final_loss != null) lines.push(`final loss ${formatNumber(cell.final_loss)}`);
  if (typeof cell.critical_learning_rate === "number") {
    lines.push(`largest stable rate ${formatNumber(cell.critical_learning_rate)}`);
  }
  if (cell.final) lines.push("click: open this run in the lab");
  return lines.join("<br>");
}
