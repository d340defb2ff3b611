// The picture beside the loss: fit, surface and valley, of which one is seen, or all at once.

import { element, purge, setText } from "../live_view.js";
import { Fit } from "./fit.js";
import { remember, remembered } from "./remembered.js";
import { Surface } from "./surface.js";
import { Valley } from "./valley.js";

const KINDS = { fit: Fit, surface: Surface, valley: Valley };
const NAMES = { fit: "Fit", surface: "Surface", valley: "Valley" };

export class Pane {
  // `view` draws: `view.react(div, figure)`; `view.start(weights)` is called where a start is chosen.
  constructor(grid, view) {
    Object.assign(this, { grid, view });
    this.pictures = new Map(); // by kind
    this.cost = 0; // ms of the last drawing
    this.budget = 0;
    this.rate = null; // of the slider, once it has moved
    this.bar = element("div", "live-chart-bar live-picture-bar", grid);
    this.buttons = element("div", "live-picture-switch", this.bar);
    this.buttons.setAttribute("role", "group");
    this.buttons.setAttribute("aria-label", "Picture");
    this.tools = element("div", "live-picture-tools", this.bar);
    this.onRate = ({ detail }) => this.moveRate(detail.rate);
    window.addEventListener("uphill:rate", this.onRate);
  }

  get plots() {
    return [...this.pictures.values()].map(({ div }) => div);
  }

  get visible() {
    return [...this.pictures.values()].filter(({ kind }) => this.all || kind === this.kind);
  }

  // One node per picture, made once: zoom lives in it.
  place(descriptions) {
    const kinds = Object.keys(KINDS).filter((kind) => descriptions.some(({ key }) => key === kind));
    for (const [kind, { box, div }] of this.pictures) {
      if (kinds.includes(kind)) continue;
      purge(div);
      box.remove();
      this.pictures.delete(kind);
    }
    for (const kind of kinds) {
      const description = descriptions.find(({ key }) => key === kind);
      const picture = this.pictures.get(kind) ?? this.create(kind);
      picture.describe(description);
      this.pictures.set(kind, picture);
    }
    const wanted = remembered("picture", "fit");
    this.kind = kinds.includes(wanted) ? wanted : kinds[0];
    this.all = remembered("all", false);
    this.showSwitch(kinds);
    this.arrange();
  }

  create(kind) {
    return new Picture(kind, element("figure", "live-chart-box live-picture", this.grid), this);
  }

  showSwitch(kinds) {
    this.buttons.replaceChildren();
    for (const kind of kinds) this.button(NAMES[kind], this.buttons, () => this.select(kind)).dataset.kind = kind;
    this.bar.hidden = !kinds.length;
    const all = this.button("All", this.buttons, () => this.toggleAll());
    all.title = "All pictures at once";
    all.dataset.kind = "all";
  }

  button(text, parent, onclick) {
    const button = element("button", "live-chart-button", parent);
    Object.assign(button, { type: "button", textContent: text, onclick });
    return button;
  }

  select(kind) {
    this.kind = kind;
    remember("picture", kind);
    this.arrange();
    this.draw();
  }

  toggleAll() {
    this.all = !this.all;
    remember("all", this.all);
    this.arrange();
    this.draw();
  }

  arrange() {
    for (const button of this.buttons.children) {
      const { kind } = button.dataset;
      button.setAttribute("aria-pressed", String(kind === "all" ? this.all : kind === this.kind));
    }
    for (const { kind, box } of this.pictures.values()) {
      box.hidden = !(this.all || kind === this.kind);
      box.classList.toggle("live-picture-second", kind !== this.kind);
    }
    this.tools.replaceChildren(...(this.pictures.get(this.kind)?.tools ?? []));
  }

  // Draws the visible figures anew.
  draw() {
    for (const picture of this.visible) picture.draw();
  }

  // The course, and which of its entries is to be seen; the next drawings show it.
  at(course, index) {
    [this.course, this.index] = [course, index];
  }

  // Draws what has changed, at most for a share of the time that the loss has taken.
  update(allowance = Infinity) {
    this.budget += allowance;
    if (this.budget < this.cost) return;
    const begin = performance.now();
    for (const picture of this.visible) picture.update();
    this.cost = performance.now() - begin;
    this.budget = 0;
  }

  moveRate(rate) {
    this.rate = rate;
    this.moved = performance.now();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.update());
  }

  close() {
    window.removeEventListener("uphill:rate", this.onRate);
    cancelAnimationFrame(this.frame);
    for (const picture of this.pictures.values()) picture.close();
  }
}

// One of them: its box, its plot, and what is drawn there.
class Picture {
  constructor(kind, box, pane) {
    Object.assign(this, { kind, box, pane, tools: [] });
    this.div = element("div", "live-chart-plot", box);
    this.div.setAttribute("role", "img");
    this.div.dataset.chart = kind;
    this.caption = element("figcaption", "live-picture-words", box);
  }

  describe(description) {
    const { figure, ...rest } = description;
    const told = JSON.stringify(description);
    if (told === this.told) return;
    this.told = told;
    this.description = rest;
    this.variants = [{ ...rest.picture, figure }, ...(rest.picture.choices ?? [])];
    this.choose(remembered(`${this.kind}-along`, ""), false);
    this.showChoices();
  }

  choose(name, chosen = true) {
    const variant = this.variants.find((v) => v.name === name) ?? this.variants[0];
    const [first] = this.variants;
    this.picture = { ...first, ...variant };
    this.figure = structuredClone(this.picture.figure);
    this.model = new KINDS[this.kind](this.picture, this.figure);
    this.zoomed = false;
    this.stale = true;
    if (!chosen) return;
    remember(`${this.kind}-along`, name);
    this.draw();
  }

  showChoices() {
    this.tools = [];
    if (this.variants.length > 1) {
      const menu = document.createElement("select");
      menu.className = "live-chart-button";
      menu.setAttribute("aria-label", this.kind === "fit" ? "What is drawn" : "Directions");
      for (const { name } of this.variants) menu.add(new Option(name, name, false, name === this.picture.name));
      menu.onchange = () => this.choose(menu.value);
      this.tools.push(menu);
    }
  }

  shown() {
    const { course, index, rate } = this.pane;
    return this.model.at(course, index, rate ?? this.picture.rate ?? null);
  }

  draw() {
    if (this.box.hidden || !this.pane.course) return;
    const { drawn, ranges, words } = this.shown();
    for (const [i, columns] of drawn) Object.assign(this.figure.data[i], columns);
    if (ranges && !this.zoomed) this.setRanges(this.figure.layout, ranges);
    this.pane.view.react(this.div, this.figure);
    this.stale = false;
    if (!this.listening) this.listen();
    this.tell(words);
  }

  update() {
    if (this.stale || !this.div.data) return this.draw();
    const { drawn, ranges, words } = this.shown();
    const indices = [...drawn.keys()];
    const restyle = {};
    for (const key of ["x", "y", "z", "text", "customdata"]) {
      if (indices.some((i) => drawn.get(i)[key])) restyle[key] = indices.map((i) => drawn.get(i)[key]);
    }
    const relayout = {};
    if (ranges && !this.zoomed) {
      for (const axis of ["x", "y"]) {
        const [low, high] = this.div.layout[`${axis}axis`].range;
        if (low !== ranges[axis][0] || high !== ranges[axis][1]) relayout[`${axis}axis.range`] = ranges[axis];
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
    setText(this.caption, words);
    const { title, shows } = this.description;
    const label = [title, shows, this.pane.moment?.(), words].filter(Boolean).map((text) => text.replace(/\.?$/, ".")).join(" ");
    if (this.div.getAttribute("aria-label") !== label) this.div.setAttribute("aria-label", label);
  }

  // A frame that the learner has chosen stays until they double-click.
  listen() {
    this.listening = true;
    this.div.on("plotly_relayout", (change) => {
      if ("xaxis.range[0]" in change || "yaxis.range[0]" in change) this.zoomed = true;
    });
    this.div.on("plotly_doubleclick", () => this.unzoom());
  }

  unzoom() {
    this.zoomed = false;
    this.update();
  }

  close() {
    purge(this.div);
  }
}
