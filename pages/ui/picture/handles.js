// Buttons over places of a plot, each to be moved by mouse, touch or arrow keys.

import { element, formatNumber, setText } from "../live_view.js";
import { placeIn } from "./start.js";

const LONG = 600; // ms of a press that removes
const STILL = 4; // px that a press may move
const REST = 500; // ms after the last arrow key in which the change is sent
const STEPS = 100; // presses of an arrow key across the frame
const RESOLUTION = 200; // places across the frame at least that can be told apart

// A subclass has the methods
//   name(i)       what a screen reader is told of a handle
//   moved(i)      called while one is dragged, or by each arrow key
//   commit()      sends the places
//   press(i)      a long press or Delete, if it does anything
export class Handles {
  constructor(box, div, className, title) {
    Object.assign(this, { div, className, title, places: [], handles: [] });
    this.layer = element("div", "live-points", box);
    this.status = element("p", "live-points-status", box);
    this.status.setAttribute("role", "status");
    div.on("plotly_afterplot", () => this.arrange());
  }

  get ranges() {
    return [this.div.layout.xaxis.range, this.div.layout.yaxis.range];
  }

  arrange() {
    if (this.layer.hidden) return;
    const size = this.div._fullLayout?._size;
    if (!size) return;
    while (this.handles.length > this.places.length) this.handles.pop().remove();
    while (this.handles.length < this.places.length) this.handles.push(this.handle(this.handles.length));
    const [across, up] = this.ranges;
    const share = ([low, high], value) => (value - low) / (high - low);
    this.places.forEach(([x, y], i) => {
      const [right, top] = [share(across, x), 1 - share(up, y)];
      const left = this.div.offsetLeft + size.l + right * size.w;
      const down = this.div.offsetTop + size.t + top * size.h;
      this.handles[i].style.transform = `translate(${left}px, ${down}px)`;
      this.handles[i].hidden = this.within && !(right >= 0 && right <= 1 && top >= 0 && top <= 1);
      this.handles[i].setAttribute("aria-label", this.name(i));
    });
  }

  handle(i) {
    const handle = element("button", this.className, this.layer);
    Object.assign(handle, { type: "button", title: this.title });
    handle.onpointerdown = (event) => this.grab(event, i);
    handle.ondblclick = () => this.press?.(i);
    handle.oncontextmenu = (event) => event.preventDefault(); // of a long press
    handle.onkeydown = (event) => this.moveByKey(event, i);
    return handle;
  }

  grab(event, i) {
    if (event.button !== 0) return;
    const handle = this.handles[i];
    handle.setPointerCapture(event.pointerId);
    let moved = false;
    const press = event.pointerType === "mouse" ? null : setTimeout(() => end() || this.press?.(i), LONG);
    const end = () => {
      clearTimeout(press);
      this.dragging = false;
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
    };
    handle.onpointermove = (now) => {
      if (!moved && Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) <= STILL) return;
      clearTimeout(press);
      moved = this.dragging = true;
      this.move(i, placeIn(this.div, now, true));
    };
    handle.onpointerup = () => {
      end();
      if (moved) this.commit();
    };
    handle.onpointercancel = end;
  }

  moveByKey(event, i) {
    if (this.press && (event.key === "Delete" || event.key === "Backspace")) this.press(i);
    else {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!way) return;
      const times = event.shiftKey ? 10 : 1;
      this.move(i, this.places[i].map((c, k) => c + (times * way[k] * (this.ranges[k][1] - this.ranges[k][0])) / STEPS));
      this.rest();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // After an arrow key.
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.commit(), REST);
  }

  move(i, place) {
    this.places[i] = this.rounded(place);
    this.arrange();
    setText(this.status, words(this.places[i]));
    this.moved(i);
  }

  // To as many digits as can be seen, so that links stay short.
  rounded(place) {
    return this.ranges.map(([low, high], k) => {
      const unit = 10 ** Math.floor(Math.log10((high - low) / RESOLUTION));
      return Number((Math.round(place[k] / unit) * unit).toPrecision(6));
    });
  }

  close() {
    clearTimeout(this.resting);
  }
}

export function words([x, y]) {
  return `x ${formatNumber(x)}, y ${formatNumber(y)}`;
}
