// The lab's one sentence. Python says it; while a run goes on, the charts tell how far it is by the
// window's event `uphill:progress` ({token, text, outcome, reason}), and while the slider moves,
// `uphill:rate` ({rate}) tells the rate, `uphill:predicted` the server's sentence for one. Its height never changes: what is longer is read on demand.

import { element, figure } from "../live_view.js";

const LOOKING = "Looking for the cause …";
const OUTCOMES = { completed: "Completed.", diverged: "Diverged.", failed: "Failed.", stopped: "" };

// What is certain of a rate: how its schedule's highest stands to the limit, where that moves with it.
function ofRate(rate, { critical, constant, peak }) {
  if (peak == null) return { title: `Learning rate ${figure(rate)}.`, text: "The schedule makes its own of it.", icon: "help" };
  const ratio = (rate * peak) / critical;
  const title = ratio <= 1 ? "Below the limit." : constant ? "Too high." : "Its highest is too high.";
  const which = constant ? "Your rate" : "Your highest rate";
  const text = `${which} ${figure(rate * peak)} is ${figure(ratio)} × the largest stable one, ${figure(critical)}.`;
  return { title, text, icon: ratio > 1 ? "trending_up" : "trending_down" };
}

export default class Sentence {
  constructor(parent) {
    this.root = element("div", "sentence", parent);
    this.box = element("div", "sentence-box", this.root);
    this.icon = element("span", "sentence-icon", this.box);
    this.icon.setAttribute("aria-hidden", "true");
    this.icon.translate = false;
    this.words = element("p", "sentence-words", this.box);
    this.words.setAttribute("role", "status");
    this.title = element("strong", "", this.words);
    this.text = element("span", "", this.words);
    this.more = element("button", "sentence-more", this.box);
    this.more.type = "button";
    this.more.onclick = () => this.expand(!this.root.classList.contains("sentence-open"));
    this.onProgress = ({ detail }) => this.progress(detail);
    this.onRate = ({ detail }) => this.moveRate(detail.rate);
    this.onCurvature = ({ detail }) => this.moveRate(this.rate, detail.factor);
    this.onPredicted = ({ detail }) => this.predicted(detail);
    this.onDismiss = (event) => {
      if (event.type === "keydown" ? event.key === "Escape" : !this.root.contains(event.target)) this.expand(false);
    };
    this.onReveal = () => this.reveal(!this.revealed);
    window.addEventListener("uphill:reveal", this.onReveal);
    window.addEventListener("uphill:progress", this.onProgress);
    window.addEventListener("uphill:rate", this.onRate);
    window.addEventListener("uphill:curvature", this.onCurvature);
    window.addEventListener("uphill:predicted", this.onPredicted);
    document.addEventListener("keydown", this.onDismiss);
    document.addEventListener("pointerdown", this.onDismiss);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.words);
  }

  update({ sentence, rate, presented }) {
    const content = JSON.stringify([sentence, presented]);
    this.rate = rate;
    if (content === this.content) return;
    this.content = content;
    this.sentence = sentence;
    this.expand(false);
    this.presented = presented;
    if (sentence.phase === "prediction") this.told = !presented; // another one than before
    this.enter(sentence.phase);
    this.show(sentence);
    const { last } = this;
    if (sentence.phase === "progress" && last?.token === sentence.token) this.progress(last);
  }

  // In front of a room, prediction and verdict wait until they are asked for, each anew.
  enter(phase) {
    if (phase !== "prediction" && phase === this.phase) return;
    this.phase = phase;
    this.reveal(!this.presented);
  }

  reveal(revealed) {
    this.revealed = revealed;
    this.told ||= revealed; // what was told stays on the charts
    document.documentElement.dataset.revealed = String(this.told);
    window.dispatchEvent(new CustomEvent("uphill:revealed"));
    if (this.shown) this.show(this.shown);
  }

  withheld({ phase, icon }) {
    const asked = {
      prediction: [`Learning rate ${figure(this.rate)}.`, "What will the loss do? (V)", "help"],
      verdict: ["It has ended.", "What happened, and why? (V)", "help"],
    }[phase];
    return asked ? { title: asked[0], text: asked[1], icon: asked[2], level: "note", phase } : null;
  }

  show(said) {
    this.shown = said;
    const { title, text, icon, level, phase } = (!this.revealed && this.withheld(said)) || said;
    this.root.dataset.level = level;
    this.root.dataset.phase = phase;
    this.icon.textContent = icon;
    this.title.textContent = title;
    this.text.textContent = text && ` ${text}`;
    this.fit();
  }

  progress(detail) {
    this.last = detail;
    const { sentence } = this;
    if (sentence?.phase !== "progress" || sentence.token !== detail.token) return;
    const state = `${detail.state.charAt(0).toUpperCase()}${detail.state.slice(1)}.`;
    if (!detail.outcome) return this.show({ ...sentence, title: state, text: detail.text });
    this.enter("verdict"); // which Python tells in a moment
    if (!this.revealed) return this.show({ ...sentence, phase: "verdict" });
    const title = OUTCOMES[detail.outcome] || detail.reason;
    const why = detail.outcome === "stopped" ? "" : `${detail.reason ?? ""} ${LOOKING}`;
    this.show({ ...sentence, title, text: why.trim(), icon: "hourglass_top" });
  }

  // Until Python's sentence for this rate is here, what is certain of it. While points are dragged the
  // curvature is so many times as large as Python knows it.
  moveRate(rate, factor = 1) {
    const { sentence } = this;
    if (!sentence?.limit?.critical || sentence.phase === "progress" || sentence.phase === "problem") return;
    this.rate = rate;
    this.content = null; // whatever Python says next is shown
    const limit = { ...sentence.limit, critical: sentence.limit.critical / factor };
    this.show({ ...ofRate(rate, limit), level: "note", phase: "prediction" });
  }

  predicted({ rate, sentence }) {
    if (rate !== this.rate || this.sentence?.phase !== "prediction") return;
    this.sentence = sentence;
    this.show(sentence);
  }

  fit() {
    const open = this.root.classList.contains("sentence-open");
    const { scrollHeight, clientHeight } = this.words;
    this.more.hidden = !open && scrollHeight <= clientHeight + 1;
    this.more.textContent = open ? "Less" : "Read all";
    this.more.setAttribute("aria-expanded", String(open));
  }

  expand(open) {
    this.root.classList.toggle("sentence-open", open);
    this.fit();
  }

  close() {
    this.observer.disconnect();
    window.removeEventListener("uphill:reveal", this.onReveal);
    window.removeEventListener("uphill:progress", this.onProgress);
    window.removeEventListener("uphill:rate", this.onRate);
    window.removeEventListener("uphill:curvature", this.onCurvature);
    window.removeEventListener("uphill:predicted", this.onPredicted);
    document.removeEventListener("keydown", this.onDismiss);
    document.removeEventListener("pointerdown", this.onDismiss);
    this.root.remove();
  }
}
