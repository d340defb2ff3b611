// The catalogue's cards: what the example of each item does to a loss, small, to be looked through.
// Each is a link; an ordinary click tells Python, which shows the item without loading the app again.

import { element } from "../live_view.js";

const WIDTH = 200; // of a curve, in units that are stretched to the card
const HEIGHT = 72;
const MARGIN = 5; // above and below, so that no line is cut
const BELOW = 3; // powers of ten that the mended curve is shown below the other one, at most
const LEAST = 0.7; // powers of ten that a curve's scale has: what hardly moves is to look like it
const CARD = 196; // pixels that a card takes, at least
const USES = ["pointerdown", "keydown", "wheel"];
let opened = null; // the card that was clicked last: Back returns to it

export default class Cards {
  constructor(parent) {
    this.root = element("div", "cards", parent);
    this.log = true;
    this.observer = new ResizeObserver(() => this.data && (this.fit(), this.keepFocus()));
    this.observer.observe(this.root);
    this.root.addEventListener("focusout", () => requestAnimationFrame(() => this.keepFocus()));
    this.onUsed = () => this.data?.find && (opened = null); // who has moved on is not brought back
    for (const kind of USES) document.addEventListener(kind, this.onUsed, true);
  }

  update(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    const content = JSON.stringify(data.groups);
    if (content === this.content) return this.keepFocus();
    this.content = content;
    this.data = data;
    this.build();
  }

  build() {
    this.root.replaceChildren();
    this.cards = [];
    if (this.data.find) this.buildBar();
    this.none = element("p", "cards-none", this.root);
    this.none.setAttribute("role", "status");
    this.grid = element("div", "cards-grid", this.root);
    this.groups = this.data.groups.map(([heading, items]) => {
      const section = element("section", "", this.grid);
      element("h2", "", section).textContent = heading;
      const list = element("ul", "", section);
      return { section, cards: items.map((item) => this.buildCard(list, item)) };
    });
    this.filter("");
    if (this.data.find) this.returnToOpened();
    else this.startAtTop();
  }

  // Short groups stand side by side, in columns that all of them share.
  fit() {
    const columns = Math.max(2, Math.floor(this.root.clientWidth / CARD));
    this.grid.style.setProperty("--columns", columns);
    for (const { section, cards } of this.groups) {
      const shown = cards.filter(({ box }) => !box.hidden).length;
      section.style.setProperty("--span", Math.min(columns, Math.max(shown, 2)));
    }
  }

  // Also where the cards are built twice on the way.
  returnToOpened() {
    const card = this.cards.find(({ item }) => item.key === opened);
    card?.link.scrollIntoView({ block: "center" });
    card?.link.focus({ preventScroll: true });
  }

  // What is moved or hidden on the way, as Streamlit does with elements of a page that comes again,
  // loses the focus; nobody has it then.
  keepFocus() {
    if (this.data.find && document.activeElement === document.body) this.returnToOpened();
  }

  buildBar() {
    const bar = element("div", "cards-bar", this.root);
    const field = element("input", "cards-find", bar);
    field.type = "search";
    field.placeholder = "Find: NaN, scale, bias …";
    field.setAttribute("aria-label", "Find by a word");
    field.oninput = () => this.filter(field.value);
    const key = element("p", "cards-key", bar);
    for (const [name, text] of [["loss", "its loss"], ["mended", "mended"], ["validation", "validation loss"]]) {
      const part = element("span", "", key);
      part.append(drawing("0 0 28 8", [path(name, ["0 4", "28 4"])]), text);
    }
    element("span", "", key).textContent = "✕ not a number any more";
    const scale = element("button", "cards-scale", bar);
    scale.type = "button";
    scale.textContent = "Log scale";
    scale.setAttribute("aria-pressed", String(this.log));
    scale.onclick = () => {
      this.log = !this.log;
      scale.setAttribute("aria-pressed", String(this.log));
      for (const { picture, item } of this.cards) draw(picture, item, this.log);
    };
  }

  buildCard(list, item) {
    const box = element("li", "", list);
    const link = element("a", "card", box);
    link.href = `?item=${encodeURIComponent(item.key)}`;
    link.onclick = (event) => this.open(event, item.key);
    const picture = element("span", "card-picture", link);
    element("span", "card-title", link).textContent = item.title;
    element("span", "card-line", link).textContent = item.line;
    draw(picture, item, this.log);
    const card = { box, link, picture, item, words: `${item.title} ${item.line} ${item.words}`.toLowerCase() };
    this.cards.push(card);
    return card;
  }

  open(event, key) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    opened = key;
    this.setTriggerValue("opened", key);
  }

  // Shows the cards that have all of the words.
  filter(text) {
    const asked = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { section, cards } of this.groups) {
      for (const { box, words } of cards) box.hidden = !asked.every((word) => words.includes(word));
      section.hidden = cards.every(({ box }) => box.hidden);
    }
    const none = this.groups.every(({ section }) => section.hidden);
    this.fit();
    this.none.textContent = none ? `No curve is described by “${text.trim()}”.` : "";
  }

  // Where a card was clicked, for the page that takes the place of this one.
  startAtTop() {
    if (opened) document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  }

  close() {
    this.observer.disconnect();
    for (const kind of USES) document.removeEventListener(kind, this.onUsed, true);
    this.root.remove();
    if (!document.querySelector(".cards-bar")) this.startAtTop(); // not where all cards are shown already
  }
}

// The curves of an item: each stretched to the card, on scales of their own.
function draw(picture, { loss, mended, validation, broke }, log) {
  picture.replaceChildren();
  const shown = { mended, validation, loss };
  const main = [loss, validation].filter(Boolean).flatMap(([, y]) => y);
  if (!main.length) {
    element("span", "card-words", picture).textContent = broke ? "✕ from the first step on" : "no step is taken";
    return;
  }
  const { at, place } = scales(shown, main, broke, log);
  const drawn = Object.entries(shown).filter(([, curve]) => curve?.[0].length);
  const paths = drawn.map(([name, curve]) => path(name, at(curve)));
  picture.append(drawing(`0 0 ${WIDTH} ${HEIGHT}`, paths));
  if (!broke) return;
  const [x, y] = place(loss[0].at(-1), loss[1].at(-1));
  const cross = element("span", "card-cross", picture);
  cross.textContent = "✕";
  Object.assign(cross.style, { left: `${(100 * x) / WIDTH}%`, top: `${(100 * y) / HEIGHT}%` });
}

// Places of values in the picture; the mended curve may leave it below, or to the right.
function scales({ loss, mended, validation }, main, broke, log) {
  const curves = [loss, mended, validation].filter((curve) => curve?.[0].length);
  const ends = curves.map(([x]) => x.at(-1));
  const right = broke ? 1.12 * loss[0].at(-1) || 1 : Math.max(...ends, 1);
  const scale = (value) => (log ? Math.log10(Math.max(value, 1e-30)) : value);
  const values = main.map(scale);
  const others = (mended?.[1] ?? []).map(scale);
  const high = Math.max(...values, ...(log ? others : []));
  let low = Math.min(...values, ...others);
  low = log ? Math.max(low, Math.min(...values) - BELOW) : Math.min(low, 0);
  if (log) low = Math.min(low, high - LEAST);
  const size = high - low || 1;
  const place = (x, y) => [
    (WIDTH * Math.min(x, right)) / right,
    MARGIN + (HEIGHT - 2 * MARGIN) * (1 - (scale(y) - low) / size),
  ];
  const at = ([x, y]) => x.map((value, i) => place(value, y[i]).map((v) => v.toFixed(1)).join(" "));
  return { at, place };
}

function path(name, points) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const single = points.length === 1 ? "h0.01" : ""; // a dot
  drawn.setAttribute("d", `M${points.join("L")}${single}`);
  drawn.setAttribute("class", `curve curve-${name}`);
  return drawn;
}

function drawing(viewBox, paths) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(...paths);
  return svg;
}
