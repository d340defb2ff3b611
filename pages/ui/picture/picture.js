// One picture: its box, its plot, and what is drawn there.

import { element, purge, setText } from "../live_view.js";
import { Axes } from "./axes.js";
import { Fit } from "./fit.js";
import { enlarge } from "./large.js";
import { remember, remembered } from "./remembered.js";
import { onPlaceClicked } from "./start.js";
import { Surface } from "./surface.js";
import { Valley } from "./valley.js";

export const KINDS = { fit: Fit, surface: Surface, valley: Valley };
const HAIR = 1; // px of a residual
const SAME = 0.03; // of a frame: one that moves by less stays
const BY_KEYS = "To start elsewhere, click there, or move the button Start by arrow keys and press Enter";
const DRAWN = ["x", "y", "z", "text", "customdata"]; // what traces hold

export class Picture {
  constructor(kind, box, pane) {
    Object.assign(this, { kind, box, pane, tools: [] });
    this.div = element("div", "live-chart-plot", box);
    this.div.setAttribute("role", "figure");
    this.div.dataset.chart = kind;
    this.caption = element("figcaption", "live-picture-words", box);
  }

  // `loss` is what the loss surface computes losses from.
  describe(description, loss) {
    const { picture, ...rest } = description;
    const { rate, ...fixed } = picture;
    this.rate = rate;
    const told = JSON.stringify([rest, fixed, this.kind === "valley" && loss, this.pane.settings]);
    if (told === this.told) return;
    this.told = told;
    this.description = description;
    const whole = { ...fixed, loss: fixed.loss ?? loss };
    this.variants = picture.choices?.length ? picture.choices.map((choice) => ({ ...whole, ...choice })) : [whole];
    this.axes = picture.weights ? new Axes(this.variants[0], (plane) => this.show(plane, true)) : null;
    const name = remembered(`${this.kind}-along`, "");
    this.show(this.axes?.chosen ?? this.variants.find((v) => v.name === name) ?? this.variants[0]);
    this.showChoices();
  }

  choose(name) {
    remember(`${this.kind}-along`, name);
    this.show(this.variants.find((v) => v.name === name), true);
  }

  show(variant, chosen = false) {
    this.picture = variant;
    this.figure = structuredClone(this.description.figure);
    this.model = new KINDS[this.kind](variant);
    this.model.style?.(this.figure, variant === this.variants[0]);
    delete this.figure.layout.height; // the page gives it
    if (this.pane.settings.large) enlarge(this.figure, HAIR);
    this.zoomed = false;
    this.stale = true;
    if (chosen) this.draw();
  }

  showChoices() {
    this.tools = [];
    if (this.axes) this.tools.push(...this.axes.menus);
    else if (this.variants.length > 1) {
      const menu = document.createElement("select");
      menu.className = "live-chart-button";
      menu.setAttribute("aria-label", this.kind === "fit" ? "What is drawn" : "Directions");
      for (const { name } of this.variants) menu.add(new Option(name, name, false, name === this.picture.name));
      menu.onchange = () => this.choose(menu.value);
      this.tools.push(menu);
    }
    const { startable, started } = this.pane.settings;
    if (this.kind === "surface" && startable && started) {
      this.tool("Start ✕", "Start from the initializer again", () => this.pane.view.start(null));
    }
    if (this.kind === "surface" && this.model.section.known) {
      this.threeD = this.tool("3-D", "The surface as a landscape", () => this.toggleRelief());
      this.threeD.setAttribute("aria-pressed", String(!!this.relief));
    }
  }

  tool(text, title, onclick) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "live-chart-button", textContent: text, title, onclick });
    this.tools.push(button);
    return button;
  }

  async toggleRelief() {
    this.threeD.setAttribute("aria-pressed", String(!this.relief));
    this.div.hidden = !this.relief;
    if (this.relief) {
      purge(this.relief.div);
      this.relief.div.remove();
      this.relief = null;
      return this.draw();
    }
    const [{ relief }, plotly] = await Promise.all([import("./relief.js"), this.pane.view.wholePlotly()]);
    if (this.relief) return; // pressed twice while it came
    const div = element("div", "live-chart-plot", this.box);
    div.plotly = plotly;
    div.dataset.chart = "relief";
    div.setAttribute("role", "figure");
    this.caption.before(div);
    this.relief = { div, figure: relief };
    this.draw();
  }

  drawRelief() {
    const { div, figure } = this.relief;
    const { data, layout } = figure(this.model, this.pane, this.figure.layout);
    div.plotly.react(div, data, layout, { displayModeBar: false, responsive: false });
    div.setAttribute("aria-label", `${this.description.title} in three dimensions. ${this.caption.textContent}`);
  }

  shown() {
    const { course, index, ended, rate } = this.pane;
    return this.model.at({ course, index, ended, rate: rate ?? this.rate, moved: rate !== null });
  }

  draw() {
    if (this.box.hidden || !this.pane.course) return;
    if (this.relief) return this.drawRelief();
    const { drawn, ranges, words } = this.shown();
    for (const [i, columns] of drawn) Object.assign(this.figure.data[i], columns);
    if (ranges && !this.zoomed) this.setRanges(this.figure.layout, ranges);
    this.pane.view.react(this.div, this.figure);
    this.stale = false;
    if (!this.listening) this.listen();
    this.showHandles();
    this.tell(words);
  }

  update() {
    if (this.relief || this.stale || !this.div.data) return this.draw();
    const { drawn, ranges, words } = this.shown();
    const indices = [...drawn.keys()];
    const restyle = {};
    for (const key of DRAWN) {
      if (indices.some((i) => drawn.get(i)[key])) restyle[key] = indices.map((i) => drawn.get(i)[key]);
    }
    const relayout = {};
    if (ranges && !this.zoomed) {
      for (const axis of ["x", "y"]) {
        const [low, high] = this.div.layout[`${axis}axis`].range;
        const [from, to] = ranges[axis];
        const moved = Math.max(Math.abs(low - from), Math.abs(high - to)) / (to - from);
        if (moved > SAME) relayout[`${axis}axis.range`] = [from, to]; // drawing axes anew takes long
      }
    }
    if (Object.keys(relayout).length) Plotly.update(this.div, restyle, relayout, indices);
    else if (indices.length) Plotly.restyle(this.div, restyle, indices);
    this.tell(words);
  }

  setRanges(layout, { x, y }) {
    layout.xaxis.range = [...x];
    layout.yaxis.range = [...y];
  }

  tell(words) {
    words = [words, this.hint()].filter(Boolean).join(" · ");
    setText(this.caption, words);
    const { title, shows } = this.description;
    const help = this.kind === "surface" && this.startable ? BY_KEYS : "";
    const label = [title, shows, this.pane.view.moment(), words, help].filter(Boolean).map((text) => text.replace(/\.?$/, ".")).join(" ");
    if (this.div.getAttribute("aria-label") !== label) this.div.setAttribute("aria-label", label);
  }

  // What a click does, until a run is on the page.
  hint() {
    const { settings, course } = this.pane;
    if (course.epochsTold) return "";
    if (this.kind === "surface" && this.startable) return "click to start there, or move the ring by arrow keys and press Enter";
    return this.kind === "fit" && settings.points ? "click to add a point, drag to move it" : "";
  }

  // A frame that the learner has chosen stays until they double-click.
  listen() {
    this.listening = true;
    this.div.on("plotly_relayout", (change) => {
      if ("xaxis.range[0]" in change || "yaxis.range[0]" in change) this.zoomed = true;
    });
    this.div.on("plotly_doubleclick", () => this.unzoom());
    if (this.kind === "surface") onPlaceClicked(this.div, (place) => this.start(place));
  }

  // What can be moved, loaded once there is something to move.
  async showHandles() {
    const { settings, view } = this.pane;
    if (this.kind === "fit" && (settings.points || this.points)) {
      const { Points } = await import("./points.js");
      this.points ??= new Points(this.box, this.div, (points) => view.points(points), (...drawn) => this.drawPoints(...drawn));
      this.points.show(this.picture.view === "line" ? settings.points : null, this.picture.drawn);
    }
    if (this.kind === "surface" && (settings.startable || this.handle)) {
      const { Start } = await import("./starts.js");
      this.handle ??= new Start(this.box, this.div, (place) => this.start(place));
      this.handle.show(this.startable ? this.picture.start : null, this.picture.axes);
    }
  }

  // While a point is dragged: it, and the line of least squares.
  drawPoints(drawn, points) {
    const { traces, x, drawn: told } = this.picture;
    const rows = drawn.training(points);
    const best = told.linear ? drawn.best(points, x) : null;
    const indices = [traces.data, traces.residuals, ...(best ? [traces.best] : [])];
    const xs = [rows.map(([a]) => a), [], x];
    const ys = [rows.map(([, b]) => b), [], best];
    Plotly.restyle(this.div, { x: xs.slice(0, indices.length), y: ys.slice(0, indices.length) }, indices);
  }

  get startable() {
    return this.pane.settings.startable && !!this.picture.directions;
  }

  start(place) {
    if (!this.startable) return;
    const { course, index, view } = this.pane;
    Plotly.restyle(this.div, { x: [[place[0]]], y: [[place[1]]] }, [this.picture.traces.start]);
    view.start(this.model.weightsAt(place, course.entries[index]));
  }

  unzoom() {
    this.zoomed = false;
    this.update();
  }
}
