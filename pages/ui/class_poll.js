// Asks whether the class has changed, and reruns the page once when it has. The server holds its
// answer until there is news; tabs that nobody sees ask now and then, for a browser has few
// connections to one server.

const INTERVAL = 100; // ms from an answer to the next request
const HIDDEN = 1000; // the same in a tab that is not seen
const LONGEST_WAIT = 8000; // ms, while the server does not answer
const TIMEOUT = 15000;
const PATIENCE = 8000; // ms for the page to show what it was told; then it is told again

export default class ClassPoll {
  wait = INTERVAL;

  constructor() {
    this.onVisible = () => document.hidden || this.schedule(0);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  update({ ticket, state }, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    if (state !== this.known) this.told = null;
    this.known = state;
    if (ticket === this.ticket) return;
    this.ticket = ticket;
    this.schedule(0);
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), wait);
  }

  async poll() {
    const { ticket } = this;
    if (this.polling === ticket) return;
    this.polling = ticket;
    const known = document.hidden ? "" : `?known=${this.told ?? this.known}`;
    try {
      const answer = await fetch(`/api/class/${ticket}/state${known}`, { signal: AbortSignal.timeout(TIMEOUT) });
      if (ticket !== this.ticket || this.closed) return;
      if (answer.ok) this.compare((await answer.json()).state);
      else if (answer.status === 404) this.compare("gone");
      this.wait = answer.ok ? INTERVAL : Math.min(2 * Math.max(this.wait, HIDDEN), LONGEST_WAIT);
    } catch {
      this.wait = Math.min(2 * Math.max(this.wait, HIDDEN), LONGEST_WAIT);
    } finally {
      if (this.polling === ticket) this.polling = null;
    }
    if (!this.closed) this.schedule(document.hidden ? Math.max(this.wait, HIDDEN) : this.wait);
  }

  compare(state) {
    const now = performance.now();
    const waits = state === "gone" || now - this.toldAt < PATIENCE; // what is gone changes no more
    if (state === this.known || (state === this.told && waits)) return;
    Object.assign(this, { told: state, toldAt: now });
    this.setTriggerValue("changed", state);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
  }
}
