// The picture beside the loss: fit, surface and valley, of which one is seen, or all at once.

import { element, purge, setText } from "../live_view.js";
import { KINDS, Picture } from "./picture.js";
import { remember, remembered } from "./remembered.js";

const SETTLED = 1000; // ms after a move of the slider in which Python may know of an older rate
const NAMES = { fit: "Fit", surface: "Surface", valley: "Valley" };

export class Pane {
  // `view` draws: `view.react(div, figure)`; `view.start(weights)` is called where a start is chosen.
  constructor(grid, footer, view) {
    Object.assign(this, { grid, view });
    this.allButton = this.button("All pictures at once", footer, () => this.toggleAll());
    this.pictures = new Map(); // by kind
    this.cost = 0; // ms of the last drawing
    this.budget = 0;
    this.rate = null; // of the slider, once it has moved
    this.moved = 0; // when
    this.bar = element("div", "live-chart-bar live-picture-bar", grid);
    this.buttons = element("div", "live-picture-switch", this.bar);
    this.buttons.setAttribute("role", "group");
    this.buttons.setAttribute("aria-label", "Picture");
    this.tools = element("div", "live-picture-tools", this.bar);
    this.why = element("p", "live-picture live-picture-missing", grid);
    this.why.setAttribute("role", "status");
    this.onRate = ({ detail }) => this.moveRate(detail.rate);
    window.addEventListener("uphill:rate", this.onRate);
  }

  get plots() {
    return [...this.pictures.values()].flatMap(({ div, relief }) => (relief ? [div, relief.div] : [div]));
  }

  get visible() {
    return [...this.pictures.values()].filter(({ kind }) => this.all || kind === this.kind);
  }

  // One node per picture, made once: zoom lives in it. `settings`: `large` is for a room; `startable`
  // says whether a click chooses where to start, `started` whether one has; `points` are what was drawn.
  place(descriptions, settings) {
    this.settings = settings;
    const kinds = Object.keys(KINDS).filter((kind) => descriptions.some(({ key, picture }) => picture && key === kind));
    this.missing = new Map(descriptions.filter(({ missing }) => missing).map(({ key, missing }) => [key, missing]));
    for (const [kind, { box, div }] of this.pictures) {
      if (kinds.includes(kind)) continue;
      purge(div);
      box.remove();
      this.pictures.delete(kind);
    }
    const surface = descriptions.find(({ key }) => key === "surface");
    for (const kind of kinds) {
      const description = descriptions.find(({ key }) => key === kind);
      const picture = this.pictures.get(kind) ?? this.create(kind);
      picture.describe(description, surface?.picture?.loss);
      this.pictures.set(kind, picture);
    }
    const wanted = remembered("picture", "fit");
    this.kind = kinds.includes(wanted) ? wanted : kinds[0];
    this.all = remembered("all", false);
    if (performance.now() - this.moved > SETTLED) this.rate = null; // the rate is Python's again
    this.showSwitch(Object.keys(KINDS).filter((kind) => kinds.includes(kind) || (kinds.length && this.missing.has(kind))));
    this.arrange();
  }

  create(kind) {
    return new Picture(kind, element("figure", "live-chart-box live-picture", this.grid), this);
  }

  showSwitch(kinds) {
    this.buttons.replaceChildren();
    for (const kind of kinds) this.button(NAMES[kind], this.buttons, () => this.select(kind)).dataset.kind = kind;
    this.bar.hidden = !kinds.length;
    this.allButton.hidden = this.pictures.size < 2;
  }

  button(text, parent, onclick) {
    const button = element("button", "live-chart-button", parent);
    Object.assign(button, { type: "button", textContent: text, onclick });
    return button;
  }

  // A picture, or why there is none of that kind.
  select(kind) {
    this.kind = kind;
    remember("picture", kind); // also of one that is yet to come
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
      button.setAttribute("aria-pressed", String(button.dataset.kind === this.kind));
    }
    this.allButton.setAttribute("aria-pressed", String(this.all));
    for (const { kind, box } of this.pictures.values()) {
      box.hidden = !(this.all || kind === this.kind);
      box.classList.toggle("live-picture-second", kind !== this.kind);
    }
    setText(this.why, this.missing.get(this.kind) ?? "");
    this.tools.replaceChildren(...(this.pictures.get(this.kind)?.tools ?? []));
  }

  // Draws the visible figures anew.
  draw() {
    for (const picture of this.visible) picture.draw();
  }

  // The course, which of its entries is to be seen, and whether the run is over.
  at(course, index, ended) {
    Object.assign(this, { course, index, ended });
  }

  // Another run is seen whole.
  reset() {
    for (const picture of this.pictures.values()) picture.zoomed = false;
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
  }
}
