// What the code's variables held at the probed step nearest to the epoch that the charts show.

import { element, formatNumber } from "./live_view.js";
import { latestMoment } from "./picture/moment.js";

const KINDS = ["inputs", "weights", "outputs", "gradients"];

export default class CodeValues {
  constructor(parent) {
    this.root = element("div", "code-values", parent);
    this.root.hidden = true;
    const table = element("table", "", this.root);
    this.caption = element("caption", "", table);
    const head = element("tr", "", element("thead", "", table));
    for (const name of ["", "smallest", "mean", "largest", "not finite"]) {
      const cell = element(name ? "th" : "td", "", head);
      cell.textContent = name;
      if (name) cell.scope = "col";
    }
    this.body = element("tbody", "", table);
    this.onMoment = ({ detail }) => this.show(detail);
    window.addEventListener("uphill:epoch", this.onMoment);
  }

  update({ token }) {
    this.token = token;
    this.show(latestMoment());
  }

  show(moment) {
    const probe = moment?.probe;
    this.root.hidden = moment?.token !== this.token || !probe?.stats; // a stranger is told none
    if (this.root.hidden || probe === this.probe) return;
    this.probe = probe;
    const loss = probe.loss == null ? "" : `: the batch's loss is ${formatNumber(probe.loss)}`;
    this.caption.textContent = `What they held at step ${probe.step}, in epoch ${probe.epoch + 1}${loss}`;
    this.body.replaceChildren();
    for (const kind of KINDS) {
      const { min, mean, max, non_finite: bad } = probe.stats[kind] ?? {};
      const row = element("tr", "", this.body);
      const name = element("th", "", row);
      name.scope = "row";
      name.textContent = kind;
      for (const value of [min, mean, max]) element("td", "", row).textContent = value == null ? "–" : formatNumber(value);
      element("td", "", row).textContent = bad ? `${formatNumber(100 * bad, 3)} %` : "none";
    }
  }

  close() {
    window.removeEventListener("uphill:epoch", this.onMoment);
    this.root.remove();
  }
}
