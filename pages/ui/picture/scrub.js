// Time on the loss chart: the pointer over it, or a slider below it, shows an earlier epoch.

import { element } from "../live_view.js";

const ARROWS = new Set(["ArrowLeft", "ArrowRight"]); // that need no focus; others scroll the page
const TAKEN = "input, textarea, select, canvas, [contenteditable=true], [role=textbox], [role=combobox], [role=listbox]," +
  "[role=menu], [role=grid], [role=radiogroup], [role=tablist], [role=slider], [role=dialog], [data-arrows]";

// Whether a key belongs to what has the focus.
function isTaken(event) {
  const { defaultPrevented, ctrlKey, metaKey, altKey, shiftKey, target } = event;
  return defaultPrevented || ctrlKey || metaKey || altKey || shiftKey || target.closest?.(TAKEN) != null;
}

export class Scrub {
  // `onShow` is called with a place on the axis of epochs; null for now.
  constructor(box, div, onShow) {
    Object.assign(this, { div, onShow });
    this.line = element("div", "live-chart-moment", box);
    this.line.hidden = true;
    this.slider = element("input", "live-chart-scrub", box);
    Object.assign(this.slider, { type: "range", min: 0, max: 1, value: 1, step: "any", disabled: true });
    this.slider.setAttribute("aria-label", "Epoch shown");
    this.slider.oninput = () => this.hold(Number(this.slider.value));
    this.slider.onkeydown = (event) => this.moveByKey(event);
    this.held = this.hovered = null; // places on the axis; null for now
    this.onPageKey = (event) => ARROWS.has(event.key) && !isTaken(event) && this.moveByKey(event);
    document.addEventListener("keydown", this.onPageKey);
    div.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.hover(event));
    div.addEventListener("pointerleave", () => this.leave());
    div.addEventListener("pointerup", (event) => event.pointerType !== "mouse" && this.touch(event));
  }

  // Where the run is now, and where its epochs are: the slider's end follows them.
  follow(course, layout, words) {
    this.course = course;
    const [low, high] = layout?.xaxis?.range ?? [0, 1];
    const now = course.entries[course.last].x;
    this.slider.disabled = course.epochsTold === 0;
    this.slider.min = low;
    this.slider.max = high;
    this.slider.value = this.held ?? now;
    this.slider.setAttribute("aria-valuetext", words);
    this.align();
    this.mark();
  }

  // The slider lies below the axis.
  align() {
    const size = this.div._fullLayout?._size;
    if (!size || (size.l === this.left && size.w === this.width)) return;
    [this.left, this.width] = [size.l, size.w];
    this.slider.style.marginLeft = `${size.l - 8}px`; // the thumb's middle is at the ends
    this.slider.style.width = `${size.w + 16}px`;
  }

  reset() {
    this.held = this.hovered = null;
    this.line.hidden = true;
  }

  get place() {
    return this.hovered ?? this.held;
  }

  hold(place) {
    const now = this.course.entries[this.course.last].x;
    this.held = place >= now ? null : place;
    if (this.held === null) this.slider.value = now;
    this.show();
  }

  hover(event) {
    if (event.buttons || this.slider.disabled) return; // a drag zooms
    const place = this.placeOf(event);
    if (place === this.hovered) return;
    this.hovered = place;
    this.show();
  }

  // A touch stays, as the slider does.
  touch(event) {
    const place = this.placeOf(event);
    if (place !== null && !this.slider.disabled) this.hold(place);
  }

  leave() {
    if (this.hovered === null) return;
    this.hovered = null;
    this.show();
  }

  // Draws at most once a frame.
  show() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.onShow(this.place));
    this.mark();
  }

  // With step "any" the arrow keys do something else in each browser.
  moveByKey(event) {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    const { entries, last } = this.course ?? {};
    if (this.slider.disabled) return;
    if (event.key === "Escape" || event.key === "End") this.hold(Infinity);
    else if (event.key === "Home") this.hold(entries[0].x);
    else if (by) {
      const here = this.held === null ? last : this.course.nearest(this.held);
      this.hold(entries[Math.min(last, Math.max(0, here + by))].x);
      this.slider.value = this.held ?? entries[last].x;
    } else return;
    event.preventDefault();
  }

  // The place on the axis below the pointer; null outside.
  placeOf({ clientX, clientY }) {
    const area = this.div.querySelector(".nsewdrag")?.getBoundingClientRect();
    const inside = area && clientX >= area.left && clientX <= area.right && clientY >= area.top && clientY <= area.bottom;
    if (!inside) return null;
    const [low, high] = this.div.layout.xaxis.range;
    return low + ((clientX - area.left) / area.width) * (high - low);
  }

  // A line where the held epoch is; below the pointer Plotly draws its own.
  mark() {
    const size = this.div._fullLayout?._size;
    const [low, high] = this.div.layout?.xaxis?.range ?? [0, 1];
    const share = this.held === null ? -1 : (this.held - low) / (high - low);
    this.line.hidden = !size || share < 0 || share > 1;
    if (this.line.hidden) return;
    const top = this.div.offsetTop + size.t;
    this.line.style.cssText = `left: ${this.div.offsetLeft + size.l + share * size.w}px; top: ${top}px; height: ${size.h}px`;
  }

  close() {
    cancelAnimationFrame(this.frame);
    document.removeEventListener("keydown", this.onPageKey);
  }
}
