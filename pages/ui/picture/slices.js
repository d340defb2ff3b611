// One answer's events, drawn in slices until the next answer, so that a chart grows smoothly.

const BACKLOG = 1000; // events of one answer above which nothing is animated
const MOST = 8; // slices of one answer

export class Slices {
  // `draw(events, last)` is called with each; `interval` is the time between two answers in ms.
  constructor(interval, draw) {
    Object.assign(this, { interval, draw, waiting: [] });
  }

  start(events) {
    const still = events.length > BACKLOG || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const affordable = Math.floor((0.5 * this.interval) / (this.cost ?? 1));
    const count = still ? 1 : Math.max(1, Math.min(MOST, events.length, affordable));
    for (let i = 0; i < count; i++) {
      const [from, to] = [i, i + 1].map((k) => Math.round((k * events.length) / count));
      this.waiting.push(events.slice(from, to));
    }
    this.next(this.interval / count);
  }

  next(pause) {
    const begin = performance.now();
    this.draw(this.waiting.shift(), this.waiting.length === 0);
    this.cost = performance.now() - begin;
    if (this.waiting.length) this.timer = setTimeout(() => this.next(pause), pause);
  }

  // Draws what is left at once.
  flush() {
    const rest = this.waiting.flat();
    this.stop();
    if (rest.length) this.draw(rest, true);
  }

  stop() {
    clearTimeout(this.timer);
    this.waiting = [];
  }
}
