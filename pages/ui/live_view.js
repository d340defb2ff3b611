// What the live charts of a run and the map of a sweep have in common: they poll events, load Plotly,
// and follow the theme, the width and the visibility of the page.

const LONGEST_WAIT = 8000; // ms between two polls while the server does not answer
const SHORTEST_WAIT = 100; // ms between an answer and the next poll
const [MOST_TICKS, FEWER_TICKS, NARROW] = [4, 3, 1.25]; // NARROW in powers of ten
const RETRY = 2000; // ms from a failure to load Plotly to the next try
const NEWBORN = 3000; // ms in which a run may be unknown to a server that did not start it
const DRAWING_SHARE = 0.25; // of the time between two polls, at most, while drawing takes long
export const STATES = { warming: "starting TensorFlow", waiting: "waiting for its turn" };

const scripts = new Map(); // promises, by URL

// A subclass has an element `notice` for what went wrong, lists in `plots` what Plotly draws into,
// and has the methods
//   prepare(sameRun)  before Plotly has loaded: the elements for `data`
//   draw(sameRun)     once it has: the figures without events; may return a promise
//   append(answer)    draws an answer's events and clears the notice
//   showGone()        says that the server does not know the run (any more)
export class LiveView {
  constructor(parent, className, interval) {
    this.interval = interval; // ms from one poll to the next
    this.root = element("div", className, parent);
    this.generation = 0; // grows with every reset, so that late answers are recognized
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.onVisibilityChange = () => (document.hidden ? this.suspend() : this.resume());
    document.addEventListener("visibilitychange", this.onVisibilityChange);
  }

  // What Plotly draws into.
  get plots() {
    return [];
  }

  // Called at each rerun of the script and at each change of the theme.
  update(data, setTriggerValue) {
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    const { notify, ...content } = data;
    const serialized = JSON.stringify(content);
    if (serialized === this.content && !this.failed) return this.restyle();
    this.content = serialized;
    this.reset();
  }

  // Another run, or the same one in other figures. Its events are read again from the first.
  async reset() {
    const generation = ++this.generation;
    const sameRun = this.token === this.data.token;
    this.stop();
    this.token = this.data.token;
    this.cursor = 0;
    this.ended = false;
    this.drawn = false;
    this.failed = false;
    this.wait = this.interval;
    this.begun = performance.now();
    this.prepare(sameRun);
    try {
      await loadScript(this.data.plotly);
    } catch {
      if (generation !== this.generation) return;
      this.failed = true; // an update before the timer tries again at once
      setText(this.notice, this.data.failure);
      this.timer = setTimeout(() => this.reset(), RETRY);
      return;
    }
    if (generation !== this.generation) return;
    await this.draw(sameRun);
    if (generation !== this.generation) return;
    this.drawn = true;
    if (this.token) this.poll();
    else if (this.data.events) this.accept({ events: this.data.events, ended: true });
  }

  async poll() {
    const { generation } = this;
    clearTimeout(this.timer);
    if (this.polling === generation) return;
    this.polling = generation;
    let begin = performance.now();
    try {
      const answer = await fetchEvents(this.data.runs, this.token, this.cursor);
      if (generation !== this.generation) return;
      this.polling = null;
      const unborn = !answer && !this.cursor && performance.now() - this.begun < NEWBORN;
      this.wait = unborn ? this.interval : Math.max(this.interval, this.accept(answer) / DRAWING_SHARE);
    } catch {
      if (generation !== this.generation) return;
      this.polling = null;
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
      begin = performance.now();
      setText(this.notice, "Connection lost, trying again.");
    }
    if (this.ended || document.hidden) return;
    const rest = Math.max(SHORTEST_WAIT, this.wait - (performance.now() - begin));
    this.timer = setTimeout(() => this.poll(), rest);
  }

  // Returns how many ms it took to draw.
  accept(answer) {
    const begin = performance.now();
    this.ended = !answer || answer.ended;
    if (answer) {
      this.cursor = answer.next;
      this.append(answer);
    } else this.showGone();
    return performance.now() - begin;
  }

  // Tells Python of the run's end, once.
  notifyEnd(outcome) {
    if (!this.data.notify || this.notified === this.token) return;
    this.notified = this.token;
    this.setTriggerValue("ended", outcome);
  }

  // The theme's colours as a patch of a layout, by dotted paths.
  theme(layout) {
    const style = getComputedStyle(this.root);
    const value = (name) => style.getPropertyValue(`--st-${name}`).trim() || undefined;
    const patch = {
      "font.color": value("text-color"),
      "font.family": value("font"),
      "font.size": 12,
      "hoverlabel.bgcolor": value("background-color"),
      "hoverlabel.bordercolor": value("border-color"),
      "hoverlabel.font.color": value("text-color"),
      "modebar.bgcolor": "rgba(0,0,0,0)",
      "modebar.color": value("text-color"),
      "modebar.activecolor": value("primary-color"),
    };
    for (const name of [...axes(layout, "x"), ...axes(layout, "y")]) {
      patch[`${name}.gridcolor`] = value("border-color-light");
    }
    return patch;
  }

  // For a layout that is not drawn yet.
  applyTheme(layout) {
    for (const [path, value] of Object.entries(this.theme(layout))) setPath(layout, path, value);
  }

  restyle() {
    for (const div of this.plots) {
      if (!div.data) continue;
      const theme = this.theme(div.layout);
      if (div.layout.font.color !== theme["font.color"]) plotlyOf(div).relayout(div, theme);
    }
  }

  resize() {
    cancelAnimationFrame(this.resizing);
    this.resizing = requestAnimationFrame(() => {
      for (const div of this.plots) if (div.data && div.offsetParent) plotlyOf(div).Plots.resize(div); // what is seen
    });
  }

  suspend() {
    clearTimeout(this.timer);
  }

  resume() {
    if (this.failed) this.reset();
    else if (this.token && this.drawn && !this.ended) this.poll();
  }

  stop() {
    clearTimeout(this.timer);
  }

  close() {
    this.generation++;
    this.stop();
    this.observer.disconnect();
    cancelAnimationFrame(this.resizing);
    document.removeEventListener("visibilitychange", this.onVisibilityChange);
    this.plots.forEach(purge);
    this.root.remove();
  }
}

// A run's events from number `since` on; null if the server does not know the run.
export async function fetchEvents(runs, token, since) {
  const url = `${runs}/${encodeURIComponent(token)}/events?since=${since}&brief=1`;
  const response = await fetch(url, { signal: AbortSignal.timeout(2 * LONGEST_WAIT) });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

export function element(tag, className, parent) {
  const created = document.createElement(tag);
  if (className) created.className = className;
  parent.append(created);
  return created;
}

// Leaves equal text alone: screen readers would read it out again.
export function setText(node, text) {
  if (node.textContent !== (text ?? "")) node.textContent = text ?? "";
}

export function formatNumber(value, digits = 4) {
  if (typeof value !== "number") return { nan: "NaN", inf: "∞", "-inf": "−∞" }[value];
  const size = Math.abs(value);
  if (size && (size >= 1e5 || size < 1e-3)) return value.toExponential(2);
  return String(Number(value.toPrecision(digits)));
}

// A number as the sentences from Python write it (`figure` in core/theory/wording.py).
export function figure(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return formatNumber(value);
  if (!size || (size >= 1e-4 && size < 1e9)) {
    return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 7 });
  }
  const [digits, power] = value.toExponential(2).split("e");
  return `${Number(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

// Frees a plot. Plotly ends a drawing in later microtasks, which fail on what is purged already.
export function purge(div) {
  if (div.data) setTimeout(() => plotlyOf(div).purge(div));
}

// What drew into an element: of what needs the whole Plotly, that one.
function plotlyOf(div) {
  return div.plotly ?? Plotly;
}

// Asks for fewer ticks where a logarithmic axis spans so little that Plotly would label every digit:
// `most_ticks` in core/charts/ticks.py.
export function keepTicksFew(div) {
  if (div.ticksAreFew) return;
  div.ticksAreFew = true;
  div.on("plotly_afterplot", () => {
    const change = {};
    for (const name of [...axes(div.layout, "x"), ...axes(div.layout, "y")]) {
      const { type, range, nticks } = div.layout[name];
      if (type !== "log" || !range) continue;
      const most = range[1] - range[0] < NARROW ? FEWER_TICKS : MOST_TICKS;
      if (nticks !== most) change[`${name}.nticks`] = most;
    }
    if (Object.keys(change).length) Plotly.relayout(div, change);
  });
}

export function axes(layout, letter) {
  return Object.keys(layout).filter((name) => name.startsWith(`${letter}axis`));
}

function setPath(target, path, value) {
  const names = path.split(".");
  const last = names.pop();
  for (const name of names) target = target[name] ??= {};
  target[last] = value;
}

// The whole Plotly, beside the part of it that is loaded first and stays `window.Plotly`: neither may
// go on with what the other has drawn.
export function loadApart(url) {
  if (!scripts.has(url)) {
    const { Plotly: part } = window;
    const loading = new Promise((resolve, reject) => {
      const script = element("script", "", document.head);
      script.onload = () => { // behind the script, in one task
        resolve(window.Plotly);
        window.Plotly = part;
      };
      script.onerror = reject;
      script.src = url;
    });
    loading.catch(() => scripts.delete(url));
    scripts.set(url, loading);
  }
  return scripts.get(url).then((whole) => whole ?? window.Plotly);
}

function loadScript(url) {
  if (!scripts.has(url)) {
    const loading = new Promise((resolve, reject) => {
      if (window.Plotly) return resolve();
      const script = element("script", "", document.head);
      script.onload = () => resolve();
      script.onerror = reject;
      script.src = url;
    });
    loading.catch(() => scripts.delete(url));
    scripts.set(url, loading);
  }
  return scripts.get(url);
}
