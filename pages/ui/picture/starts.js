// Where the next run starts on the loss surface, as a button over it: to be dragged, or moved by arrow
// keys, for who cannot click on the surface.

import { formatNumber, setText } from "../live_view.js";
import { Handles } from "./handles.js";

export class Start extends Handles {
  // `send` is called with the place that was chosen.
  constructor(box, div, send) {
    super(box, div, "live-point live-start", "Where the run starts: drag it, or move it by arrow keys");
    Object.assign(this, { send, within: true });
  }

  // The place where the run starts, and what the axes are; null where none can be chosen.
  show(place, axes) {
    this.axes = axes;
    this.layer.hidden = !place;
    if (!place || this.dragging) return;
    this.places = [[...place]];
    this.arrange();
  }

  name() {
    const told = this.axes.map(({ name }, i) => `${name} ${formatNumber(this.places[0][i])}`);
    return `Start: ${told.join(", ")}`;
  }

  moved() {
    setText(this.status, this.name());
  }

  commit() {
    setText(this.status, "");
    this.send(this.places[0]);
  }
}
