// A logarithmic slider for the learning rate, with the critical rate as a mark. Sends the rate while
// it moves, at most every THROTTLE ms, and says when it rests. Until Python has heard the last rate,
// its rate is an older one and not taken over.

const THROTTLE = 80; // ms between two rates that are sent
const REST = 400; // ms without a move after which the slider rests
const DIGITS = 3;

const sliders = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!sliders.has(parentElement)) sliders.set(parentElement, new Slider(parentElement));
  const slider = sliders.get(parentElement);
  slider.update(data, setTriggerValue);
  return () => {
    clearTimeout(slider.timer);
    clearTimeout(slider.resting);
    slider.root.remove();
    sliders.delete(parentElement);
  };
}

class Slider {
  constructor(parent) {
    this.root = element("div", "rate-slider", parent);
    const words = element("div", "rate-slider-words", this.root);
    this.label = element("label", "rate-slider-label", words);
    this.value = element("output", "rate-slider-value", words);
    const track = element("div", "rate-slider-track", this.root);
    this.unstable = element("div", "rate-slider-unstable", track);
    this.input = element("input", "", track);
    this.input.type = "range";
    this.input.step = "any";
    this.input.id = "rate-slider-input";
    this.label.htmlFor = this.input.id;
    this.label.textContent = "Learning rate";
    this.mark = element("div", "rate-slider-mark", track);
    this.sent = 0; // when the last rate was sent, which is also its name
    this.waiting = false; // for Python to have heard it
    this.input.oninput = () => this.move();
    this.input.onkeydown = (event) => this.key(event);
  }

  update(data, tell) {
    this.data = data;
    this.tell = tell;
    if (data.heard === this.sent && !this.timer) this.waiting = false;
    if (!this.waiting) {
      this.input.min = Math.log10(data.lowest);
      this.input.max = Math.log10(data.highest);
      // A rate that came from here is rounded; the place it was moved to is not.
      if (this.rate !== data.rate) this.input.value = Math.log10(data.rate);
      this.rate = data.rate;
    }
    const place = data.critical == null ? null : this.place(data.critical);
    this.mark.hidden = this.unstable.hidden = place == null;
    if (place != null) {
      this.mark.style.left = `${100 * place}%`;
      this.mark.classList.toggle("rate-slider-mark-right", place > 0.5);
      this.unstable.style.left = `${100 * place}%`;
      this.mark.textContent = `largest stable ${short(data.critical)}`;
    }
    this.say();
  }

  place(rate) {
    const [low, high] = [Number(this.input.min), Number(this.input.max)];
    return Math.min(1, Math.max(0, (Math.log10(rate) - low) / (high - low)));
  }

  move() {
    this.waiting = true;
    this.rate = Number((10 ** Number(this.input.value)).toPrecision(DIGITS));
    this.say();
    clearTimeout(this.timer);
    clearTimeout(this.resting);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.sent = performance.now();
      this.tell("rate", { rate: this.rate, name: this.sent });
      this.resting = setTimeout(() => this.tell("rested", this.sent), REST);
    }, Math.max(0, this.sent + THROTTLE - performance.now()));
  }

  // An arrow is 5 %: with step "any" browsers differ.
  key(event) {
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    this.input.value = Number(this.input.value) + way * Math.log10(1.05);
    this.move();
  }

  say() {
    const { critical } = this.data;
    const ratio = critical == null ? "" : `, ${short(this.rate / critical)} × the largest stable one`;
    this.value.textContent = `${short(this.rate)}${ratio}`;
    this.input.setAttribute("aria-valuetext", this.value.textContent);
    this.root.classList.toggle("rate-slider-over", critical != null && this.rate > critical);
  }
}

function element(tag, name, parent) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent.append(made);
  return made;
}

function short(value) {
  const size = Math.abs(value);
  return size && (size >= 1e5 || size < 1e-4) ? value.toExponential(2) : String(Number(value.toPrecision(DIGITS)));
}
