// A table of points that the learner draws: each is a button over the fit. A click on an empty place
// adds one; a double click, a long press or Delete removes one. While one is dragged, the page is told
// what that does to the curvature of the loss, by the window's event `uphill:curvature` ({factor}).

import { setText } from "../live_view.js";
import { Drawn } from "./drawn.js";
import { Handles, words } from "./handles.js";
import { onPlaceClicked } from "./start.js";

const MOST = 60; // as core/data reads them
const LEAST = 2;
const PATIENCE = 3000; // ms in which Python may still know of an older table

export class Points extends Handles {
  // `send` is called with a new table, [[x, y], …]; `draw` with one that is still being changed.
  constructor(box, div, send, draw) {
    super(box, div, "live-point", "Drag it; double-click or Delete removes it");
    Object.assign(this, { send, draw });
    onPlaceClicked(div, (place) => this.add(place));
  }

  // The table as Python has it, null where the table is none of drawn points; `drawn` says how it
  // becomes what the layer sees.
  show(points, drawn) {
    this.layer.hidden = !points;
    this.editable = !!points;
    if (!points || this.dragging) return;
    const late = JSON.stringify(points) !== this.sent && performance.now() - this.sentAt < PATIENCE;
    if (late) return;
    this.places = points.map((point) => [...point]);
    this.drawn = drawn && drawn.rows.every((i) => i < points.length) ? new Drawn(drawn) : null;
    this.known = this.drawn && drawn.closed ? this.drawn.curvature(points) : 0; // of Python's prediction
    this.arrange();
  }

  name(i) {
    return `Point ${i + 1} of ${this.places.length}: ${words(this.places[i])}`;
  }

  // What is certain of a point that is on its way.
  moved() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.drawn) return;
      this.draw(this.drawn, this.places);
      if (!(this.known > 0)) return;
      const factor = this.drawn.curvature(this.places) / this.known;
      window.dispatchEvent(new CustomEvent("uphill:curvature", { detail: { factor } }));
    });
  }

  add(place) {
    if (!this.editable) return;
    if (this.places.length >= MOST) return setText(this.status, `At most ${MOST} points`);
    this.places.push(this.rounded(place));
    this.arrange();
    this.commit();
  }

  press(i) {
    if (this.places.length <= LEAST) return setText(this.status, `At least ${LEAST} points`);
    this.places.splice(i, 1);
    this.arrange();
    this.handles[Math.min(i, this.handles.length - 1)].focus();
    this.commit();
  }

  commit() {
    clearTimeout(this.resting);
    this.sent = JSON.stringify(this.places);
    this.sentAt = performance.now();
    setText(this.status, "");
    this.send(this.places);
  }
}
