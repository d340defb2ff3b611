// The charts that stay as they are while knobs move: an element of their own tells them, for Streamlit
// sends an element only once while it does not change.

import { LiveView } from "./live_view.js";

const MOST = 32; // sets that are remembered: far more than a page shows
const sets = new Map(); // charts by the name of their set, the latest last

// What the element mounts. It draws nothing.
export default class Figures {
  update({ name, still }) {
    sets.delete(name);
    sets.set(name, still);
    if (sets.size > MOST) sets.delete(sets.keys().next().value);
    window.dispatchEvent(new CustomEvent("uphill:figures"));
  }

  close() {}
}

// A view of charts of which `data.figures` names the set of some. It comes in the same answer, before
// `data` or behind it. On `data.rate` depends the arrow of a picture, and nothing else.
export class FiguresView extends LiveView {
  constructor(...told) {
    super(...told);
    this.onFigures = () => this.waiting && this.update(...this.waiting);
    window.addEventListener("uphill:figures", this.onFigures);
  }

  update(data, setTriggerValue) {
    const { figures, rate, ...rest } = data;
    const still = figures ? sets.get(figures) : [];
    this.waiting = still ? null : [data, setTriggerValue];
    if (!still) return;
    const rated = still.map((chart) => (chart.picture ? { ...chart, picture: { ...chart.picture, rate } } : chart));
    super.update({ ...rest, charts: [...rest.charts, ...rated] }, setTriggerValue);
  }

  close() {
    super.close();
    window.removeEventListener("uphill:figures", this.onFigures);
  }
}
