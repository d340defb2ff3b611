// A logarithmic slider for the learning rate, with the critical rate as a mark. While it moves, it asks
// the server for what is predicted and tells it by the window's event `uphill:predicted`; where the
// charts are not those of the knobs (`data.predicted` is empty), it sends the rate to Python instead,
// at most every THROTTLE ms. Python gets the rate once it has come to rest. Until it acknowledges the
// last one, the rate in `data` is an older one and is ignored.

import { element, figure } from "../live_view.js";

const THROTTLE = 80; // ms between two rates that are sent
const REST = 400; // ms without a move after which the slider is at rest
const PATIENCE = 4000; // ms for an answer; at rest the page tells the same
const DIGITS = 3;
const ARROW_FACTOR = 1.05; // of the rate, with each press of an arrow key

export default class RateSlider {
  constructor(parent) {
    this.root = element("div", "rate-slider", parent);
    const words = element("div", "rate-slider-words", this.root);
    const label = element("label", "rate-slider-label", words);
    this.output = element("output", "rate-slider-value", words);
    this.ratio = element("span", "rate-slider-ratio", words);
    const track = element("div", "rate-slider-track", this.root);
    this.unstable = element("div", "rate-slider-unstable", track);
    this.input = element("input", "", track);
    this.input.type = "range";
    this.input.step = "any";
    this.input.id = "rate-slider-input";
    label.htmlFor = this.input.id;
    label.textContent = "Learning rate";
    this.mark = element("div", "rate-slider-mark", track);
    this.sent = 0; // when the last rate was sent, which also identifies it
    this.pending = false; // whether a rate is still to be sent or acknowledged
    this.factor = 1; // of the curvature since Python told the limit
    this.onCurvature = ({ detail }) => this.moveCurvature(detail.factor);
    window.addEventListener("uphill:curvature", this.onCurvature);
    this.input.oninput = () => this.move();
    this.input.onkeydown = (event) => this.moveByKey(event);
  }

  update(data, setTriggerValue) {
    if (data.limit.critical !== this.data?.limit.critical) this.factor = 1;
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    if (data.acknowledged === this.sent && !this.throttle) this.pending = false;
    if (!this.pending) {
      this.input.min = Math.log10(data.lowest);
      this.input.max = Math.log10(data.highest);
      // A rate that came from here is rounded; the position it was moved to is not.
      const place = data.rate > 0 ? Math.log10(data.rate) : this.input.min;
      if (this.rate !== data.rate) this.input.value = place;
      this.rate = data.rate;
    }
    this.showLimit();
    this.showRate();
  }

  // What Python told; while points are dragged the curvature is so many times as large.
  get limit() {
    const { limit } = this.data;
    return limit.critical == null ? limit : { ...limit, critical: limit.critical / this.factor };
  }

  moveCurvature(factor) {
    if (!this.data) return;
    this.factor = factor;
    this.showLimit();
    this.showRate();
  }

  showLimit() {
    const { critical } = this.limit;
    const position = critical == null ? null : this.position(critical);
    this.mark.hidden = this.unstable.hidden = position == null;
    if (position != null) {
      this.mark.style.left = `${100 * position}%`;
      this.unstable.style.left = `${100 * position}%`;
    }
  }

  // From 0 at the lowest rate to 1 at the highest.
  position(rate) {
    const [low, high] = [Number(this.input.min), Number(this.input.max)];
    return Math.min(1, Math.max(0, (Math.log10(rate) - low) / (high - low)));
  }

  move() {
    this.pending = true;
    this.rate = Number((10 ** Number(this.input.value)).toPrecision(DIGITS));
    this.showRate();
    window.dispatchEvent(new CustomEvent("uphill:rate", { detail: { rate: this.rate } }));
    clearTimeout(this.throttle);
    clearTimeout(this.resting);
    this.throttle = setTimeout(() => this.send(), Math.max(0, this.sent + THROTTLE - performance.now()));
  }

  send() {
    this.throttle = null;
    this.sent = performance.now();
    const told = { rate: this.rate, event: this.sent };
    if (this.data.predicted) this.ask();
    else this.setTriggerValue("rate", told);
    this.resting = setTimeout(() => this.setTriggerValue("rested", told), REST);
  }

  // One question at a time: of the rates that it was moved to meanwhile, the last is asked for.
  async ask() {
    if (this.asking) return;
    this.asking = true;
    const { rate } = this;
    try {
      const url = `${this.data.predicted}?rate=${encodeURIComponent(rate)}`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) this.tell(await answer.json());
    } catch {
      // the page tells it at rest
    }
    this.asking = false;
    if (this.rate !== rate && this.pending) this.ask();
  }

  tell(predicted) {
    if (!this.pending) return; // the page has told already
    window.dispatchEvent(new CustomEvent("uphill:predicted", { detail: predicted }));
    if (predicted.rate !== this.rate) return;
    this.data.limit = predicted.limit; // of mini-batches the limit depends on the rate
    this.showLimit();
    this.showRate();
  }

  // With step "any" the arrow keys do something else in each browser.
  moveByKey(event) {
    const direction = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    this.input.value = Number(this.input.value) + direction * Math.log10(ARROW_FACTOR);
    this.move();
  }

  showRate() {
    const { critical, constant, peak } = this.limit;
    const rate = figure(this.rate);
    const known = critical != null && peak != null;
    const highest = constant || peak === 1 ? "" : "at most ";
    const ratio = known ? `${highest}${figure((this.rate * peak) / critical)} ×` : "";
    this.output.textContent = rate;
    this.ratio.textContent = ratio && `${ratio} largest stable ${figure(critical)}`;
    this.ratio.dataset.over = constant ? "too high" : "its highest is too high";
    this.input.setAttribute("aria-valuetext", ratio ? `${rate}, ${ratio} the largest stable one` : rate);
    this.root.classList.toggle("rate-slider-over", known && this.rate * peak > critical);
  }

  close() {
    this.pending = false;
    clearTimeout(this.throttle);
    clearTimeout(this.resting);
    window.removeEventListener("uphill:curvature", this.onCurvature);
    this.root.remove();
  }
}
