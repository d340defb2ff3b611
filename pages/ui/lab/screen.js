// The lab's keys and views. A key presses a button of the page, the first of its list that can be
// pressed: it does what the button does, and nothing where that is disabled. (Streamlit's own
// shortcuts know no punctuation.)

import { element } from "../live_view.js";

const KEYS = {
  t: ["pause", "train"],
  ".": ["step"],
  ">": ["epoch"],
  0: ["start_again"],
  n: ["next_lesson"],
  b: ["lesson_before"],
  p: ["present"],
};
const CONTROLS = { n: "lessons", b: "lessons", "+": "rate", "-": "rate" }; // which `hide` leaves out
const RATE_KEYS = { "+": "ArrowRight", "-": "ArrowLeft" };
const HINTS = [
  ["T", "train"],
  [".", "step"],
  [">", "epoch"],
  ["0", "again"],
  ["V", "verdict"],
  ["F", "picture"],
  ["+ −", "rate"],
  ["← →", "epoch"],
  ["N B", "lessons"],
  ["P", "leave"],
];
const NARROW = 900; // px of a window below which the knobs begin behind their button
const COLLAPSE = "[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button";
const LETTERLESS = new Set(["range", "button", "checkbox", "radio", "submit", "reset", "file"]);
const TYPING =
  "textarea, select, canvas, [contenteditable=true], [role=textbox], [role=combobox], [role=listbox], [role=menu], [role=grid]";

export default class LabScreen {
  constructor() {
    this.onKeyDown = (event) => this.press(event);
    document.addEventListener("keydown", this.onKeyDown);
    this.hints = element("p", "presenter-hints", document.body);
    for (const [key, what] of HINTS) {
      element("kbd", "", this.hints).textContent = key;
      this.hints.append(` ${what} `);
    }
    closeSidebar();
  }

  update({ presented, hidden, section }) {
    const view = document.documentElement.dataset;
    if (view.section !== section) showSection(section);
    view.section = section;
    const before = view.presented;
    if (presented) view.presented = "";
    else delete view.presented;
    view.hide = hidden.join(" ");
    this.hints.hidden = !presented;
    if (before !== view.presented) window.dispatchEvent(new Event("resize"));
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (takesLetters(document.activeElement) || document.querySelector("[role=dialog]")) return;
    const key = event.key.toLowerCase();
    if (document.documentElement.dataset.hide?.split(" ").includes(CONTROLS[key])) return;
    if (RATE_KEYS[key]) this.moveRate(RATE_KEYS[key]);
    else if (event.repeat) return;
    else if (key === "f") nextPicture();
    else if (key === "v") window.dispatchEvent(new CustomEvent("uphill:reveal"));
    else if (!click(KEYS[key] ?? [])) return;
    event.preventDefault();
  }

  moveRate(key) {
    const slider = document.querySelector(".rate-slider input");
    slider?.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  }

  close() {
    document.removeEventListener("keydown", this.onKeyDown);
    delete document.documentElement.dataset.presented;
    delete document.documentElement.dataset.hide;
    delete document.documentElement.dataset.section;
    this.hints.remove();
  }
}

function click(names) {
  const buttons = names.map((name) => document.querySelector(`.st-key-${name} button`));
  const button = buttons.find((found) => found && !found.disabled);
  button?.click();
  return button;
}

// The knobs that a lesson speaks of.
function showSection(name) {
  document.querySelector(`.st-key-section_${name}`)?.scrollIntoView({ block: "nearest" });
}

function nextPicture() {
  const buttons = [...document.querySelectorAll(".live-picture-switch button")];
  const chosen = buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true");
  buttons[(chosen + 1) % buttons.length]?.click();
}

function takesLetters(focused) {
  if (!focused) return false;
  if (focused.tagName === "INPUT") return !LETTERLESS.has(focused.type) || focused.matches(TYPING);
  return focused.closest(TYPING) !== null;
}

// Streamlit closes it by itself on a phone alone. Once for a tab, and before anything was clicked:
// who opens it wants it open.
function closeSidebar() {
  if (window.innerWidth >= NARROW || window.uphillSidebarClosed) return;
  const done = () => {
    observer.disconnect();
    window.removeEventListener("click", done, true);
    window.uphillSidebarClosed = true;
  };
  const observer = new MutationObserver(() => document.querySelector(COLLAPSE)?.click());
  window.addEventListener("click", done, true); // ours or a person's
  observer.observe(document.body, { childList: true, subtree: true });
  document.querySelector(COLLAPSE)?.click();
}
