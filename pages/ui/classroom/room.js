// The room: one request a second for all learners' curves, outcomes and answers.

import { element, setText } from "../live_view.js";
import { Bars } from "./bars.js";
import { Cloud, HEIGHT, WIDTH, height, pathOf, sameScale, scaleOf, svg } from "./curves.js";

const INTERVAL = 1000; // ms between two polls
const LONGEST_WAIT = 8000;
const SIGNS = { settles: "✓", swings: "∿", rises: "↗", crawls: "→", live: "…", none: "" };
const WORDS = { live: "training", none: "no run yet", ended: "stopped" };

export default class Room {
  wait = INTERVAL;
  since = "";
  runs = new Map(); // by the learner's number: { run, points, look }
  tiles = new Map();

  constructor(parent) {
    this.root = element("div", "room", parent);
    const left = element("div", "room-left", this.root);
    this.bars = new Bars(left);
    this.cloud = new Cloud(left);
    this.legend = element("p", "room-legend", left);
    this.causes = element("p", "room-causes", left);
    const right = element("div", "room-right", this.root);
    this.notice = element("p", "room-notice", right);
    this.notice.setAttribute("role", "status");
    this.grid = element("div", "room-tiles", right);
    this.lists = element("div", "room-lists", right);
    this.onVisible = () => document.hidden || this.schedule(0);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    this.data = data;
    this.root.dataset.named = data.named;
    if (data.ticket !== this.ticket) {
      this.ticket = data.ticket;
      this.forget();
      this.schedule(0);
    }
    if (this.answer) this.showAnswers();
  }

  // Another ticket may show less: nothing of before stays.
  forget() {
    this.since = "";
    this.answer = this.listed = null;
    this.runs.clear();
    this.cloud.keep(this.runs);
    this.tiles.clear();
    this.grid.replaceChildren();
    this.lists.replaceChildren();
    this.bars.clear();
  }

  schedule(wait) {
    clearTimeout(this.timer);
    if (!this.closed && !document.hidden) this.timer = setTimeout(() => this.poll(), wait);
  }

  async poll() {
    const { ticket } = this;
    try {
      const url = `/api/class/${ticket}/curves?since=${this.since}`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(LONGEST_WAIT) });
      if (ticket !== this.ticket || this.closed) return;
      if (!answer.ok) throw new Error(String(answer.status));
      this.wait = INTERVAL;
      this.take(await answer.json());
    } catch {
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
      setText(this.notice, "Connection lost, trying again.");
    }
    this.schedule(this.wait);
  }

  take(answer) {
    this.answer = answer;
    this.since = answer.next;
    if (answer.anew) this.runs.clear();
    const changed = new Set();
    for (const [number, run, epoch, loss] of answer.points) {
      if (this.runs.get(number)?.run !== run) this.runs.set(number, { run, points: [], look: "live" });
      this.runs.get(number).points.push([epoch, height(loss)]);
      changed.add(number);
    }
    this.show(answer.learners, changed);
    this.showAnswers();
  }

  show(learners, changed) {
    const numbers = new Set(learners.map(({ number }) => number));
    this.root.toggleAttribute("data-empty", !learners.length);
    for (const number of this.runs.keys()) if (!numbers.has(number)) this.runs.delete(number);
    const scale = scaleOf(this.runs.values());
    const all = !sameScale(scale, this.scale);
    this.scale = scale;
    if (all) this.cloud.rescale(scale);
    for (const learner of learners) {
      const run = this.runs.get(learner.number);
      const look = lookOf(learner);
      const tile = this.tileOf(learner);
      const fresh = run && (all || changed.has(learner.number) || run.look !== look);
      if (run) run.look = look;
      if (fresh) {
        tile.line.setAttribute("points", pathOf(run.points, scale));
        this.cloud.draw(learner.number, run, scale);
      } else if (!run) tile.line.setAttribute("points", "");
      this.label(tile, learner, look);
    }
    this.cloud.keep(new Set(this.runs.keys()));
    for (const [number, tile] of this.tiles) {
      if (numbers.has(number)) continue;
      tile.root.remove();
      this.tiles.delete(number);
    }
  }

  tileOf(learner) {
    if (this.tiles.has(learner.number)) return this.tiles.get(learner.number);
    const root = element(this.data.named ? "button" : "div", "room-tile", this.grid);
    const picture = svg("svg", root, {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    const tile = { root, line: svg("polyline", picture), name: element("span", "room-name", root) };
    if (this.data.named) root.addEventListener("click", () => this.choose(learner.number));
    this.tiles.set(learner.number, tile);
    return tile;
  }

  choose(number) {
    this.setTriggerValue("chosen", { number, at: Date.now() });
  }

  label(tile, learner, look) {
    if (tile.root.dataset.look !== look) tile.root.dataset.look = look;
    const sign = SIGNS[look] ?? "";
    setText(tile.name, learner.name ? `${sign} ${learner.name}` : sign);
    const cause = this.data.causes[learner.cause] ?? learner.cause;
    const what = this.data.regimes[look] ?? WORDS[look] ?? "";
    const told = [learner.name, what, cause].filter(Boolean).join(": ");
    if (tile.told === told) return;
    tile.told = told;
    tile.root.title = told;
    if (this.data.named) tile.root.setAttribute("aria-label", told);
  }

  showAnswers() {
    const { answer, data } = this;
    const { learners, happened } = answer;
    this.bars.show(data.question, answer);
    setText(this.notice, this.count(learners));
    const told = Object.entries(data.regimes).filter(([key]) => happened[key]);
    setText(this.legend, told.map(([key, words]) => `${SIGNS[key]} ${words}: ${happened[key]}`).join("   "));
    const causes = answer.causes.map(([key, count]) => `${data.causes[key] ?? key}: ${count}`);
    setText(this.causes, causes.length ? `Most frequent causes: ${causes.join(" · ")}` : "");
    if (data.named) this.showLists(learners);
  }

  count(learners) {
    const live = learners.filter((learner) => learner.live).length;
    const people = `${learners.length} learner${learners.length === 1 ? "" : "s"}`;
    return live ? `${people}, ${live} training` : people;
  }

  showLists(learners) {
    const { question } = this.data;
    const silent = question?.open ? learners.filter(({ answered }) => answered < question.round) : [];
    const stuck = learners.filter(({ live, cause }) => !live && cause);
    const lists = [
      ["No answer yet", silent, () => ""],
      ["Stuck", stuck, ({ cause }) => this.data.causes[cause] ?? cause],
    ];
    const text = JSON.stringify(lists.map(([title, people]) => [title, people.map(({ number, cause }) => [number, cause])]));
    if (text === this.listed) return;
    this.listed = text;
    this.lists.replaceChildren();
    for (const [title, people, why] of lists) {
      if (!people.length) continue;
      const list = element("p", "", this.lists);
      element("b", "", list).textContent = `${title} (${people.length}): `;
      people.forEach((learner, index) => {
        const name = element("button", "room-link", list);
        name.textContent = learner.name;
        name.addEventListener("click", () => this.choose(learner.number));
        const reason = why(learner);
        list.append(`${reason ? ` – ${reason}` : ""}${index < people.length - 1 ? "; " : ""}`);
      });
    }
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.root.remove();
  }
}

function lookOf({ live, run, regime, outcome }) {
  if (!run) return "none";
  return live ? "live" : regime || (outcome ? "ended" : "live");
}
