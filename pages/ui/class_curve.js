// A curve that is drawn over a run: heights at evenly spaced epochs, on a logarithmic scale around
// the loss at the start. A pointer draws; the arrow keys move along the curve and move it.

import { element } from "./live_view.js";

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [512, 200, 112, 10, 28]; // of the drawing, and its margins
const STEP = 5; // by which an arrow key moves a point
const LABELS = [
  [100, "far above"],
  [50, "at the start"],
  [0, "far below"],
];

export default class ClassCurve {
  place = 1; // the point that keys move

  constructor(parent) {
    this.root = element("div", "class-curve", parent);
    this.svg = svg("svg", this.root, {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      tabindex: 0,
      role: "slider",
      "aria-label": "The loss that you expect, over the epochs. Left and right choose a point, up and down move it.",
    });
    this.button = element("button", "", this.root);
    this.button.textContent = "This is my curve";
    this.button.addEventListener("click", () => this.handIn());
    this.svg.addEventListener("pointerdown", (event) => this.begin(event));
    this.svg.addEventListener("pointermove", (event) => this.drawing && this.draw(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.svg.addEventListener(name, () => (this.drawing = false));
    }
    this.svg.addEventListener("keydown", (event) => this.press(event));
  }

  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    if (data.question === this.question) return;
    this.question = data.question;
    this.highest = data.highest;
    this.heights = data.before ?? Array(data.points).fill(data.highest / 2);
    this.frame();
    this.show();
  }

  frame() {
    this.svg.replaceChildren();
    for (const [height, text] of LABELS) {
      const y = this.y(height);
      svg("line", this.svg, { class: "grid", x1: LEFT, x2: WIDTH, y1: y, y2: y });
      svg("text", this.svg, { x: 4, y: y + (height === 100 ? 8 : 4) }).textContent = text;
    }
    svg("text", this.svg, { x: LEFT, y: HEIGHT - 6 }).textContent = "first epoch";
    svg("text", this.svg, { x: WIDTH - 80, y: HEIGHT - 6 }).textContent = "last epoch";
    this.line = svg("polyline", this.svg, { class: "line" });
    this.dot = svg("circle", this.svg, { class: "place", r: 6 });
  }

  show() {
    const points = this.heights.map((height, index) => `${this.x(index)},${this.y(height)}`);
    this.line.setAttribute("points", points.join(" "));
    this.dot.setAttribute("cx", this.x(this.place));
    this.dot.setAttribute("cy", this.y(this.heights[this.place]));
    const height = this.heights[this.place];
    const last = this.heights.length - 1;
    this.svg.setAttribute("aria-valuemin", 0);
    this.svg.setAttribute("aria-valuemax", this.highest);
    this.svg.setAttribute("aria-valuenow", height);
    const where = height > 50 ? "above the start" : height < 50 ? "below the start" : "as at the start";
    this.svg.setAttribute("aria-valuetext", `Point ${this.place} of ${last}: ${where}, ${height} of ${this.highest}`);
  }

  begin(event) {
    this.drawing = true;
    this.before = null;
    this.svg.setPointerCapture(event.pointerId);
    this.draw(event);
  }

  // Sets the point below the pointer, and those that a quick pointer has jumped over.
  draw(event) {
    const box = this.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const y = ((event.clientY - box.top) / box.height) * HEIGHT;
    const last = this.heights.length - 1;
    const index = clamp(Math.round(((x - LEFT) / (WIDTH - LEFT - 8)) * last), 1, last);
    const height = Math.round(clamp((1 - (y - TOP) / (HEIGHT - TOP - BOTTOM)) * this.highest, 0, this.highest));
    const [from, was] = this.before ?? [index, height];
    const steps = Math.max(1, Math.abs(index - from));
    for (let step = 1; step <= steps; step++) {
      const at = Math.round(from + ((index - from) * step) / steps);
      this.heights[at] = Math.round(was + ((height - was) * step) / steps);
    }
    this.before = [index, height];
    this.place = index;
    this.show();
  }

  press(event) {
    const last = this.heights.length - 1;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (event.key === "Enter") return this.handIn();
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    this.place = clamp(this.place + move[0], 1, last);
    const height = clamp(this.heights[this.place] + move[1], 0, this.highest);
    if (move[1]) this.heights.fill(height, this.place); // what follows goes along, until it is moved
    this.show();
  }

  handIn() {
    this.setTriggerValue("drawn", { heights: [...this.heights], at: Date.now() });
  }

  x(index) {
    return LEFT + (index / (this.heights.length - 1)) * (WIDTH - LEFT - 8);
  }

  y(height) {
    return TOP + (1 - height / this.highest) * (HEIGHT - TOP - BOTTOM);
  }

  close() {
    this.root.remove();
  }
}

function svg(tag, parent, attributes) {
  const created = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  parent.append(created);
  return created;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
