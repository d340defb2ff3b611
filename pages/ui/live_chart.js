// The live charts of one run: the loss, the picture beside it, and more below. Polls the run's events
// and appends their points to Plotly figures in place.

import { FiguresView } from "./figures.js";
import { Course } from "./picture/course.js";
import { config } from "./picture/files.js";
import { extend, fill, isEmpty } from "./picture/feed.js";
import { WORDS, enlarge, reveal } from "./picture/large.js";
import { clipped, unclipped } from "./picture/linear.js";
import { tellMoment } from "./picture/moment.js";
import { nameNow } from "./picture/names.js";
import { movePredicted } from "./picture/predicted.js";
import { Pane } from "./picture/pane.js";
import { remember, remembered } from "./picture/remembered.js";
import { Scrub } from "./picture/scrub.js";
import { Slices } from "./picture/slices.js";
import { Status } from "./picture/status.js";
import { axes, element, formatNumber, keepTicksFew, loadApart, purge, setText } from "./live_view.js";

const INTERVAL = 330; // ms from one poll to the next
const PICTURE_SHARE = 0.25; // of the time that the loss takes to draw, at most, for the picture

export default class LiveChart extends FiguresView {
  constructor(parent) {
    super(parent, "live-chart", INTERVAL);
    this.notice = element("p", "live-chart-notice", this.root);
    this.notice.setAttribute("role", "alert");
    this.grid = element("div", "live-chart-pair", this.root);
    this.bar = element("div", "live-chart-bar", this.grid);
    this.status = new Status(this.bar);
    this.scale = element("button", "live-chart-button", this.bar);
    Object.assign(this.scale, { type: "button", textContent: "Log scale", onclick: () => this.toggleScale() });
    this.scale.setAttribute("aria-pressed", "true");
    const footer = element("div", "live-chart-footer", this.root);
    this.more = element("details", "live-chart-more", footer);
    this.pane = new Pane(this.grid, footer, {
      react: (div, figure) => this.react(div, figure),
      moment: () => this.moment(),
      wholePlotly: () => loadApart(this.data.whole_plotly ?? this.data.plotly),
      start: (weights) => this.setTriggerValue("start", { weights }),
      points: (points) => this.setTriggerValue("points", { points }),
    });
    this.message = element("p", "live-chart-message", this.grid);
    element("summary", "", this.more).textContent = "More charts";
    this.rest = element("div", "live-chart-grid", this.more);
    Object.assign(this.more, { open: remembered("more", false), ontoggle: () => this.toggleMore() });
    this.slices = new Slices(INTERVAL, (events, last) => this.drawSlice(events, last));
    this.log = true;
    this.charts = [];
    this.onRevealed = () => this.data?.picture?.large && this.main && reveal(this.main.div);
    window.addEventListener("uphill:revealed", this.onRevealed);
    this.onPredicted = ({ detail }) => !this.token && this.main?.drawn && movePredicted(this.main.div, detail) && this.clip();
    window.addEventListener("uphill:predicted", this.onPredicted);
  }

  get main() { return this.charts[0]; }

  get plots() {
    return [...this.charts.map(({ div }) => div), ...this.pane.plots];
  }

  prepare(sameRun) {
    this.filled = false; // whether the figures have the first answer's events
    if (!sameRun || !this.token) {
      setText(this.notice, "");
      setText(this.message, "");
      this.status.reset();
      this.scrub?.reset();
      this.pane.reset();
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
    const [pictures, plain] = [[], []];
    for (const description of this.data.charts) (description.picture || description.missing ? pictures : plain).push(description);
    this.charts = plain.map((description, i) => {
      const chart = existing.get(description.key) ?? this.createChart(description, i === 0);
      existing.delete(description.key);
      const figure = structuredClone(description.figure);
      if (this.data.picture?.large) enlarge(figure);
      return Object.assign(chart, { figure, drawn: false });
    });
    for (const chart of existing.values()) {
      purge(chart.div);
      chart.box.remove();
    }
    this.more.hidden = this.charts.length < 2;
    this.grid.classList.toggle("live-chart-alone", !pictures.some(({ picture }) => picture));
    this.root.classList.toggle("live-chart-large", !!this.data.picture?.large);
    this.pane.place(pictures, this.data.picture ?? {});
    const begin = (name) => pictures.map(({ picture }) => picture?.[name]).find(Boolean) ?? null;
    this.begin = { weights: begin("start_weights"), outputs: begin("start_outputs") };
  }

  createChart({ key, title, shows }, main) {
    const box = element("figure", "live-chart-box", main ? this.grid : this.rest);
    if (main) this.placeMain(box);
    else element("figcaption", "live-chart-title", box).textContent = title;
    const div = element("div", "live-chart-plot", box);
    div.setAttribute("role", "figure");
    div.setAttribute("aria-label", `${title}. ${shows}`);
    div.dataset.chart = key;
    if (main) this.scrub = new Scrub(box, div, () => this.showMoment());
    return { key, title, shows, box, div };
  }

  placeMain(box) {
    box.classList.add("live-chart-main");
    box.append(this.message);
    this.bar.after(box); // before the picture, as it is read
  }

  draw(sameRun) {
    if (sameRun && this.token) return; // the points on the page stay until the events are here
    this.course = this.newCourse();
    this.drawFigures();
    if (!this.token && isEmpty(this.main.figure)) setText(this.message, this.data.empty);
  }

  newCourse() {
    return new Course(this.main.figure.layout.meta.steps_per_epoch, this.begin);
  }

  drawFigures() {
    this.main.figure.layout.yaxis.type = this.log ? "log" : "linear";
    for (const chart of this.charts) if (chart === this.main || this.more.open) this.drawChart(chart);
    this.clip();
    this.pane.at(this.course, this.shown, this.ended);
    this.pane.draw();
    this.followScrub();
  }

  drawChart(chart) {
    const { div, figure } = chart;
    figure.layout.uirevision = this.token ?? "none"; // a new run is seen whole
    if (!this.token && isEmpty(figure)) {
      for (const name of axes(figure.layout, "y")) {
        Object.assign(figure.layout[name], { showticklabels: false, showgrid: false });
      }
    }
    if (chart === this.main) delete figure.layout.height; // the page gives it
    this.react(div, figure);
    chart.drawn = true;
  }

  theme(layout) {
    const theme = super.theme(layout);
    return this.data.picture?.large ? { ...theme, "font.size": WORDS } : theme;
  }

  react(div, figure) {
    if (matchMedia("(pointer: coarse)").matches) figure.layout.dragmode = false; // a finger scrolls
    this.applyTheme(figure.layout);
    Plotly.react(div, figure.data, figure.layout, config());
    keepTicksFew(div);
  }

  showGone() {
    this.course ??= this.newCourse();
    if (!this.filled) this.drawFigures();
    this.status.reset();
    setText(this.notice, "This run is no longer kept.");
  }

  // Draws the loss and the picture in slices, one after the other until the next answer.
  append(answer) {
    const { events } = answer;
    setText(this.notice, "");
    this.slices.flush();
    this.status.showState(answer);
    if (!this.filled) {
      this.filled = true;
      this.course = this.newCourse();
      this.course.add(events);
      for (const { figure } of this.charts) fill(figure, events);
      this.drawFigures();
      return this.showStatus(events);
    }
    for (const chart of this.charts.slice(1)) this.extendChart(chart, events);
    this.slices.start(events);
  }

  extendChart({ drawn, div, figure }, events) {
    if (drawn) extend(div, events);
    else fill(figure, events);
  }

  drawSlice(events, last) {
    const begin = performance.now();
    extend(this.main.div, events);
    this.clip();
    const cost = performance.now() - begin;
    this.course.add(events);
    this.pane.at(this.course, this.shown, this.ended);
    if (this.scrub.place === null && events.length) this.pane.update(last ? Infinity : PICTURE_SHARE * cost);
    this.followScrub();
    this.showStatus(events);
  }

  // The text that goes with the events just drawn.
  showStatus(events) {
    const ended = events.find((event) => event.event === "run_ended");
    if (this.scrub.place === null) this.status.showEntry(this.course.entries[this.course.last], this.course.epochs);
    this.status.tell(this.token, ended);
    this.tellMoment();
    if (!ended) return;
    this.status.state.textContent = ended.outcome;
    if (ended.outcome === "failed") setText(this.message, ended.reason);
    this.notifyEnd(ended.outcome);
  }

  // Which entry of the course is to be seen.
  get shown() {
    const place = this.scrub.place;
    return place === null ? this.course.last : this.course.nearest(place);
  }

  // Another epoch than the last, or the last again.
  showMoment() {
    if (!this.course) return;
    this.pane.at(this.course, this.shown, this.ended);
    this.pane.update();
    this.status.showEntry(this.course.entries[this.shown], this.course.epochs);
    this.followScrub();
    this.tellMoment();
  }

  tellMoment() {
    const { epoch, step } = this.course.entries[this.shown];
    const told = { token: this.token, epoch, step, now: this.scrub.place === null };
    tellMoment({ ...told, probe: this.course.probeNear(step) });
  }

  followScrub() {
    const words = this.moment();
    this.scrub.follow(this.course, this.main.div.layout, words);
    const { div, title, shows } = this.main;
    const label = `${title}. ${shows}${words && ` ${words}.`}`;
    if (div.getAttribute("aria-label") !== label) div.setAttribute("aria-label", label);
    for (const chart of this.charts.slice(1)) if (chart.drawn) nameNow(chart, words, this.course.entries[this.shown].x);
  }

  moment() {
    const entry = this.course.entries[this.shown];
    if (!this.course.epochsTold) return "";
    return entry.epoch == null ? "At the start" : `After epoch ${entry.epoch + 1}: loss ${formatNumber(entry.told)}`;
  }

  // On a linear axis, what has left it.
  clip() {
    const change = this.log ? {} : clipped(this.main.div);
    if (Object.keys(change).length) Plotly.relayout(this.main.div, change);
  }

  toggleScale() {
    this.log = !this.log;
    this.scale.setAttribute("aria-pressed", String(this.log));
    const [{ div }, type] = [this.main, this.log ? "log" : "linear"];
    if (!div.data) return;
    const fit = this.log ? unclipped(div) : clipped(div, {});
    const format = this.log ? "e" : "SI";
    Plotly.relayout(div, { "yaxis.type": type, "yaxis.exponentformat": format, "yaxis.autorange": true, ...fit });
  }

  toggleMore() {
    remember("more", this.more.open);
    if (!this.more.open || !this.drawn) return;
    for (const chart of this.charts.slice(1)) if (!chart.drawn) this.drawChart(chart);
    this.followScrub();
  }

  suspend() {
    super.suspend();
    this.slices.flush();
  }

  stop() {
    super.stop();
    this.slices.stop();
  }

  close() {
    super.close();
    window.removeEventListener("uphill:revealed", this.onRevealed);
    window.removeEventListener("uphill:predicted", this.onPredicted);
    this.pane.close();
    this.scrub?.close();
  }
}
