// How far a run is, in words: above its charts, and by the window's event `uphill:progress` for
// whatever else on the page says so.

import { STATES, element, formatNumber } from "../live_view.js";

export class Status {
  constructor(bar) {
    const line = element("p", "live-chart-status", bar);
    this.numbers = element("span", "live-chart-numbers", line);
    this.state = element("span", "live-chart-state", line);
    this.state.setAttribute("role", "status"); // for screen readers; the numbers change too fast
  }

  reset() {
    this.numbers.textContent = "";
    this.state.textContent = "";
  }

  // What an answer says of the run's turn.
  showState({ ended, state, queue }) {
    if (ended) return;
    const waiting = queue ? `waiting for a place: number ${queue} in the queue` : STATES[state];
    this.state.textContent = waiting ?? state ?? "running";
  }

  showEntry(entry, epochs) {
    if (entry.epoch == null) return;
    const steps = entry.step + 1;
    const words = [`epoch ${entry.epoch + 1} of ${epochs}`, `${steps} step${steps > 1 ? "s" : ""}`];
    this.numbers.textContent = [...words, `loss ${formatNumber(entry.told)}`, ""].join(" · ");
  }

  // `ended` is the run's last event, where it is known.
  tell(token, ended) {
    const [text, state] = [this.numbers.textContent.replace(/ · $/, ""), this.state.textContent];
    const detail = { token, state, text, outcome: ended?.outcome, reason: ended?.reason };
    window.dispatchEvent(new CustomEvent("uphill:progress", { detail }));
  }
}
