// Where the next run starts on the loss surface, as a button over it: to be dragged, or moved by arrow
// keys and chosen by Enter, for who cannot click on the surface. Escape puts it back.

import { formatNumber, setText } from "../live_view.js";
import { Handles } from "./handles.js";

export class Start extends Handles {
  // `send` is called with the place that was chosen.
  constructor(box, div, send) {
    super(box, div, "live-point live-start", "Where the run starts: drag it, or move it by arrow keys and press Enter");
    Object.assign(this, { send, within: true });
  }

  // The place where the run starts, and what the axes are; null where none can be chosen.
  show(place, axes) {
    this.axes = axes;
    this.layer.hidden = !place;
    if (!place || this.dragging) return;
    this.place = place;
    this.moves = false;
    this.places = [[...place]];
    this.arrange();
  }

  // A moved start is sent by Enter, so that the page does not change under the fingers.
  rest() {
    this.moves = true;
  }

  moveByKey(event, i) {
    if (!this.moves || !["Enter", "Escape"].includes(event.key)) return super.moveByKey(event, i);
    if (event.key === "Enter") this.commit();
    else {
      this.show(this.place, this.axes);
      setText(this.status, "");
    }
    event.preventDefault();
    event.stopPropagation();
  }

  name() {
    const told = this.axes.map(({ name }, i) => `${name} ${formatNumber(this.places[0][i])}`);
    return `Start: ${told.join(", ")}`;
  }

  moved() {
    setText(this.status, this.dragging ? this.name() : `${this.name()}. Enter starts there`);
  }

  commit() {
    this.moves = false;
    setText(this.status, "");
    this.send(this.places[0]);
  }
}
