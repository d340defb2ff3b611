// A table of points that the learner draws: each is a button over the fit, to be moved by mouse, touch
// or arrow keys. A click on an empty place adds one; a double click, a long press or Delete removes one.

import { element, formatNumber, setText } from "../live_view.js";
import { onPlaceClicked, placeIn } from "./start.js";

const MOST = 60; // as core/data reads them
const LEAST = 2;
const LONG = 600; // ms of a press that removes
const STILL = 4; // px that a press may move
const REST = 500; // ms after the last arrow key in which the change is sent
const PATIENCE = 3000; // ms in which Python may still know of an older table
const STEPS = 100; // presses of an arrow key across the frame
const RESOLUTION = 200; // places across the frame at least that can be told apart

export class Points {
  // `send` is called with the new table: [[x, y], …].
  constructor(box, div, send) {
    Object.assign(this, { div, send, points: [], handles: [] });
    this.layer = element("div", "live-points", box);
    this.status = element("p", "live-points-status", box);
    this.status.setAttribute("role", "status");
    div.on("plotly_afterplot", () => this.arrange());
    onPlaceClicked(div, (place) => this.add(place));
  }

  // The table as Python has it; null where the table is none of drawn points.
  show(points) {
    this.layer.hidden = !points;
    this.editable = !!points;
    if (!points || this.dragging) return;
    const late = JSON.stringify(points) !== this.sent && performance.now() - this.sentAt < PATIENCE;
    if (late) return;
    this.points = points.map((point) => [...point]);
    this.arrange();
  }

  arrange() {
    if (!this.editable) return;
    const size = this.div._fullLayout?._size;
    if (!size) return;
    while (this.handles.length > this.points.length) this.handles.pop().remove();
    while (this.handles.length < this.points.length) this.handles.push(this.handle(this.handles.length));
    const { xaxis, yaxis } = this.div.layout;
    const share = ([low, high], value) => (value - low) / (high - low);
    this.points.forEach(([x, y], i) => {
      const left = this.div.offsetLeft + size.l + share(xaxis.range, x) * size.w;
      const top = this.div.offsetTop + size.t + (1 - share(yaxis.range, y)) * size.h;
      this.handles[i].style.transform = `translate(${left}px, ${top}px)`;
      this.handles[i].setAttribute("aria-label", `Point ${i + 1} of ${this.points.length}: ${words([x, y])}`);
    });
  }

  handle(i) {
    const handle = element("button", "live-point", this.layer);
    handle.type = "button";
    handle.title = "Drag it; double-click or Delete removes it";
    handle.onpointerdown = (event) => this.grab(event, i);
    handle.ondblclick = () => this.remove(i);
    handle.onkeydown = (event) => this.moveByKey(event, i);
    return handle;
  }

  grab(event, i) {
    if (event.button !== 0) return;
    const handle = this.handles[i];
    handle.setPointerCapture(event.pointerId);
    let moved = false;
    const press = event.pointerType === "mouse" ? null : setTimeout(() => end() || this.remove(i), LONG);
    const end = () => {
      clearTimeout(press);
      this.dragging = false;
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
    };
    handle.onpointermove = (now) => {
      if (!moved && Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) <= STILL) return;
      clearTimeout(press);
      moved = this.dragging = true;
      this.points[i] = this.rounded(placeIn(this.div, now, true));
      this.arrange();
      setText(this.status, words(this.points[i]));
    };
    handle.onpointerup = () => {
      end();
      if (moved) this.commit();
    };
    handle.onpointercancel = end;
  }

  moveByKey(event, i) {
    if (event.key === "Delete" || event.key === "Backspace") this.remove(i);
    else {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!way) return;
      const times = event.shiftKey ? 10 : 1;
      const ranges = [this.div.layout.xaxis.range, this.div.layout.yaxis.range];
      const moved = this.points[i].map((c, k) => c + (times * way[k] * (ranges[k][1] - ranges[k][0])) / STEPS);
      this.points[i] = this.rounded(moved);
      this.arrange();
      setText(this.status, words(this.points[i]));
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.commit(), REST);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  add(place) {
    if (!this.editable) return;
    if (this.points.length >= MOST) return setText(this.status, `At most ${MOST} points`);
    this.points.push(this.rounded(place));
    this.arrange();
    this.commit();
  }

  remove(i) {
    if (this.points.length <= LEAST) return setText(this.status, `At least ${LEAST} points`);
    this.points.splice(i, 1);
    this.arrange();
    this.handles[Math.min(i, this.handles.length - 1)].focus();
    this.commit();
  }

  commit() {
    clearTimeout(this.resting);
    this.sent = JSON.stringify(this.points);
    this.sentAt = performance.now();
    setText(this.status, "");
    this.send(this.points);
  }

  // To as many digits as can be seen, so that links stay short.
  rounded(place) {
    return [this.div.layout.xaxis.range, this.div.layout.yaxis.range].map(([low, high], k) => {
      const unit = 10 ** Math.floor(Math.log10((high - low) / RESOLUTION));
      return Number((Math.round(place[k] / unit) * unit).toPrecision(6));
    });
  }

  close() {
    clearTimeout(this.resting);
  }
}

function words([x, y]) {
  return `x ${formatNumber(x)}, y ${formatNumber(y)}`;
}
