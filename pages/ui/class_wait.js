// Reruns the page once the server reaches its database again.

const INTERVAL = 4000; // ms between two looks
const LONGEST_WAIT = 8000;

export default class ClassWait {
  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    this.timer ??= setTimeout(() => this.look(), INTERVAL);
  }

  async look() {
    try {
      const answer = await fetch("/api/health", { signal: AbortSignal.timeout(LONGEST_WAIT) });
      if ((await answer.json()).store === "ok" && !this.closed) this.setTriggerValue("back", Date.now());
    } catch {
      // the server is away as well: the next look finds out
    }
    if (!this.closed) this.timer = setTimeout(() => this.look(), INTERVAL);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
