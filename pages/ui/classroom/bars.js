// The answers of a class as bars: before and behind the discussion, and what happened.

import { element } from "../live_view.js";
import { HEIGHT, WIDTH, svg } from "./curves.js";

export class Bars {
  constructor(parent) {
    this.root = element("div", "room-bars", parent);
    this.given = element("p", "room-given", this.root);
    this.rows = element("div", "room-rows", this.root);
  }

  clear() {
    this.shown = null;
    this.rows.replaceChildren();
    this.given.textContent = "";
  }

  // `question` as Python tells it, or null; `answers`, `happened` and `causes` as the route does.
  show(question, { answers, happened, causes, learners }) {
    this.root.hidden = !question || !answers.given;
    if (this.root.hidden) return;
    const [first, second] = answers.given;
    const now = question.round === 2 ? second : first;
    this.given.textContent = `${now} of ${learners.length} answered`;
    const text = JSON.stringify([question, answers, happened, causes]);
    if (text === this.shown) return;
    this.shown = text;
    this.rows.replaceChildren();
    if (answers.curves) this.curves(answers.curves);
    else if (answers.bars) this.bars(question, answers.bars, { happened, causes });
  }

  bars(question, [before, after], { happened, causes }) {
    const twice = question.round === 2;
    const truth = question.kind === "regime" ? happened : question.kind === "cause" ? Object.fromEntries(causes) : {};
    const most = Math.max(1, ...before, ...after, ...question.keys.map((key) => truth[key] ?? 0));
    question.labels.forEach((label, index) => {
      const row = element("div", "room-row", this.rows);
      element("span", "room-label", row).textContent = label;
      const bars = element("div", "room-pair", row);
      bar(bars, "before", before[index], most, twice ? "before" : "");
      if (twice) bar(bars, "after", after[index], most, "after");
      const runs = truth[question.keys[index]];
      if (runs) bar(bars, "happened", runs, most, runs === 1 ? "run did" : "runs did");
    });
  }

  curves([before, after]) {
    const picture = svg("svg", this.rows, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "room-drawn", role: "img" });
    picture.setAttribute("aria-label", `${before.length + after.length} curves that were drawn`);
    picture.setAttribute("preserveAspectRatio", "none");
    svg("line", picture, { x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2, class: "room-start" });
    const drawn = [...before.map((heights) => [heights, "before"]), ...after.map((heights) => [heights, "after"])];
    for (const [heights, when] of drawn) {
      const points = heights.map((value, i) => `${(WIDTH * i) / (heights.length - 1)},${HEIGHT * (1 - value / 100)}`);
      svg("polyline", picture, { points: points.join(" "), "data-when": when });
    }
  }
}

function bar(parent, when, count, most, word) {
  const line = element("div", "room-bar", parent);
  line.dataset.when = when;
  const fill = element("i", "", line);
  fill.style.width = `${(100 * count) / most}%`;
  element("span", "", line).textContent = word ? `${count} ${word}` : String(count);
}
