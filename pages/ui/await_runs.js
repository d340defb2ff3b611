// Waits until runs have ended, without reruns of the script: polls one run after the other, and
// triggers a rerun when some have ended. While others go on, it triggers ever more rarely.

import { fetchEvents } from "./live_view.js";

const INTERVAL = 1000; // ms between two polls
const RETRY = 5000; // ms until the page is to try again what could not start
const NO_EVENTS = 1e9; // as `since`: behind every event of a run

export default class RunWaiter {
  delay = INTERVAL; // ms between two triggers, at least, while some of the runs go on

  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    const request = JSON.stringify(data);
    if (request === this.request) return;
    this.close();
    this.request = request;
    this.runs = data.runs;
    this.pending = [...data.tokens];
    this.ended = 0;
    this.since = Date.now();
    if (this.pending.length) this.schedule();
    else if (data.retry) this.timer = setInterval(() => this.trigger(), RETRY);
  }

  schedule() {
    this.timer = setTimeout(() => this.poll(), INTERVAL);
  }

  async poll() {
    const { request } = this;
    while (this.pending.length && !document.hidden && (await this.hasEnded(this.pending[0]))) {
      if (request !== this.request) return;
      this.pending.shift();
      this.ended++;
    }
    if (request !== this.request) return;
    if (this.ended && (!this.pending.length || Date.now() - this.since > this.delay)) {
      this.delay *= 2;
      return this.trigger(); // the page replies with the runs that are left
    }
    this.schedule();
  }

  trigger() {
    this.setTriggerValue("news", Date.now());
  }

  async hasEnded(token) {
    try {
      const answer = await fetchEvents(this.runs, token, NO_EVENTS);
      return !answer || answer.ended;
    } catch {
      return false; // the next poll asks again
    }
  }

  close() {
    clearTimeout(this.timer);
    this.request = null;
  }
}
