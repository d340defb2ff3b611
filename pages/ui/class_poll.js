// Asks every second whether the class has changed, and reruns the page once when it has.

const INTERVAL = 800; // ms between two polls
const LONGEST_WAIT = 8000; // ms, while the server does not answer

export default class ClassPoll {
  wait = INTERVAL;

  constructor() {
    this.onVisible = () => document.hidden || this.schedule(0);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  update({ ticket, state }, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    this.known = state;
    if (ticket === this.ticket) return;
    this.ticket = ticket;
    this.schedule(INTERVAL * Math.random()); // a class comes at once and should not ask at once
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), wait);
  }

  async poll() {
    const { ticket } = this;
    try {
      const answer = await fetch(`/api/class/${ticket}/state`, { signal: AbortSignal.timeout(LONGEST_WAIT) });
      if (ticket !== this.ticket || this.closed) return;
      this.wait = INTERVAL;
      if (answer.ok) this.compare(await answer.json());
      else if (answer.status === 404) this.compare({ version: -1, ended: true });
    } catch {
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
    }
    if (!this.closed) this.schedule(this.wait);
  }

  compare({ version, ended }) {
    const state = `${version}${ended ? " ended" : ""}`;
    if (state === this.known || state === this.told) return;
    this.told = state;
    this.setTriggerValue("changed", state);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
  }
}
